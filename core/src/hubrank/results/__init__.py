"""A run: from a name on the command line to a ranking and its folder, written atomically, and read again."""
