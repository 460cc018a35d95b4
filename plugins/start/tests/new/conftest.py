"""Running a command line."""

from hubrank.testing import run

__all__ = ["run"]
