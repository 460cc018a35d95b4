"""The modules of the core's own commands."""
