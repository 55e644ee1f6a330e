"""Commands of ticketing."""
