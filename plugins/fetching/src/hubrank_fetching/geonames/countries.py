"""Countries by their names and codes in English, as lists of the world write them."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from types import MappingProxyType

from hubrank.errors import fold_name

#: Names that ISO 3166-1 has otherwise.
_ALSO = {
    "BOL": ("Bolivia",),
    "BRN": ("Brunei",),
    "CIV": ("Ivory Coast", "Cote d'Ivoire"),
    "COD": ("DR Congo", "DRC", "Congo, Dem. Rep.", "Democratic Republic of the Congo", "Congo-Kinshasa"),
    "COG": ("Congo, Rep.", "Republic of the Congo", "Congo", "Congo-Brazzaville"),
    "CPV": ("Cape Verde",),
    "CZE": ("Czech Republic",),
    "EGY": ("Egypt, Arab Rep.",),
    "FSM": ("Micronesia", "Micronesia, Fed. Sts."),
    "GBR": ("UK", "U.K.", "Great Britain", "Britain"),
    "GMB": ("Gambia, The", "The Gambia"),
    "BHS": ("Bahamas, The", "The Bahamas"),
    "GRC": ("EL", "Hellas"),
    "HKG": ("Hong Kong SAR, China", "Hong Kong SAR", "Hong Kong, China"),
    "IRN": ("Iran", "Iran, Islamic Rep."),
    "KGZ": ("Kyrgyz Republic",),
    "KOR": ("South Korea", "Korea, Rep.", "Republic of Korea", "Korea", "Korea, South"),
    "PRK": ("North Korea", "Korea, Dem. People's Rep.", "Korea, North"),
    "LAO": ("Laos", "Lao PDR"),
    "MAC": ("Macao SAR, China", "Macau"),
    "MKD": ("Macedonia", "FYR Macedonia", "Macedonia, FYR"),
    "MMR": ("Burma",),
    "NLD": ("Holland", "The Netherlands"),
    "PSE": ("Palestine", "West Bank and Gaza"),
    "RUS": ("Russia",),
    "SVK": ("Slovak Republic",),
    "SWZ": ("Swaziland",),
    "TUR": ("Turkey", "Turkiye"),
    "TWN": ("Taiwan", "Taiwan, China", "Chinese Taipei"),
    "USA": ("U.S.", "U.S.A.", "United States of America"),
    "VEN": ("Venezuela", "Venezuela, RB"),
    "VNM": ("Vietnam", "Viet Nam"),
    "YEM": ("Yemen, Rep.",),
    "XKX": ("Kosovo", "XK", "XKX"),
    "KNA": ("St. Kitts and Nevis",),
    "LCA": ("St. Lucia",),
    "VCT": ("St. Vincent and the Grenadines",),
}
#: What GeoNames and others have and ISO 3166-1 has not.
_NO_ISO = {"XK": "XKX"}
#: Names that are of several countries.
_AMBIGUOUS = ("korea", "congo", "virginislands")


@functools.cache
def codes_of_countries() -> Mapping[str, str]:
    """The alpha-3 code of each alpha-2 code; Kosovo, which ISO 3166-1 has not, is `XK` and `XKX`."""
    import pycountry

    return MappingProxyType({each.alpha_2: each.alpha_3 for each in pycountry.countries} | _NO_ISO)


@functools.cache
def keys_of_countries() -> Mapping[str, str]:
    """The alpha-3 code of each name and code of a country in English, folded as `hubrank.cli.folded_key` does."""
    import pycountry

    made: dict[str, str] = {}
    for each in pycountry.countries:
        own = (
            each.alpha_2,
            each.alpha_3,
            each.name,
            getattr(each, "common_name", ""),
            getattr(each, "official_name", ""),
        )
        made |= {fold_name(name): each.alpha_3 for name in (*own, each.name.split(",")[0]) if name}
    made = {key: code for key, code in made.items() if key not in _AMBIGUOUS}
    return MappingProxyType(made | {fold_name(name): code for code, names in _ALSO.items() for name in names})


def country_called(name: str) -> str | None:
    """The alpha-3 code of a country by a name or code in English; none where there is no such country."""
    return keys_of_countries().get(fold_name(name))
