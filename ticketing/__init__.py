"""Creation flows, tickets, their state machine, journal and updates."""
