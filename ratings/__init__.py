"""The rating of a finished ticket."""
