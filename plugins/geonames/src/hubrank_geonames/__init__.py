"""Places of the world by GeoNames: a gazetteer, and the source `geonames`.

For authors of sources: `Gazetteer` with `Place`, and countries by name (`country_called`, `keys_of_countries`,
`codes_of_countries`).
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from hubrank import Origin

if TYPE_CHECKING:
    from hubrank_geonames.countries import codes_of_countries, country_called, keys_of_countries
    from hubrank_geonames.gazetteer import Gazetteer, Place

#: Where each name is; its module is imported when it is asked for, so that the list of sources loads none of them.
_PLACES = {
    "Gazetteer": "gazetteer",
    "Place": "gazetteer",
    "codes_of_countries": "countries",
    "country_called": "countries",
    "keys_of_countries": "countries",
}
#: Where the places that are built in come from.
BUILT_IN = Origin(
    name="geonames",
    producer="GeoNames",
    title="GeoNames gazetteer, populated places of more than 15,000 inhabitants (cities15000)",
    url="https://www.geonames.org",
    licence="CC-BY-4.0",
    licence_url="https://creativecommons.org/licenses/by/4.0/",
    published="2026-07",
    citation="GeoNames, https://www.geonames.org, CC BY 4.0",
)

__all__ = [
    "BUILT_IN",
    "Gazetteer",
    "Place",
    "codes_of_countries",
    "country_called",
    "keys_of_countries",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_PLACES[name]}"), name)
