"""Demo data: a service company with its customers, devices, people and two months of tickets."""
