"""The version of hubrank, and of its contract with plugins."""

__version__ = "0.1.0"

#: The contract that plugins are made for: what the hooks ask and hand over. A new number breaks plugins of the old one.
CONTRACT = 1
