"""Small rankings of made figures."""

from hubrank.testing.fixtures import figures, run, towns, workshop

__all__ = ["figures", "run", "towns", "workshop"]
