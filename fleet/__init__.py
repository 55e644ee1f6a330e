"""People, customers, devices, codes, and who is responsible for them."""
