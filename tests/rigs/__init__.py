"""Rigs: measurements of the running product, too slow and too machine-dependent to be tests."""
