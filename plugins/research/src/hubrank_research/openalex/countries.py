"""Countries by the code of two letters that OpenAlex has."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from types import MappingProxyType

#: What OpenAlex has and ISO 3166-1 has not.
_NO_ISO = {"XK": "XKX"}


@functools.cache
def codes_of_countries() -> Mapping[str, str]:
    """The alpha-3 code of each alpha-2 code; Kosovo is `XKX`."""
    import pycountry

    return MappingProxyType({each.alpha_2: each.alpha_3 for each in pycountry.countries} | _NO_ISO)
