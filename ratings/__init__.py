"""The rating of finished tickets."""
