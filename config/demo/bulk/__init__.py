"""Many tickets at once: copies of the demo's tickets, written past the services, but as those would write them."""
