"""People, customers, devices, codes, and responsibility for tickets."""
