"""The verbs of messenger."""
