"""The shapes of input of ticketing."""
