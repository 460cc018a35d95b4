"""Small rankings of made figures."""

from hubrank.testing import figures, run, towns, workshop

__all__ = ["figures", "run", "towns", "workshop"]
