"""What a person is asked in the terminal, where nothing is given and there is somebody to ask."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer
from attrs import frozen
from hubrank import UsageError


@frozen
class Asking:
    """Whether anything may be asked.

    Attributes:
        possible: Whether somebody would answer.
    """

    possible: bool

    @classmethod
    def unless(cls, yes: bool) -> Asking:
        """Ask in a terminal, unless the defaults are wanted."""
        return cls(not yes and sys.stdin.isatty() and sys.stdout.isatty())

    def text(self, what: str, given: str | None, default: str) -> str:
        """A text: the one that is given, what is answered, or the default."""
        from hubrank.io.escaping import strip_control

        if given is not None or not self.possible:
            return default if given is None else given
        return str(typer.prompt(strip_control(f"{what} [{default}]"), default=default, show_default=False)).strip()

    def one_of(self, what: str, option: str, given: str | None, known: Sequence[str], default: str | None) -> str:
        """One of several words.

        Args:
            what: What is asked for.
            option: The option that gives it.
            given: What the option gives.
            known: The words.
            default: What is taken where nobody answers; none where that must not be guessed.

        Raises:
            UsageError: It is none of them, or nobody can be asked.
        """
        listed = ", ".join(known)
        said = given
        if said is None and (self.possible or default is not None):
            said = self.text(f"{what} ({listed})", None, default or known[0])
        if said is None:
            raise UsageError(f"specify {option}; available: {listed}")
        if said not in known:
            raise UsageError(f"{option} {said}: is none; available: {listed}")
        return said
