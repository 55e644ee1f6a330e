"""Template filters of messenger."""
