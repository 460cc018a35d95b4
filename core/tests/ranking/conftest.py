"""Small rankings of made values."""

from hubrank.testing.fixtures import workshop

__all__ = ["workshop"]
