"""Commands of messenger."""
