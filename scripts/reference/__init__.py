"""The reference, made from the code so that it cannot go stale: small functions that return pages."""

from __future__ import annotations

from hubrank import Registry

from reference import commands, methods, parts, python, toml_keys
from reference.pages import Page

__all__ = ["Page", "pages"]


def pages(registry: Registry) -> tuple[Page, ...]:
    """Every page of the reference, of what is installed."""
    return (
        *toml_keys.pages(),
        commands.verbs(),
        commands.exits(),
        python.hooks(),
        python.records(),
        *python.pages(),
        *parts.pages(registry),
        *methods.pages(registry),
    )
