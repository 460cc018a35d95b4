"""Scenarios of random figures."""

from hubrank.testing.fixtures import make, registry

__all__ = ["make", "registry"]
