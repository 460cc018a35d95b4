"""Small rankings of made values."""

from hubrank.testing.fixtures import figures, make, registry, run, towns, workshop

__all__ = ["figures", "make", "registry", "run", "towns", "workshop"]
