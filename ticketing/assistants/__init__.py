"""Assistants: what a version of one holds, and how it is read."""
