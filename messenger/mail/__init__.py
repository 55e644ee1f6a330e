"""E-mails about tickets: what they say and how they look."""
