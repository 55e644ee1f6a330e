"""The verbs of ticketing."""
