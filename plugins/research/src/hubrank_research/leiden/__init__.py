"""Papers of universities by their places, from the Leiden Ranking Open Edition, which lies on Zenodo."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal

from attrs import frozen
from hubrank import DataSource, Origin, Request, Table, hookimpl
from hubrank_fetching import FetchError, Needs, digest_of, fetched
from hubrank_fetching.zenodo import SERVICE

if TYPE_CHECKING:
    import pandas as pd
    from hubrank_fetching.session import Session

NAME = "leiden"
#: The record, and three tables of the edition of 2025, unpacked: the others are smaller.
NEEDS = Needs(requests=4, bytes=600_000_000, seconds=300)
#: The record of each edition.
RECORDS = {2023: "10579113", 2024: "13868129", 2025: "17471989"}


@frozen(kw_only=True)
class Options:
    """What a scenario says.

    Attributes:
        edition: Of the ranking.
        field: 0 for all fields; 1 biomedical and health sciences; 2 life and earth sciences; 3 mathematics and computer
            science; 4 physical sciences and engineering; 5 social sciences and humanities.
        core: Whether only core publications count, as CWTS recommends.
        counting: `fractional`, a paper is divided among its universities, so that sums over universities are right; or
            `full`, it is 1 for each, so that it counts twice in a unit with two of them.
    """

    edition: Literal[2023, 2024, 2025] = 2025
    field: Literal[0, 1, 2, 3, 4, 5] = 0
    core: bool = True
    counting: Literal["fractional", "full"] = "fractional"


TABLES = (
    Table(
        name="works",
        title="Scientific papers of universities with 1,500 and more in a period",
        kind="flow",
        columns={
            "ror": "ROR id of the university, where there is one",
            "university": "its name",
            "lat": "degrees north",
            "lon": "degrees east",
            "country": "ISO 3166-1 alpha-3",
            "from_year": "the first year of the period of four years; periods overlap",
            "year": "its last year",
            "papers": "papers, as the option counting says",
            "top10_papers": "those among the tenth of their field and year that is cited most, counted likewise",
            "top1_papers": "those among the hundredth that is cited most, counted likewise",
            "industry_papers": "those with an author of a firm, always counted in full for each university",
            "international_papers": "those with authors of several countries, always counted in full",
            "vintage": "the edition",
            "method": "how papers were counted",
        },
        origin=NAME,
    ),
)


def origins(options: Options) -> tuple[Origin, ...]:
    """CWTS, with the day on which the edition was published and that on which it was fetched."""
    from hubrank_fetching.session import Session

    from hubrank_research.leiden.edition import files

    number = RECORDS[options.edition]
    published = accessed = ""
    try:
        found = files(options.edition, Session(SERVICE))
        published, accessed = found.published, found.accessed
    except FetchError:
        pass
    return (
        Origin(
            name=NAME,
            producer="Centre for Science and Technology Studies (CWTS), Leiden University",
            title=f"CWTS Leiden Ranking Open Edition {options.edition}",
            licence="CC0-1.0",
            url=f"https://doi.org/10.5281/zenodo.{number}",
            licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
            published=published,
            accessed=accessed,
            citation=f"CWTS Leiden Ranking Open Edition {options.edition}, https://doi.org/10.5281/zenodo.{number}",
            note="Universities with 1,500 and more publications alone: no hospital of its own, no institute, no firm. "
            "Affiliated hospitals are in the figures of their universities. Made of OpenAlex.",
        ),
    )


def ask(request: Request, session: Session) -> None:
    """Have the tables asked for; they are read when they are wanted."""
    from hubrank_research.leiden.edition import files

    files(request.options.edition, session)


@fetched(SERVICE, NEEDS, ask=ask)
def read(request: Request, session: Session) -> Iterator[pd.DataFrame]:
    """A row for each university and period."""
    from hubrank_research.leiden.edition import files, frame

    yield frame(files(request.options.edition, session), request.options)


def sample(table: str, options: Options) -> pd.DataFrame:  # noqa: ARG001  # of whatever edition
    """Real figures of an older ranking: the universities of Abu Dhabi in the Leiden Ranking 2020."""
    import pandas as pd

    place = {"ror": None, "university": "Abu Dhabi", "lat": 24.45118, "lon": 54.39696, "country": "ARE"}
    papers = {"papers": 2886.0, "top10_papers": 329.0, "top1_papers": 35.0}
    shared = {"industry_papers": 136.0, "international_papers": 2174.0}
    message = {"vintage": "Leiden Ranking 2020", "method": "full counting; a sample of an older ranking"}
    return pd.DataFrame([{**place, "from_year": 2016, "year": 2019, **papers, **shared, **message}])


@hookimpl
def hubrank_data_sources() -> Iterator[DataSource]:
    """The source."""
    yield DataSource(
        name=NAME,
        title="Papers of universities by place, from the Leiden Ranking Open Edition",
        read=read,
        sample=sample,
        tables=TABLES,
        origins=origins,
        options=Options,
        fingerprint=digest_of(read),
    )
