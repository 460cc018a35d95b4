"""A new vintage: what is made anew of what is kept, what is carried, what the judge finds in it, and its files."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, cast

import attrs
import tomli
import tomli_w
from attrs import frozen
from hubrank import DataSource, Request, __version__
from hubrank_almanac import DATA
from hubrank_fetching.sources import Fetched, fetched_of

from tools.vintage.carried import carried
from tools.vintage.judging import figures
from tools.vintage.judging.finding import Finding
from tools.vintage.judging.hubs import Hubs
from tools.vintage.judging.judge import judge
from tools.vintage.placing import Placer
from tools.vintage.rows import Table
from tools.vintage.writing import files_of

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from hubrank_fetching.session import Session

WorksFrom = Literal["leiden", "openalex", "carried"]
LaureatesFrom = Literal["nobel", "carried"]
#: The terms of an origin that stand in a vintage, beside its name.
_TERMS = ("producer", "title", "url", "licence", "licence_url", "published", "accessed", "citation", "note")


@frozen(kw_only=True)
class Recipe:
    """How a table is made anew.

    Attributes:
        table: Its name.
        source: The source that its rows come from.
        options: The source's.
        columns: The amounts that are asked for.
        make: Makes the table of the source's rows, by a placer, the origin's id and its title.
        note: Notes the names that rows were joined by, by a placer and a session; none where no name is joined.
    """

    table: str
    source: DataSource
    options: Any
    columns: tuple[str, ...]
    make: Callable[[pd.DataFrame, Placer, str, str], Table]
    note: Callable[[Placer, Session], None] | None = None

    @property
    def request(self) -> Request:
        """What is asked of the source."""
        return Request(table=self.table, columns=self.columns, first_year=None, last_year=None, options=self.options)

    @property
    def fetched(self) -> Fetched:
        """What is known of the source."""
        return cast("Fetched", fetched_of(self.source))


@frozen(kw_only=True)
class Vintage:
    """A vintage that is made and not yet written.

    Attributes:
        tables: All tables, in their order.
        made: The recipes of those that are new.
        findings: What the judge finds that nobody has signed for the vintage that is built in.
        origins: Who made the figures, by id.
        hubs: The hubs that it was judged by.
        now: The year of today.
    """

    tables: Sequence[Table]
    made: Sequence[Recipe]
    findings: Sequence[Finding]
    origins: Mapping[str, Mapping[str, str]]
    hubs: Hubs
    now: int

    @property
    def carried(self) -> list[str]:
        """The tables that are those of the vintage that is built in."""
        return [table.name for table in self.tables if table.name not in {each.table for each in self.made}]

    def files(self) -> dict[str, bytes]:
        """Its files by name."""
        made = files_of(self.tables, tomli_w.dumps(self.origins), self.hubs, self.now)
        return made | {"vintage.toml": tomli_w.dumps(self._about()).encode()}

    def _about(self) -> dict[str, Any]:
        tables = {}
        for each in self.made:
            (table,) = (table for table in each.source.tables_for(each.options) if table.name == each.table)
            covers = {} if table.covers is None else {"first": table.covers.first, "last": table.covers.last}
            tables[each.table] = {"source": each.source.name, **({"covers": covers} if covers else {})}
        today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
        return {"made": today, "hubrank": __version__, "carried": self.carried, "tables": tables}


def recipes(works: WorksFrom, laureates: LaureatesFrom, edition: Any) -> list[Recipe]:
    """How the tables that are made anew are made.

    Args:
        works: Where the papers come from.
        laureates: Where the laureates come from.
        edition: Of the Leiden Ranking.
    """
    return [*_works(works, edition), *_laureates(laureates)]


def _works(works: WorksFrom, edition: Any) -> list[Recipe]:
    from tools.vintage.works import AMOUNTS, FIRST, of_leiden, of_openalex

    if works == "carried":
        return []
    if works == "leiden":
        from hubrank_research import leiden

        (source,) = leiden.hubrank_data_sources()
        options: Any = leiden.Options(edition=edition, counting="full")
        return [Recipe(table="works", source=source, options=options, columns=tuple(AMOUNTS), make=of_leiden)]
    from hubrank_research import openalex
    from hubrank_research.openalex.options import Options

    (source,) = openalex.hubrank_data_sources()
    options = Options(first_year=FIRST, last_year=_this_year() - 1, by="city")
    return [Recipe(table="works", source=source, options=options, columns=tuple(AMOUNTS), make=of_openalex)]


def _laureates(laureates: LaureatesFrom) -> list[Recipe]:
    from hubrank_research import nobel

    from tools.vintage.laureates import note_names, of_nobel

    if laureates == "carried":
        return []
    (source,) = nobel.hubrank_data_sources()
    options = nobel.Options(counting="first")
    said: dict[str, Any] = {"columns": ("laureates",), "make": of_nobel, "note": note_names}
    return [Recipe(table="laureates", source=source, options=options, **said)]


def _this_year() -> int:
    return datetime.datetime.now(tz=datetime.UTC).year


def vintage(made: Sequence[Recipe]) -> Vintage:
    """A vintage of what is kept; the tables that no recipe makes are those of the vintage that is built in.

    Args:
        made: How tables are made anew.

    Raises:
        FetchError: Something is not kept.
    """
    from hubrank_scenarios import UNITS

    before, placer, now, hubs = carried(), Placer(), _this_year(), Hubs(UNITS)
    tables, fresh = dict(before), {}
    for each in made:
        origin, terms = _origin(each)
        fresh[origin] = terms
        tables[each.table] = _table(each, placer, origin, terms["title"])
    return Vintage(
        tables=list(tables.values()),
        made=made,
        findings=_findings(before, tables, placer, hubs, now),
        origins=_origins(list(tables.values()), fresh),
        hubs=hubs,
        now=now,
    )


def _table(each: Recipe, placer: Placer, origin: str, title: str) -> Table:
    import pandas as pd

    frame = pd.concat(each.fetched.get(each.request, each.fetched.session()))
    if each.note:
        each.note(placer, each.fetched.session())
    return each.make(frame, placer, origin, title)


def _origin(each: Recipe) -> tuple[str, dict[str, str]]:
    """The id of a source's origin, of this retrieval, and its terms."""
    (found,) = each.source.origins_for(each.options)
    terms = {name: str(value) for name, value in attrs.asdict(found).items() if name in _TERMS}
    return f"{found.name}-{found.accessed[:7]}", terms


def _origins(tables: Sequence[Table], fresh: Mapping[str, Mapping[str, str]]) -> dict[str, Mapping[str, str]]:
    """The origins that the tables and their accounts name, those of the vintage that is built in first."""
    known = tomli.loads((DATA / "origins.toml").read_text(encoding="utf-8")) | dict(fresh)
    used = {origin for table in tables for origin in table.rows["origin"]}
    used |= {account.origin for table in tables for account in table.accounts}
    return {name: terms for name, terms in known.items() if name in used}


def _findings(
    before: Mapping[str, Table], tables: Mapping[str, Table], placer: Placer, hubs: Hubs, now: int
) -> list[Finding]:
    """What the judge finds, without what it finds in the vintage that is built in, which its builder has signed.

    What it finds about a table that is made anew was signed of other figures, and is found again.
    """
    nothing = Placer()
    signed = {each.id: each.text for each in judge(before, hubs, names=nothing, by_hand={}, now=now)}
    anew = [name for name in tables if tables[name] is not before[name]]
    found = judge(tables, hubs, names=placer, by_hand={}, now=now) + _moved(before, tables, anew, hubs, now)
    return [
        each
        for each in sorted(found)
        if each.text != signed.get(each.id) and not (each.id in signed and _about_carried(each, anew))
    ]


def _moved(
    before: Mapping[str, Table], tables: Mapping[str, Table], anew: Sequence[str], hubs: Hubs, now: int
) -> list[Finding]:
    """Figures of the tables that are made anew that moved otherwise than those of other hubs."""
    columns = [column for column in figures.COLUMNS if column.table in anew]
    old, new = (figures.by_hub(each, hubs, columns, now=now) for each in (before, tables))
    return list(figures.moved(old, new, columns))


def _about_carried(found: Finding, anew: Sequence[str]) -> bool:
    """Whether a finding is about a figure of one table, and that table is carried."""
    return found.kind in ("high", "low", "none", "absent") and found.id.split(":")[1] not in anew
