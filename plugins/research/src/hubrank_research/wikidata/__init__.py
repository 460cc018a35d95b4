"""Wikidata: head offices, universities, unicorns and laureates by place, and where its items lie.

For authors of sources: `places`, which gives the `Place` of items, with `SERVICE`.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from hubrank import DataError, DataSource, Origin, Request, Table, hookimpl
from hubrank_fetching import Needs, digest_of, fetched

from hubrank_research.wikidata.asking import NAME, SERVICE, is_item

if TYPE_CHECKING:
    import pandas as pd
    from hubrank_fetching.session import Session

    from hubrank_research.wikidata.counting import Place, places

#: Where each name is; its module is imported when it is asked for, so that the list of sources loads none of them.
_PLACES = {"Place": "counting", "places": "counting"}
#: The class of each table that counts items: public companies and universities. That of unicorns has to be named.
CLASSES = {"headquarters": "Q891723", "universities": "Q3918"}
#: Countries and areas with a code.
_COUNTRIES = 260
_CODE = re.compile(r"[A-Z]{3}")

__all__ = ["SERVICE", "Place", "hubrank_data_sources", "places"]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_PLACES[name]}"), name)


@frozen(kw_only=True)
class Options:
    """What a scenario says.

    Attributes:
        of: The item of Wikidata whose instances, and those of its subclasses, are counted: `Q3918` are universities.
        countries: The countries that are asked for (ISO 3166-1 alpha-3); none named asks for all.
    """

    of: str = field(default="")
    countries: tuple[str, ...] = field(default=())

    @of.validator
    def _of(self, _: Any, value: str) -> None:
        if value and not is_item(value):
            raise ValueError("of: must be the id of an item of Wikidata, such as Q3918")

    @countries.validator
    def _countries(self, _: Any, value: tuple[str, ...]) -> None:
        if not all(_CODE.fullmatch(item) for item in value):
            raise ValueError("countries: must be codes of ISO 3166-1 alpha-3, such as FRA")


_PLACE = {
    "geonames": "GeoNames id of the city, where it is known",
    "lat": "degrees north",
    "lon": "degrees east",
    "country": "ISO 3166-1 alpha-3",
}
_TOLD = {
    "vintage": "the day on which they were fetched",
    "method": "how the place was found, or why there is none",
}
_ORGANISATION = {"item": "the organisation's item of Wikidata", "ror": "its id in the Research Organization Registry"}


def _counted(name: str, title: str, meaning: str) -> Table:
    columns = {**_ORGANISATION, **_PLACE, "year": "in which they were fetched", name: meaning, **_TOLD}
    return Table(name=name, title=title, kind="stock", columns=columns, origin=NAME)


#: None covers anything: what Wikidata lacks may be there in the world.
TABLES = (
    _counted("unicorns", "Unicorns that Wikidata knows", "companies"),
    _counted("headquarters", "Head offices of organisations that Wikidata knows", "organisations"),
    _counted("universities", "Universities that Wikidata knows", "universities"),
    Table(
        name="laureates",
        title="Nobel laureates by their employers' places in the year of the award",
        kind="flow",
        columns={
            "laureate": "id in the Nobel Prize API",
            **_PLACE,
            "year": "of the award",
            "category": "the prize's category",
            "laureates": "laureates",
            **_TOLD,
        },
        origin=NAME,
    ),
)


def class_of(request: Request) -> str:
    """The class whose items a table counts."""
    found: str = request.options.of or CLASSES.get(request.table, "")
    if not found:
        place = "https://www.wikidata.org/w/index.php?search=unicorn+company"
        what = (
            f"{request.table}: no class is built in; look up the item whose instances are {request.table} ({place}) "
            'and set of = "Q..." in the options of the input'
        )
        raise DataError(NAME, what)
    return found


def needs(request: Request) -> Needs:
    """What the lists by country take, and the places of what they name."""
    if request.table == "laureates":
        return Needs(requests=30, bytes=4_000_000, seconds=120)
    if request.table == "unicorns":
        return Needs(requests=20, bytes=3_000_000, seconds=90)
    number = len(request.options.countries)
    requests = 1 + 10 * number if number else 2 * _COUNTRIES
    return Needs(requests=requests, bytes=80_000 * requests, seconds=3 * requests)


@fetched(SERVICE, needs)
def read(request: Request, session: Session) -> Iterator[pd.DataFrame]:
    """A table, whole."""
    from hubrank_research.wikidata.counting import laureates_frame, organisations_frame

    if request.table == "laureates":
        yield laureates_frame(session)
    else:
        yield organisations_frame(request.table, class_of(request), request.options, session)


#: Real rows: Stripe, Nestlé, ETH Zurich, and Curie at the University of Paris.
_SAMPLES: dict[str, tuple[Any, ...]] = {
    "unicorns": ("Q7624104", None, 5397765, 37.656111, -122.425556, "USA", 2026, 1.0),
    "headquarters": ("Q160746", None, 2658822, 46.466667, 6.85, "CHE", 2026, 1.0),
    "universities": ("Q11942", "05a28rw58", 2657896, 47.376389, 8.548056, "CHE", 2026, 1.0),
    "laureates": ("6", 2988507, 48.856667, 2.351944, "FRA", 1911, "Chemistry", 1.0),
}


def sample(table: str, options: Options) -> pd.DataFrame:  # noqa: ARG001  # one row, whatever is asked for
    """One row, as Wikidata had it in 2026."""
    import pandas as pd

    (columns,) = (item.columns for item in TABLES if item.name == table)
    result = pd.DataFrame([(*_SAMPLES[table], "2026-11-26", "by head office")], columns=[*columns])
    return result.astype({"geonames": "Int64"})


ORIGIN = Origin(
    name=NAME,
    producer="Wikidata",
    title="Wikidata, by its query service",
    licence="CC0-1.0",
    url="https://www.wikidata.org",
    licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
    citation="Wikidata, https://www.wikidata.org",
    note="Low quality as a list: volunteers enter it; some countries and kinds of organisations are nearly complete, "
    "others hardly begun.",
)


@hookimpl
def hubrank_data_sources() -> Iterator[DataSource]:
    """The source."""
    yield DataSource(
        name=NAME,
        title="Head offices, universities, unicorns and laureates that Wikidata knows",
        read=read,
        sample=sample,
        tables=TABLES,
        origins=(ORIGIN,),
        options=Options,
        fingerprint=digest_of(read),
    )
