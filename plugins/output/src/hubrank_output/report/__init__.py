"""A ranking as a page that anyone can open: one file, no network, weights that can be moved."""
