"""The keys of a scenario and of a region, from the classes that they are made of."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterator, Mapping
from typing import Any, Union, get_args, get_origin

import attrs
from hubrank.cli.commands.parts import meanings
from hubrank.i18n import Title
from hubrank.io.toml import toml_type_text
from hubrank.scenario.region import RegionSettings
from hubrank.scenario.schema import Scenario

from reference.pages import Item, Page, Section, default, key, prose, text_of

SCENARIO = """Every key of a scenario. [Change a ranking](/docs/how-to/change-a-ranking.md) shows how to use them, and
`hubrank check` finds every mistake in a file, with its line."""
REGION = "Every key of a `region.toml`. [Your region](/docs/tutorials/your-region.md) shows how to use them."

LISTED = "a list of texts"
LIKE = "Another indicator of the scenario, which gives every setting that this one lacks."
#: Keys that are used up before a scenario is made from the others.
BEFORE = Section(
    name="extends, exclude, like",
    text="Build a scenario on another, or an indicator on another.",
    items=(
        Item(name="extends", kind="a text", text="The scenario that this one changes: a name or a path."),
        Item(name="exclude", kind=LISTED, text="Indicators to leave out, and dimensions with everything in them."),
        Item(name="indicators.NAME.like", kind="a text", text=LIKE),
    ),
)


def pages() -> tuple[Page, Page]:
    """The pages of all keys."""
    sections = (*_sections(Scenario), BEFORE)
    return (
        Page(place="reference/scenario", title="Keys of a scenario", text=SCENARIO, sections=sections),
        Page(place="reference/region", title="Keys of a region", text=REGION, sections=_sections(RegionSettings)),
    )


def classes(root: type) -> Mapping[type, list[str]]:
    """Each class within another, with its places in TOML."""
    found: dict[type, list[str]] = {}
    waiting: list[tuple[type, str]] = [(root, "")]
    while waiting:
        cls, place = waiting.pop(0)
        known = cls in found
        found.setdefault(cls, []).append(place)
        for field in () if known else attrs.fields(cls):
            where = f"{place}.{key(field)}".lstrip(".") if field in tuple(keys(cls)) else place
            inside = _classes_in(typing.get_type_hints(cls)[field.name])
            waiting += [(inner, f"{where}.{below}" if below else where) for inner, below in inside]
    return found


def keys(cls: type) -> Iterator[attrs.Attribute[Any]]:
    """The fields of a class that are keys: all, or those that it documents if it reads TOML itself."""
    attributes = f"{cls.__doc__}".partition("Attributes:")[2]
    every = not hasattr(cls, "from_toml")
    return (item for item in attrs.fields(cls) if item.init and (every or f" {item.name}: " in attributes))


def _classes_in(hint: Any) -> Iterator[tuple[type, str]]:
    """The attrs classes in an annotation, each with the path to it: `NAME` in a table of them."""
    origin = get_origin(hint)
    if origin is None:
        if isinstance(hint, type) and attrs.has(hint):
            yield hint, ""
        return
    table = origin not in (Union, types.UnionType, tuple)
    for item in get_args(hint):
        yield from ((cls, f"NAME.{below}".rstrip(".") if table else below) for cls, below in _classes_in(item))


def _sections(root: type) -> tuple[Section, ...]:
    found, result = classes(root), []
    names: dict[type, str] = {root: "top level"}
    for cls, places in found.items():  # several kinds of one table have names of their own, as has a class of several
        name = f"[{places[0]}]" if len(places) == 1 else cls.__name__
        names.setdefault(cls, cls.__name__ if name in names.values() else name)
    for cls, places in found.items():
        result.append(Section(name=names[cls], text=_text(cls, names[cls], places), items=tuple(_items(cls, names))))
    return tuple(result)


def _items(cls: type, names: Mapping[type, str]) -> Iterator[Item]:
    """The keys of a class; only a title can be a text or a table."""
    texts, hints = meanings(cls), typing.get_type_hints(cls)
    for field in keys(cls):
        hint = hints[field.name]
        what = "a text or a table" if Title in (hint, *get_args(hint)) else toml_type_text(hint)
        if inner := [names[item] for item, _ in _classes_in(hint)]:  # a link to its section on this page
            anchor = re.sub(r"[^a-z_ -]", "", inner[0].lower()).replace(" ", "-")
            what = f"see [`{inner[0]}`](#{anchor})"
        yield Item(name=key(field), kind=what, default=default(field), text=texts.get(field.name, ""))


def _text(cls: type, name: str, places: list[str]) -> str:
    making = next((base for base in cls.__mro__ if "from_toml" in vars(base)), cls)
    texts = [prose(text_of(item)) for item in dict.fromkeys((cls, making))]
    if name == cls.__name__:
        texts.append("Used at " + ", ".join(f"`{item}`" for item in places) + ".")
    return "\n\n".join(texts)
