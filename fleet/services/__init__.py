"""The verbs of fleet."""
