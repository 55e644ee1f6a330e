"""What pages of both surfaces show."""
