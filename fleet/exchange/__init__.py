"""Import and export of customers, their people, devices and reservations as tables."""
