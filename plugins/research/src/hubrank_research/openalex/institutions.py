"""Institutions of OpenAlex by place, as rows."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
from attrs import frozen
from hubrank.plugin import Request, count_text, gettext_noop
from hubrank_fetching import misfit, other_form
from hubrank_fetching.geonames import codes_of_countries
from hubrank_fetching.session import Reply, Session

from hubrank_research.openalex.counting import CONDITIONS, FIRST, ROWS, address, counts, divided, listed
from hubrank_research.openalex.options import NAME, Options

_TEXT, _NUMBER = (str, None), (int, float, None)
INSTITUTION = {
    "id": str,
    "ror": _TEXT,
    "display_name": _TEXT,
    "country_code": _TEXT,
    "type": _TEXT,
    "lineage": (list, None),
    "geo": (dict, None),
    "works_count": int,
    "is_super_system": (bool, None),
    "status": _TEXT,
}
GEO = {"geonames_city_id": (str, int, None), "latitude": _NUMBER, "longitude": _NUMBER}
PAGE = {"meta": {"count": int, "next_cursor": _TEXT}, "results": [INSTITUTION]}
COLUMNS = ("id", "name", "ror", "type", "country", "geonames", "lat", "lon", "works", "why")
#: Those that say where it is.
PLACE = ("geonames", "lat", "lon", "country")
#: Why an institution does not count at its place.
SYSTEM, INACTIVE = gettext_noop("super systems"), gettext_noop("inactive")
SPREAD = gettext_noop("institutions in many cities")
#: The type of those that count at their seat, however many campuses they have.
_UNIVERSITY = "education"
#: The frames of lists that were read in this process, by all that decides them.
_MADE: dict[tuple[str, ...], pd.DataFrame] = {}
#: The last request for kept data, and its rows.
_LAST: list[tuple[Request, pd.DataFrame]] = []


def institutions(options: Options, session: Session) -> pd.DataFrame:
    """All institutions that the options ask for.

    Returns:
        One row per institution, the largest first: `id` (`I27837315`), `name`, `ror`, `type`, `country` (alpha-3),
        `geonames`, `lat`, `lon`, `works` (of all years and types), and `why` it does not count at its place (`SYSTEM`,
        `INACTIVE`, `SPREAD`), empty if it does.
    """
    first = None if session.online else page(options, FIRST, session)
    key = (session.service.base, repr(options), first.date, first.digest) if first else ()
    if first is None or key not in _MADE:
        _MADE.clear()
        _MADE[key] = frame_of(listed(lambda cursor: page(options, cursor, session)), options.sites)
    return _MADE[key]


def page(options: Options, cursor: str, session: Session) -> Reply:
    """A page of the list."""
    filters = {"works_count": f">{options.least_works - 1}"}
    if options.countries:
        two = {three: two for two, three in codes_of_countries().items()}
        filters["country_code"] = "|".join(sorted(two[item] for item in options.countries))
    path = address("institutions", filters, select=",".join(INSTITUTION), per_page=str(ROWS), cursor=cursor)
    return session.json(path, shape=dict, check=check)


def check(value: Any) -> None:
    """Reject a page of another form."""
    found = misfit(value, PAGE)
    for at, item in enumerate([] if found else value["results"]):
        if item["geo"] is not None and (found := misfit(item["geo"], GEO, f"reply.results[{at}].geo")):
            break
    if found:
        raise other_form(NAME, found)


def frame_of(records: Iterable[Mapping[str, Any]], sites: int) -> pd.DataFrame:
    """Institutions as OpenAlex has them, as `institutions` gives them."""
    rows = list(records)
    spread = _spread(rows, sites)
    result = pd.DataFrame([_row(item, spread) for item in rows], columns=COLUMNS)
    result = result.astype({"lat": "float64", "lon": "float64", "works": "int64"})
    # some have the number of another city: it is theirs where most that have it are of their country
    known = result.assign(country=result["country"].fillna(""))
    alike = known.groupby(["geonames", "country"])["id"].transform("size")
    result["geonames"] = result["geonames"].where(2 * alike > known.groupby("geonames")["id"].transform("size"))
    return result.sort_values(["works", "id"], ascending=[False, True], ignore_index=True)


def _row(record: Mapping[str, Any], spread: set[str]) -> tuple[Any, ...]:
    city, lat, lon = ((record["geo"] or {}).get(name) for name in GEO)
    why = SPREAD if record["id"] in spread else ""
    why = why if record["status"] in (None, "active") else INACTIVE
    return (
        record["id"].rpartition("/")[2],
        record["display_name"],
        record["ror"].rpartition("/")[2] if record["ror"] else None,
        record["type"],
        codes_of_countries().get(str(record["country_code"])),
        None if city is None else str(city),
        *((lat, lon) if lat is not None and lon is not None else (None, None)),
        record["works_count"],
        SYSTEM if record["is_super_system"] else why,
    )


def _spread(records: Iterable[Mapping[str, Any]], sites: int) -> set[str]:
    """The bodies with parts in at least this many cities: their own place is a seat, and no place of research."""
    cities: dict[str, set[str]] = defaultdict(set)
    types: dict[str, str | None] = {}
    for item in records:
        types[item["id"]] = item["type"]
        city = (item["geo"] or {}).get("geonames_city_id")
        for above in item["lineage"] or ():
            if city is not None and above != item["id"]:
                cities[above].add(str(city))
    return {body for body, places in cities.items() if len(places) >= sites and types.get(body) != _UNIVERSITY}


@frozen(kw_only=True)
class Together:
    """Institutions, the largest first, counted together, their works of all years and types, and columns of a row."""

    place: Mapping[str, object]
    ids: Sequence[str]
    works: Sequence[int]
    method: str

    def requests(self) -> int:
        """The number of requests that a count takes, or some more where works must be listed."""
        counted, rest = divided(self.ids)
        listed = self.works[sum(map(len, counted)) :]
        return len(counted) + len(rest) + sum(listed) // ROWS


def frame(request: Request, session: Session) -> pd.DataFrame:
    """The rows of a table; those of a request with a known digest are not made again from thousands of replies."""
    if not session.online and _LAST and _LAST[0][0] is request:
        return _LAST[0][1]
    result = works(request, session) if request.table == "works" else sites(request, session)
    _LAST[:] = [] if session.online else [(request, result)]
    return result


def works(request: Request, session: Session) -> pd.DataFrame:
    """Works by year: a row for each unit, or for each city where units are not known or not wanted."""
    options, names, rows = request.options, amounts(request), []
    for item in together(request, session):
        found = {name: counts(item.ids, name, options, session) for name in names}
        for year in range(options.first_year, options.last_year + 1):
            numbers = {name: by_year[year] for name, by_year in found.items()}
            rows.append({**item.place, "year": year, **numbers, "method": item.method})
    result = pd.DataFrame(rows, columns=["unit", *PLACE, "year", *names, "method"])
    return result.astype({**dict.fromkeys(("lat", "lon", *names), "float64"), "year": "int64"})


def amounts(request: Request) -> tuple[str, ...]:
    """The counts that are asked for."""
    return tuple(name for name in CONDITIONS if name in request.columns)


def _placed(request: Request, session: Session) -> pd.DataFrame:
    """The institutions that count at their places."""
    found = institutions(request.options, session)
    return found[found["why"] == ""].reset_index(drop=True)


def together(request: Request, session: Session) -> Iterator[Together]:
    """The institutions that count at their places, combined in the same way as the works are counted.

    Without units, or by city, those of one city are combined: by its GeoNames number, or its point if it has none.
    """
    there = _placed(request, session)
    if request.locate is None or request.options.by == "city":
        points = there["lat"].astype(str) + " " + there["lon"].astype(str)
        for _, sites in there.groupby(there["geonames"].fillna(points), sort=True, dropna=False):
            place = {name: sites[name].iloc[0] for name in PLACE}
            method = "full counting, each work once in each of its cities"
            yield Together(place=place, ids=sites["id"].tolist(), works=sites["works"].tolist(), method=method)
        return
    for unit, rows in request.locate(there[["ror", *PLACE]]).groupby("unit", sort=True)["row"]:
        sites = there.iloc[sorted(rows)]
        method = f"full counting, each work once in the unit, of {count_text(len(sites), 'institution')}"
        yield Together(place={"unit": unit}, ids=sites["id"].tolist(), works=sites["works"].tolist(), method=method)


def sites(request: Request, session: Session) -> pd.DataFrame:
    """One row per institution that counts at its place."""
    there = _placed(request, session)[["ror", *PLACE, "type", "works"]]
    return there.assign(institutions=1.0, works=there["works"].astype(float))
