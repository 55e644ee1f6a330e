"""What every app stands on: rules, errors, clock, base views, UI tags. Imports no app."""
