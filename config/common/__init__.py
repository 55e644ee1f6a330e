"""The common ground of all apps: rules, errors, clock, admin base classes, UI tags. Imports no app."""
