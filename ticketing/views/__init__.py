"""The pages of ticketing."""
