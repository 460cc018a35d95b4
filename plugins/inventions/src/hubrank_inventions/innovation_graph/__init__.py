"""The GitHub Innovation Graph: what developers of a country do on GitHub, by year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from hubrank import DataSource, Origin, Request, Table, hookimpl
from hubrank_fetching import Needs, Service, digest_of, fetched

if TYPE_CHECKING:
    import pandas as pd
    from hubrank_fetching.session import Session

SERVICE = Service(
    name="github-innovation-graph",
    address="https://raw.githubusercontent.com/github/innovationgraph",
    media=("text/plain", "text/csv"),
    days=365,  # what a commit has never changes
)
#: The release of January 2026, whose last quarter is the third of 2025.
COMMIT = "8faec9d72c7ec505480197d6dd580e6739fe2a96"
#: Bytes of the largest files; the others have fewer than 200,000.
_LARGE = {"economy_collaborators": 4e6, "languages": 4e6, "licenses": 2e6, "topics": 6e6}
_COUNTRY = {"country": "ISO 3166-1 alpha-3", "year": "of the figure"}
_PROVENANCE = {
    "vintage": "the quarters that the figure is of",
    "method": "how quarters became a year",
}
_PUSHERS = "developers who pushed code of the one that is chosen, in the last quarter"


@frozen(kw_only=True)
class Options:
    """What a scenario says.

    Attributes:
        commit: The commit of GitHub's repository `innovationgraph`, whole, whose files are read.
        only: The language, licence or topic that is wanted of the tables `languages`, `licenses` and `topics`.
    """

    commit: str = field(default=COMMIT)
    only: str = ""

    @commit.validator
    def _commit(self, _: Any, value: str) -> None:
        if not re.fullmatch("[0-9a-f]{40}", value):
            raise ValueError(f"commit: must be a whole commit, of 40 digits and letters from a to f; got '{value}'")


def _table(name: str, title: str, kind: Any, **amounts: str) -> Table:
    columns = {**_COUNTRY, **amounts, **_PROVENANCE}
    return Table(name=name, title=title, kind=kind, columns=columns, origin=SERVICE.name)


TABLES = (
    _table("git_pushes", "Pushes of code", "flow", git_pushes="pushes in the year"),
    _table("developers", "Developers with an account", "stock", developers="accounts at the end of the last quarter"),
    _table(
        "organizations",
        "Organisations with an account",
        "stock",
        organizations="accounts at the end of the last quarter",
    ),
    _table("repositories", "Repositories", "stock", repositories="repositories at the end of the last quarter"),
    _table("languages", "Developers who use a language", "stock", num_pushers=_PUSHERS),
    _table("licenses", "Developers who work under a licence", "stock", num_pushers=_PUSHERS),
    _table("topics", "Developers who work on a topic", "stock", num_pushers=_PUSHERS),
    _table(
        "economy_collaborators",
        "Work on the code of other countries",
        "flow",
        sent="pushes and pull requests to repositories of other countries in the year",
        received="those of other countries to its own repositories",
    ),
)


def origins(options: Options) -> tuple[Origin, ...]:
    """GitHub, with the commit."""
    return (
        Origin(
            name=SERVICE.name,
            producer="GitHub",
            title=f"GitHub Innovation Graph, commit {options.commit[:7]}",
            licence="CC0-1.0",
            url=f"https://github.com/github/innovationgraph/tree/{options.commit}",
            licence_url="https://creativecommons.org/publicdomain/zero/1.0/",
            published="2026-01" if options.commit == COMMIT else "",
            citation="GitHub Innovation Graph",
            note="Developers are placed by their addresses on the internet; countries with few are left out.",
        ),
    )


def needs(request: Request) -> Needs:
    """A file."""
    return Needs(requests=1, bytes=_LARGE.get(request.table, 200_000), seconds=5)


@fetched(SERVICE, needs)
def read(request: Request, session: Session) -> Iterator[pd.DataFrame]:
    """The figures of all countries and years."""
    from hubrank_inventions.innovation_graph import quarters

    path = f"{request.options.commit}/data/{request.table}.csv"
    reply = session.content(path, None, lambda content: quarters.read(content, request.table))
    yield quarters.years(reply.content, request.table, request.options.only)


#: Real figures of single quarters, from the first and last lines of the files.
_SAMPLES: dict[str, tuple[str, dict[str, float]]] = {
    "developers": ("USA", {"developers": 9_763_122}),
    "organizations": ("USA", {"organizations": 601_565}),
    "repositories": ("USA", {"repositories": 30_669_781}),
    "languages": ("ARE", {"num_pushers": 816}),
    "licenses": ("ARE", {"num_pushers": 738}),
    "topics": ("USA", {"num_pushers": 6_739}),
    "economy_collaborators": ("GBR", {"sent": 254_191, "received": 46_967}),
}


def sample(table: str, options: Options) -> pd.DataFrame:  # noqa: ARG001  # of whatever commit
    """One real figure: pushes of a year, else a quarter, of Python or MIT, or of two countries that collaborate."""
    import pandas as pd

    if table == "git_pushes":
        message = {"vintage": "2023-Q1 to Q4", "method": "sum of four quarters"}
        return pd.DataFrame(
            [{"country": "NAM", "year": 2023, "git_pushes": 15_562.0 + 9_088 + 11_362 + 7_428, **message}]
        )
    country, amounts = _SAMPLES[table]
    message = {"vintage": "2020-Q1", "method": "one quarter, as a sample"}
    return pd.DataFrame([{"country": country, "year": 2020, **amounts, **message}])


@hookimpl
def hubrank_data_sources() -> Iterator[DataSource]:
    """The source."""
    yield DataSource(
        name=SERVICE.name,
        title="The GitHub Innovation Graph by country and year",
        read=read,
        sample=sample,
        tables=TABLES,
        origins=origins,
        options=Options,
        fingerprint=digest_of(read),
    )
