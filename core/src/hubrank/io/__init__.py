"""Files, TOML tables and numbers, read and written: what every room stands on and what knows nothing of rankings."""
