"""The rows of the tables: works by unit or city, and institutions one by one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from attrs import frozen
from hubrank import Request, count_text

from hubrank_research.openalex.asking import ROWS
from hubrank_research.openalex.counting import CONDITIONS, counts, divided
from hubrank_research.openalex.institutions import PLACE, institutions
from hubrank_research.openalex.service import NAME

if TYPE_CHECKING:
    import pandas as pd
    from hubrank_fetching.session import Session

#: The last request to what is kept, and its rows.
_LAST: list[tuple[Request, pd.DataFrame]] = []


@frozen(kw_only=True)
class Together:
    """Institutions whose works are counted together.

    Attributes:
        place: Where they are: the columns of a row.
        ids: They, the largest first.
        works: How many works each has, of all years and types.
        method: What is said of a count.
    """

    place: Mapping[str, object]
    ids: Sequence[str]
    works: Sequence[int]
    method: str

    def requests(self) -> int:
        """How many requests a count takes, or some more where works must be listed."""
        counted, rest = divided(self.ids)
        listed = self.works[sum(map(len, counted)) :]
        return len(counted) + len(rest) + sum(listed) // ROWS


def frame(request: Request, session: Session) -> pd.DataFrame:
    """The rows of a table; those of a request whose digest was asked for are not made twice of thousands of replies."""
    if not session.online and _LAST and _LAST[0][0] is request:
        return _LAST[0][1]
    made = works(request, session) if request.table == "works" else sites(request, session)
    _LAST[:] = [] if session.online else [(request, made)]
    return made


def works(request: Request, session: Session) -> pd.DataFrame:
    """Works by year: a row for each unit, or for each city where units are not known or not wanted."""
    import pandas as pd

    rows = [row for each in together(request, session) for row in _rows(each, request, session)]
    columns = ["unit", *PLACE, "year", *amounts(request), "method"]
    made = pd.DataFrame(rows, columns=columns)
    return made.astype({**dict.fromkeys(("lat", "lon", *amounts(request)), "float64"), "year": "int64"})


def _rows(each: Together, request: Request, session: Session) -> Iterator[Mapping[str, object]]:
    found = {name: counts(each.ids, name, request.options, session) for name in amounts(request)}
    for year in range(request.options.first_year, request.options.last_year + 1):
        numbers = {name: by_year[year] for name, by_year in found.items()}
        yield {**each.place, "year": year, **numbers, "method": each.method}


def amounts(request: Request) -> tuple[str, ...]:
    """The counts that are asked for."""
    return tuple(name for name in CONDITIONS if name in request.columns)


def together(request: Request, session: Session) -> Iterator[Together]:
    """The institutions that count at their places, put together as the works are counted."""
    there = institutions(request.options, session)
    there = there[there["why"] == ""].reset_index(drop=True)
    if request.locate is None or request.options.by == "city":
        yield from _by_city(there)
        return
    located = request.locate(there[["ror", *PLACE]])
    for unit, rows in located.groupby("unit", sort=True)["row"]:
        own = there.iloc[sorted(rows)]
        number = count_text(len(own), "institution")
        yield _together({"unit": unit}, own, f"full counting, each work once in the unit, of {number}")


def _by_city(there: pd.DataFrame) -> Iterator[Together]:
    """Those of one city together: its GeoNames number, or its point where it has none."""
    points = there["lat"].astype(str) + " " + there["lon"].astype(str)
    for _, own in there.groupby(there["geonames"].fillna(points), sort=True, dropna=False):
        place = {name: own[name].iloc[0] for name in PLACE}
        yield _together(place, own, "full counting, each work once in each of its cities")


def _together(place: Mapping[str, object], own: pd.DataFrame, method: str) -> Together:
    return Together(place=place, ids=own["id"].tolist(), works=own["works"].tolist(), method=method)


def sites(request: Request, session: Session) -> pd.DataFrame:
    """One row an institution that counts at its place."""
    there = institutions(request.options, session)
    there = there[there["why"] == ""].reset_index(drop=True)
    columns = ["ror", *PLACE, "type", "works"]
    return there[columns].assign(institutions=1.0, works=there["works"].astype(float))


def digest(request: Request, session: Session) -> str:
    """A text that changes when the rows do."""
    text = frame(request, session).to_json(orient="split", double_precision=15)
    return hashlib.sha256(f"{NAME} {text}".encode()).hexdigest()
