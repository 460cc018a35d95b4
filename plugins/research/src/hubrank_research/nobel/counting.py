"""What an award counts, and where."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from hubrank_research.nobel.laureates import Award, City, awards
from hubrank_research.nobel.placing import Spot, spots

if TYPE_CHECKING:
    import pandas as pd
    from hubrank_fetching.session import Session

    from hubrank_research.nobel import Counting, Options

#: An award without an organisation lies nowhere.
_NOWHERE = Spot(lat=None, lon=None, geonames=None, country=None, method="no organisation")
#: What the organisations of an award count, in their order.
_SHARES: Mapping[Counting, Callable[[Award, int], list[Fraction]]] = {
    "fractional": lambda award, number: [award.portion / number] * number,
    "fractional-laureate": lambda _, number: [Fraction(1, number)] * number,
    "full": lambda _, number: [Fraction(1)] * number,
    "first": lambda _, number: [Fraction(1), *[Fraction(0)] * (number - 1)],
}


def frame(options: Options, session: Session) -> pd.DataFrame:
    """A row for each award and organisation that counts, and for each award without one."""
    import pandas as pd

    wanted = [each for each in awards(session) if each.category in options.categories]
    where = spots({city for each in wanted for city in each.cities}, session)
    columns = ["geonames", "lat", "lon", "country", "year", "category", "laureates", "vintage", "method"]
    rows = []
    for award in wanted:
        for city, share in shares(award, options.counting):
            spot = _NOWHERE if city is None else where[city]
            place = (spot.geonames, spot.lat, spot.lon, spot.country)
            told = (award.year, award.category, float(share), award.fetched, spot.method)
            rows.append((*place, *told, f"{award.category} {award.year} {award.laureate}"))
    made = pd.DataFrame(rows, columns=[*columns, "award"])
    made = made.astype({"geonames": "Int64", "lat": float, "lon": float, "country": object, "laureates": float})
    return made if options.counting == "full" else made[columns]


def shares(award: Award, counting: Counting) -> list[tuple[City | None, Fraction]]:
    """What each of an award's cities counts; where there is none, what counts nowhere."""
    cities = award.cities or (None,)
    found = zip(cities, _SHARES[counting](award, len(cities)), strict=True)
    return [(city, share) for city, share in found if share]
