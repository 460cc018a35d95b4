"""Files, TOML tables and numbers, read and written: the basis of all packages, which knows nothing of rankings."""
