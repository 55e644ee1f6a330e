"""The services of messenger."""
