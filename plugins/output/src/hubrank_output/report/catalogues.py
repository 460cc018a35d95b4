"""What the page says in a language, from the catalogues of hubrank; English stands in `texts/en.json`, key by key."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

from hubrank import current_language, format_number, forms_in_context, gettext, in_context, use_language


def texts(language: str) -> dict[str, Any]:
    """All texts of the page in a language: a text a key, or an object of plural forms by CLDR's categories.

    With them go the language's tag, its decimal mark, and how it writes a share in per cent.
    """
    with use_language(language):
        marks = {"language": current_language(), "decimal": format_number("."), "percent": gettext("{number} %")}
        return marks | {key: _said(key, text) for key, text in english().items()}


@functools.cache
def english() -> Mapping[str, Any]:
    """The English texts by key; one that depends on a number has the forms `one` and `other`."""
    made: dict[str, Any] = json.loads(
        resources.files("hubrank_output.report").joinpath("texts/en.json").read_text("utf-8")
    )
    return made


def _said(key: str, text: Any) -> Any:
    """A text in the language that is spoken."""
    context = f"page:{key}"
    if isinstance(text, dict):
        return forms_in_context(context, text["one"], text["other"])
    return in_context(context, text)
