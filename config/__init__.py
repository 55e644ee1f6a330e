"""Composition root: puts the four apps together; imported by none of them."""
