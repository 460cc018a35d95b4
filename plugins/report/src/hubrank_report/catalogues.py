"""The languages of the page: each is a file of texts."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

#: The language of a page that asks for no other.
LANGUAGE = "en"


def languages() -> list[str]:
    """The languages that the page speaks, by their BCP 47 tags: the names of the files of texts."""
    found = [each.name for each in _folder().iterdir()]
    return sorted(name.removesuffix(".json") for name in found if name.endswith(".json"))


def texts(language: str = LANGUAGE) -> dict[str, Any]:
    """All texts of the page in a language: a text a key, or an object of plural forms."""
    made: dict[str, Any] = json.loads(_folder().joinpath(f"{language}.json").read_text(encoding="utf-8"))
    return made


def _folder() -> Any:
    return resources.files("hubrank_report").joinpath("texts")
