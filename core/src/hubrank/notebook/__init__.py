"""hubrank in Python: a table, a scenario or a run as a ranking that displays itself and answers questions."""
