"""The fields of attrs classes as items of a page."""

from __future__ import annotations

import json
import typing
from collections.abc import Iterator
from typing import Any

import attrs
from hubrank.cli.commands.parts import meanings
from hubrank.io.toml import toml_type_text

from reference.pages import Item


def key(field: attrs.Attribute[Any]) -> str:
    """The field's name as TOML has it."""
    return str(field.metadata.get("key", field.name))


def options(cls: type) -> tuple[Item, ...]:
    """What TOML can set of a class of options."""
    return tuple(_options(cls))


def _options(cls: type) -> Iterator[Item]:
    said, hints = meanings(cls), typing.get_type_hints(cls)
    for each in attrs.fields(cls):
        form = "; ".join(part for part in (toml_type_text(hints[each.name]), default(each)) if part)
        yield Item(name=key(each), form=form, text=said.get(each.name, ""))


def attributes(cls: type) -> tuple[Item, ...]:
    """What Python reads of a class, by its annotations."""
    said = meanings(cls)
    return tuple(
        Item(name=each.name, form=f"`{annotation(each)}`", text=said.get(each.name, ""))
        for each in attrs.fields(cls)
        if not each.name.startswith("_") and each.init
    )


def annotation(field: attrs.Attribute[Any]) -> str:
    """A field's type as it stands in the code."""
    return field.type if isinstance(field.type, str) else getattr(field.type, "__name__", str(field.type))


def default(field: attrs.Attribute[Any]) -> str:
    """What holds where nothing is set, as TOML writes it; empty where that is nothing."""
    if field.default is attrs.NOTHING:
        return "required"
    made = field.default.factory() if isinstance(field.default, attrs.Factory) else field.default
    if made is None or made in ("", (), [], {}) or attrs.has(type(made)):
        return ""
    return f"default `{json.dumps(made, default=str)}`"
