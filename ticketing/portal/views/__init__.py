"""The views of the portal."""
