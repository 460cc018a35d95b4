"""Scientific works and institutions by place, from OpenAlex.

`options` knows the service and what it charges and rejects; `counting` walks its pages and counts works of many
institutions once; `institutions` says where each institution is and which count, and makes the tables.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping

import pandas as pd
from hubrank.plugin import Coverage, Origin, Request, Table
from hubrank_fetching import FetchError, Needs, fetched
from hubrank_fetching.session import Session

from hubrank_research import CC0, PLACE
from hubrank_research.openalex.counting import FIRST, ROWS
from hubrank_research.openalex.institutions import amounts, frame, institutions, page, together
from hubrank_research.openalex.options import NAME, PRICE, SERVICE, Options

__all__ = ["Options", "fingerprint", "needs", "origins", "read", "sample", "tables"]

#: Institutions that have a work, about, as long as their list is not kept: of the world, and of a large country.
_INSTITUTIONS, _OF_A_COUNTRY = 135_000, 15_000
#: Numbers of works, and the approximate share of institutions with as many.
_MANY, _LARGE = 100, 1 / 3
#: Bytes of a page of institutions and of a count, as they travel, and seconds of a request.
_PAGE, _COUNT, _SECONDS = 15_000, 1_000, 0.3
_AMOUNTS = {
    "papers": "works, each counted in full",
    "top10_papers": "those among the tenth that is cited most, as the option top says",
    "top1_papers": "those among the hundredth that is cited most",
    "industry_papers": "those with an author of a firm",
    "international_papers": "those with authors of several countries",
}
#: Works of the Institute of Pomology in Xingcheng by year.
_POMOLOGY = {2010: 108, 2011: 122, 2012: 98, 2013: 110, 2014: 133, 2015: 113, 2016: 101, 2017: 123, 2018: 223}
_POMOLOGY |= {2019: 240, 2020: 233, 2021: 174, 2022: 260, 2023: 275, 2024: 193, 2025: 223}


def tables(options: Options) -> tuple[Table, ...]:
    """Works by year, and institutions."""
    return (
        Table(
            name="works",
            title="Scientific works by place",
            kind="flow",
            columns={
                "unit": "the unit in which each work is counted once, where units are known",
                **PLACE,
                "year": "of publication",
                **_AMOUNTS,
                "method": "how works were counted",
            },
            covers=Coverage(first=options.first_year, last=options.last_year),
            origin=NAME,
        ),
        Table(
            name="institutions",
            title="Institutions with scientific works",
            kind="stock",
            columns={
                "ror": "ROR id, where there is one",
                **PLACE,
                "type": "education, healthcare, company, facility, government, nonprofit, archive, funder or other",
                "institutions": "institutions",
                "works": "works of all years and types, counted in full for each",
            },
            origin=NAME,
        ),
    )


def origins(options: Options) -> tuple[Origin, ...]:
    """OpenAlex, with the day on which its institutions were fetched, and those that count nowhere."""
    note = (
        "OpenAlex finds more works each day, and puts them into other types now and then: figures that were fetched on "
        "different days are not comparable. Works of institutions outside every unit are not asked for."
    )
    accessed, session, without = "", Session(SERVICE), Counter[str]()
    try:
        accessed = page(options, FIRST, session).date
        without = Counter(why for why in institutions(options, session)["why"] if why)
    except FetchError:
        pass
    if without:
        note += f" Not counted at their seats: {', '.join(f'{number} {why}' for why, number in without.items())}."
    return (
        Origin(
            name=NAME,
            producer="OurResearch",
            title="OpenAlex",
            url="https://openalex.org",
            **CC0,
            accessed=accessed,
            citation="J. Priem, H. Piwowar, R. Orr (2022), OpenAlex: A fully-open index of scholarly works, authors, "
            "venues, institutions, and concepts, arXiv:2205.01833",
            note=note,
        ),
    )


def needs(request: Request) -> Needs:
    """The list of institutions, and for each count a request a hundred of them; once that is kept, more exactly."""
    number = min(len(request.options.countries) * _OF_A_COUNTRY or _INSTITUTIONS, _INSTITUTIONS)
    number = round(number * _LARGE) if request.options.least_works >= _MANY else number
    pages, columns = number // ROWS, len(amounts(request)) if request.table == "works" else 0
    try:
        counts = columns * sum(item.requests() for item in together(request, Session(SERVICE)))
        pages = 0
    except FetchError:
        counts = columns * pages
    requests, size = pages + counts, pages * _PAGE + counts * _COUNT
    return Needs(requests=requests, bytes=size, seconds=requests * _SECONDS, usd=requests * PRICE)


@fetched(SERVICE, needs)
def read(request: Request, session: Session) -> Iterator[pd.DataFrame]:
    """The rows of a table: works once per unit, or once per city if the units are unknown; or institutions."""
    yield frame(request, session)


def fingerprint(request: Request) -> str:
    """A digest of the rows that the kept replies make."""
    text = frame(request, Session(SERVICE)).to_json(orient="split", double_precision=15)
    return hashlib.sha256(f"{NAME} {text}".encode()).hexdigest()


def sample(table: str, options: Options) -> pd.DataFrame:
    """A real institution as it was in June 2026, and its works of all types by year."""
    place: Mapping[str, object] = {"geonames": "2033766", "lat": 40.6132, "lon": 120.7375, "country": "CHN"}
    if table == "institutions":
        return pd.DataFrame([{"ror": "03tx9ed22", **place, "type": "facility", "institutions": 1.0, "works": 3243.0}])
    years = [year for year in _POMOLOGY if options.first_year <= year <= options.last_year]
    counts = {"year": years, "papers": [float(_POMOLOGY[year]) for year in years]}
    unknown = dict.fromkeys(list(_AMOUNTS)[1:], float("nan"))
    return pd.DataFrame({"unit": None, **place, **counts, **unknown, "method": "full counting in the institution"})
