"""Scenarios of random figures."""

from hubrank.testing import make, registry

__all__ = ["make", "registry"]
