"""Items of Wikidata, by their ids and addresses."""

from __future__ import annotations

import re

_ITEM = re.compile(r"Q[1-9][0-9]*")
_ENTITY = "http://www.wikidata.org/entity/"


def is_item(text: str) -> bool:
    """Whether a text is the id of an item, such as `Q62`."""
    return _ITEM.fullmatch(text) is not None


def item_of(value: str) -> str:
    """The id of an item by its address; empty where it is none, such as a value that is not known."""
    item = value.removeprefix(_ENTITY)
    return item if is_item(item) else ""


def number_of(item: str) -> int:
    """The number in the id of an item, which orders items by age."""
    return int(item[1:])
