"""A run: from a name on the command line to a ranking and its folder, written whole or not at all, and read again."""
