"""Commands of fleet."""
