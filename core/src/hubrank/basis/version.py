"""The version of hubrank."""

__version__ = "0.1.0"
