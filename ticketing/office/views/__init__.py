"""What the views of the back office do."""
