"""Labels with codes: where they stand on a sheet, what stands on them, and how they are drawn."""
