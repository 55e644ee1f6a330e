"""Template tags of ticketing."""
