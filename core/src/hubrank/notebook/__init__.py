"""hubrank in Python: a table, a scenario or a run as a ranking that shows itself, and answers what is asked of it."""
