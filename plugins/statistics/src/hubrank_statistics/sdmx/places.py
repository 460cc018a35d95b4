"""Codes of places as Eurostat and the OECD write them, and what they are in the columns of a table."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

#: What Eurostat writes otherwise than ISO 3166-1.
_OTHERWISE = {"EL": "GR", "UK": "GB"}
#: What begins with letters of a country and is a sum of several: EU27_2020, EA20, EEA30_2007, EFTA.
_SUM = re.compile(r"(EU|EA|EEA|EFTA)(\d.*)?")
#: The codes of Eurostat's levels, behind the two letters of the country.
_BEHIND: Mapping[str, str] = {
    "country": "",
    "nuts1": "[0-9A-Z]",
    "nuts2": "[0-9A-Z]{2}",
    "nuts3": "[0-9A-Z]{3}",
    "city": r"\d{3}[A-Z][0-9A-Z]*",
}
#: The column that has the codes of a level.
COLUMNS: Mapping[str, str] = {"country": "country", "nuts1": "nuts", "nuts2": "nuts", "nuts3": "nuts", "city": "unit"}


def of_level(level: str) -> Callable[[str], str | None]:
    """What a code of Eurostat is at a level: countries as ISO 3166-1 alpha-3; none where it is of another, or a sum."""
    from hubrank_fetching.geonames import codes_of_countries

    countries, form = codes_of_countries(), re.compile(f"([A-Z]{{2}}){_BEHIND[level]}")

    def code(text: str) -> str | None:
        found = form.fullmatch(text)
        country = countries.get(_OTHERWISE.get(found[1], found[1])) if found and not _SUM.fullmatch(text) else None
        return (country if level == "country" else text) if country else None

    return code


def of_scheme(scheme: str) -> Callable[[str], str | None]:
    """What a code of the OECD is in a column: countries alone in `country`, any in others."""
    from hubrank_fetching.geonames import codes_of_countries

    countries = frozenset(codes_of_countries().values())
    return lambda text: text if scheme != "country" or text in countries else None
