"""Scenarios from, and rankings for, COINr and the COIN Tool."""
