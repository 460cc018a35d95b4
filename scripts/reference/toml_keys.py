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

SCENARIO = """Every key that a scenario's TOML may have. [The page on scenarios](/scenarios/README.md) explains them in
their context, and `hubrank check` finds every mistake in a file, with its line."""

REGION = """Every key that a `region.toml` may have. [The page on regions](/docs/regions.md) explains them in their
context."""

#: Keys that are gone before a scenario is made of the others.
BEFORE = Section(
    name="extends, exclude, like",
    text="What a scenario takes from another, or an indicator from another.",
    items=(
        Item(name="extends", form="a text", text="The scenario below: an installed one's name, or a path."),
        Item(
            name="exclude",
            form="a list, each a text",
            text="Indicators, and dimensions with all in them, to leave out.",
        ),
        Item(
            name="indicators.NAME.like",
            form="a text",
            text="Another indicator of the scenario, whose settings hold where this one sets none.",
        ),
    ),
)


def pages() -> tuple[Page, Page]:
    """The pages of all keys."""
    scenario = Page(
        place="reference/scenario", title="Keys of a scenario", text=SCENARIO, sections=(*_sections(Scenario), BEFORE)
    )
    region = Page(place="reference/region", title="Keys of a region", text=REGION, sections=_sections(RegionSettings))
    return scenario, region


def headings(root: type) -> Mapping[type, str]:
    """What the section of each class is called: its place in TOML, or the class where it stands at several."""
    named = {cls: f"[{places[0]}]" if len(places) == 1 else cls.__name__ for cls, places in classes(root).items()}
    return {**named, root: "top level"}


def classes(root: type) -> Mapping[type, list[str]]:
    """Each class that one holds, with the places in TOML where it stands."""
    found: dict[type, list[str]] = {}
    waiting: list[tuple[type, str]] = [(root, "")]
    while waiting:
        cls, place = waiting.pop(0)
        known = cls in found
        found.setdefault(cls, []).append(place)
        if not known:
            waiting += _held(cls, place)
    return found


def keys(cls: type) -> Iterator[attrs.Attribute[Any]]:
    """The fields of a class that are keys: all of them, or where it makes itself of TOML those that it tells of."""
    own = f"{cls.__doc__}".partition("Attributes:")[2]
    every = not hasattr(cls, "from_toml")
    return (item for item in attrs.fields(cls) if item.init and (every or f" {item.name}: " in own))


def _held(cls: type, place: str) -> Iterator[tuple[type, str]]:
    hints = typing.get_type_hints(cls)
    for field in attrs.fields(cls):
        for inner, below in _classes_in(hints[field.name]):
            message = field in tuple(keys(cls))
            where = f"{place}.{key(field)}".lstrip(".") if message else place
            yield inner, f"{where}.{below}" if below else where


def _classes_in(hint: Any) -> Iterator[tuple[type, str]]:
    """The attrs classes in an annotation, each with what stands between: `NAME` in a table of such."""
    origin = get_origin(hint)
    if origin is None:
        if isinstance(hint, type) and attrs.has(hint):
            yield hint, ""
        return
    inner = get_args(hint)
    table = origin not in (Union, types.UnionType, tuple)
    for item in inner:
        yield from ((cls, f"NAME.{below}".rstrip(".") if table else below) for cls, below in _classes_in(item))


def _sections(root: type) -> tuple[Section, ...]:
    names = headings(root)
    return tuple(
        Section(name=names[cls], text=_text(cls, places), items=tuple(_items(cls, names)))
        for cls, places in classes(root).items()
    )


def _items(cls: type, names: Mapping[type, str]) -> Iterator[Item]:
    text, hints = meanings(cls), typing.get_type_hints(cls)
    for item in keys(cls):
        yield Item(name=key(item), form=_form(hints[item.name], item, names), text=text.get(item.name, ""))


def _text(cls: type, places: list[str]) -> str:
    making = next((each for each in cls.__mro__ if "from_toml" in vars(each)), cls)
    said = [prose(text_of(item)) for item in dict.fromkeys((cls, making))]
    if len(places) > 1:
        said.append("Stands at " + ", ".join(f"`{item}`" for item in places) + ".")
    return "\n\n".join(said)


def _form(hint: Any, field: attrs.Attribute[Any], names: Mapping[type, str]) -> str:
    inner = [cls for cls, _ in _classes_in(hint)]
    what = linked(names[inner[0]]) if inner else written(hint)
    return "; ".join(part for part in (what, default(field)) if part)


def linked(name: str) -> str:
    """A link to the section of a class on this page."""
    return f"see [`{name}`](#{re.sub(r'[^a-z_ -]', '', name.lower()).replace(' ', '-')})"


def written(hint: Any) -> str:
    """What may be written for an annotation; titles are the one class that makes itself of a text as well."""
    return "a text or a table" if Title in (hint, *get_args(hint)) else toml_type_text(hint)
