"""The back office: addresses, views and pages for people who sign in."""
