"""Keys of scenarios that have another name now: they are read for two minor versions, and rewritten on demand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import tomli
from attrs import frozen

from hubrank.basis.language import worded

#: The version from which on the old names below are unknown.
UNTIL = "0.3"
#: Where an old key stands, `*` for any name or place in a list, and its new name.
_NEW = {
    "inputs.*.at_most_age": "max_age",
    "ranking.after": "post_processing",
    "ranking.post_processing.*.over": "fitted_on",
    "dimensions.*.after": "post_processing",
    "dimensions.*.passes": "hands_up",
    "dimensions.*.post_processing.*.over": "fitted_on",
    "dimensions.*.weighting.over": "fitted_on",
    "indicators.*.normalisation.over": "fitted_on",
    "indicators.*.treatment.over": "fitted_on",
    "normalisation.over": "fitted_on",
    "treatment.over": "fitted_on",
    "weighting.over": "fitted_on",
}
_OLD = [(pattern.split("."), new) for pattern, new in _NEW.items()]
_FORMER = frozenset(pattern[-1] for pattern, _ in _OLD)
#: A key of TOML, bare or quoted, before what may follow it.
_KEY = r"""(?<![\w"'-])(["']?){name}\1(?=\s*[=.\]])"""


@frozen(kw_only=True)
class OldKey:
    """An old name in a scenario's table.

    Attributes:
        where: Where it stands: `dimensions.research.after`.
        old: The name.
        new: What it is called now.
    """

    where: str
    old: str
    new: str

    def __str__(self) -> str:
        return worded("{where} is now {new}", where=self.where, new=self.new)


def with_new_keys(table: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[OldKey, ...]]:
    """A scenario's table with the new names of its keys, and the old ones that it has.

    An old key beside the new one stays as it is, an unknown key.
    """
    found: list[OldKey] = []

    def made(value: Any, place: tuple[str, ...], where: str) -> Any:
        if isinstance(value, list):
            return [made(each, (*place, str(at)), f"{where}[{at}]") for at, each in enumerate(value)]
        if not isinstance(value, Mapping):
            return value
        fresh = {}
        for key, each in value.items():
            new = _new_name((*place, key))
            there = f"{where}.{key}".lstrip(".")
            if new is None or new in value:
                new = key
            else:
                found.append(OldKey(where=there, old=key, new=new))
            fresh[new] = made(each, (*place, new), there)
        return fresh

    return made(table, (), ""), tuple(found)


def _new_name(place: tuple[str, ...]) -> str | None:
    """What a key at a place is called now, where its name is an old one."""
    if place[-1] not in _FORMER:
        return None
    for pattern, new in _OLD:
        if len(pattern) == len(place) and all(part in ("*", name) for part, name in zip(pattern, place, strict=True)):
            return new
    return None


def rewritten(text: str) -> tuple[str, tuple[OldKey, ...]]:
    """A scenario's text with the new names of its keys, and the keys that could not be rewritten.

    A name is rewritten where that gives the table that is read with its new names; all else, comments included, stays.

    Args:
        text: TOML.
    """
    table, found = with_new_keys(tomli.loads(text))
    while found:
        for candidate in _candidates(text, found):
            other, left = with_new_keys(_parsed(candidate))
            if other == table and len(left) < len(found):
                text, found = candidate, left
                break
        else:
            break
    return text, found


def _parsed(text: str) -> dict[str, Any]:
    try:
        return tomli.loads(text)
    except tomli.TOMLDecodeError:
        return {}


def _candidates(text: str, found: tuple[OldKey, ...]) -> Iterator[str]:
    """The text with one old name replaced wherever it may be a key: at one place, or after all beginnings alike."""
    for old, new in dict.fromkeys((key.old, key.new) for key in found):
        matches = list(re.finditer(_KEY.format(name=re.escape(old)), text))
        heads = [text[text.rfind("\n", 0, match.start()) + 1 : match.start()] for match in matches]
        groups = [[match] for match in matches]
        groups += [
            [match for match, other in zip(matches, heads, strict=True) if other == head]
            for head in dict.fromkeys(heads)
        ]
        for group in groups:
            made = text
            for match in reversed(group):
                made = made[: match.start()] + new + made[match.end() :]
            yield made
