"""Scenarios of random values."""

from hubrank.testing.fixtures import make, registry

__all__ = ["make", "registry"]
