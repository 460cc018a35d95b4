"""Wikidata: where its items lie, for sources that know items.

For authors of sources: `places`, which gives the `Place` of items, with `SERVICE`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hubrank_wikidata.locating import Place, places
    from hubrank_wikidata.service import SERVICE

#: Where each name is; its module is imported when it is asked for, so that the list of sources loads none of them.
_PLACES = {"Place": "locating", "SERVICE": "service", "places": "locating"}

__all__ = ["SERVICE", "Place", "places"]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_PLACES[name]}"), name)
