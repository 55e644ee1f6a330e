"""Forms in which customers, devices, people and reservations are created and edited."""
