"""The parts that a module brings, with options to test them with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

import attrs
from attrs import frozen

from hubrank.basis.errors import suggestion
from hubrank.basis.structuring import structure
from hubrank.contract.registry import Part, Registry

#: Options as a scenario writes them.
Table = Mapping[str, Any]


class UnfitError(Exception):
    """A test of a plugin that asks for what cannot be; the message says what there is instead."""


@frozen(kw_only=True)
class Sampled:
    """A part with options to test it with.

    Attributes:
        part: The part, as the registry holds it.
        label: What tests call it: its name, and the options where there are several samples.
        options: The options; none where they cannot be made.
        why_not: Why there are none.
    """

    part: Part
    label: str
    options: Any = None
    why_not: str = ""

    @property
    def arguments(self) -> tuple[Any, ...]:
        """What a check is called with: the record and, where its kind has options, these."""
        record = self.part.record
        return (record, self.options) if hasattr(record, "options") else (record,)


def parts_of(module: ModuleType) -> tuple[Part, ...]:
    """All parts that a module's hooks yield.

    Raises:
        UnfitError: A hook is misspelt or raises, two parts of one kind have one name, or there are no parts.
    """
    registry = Registry.of(module)
    if registry.broken:
        error = registry.broken[0].error
        raise UnfitError(f"{module.__name__}: the hooks cannot be called: {type(error).__name__}: {error}") from error
    parts = tuple(registry)
    names = [(part.kind, part.name) for part in parts]
    twice = sorted({str(part) for part in parts if names.count((part.kind, part.name)) > 1})
    if twice:
        raise UnfitError(f"{module.__name__}: yields two of {', '.join(twice)}; names must be unique")
    if not parts:
        raise UnfitError(f"{module.__name__}: its hooks yield nothing; is @hookimpl missing?")
    return parts


def with_options(parts: Sequence[Part], samples: Mapping[str, Table | Sequence[Table]]) -> tuple[Sampled, ...]:
    """Each part with each of its sample options; with the defaults where it has none.

    Args:
        parts: The parts.
        samples: Options, one table or a list of them, by the part's name; where two kinds share a name, by both:
            `imputation:median`.

    Raises:
        UnfitError: A name that no part has, or options that the part does not take.
    """
    names = [part.name for part in parts]
    labels = [part.name if names.count(part.name) == 1 else f"{part.kind}:{part.name}" for part in parts]
    keys = [{label, f"{part.kind}:{part.name}"} for part, label in zip(parts, labels, strict=True)]
    for name in samples:
        if name not in set().union(*keys):
            raise UnfitError(f"sample_options: there is no part '{name}'{suggestion(name, labels)}")
    return tuple(
        sampled
        for part, label, own in zip(parts, labels, keys, strict=True)
        for sampled in _samples(part, label, next((table for name, table in samples.items() if name in own), None))
    )


def options_of(part: Part, table: Table | None) -> Any:
    """A part's options from a table as a scenario writes it.

    Raises:
        UnfitError: The part does not take them.
    """
    made, problems = structure(_class(part), dict(table or {}), f"{part.name}.options")
    if problems:
        raise UnfitError("; ".join(str(problem) for problem in problems))
    return made


def _class(part: Part) -> type:
    options = getattr(part.record, "options", _Nothing)
    if not (isinstance(options, type) and attrs.has(options)):
        raise UnfitError(f"{part}: options must be an attrs class; got {options!r}")
    return options


@frozen
class _Nothing:
    """For parts that have no options at all, as a unit set."""


def _samples(part: Part, label: str, tables: Table | Sequence[Table] | None) -> list[Sampled]:
    if tables is None:
        _, problems = structure(_class(part), {}, "options")
        if problems:
            return [Sampled(part=part, label=label, why_not="; ".join(str(problem) for problem in problems))]
        tables = [{}]
    listed = [tables] if isinstance(tables, Mapping) else list(tables)
    several = len(listed) > 1
    return [
        Sampled(part=part, label=label + _told(table) if several else label, options=options_of(part, table))
        for table in listed
    ]


def _told(table: Table) -> str:
    return f"({', '.join(f'{key}={value}' for key, value in table.items())})" if table else ""
