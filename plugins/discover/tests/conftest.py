"""Running a command line."""

from hubrank.testing.fixtures import run

__all__ = ["run"]
