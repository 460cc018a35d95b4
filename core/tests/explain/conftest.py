"""Small rankings of made values."""

from hubrank.testing.fixtures import figures, run, towns, workshop

__all__ = ["figures", "run", "towns", "workshop"]
