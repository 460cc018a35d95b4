"""Keys and values as TOML, as a person writes them: lists of texts line by line, tables in a value in one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import tomli_w


def pairs_text(table: Mapping[str, Any], *keys: str) -> Iterator[str]:
    """Some keys of a table with their values, one text each."""
    return (f"{key_text(key)} = {value_text(table[key])}" for key in keys)


def key_text(key: str) -> str:
    """A key, in quotes if it needs them."""
    return tomli_w.dumps({key: 0}).partition(" = ")[0]


def value_text(value: Any) -> str:
    """A value; a list of texts has a line for each."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(pairs_text(value, *value)) + " }" if value else "{}"
    if isinstance(value, list) and any(isinstance(item, str) for item in value):
        return "[\n" + "".join(f"    {value_text(item)},\n" for item in value) + "]"
    if isinstance(value, list):
        return f"[{', '.join(map(value_text, value))}]"
    return tomli_w.dumps({"x": value}).removeprefix("x = ").rstrip("\n")
