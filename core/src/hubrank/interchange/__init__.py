"""Indices that come from, and leave for, other tools: COINr and the JRC's COIN Tool."""
