"""The services of fleet."""
