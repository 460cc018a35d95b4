"""Small rankings of made figures."""

from hubrank.testing.fixtures import workshop

__all__ = ["workshop"]
