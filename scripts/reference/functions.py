"""Functions of Python: how they are called, and what they do."""

from __future__ import annotations

import inspect
from typing import Any

from reference.docstrings import first, text_of
from reference.pages import Item


def signature(function: Any) -> str:
    """The arguments, without annotations: what they mean stands below."""
    try:
        found = inspect.signature(function)
    except (TypeError, ValueError):
        return "()"
    kept = [_argument(each) for each in found.parameters.values() if each.name not in ("self", "cls")]
    return f"({', '.join(_starred(kept, list(found.parameters.values())))})"


def _argument(parameter: inspect.Parameter) -> str:
    stars = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}.get(parameter.kind, "")
    has = parameter.default is not inspect.Parameter.empty
    return f"{stars}{parameter.name}" + (f"={_value(parameter.default)}" if has else "")


def _value(value: Any) -> str:
    plain = isinstance(value, str | int | float | tuple | type(None))
    return repr(value) if plain else "..."


def _starred(arguments: list[str], parameters: list[inspect.Parameter]) -> list[str]:
    """The arguments with the star before those that are given by name alone."""
    kinds = [each.kind for each in parameters if each.name not in ("self", "cls")]
    if inspect.Parameter.VAR_POSITIONAL in kinds or inspect.Parameter.KEYWORD_ONLY not in kinds:
        return arguments
    at = kinds.index(inspect.Parameter.KEYWORD_ONLY)
    return [*arguments[:at], "*", *arguments[at:]]


def methods_of(cls: type[Any]) -> tuple[Item, ...]:
    """The public functions and properties of a class, its own and those that it takes from ours."""
    ours = [each for each in reversed(cls.__mro__) if each.__module__.startswith("hubrank")]
    found = {name: member for each in ours for name, member in vars(each).items() if not name.startswith("_")}
    items = ((name, member, text_of(getattr(member, "__func__", member))) for name, member in found.items())
    return tuple(
        Item(name=_called(name, member), text=first(said)) for name, member, said in items if said and _answers(member)
    )


def _answers(member: Any) -> bool:
    return inspect.isfunction(member) or isinstance(member, property | classmethod | staticmethod)


def _called(name: str, member: Any) -> str:
    if isinstance(member, property):
        return name
    return name + signature(getattr(member, "__func__", member))
