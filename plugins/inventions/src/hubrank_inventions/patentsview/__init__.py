"""Patents of the United States' office by the places of their inventors, from PatentsView's tables."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from attrs import frozen
from hubrank import DataSource, Origin, Request, Table, hookimpl
from hubrank_fetching import FetchError, Key, Needs, Refusal, Service, fetched, kept_of, last_day

if TYPE_CHECKING:
    import pandas as pd
    from hubrank_fetching.session import Session

_FORBIDDEN, _NOT_FOUND, _LIMITED = 403, 404, 429
KEY = Key(variable="HUBRANK_USPTO_KEY", name="X-API-KEY", where="https://data.uspto.gov/myodp")


def refusal(found: Refusal) -> FetchError | None:
    """What a refusal of the Open Data Portal means."""
    if found.status == _LIMITED and "/files/" in found.address:
        what = (
            "has given this file as often as it gives one to a key in a year, 20 times; download it in a browser, "
            "and name its folder in options.file"
        )
        return FetchError("patentsview", what, "you")
    if found.status == _NOT_FOUND:
        where = "https://data.uspto.gov/bulkdata/datasets/pvgpatdis"
        return FetchError("patentsview", f"has no such file or product for this key; look at {where}", "us")
    if found.status == _FORBIDDEN:
        return FetchError("patentsview", f"refuses the key in {KEY.variable}, or a firewall does", "you")
    return None


SERVICE = Service(
    name="patentsview",
    address="https://api.uspto.gov/api/v1/datasets/products",
    hosts=("data.uspto.gov",),
    key=KEY,
    days=30,
    pace=1,
    refusal=refusal,
)
#: Bytes of the tables together, about, and of that which filing years are in.
_BYTES, _MORE = 800e6, 100e6


@frozen(kw_only=True)
class Options:
    """What a scenario says.

    Attributes:
        year: A patent's year: of its `grant`, or of the `filing` of its application.
        file: A folder with PatentsView's tables (`g_patent.tsv.zip`, or unpacked), in place of downloads; relative to
            the scenario.
        release: The day of the release that the folder has, in ISO form, for the record.
    """

    year: Literal["grant", "filing"] = "grant"
    file: Path | None = None
    release: str = ""


PATENTS = Table(
    name="patents",
    title="Utility patents of the United States' office by their inventors' places",
    kind="flow",
    columns={
        "lat": "degrees north",
        "lon": "degrees east",
        "country": "ISO 3166-1 alpha-3; Kosovo is XKX",
        "year": "of the grant, or of the filing",
        "patents": "patents, each shared equally by its inventors",
    },
    origin=SERVICE.name,
)


def origins(options: Options) -> tuple[Origin, ...]:
    """PatentsView, with the day of the release and that of the download, where they are known."""
    released, accessed = options.release, ""
    if options.file is None:
        from hubrank_fetching.session import Session

        from hubrank_inventions.patentsview.release import released as released_on

        with contextlib.suppress(FetchError):
            released = released_on(Session(SERVICE))
        accessed = last_day(read, PATENTS.name, options)
    return (
        Origin(
            name=SERVICE.name,
            producer="PatentsView, United States Patent and Trademark Office",
            title="Granted patent disambiguated data (PVGPATDIS)",
            licence="CC-BY-4.0",
            url="https://data.uspto.gov/bulkdata/datasets/pvgpatdis",
            licence_url="https://creativecommons.org/licenses/by/4.0/",
            published=released,
            accessed=accessed,
            citation="PatentsView, USPTO, granted patent disambiguated data, CC BY 4.0",
            note="Points of places derive from OpenStreetMap (ODbL).",
        ),
    )


def needs(request: Request) -> Needs:
    """The list of files and each of them; nothing where the person has them."""
    options: Options = request.options
    if options.file is not None:
        return Needs(requests=0, bytes=0, seconds=0)
    filed = options.year == "filing"
    return Needs(requests=8 + 2 * filed, bytes=_BYTES + _MORE * filed, seconds=600)


def ask(request: Request, session: Session) -> None:
    """Have all tables asked for; their rows are counted when they are wanted."""
    from hubrank_inventions.patentsview.release import tables_of

    tables_of(request.options, session)


@fetched(SERVICE, needs, ask=ask)
def read(request: Request, session: Session) -> Iterator[Any]:
    """One lazy frame of DuckDB: each inventor's share of each patent, at the inventor's place."""
    from hubrank_inventions.patentsview.release import counted, tables_of

    yield counted(tables_of(request.options, session), request)


def fingerprint(request: Request) -> str:
    """The digests of the downloads; of a folder, its files with sizes and times of change."""
    from hubrank_inventions.patentsview.release import state_of

    if request.sample or request.options.file is None:
        return kept_of(read, request).digest
    return state_of(request.options)


def sample(table: str, options: Options) -> pd.DataFrame:  # noqa: ARG001  # one table, whatever the year
    """Patent 10,000,000, of one inventor in Manhattan Beach, filed in 2015 and granted in 2018."""
    import pandas as pd

    year = 2018 if options.year == "grant" else 2015
    return pd.DataFrame({"lat": [33.8847], "lon": [-118.4109], "country": "USA", "year": [year], "patents": [1.0]})


@hookimpl
def hubrank_data_sources() -> Iterator[DataSource]:
    """The source."""
    yield DataSource(
        name="patentsview",
        title="Patents of the United States by their inventors' places, from PatentsView",
        read=read,
        sample=sample,
        tables=(PATENTS,),
        origins=origins,
        options=Options,
        fingerprint=fingerprint,
    )
