"""DataSource, Table, Request, Origin, Window."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from attrs import Factory, field, frozen

from hubrank.io.addresses import Copy


@frozen(kw_only=True)
class Origin:
    """The producer of data, and the terms of use.

    Attributes:
        name: The short name that rows carry in their column `origin`.
        producer: Who made the data: "World Intellectual Property Organization".
        title: The producer's title.
        licence: The licence's name; the permitted use if there is none.
        url: The address of the data.
        licence_url: The address of the licence.
        published: The date of publication, as precisely as known: "2023-09".
        accessed: The date of access, ISO format.
        citation: The citation that the producer asks for.
        note: Anything else that a reader should know.
    """

    name: str
    producer: str
    title: str
    licence: str
    url: str = ""
    licence_url: str = ""
    published: str = ""
    accessed: str = ""
    citation: str = ""
    note: str = ""


@frozen(kw_only=True, slots=False)  # without slots, so that options can have another base too
class StatedOrigin:
    """What a scenario states about its own data: a base class for the options of a source.

    Attributes:
        producer: Who made the data.
        title: Title of the data.
        url: Where the data are published.
        licence: Licence of the data.
        published: Date of publication.
    """

    producer: str = "not stated"
    title: str = ""
    url: str = ""
    licence: str = "not stated"
    published: str = ""

    def origin(self, name: str, file: Path | None = None) -> Origin:
        """The origin under a name, which is also the title if none is stated; of a file fetched from an address too."""
        copy = None if file is None else Copy.at(file)
        return Origin(
            name=name,
            producer=self.producer,
            title=self.title or name,
            licence=self.licence,
            url=self.url or (copy.address if copy else ""),
            published=self.published,
            accessed=copy.date if copy else "",
            note=copy.text if copy else "",
        )


if TYPE_CHECKING:
    import narwhals as nw
    import pandas as pd

    #: What a source yields at a time: rows, or a lazy frame of rows.
    Rows = pd.DataFrame | nw.LazyFrame[Any]

#: Columns with the location of a row.
PLACE_COLUMNS = ("unit", "geonames", "ror", "nuts", "subdivision", "country", "lat", "lon")
#: Columns with the time of a row.
TIME_COLUMNS = ("from_year", "year")
#: Columns with the source of a row, for a table that mixes sources.
PROVENANCE_COLUMNS = ("origin", "vintage", "method")
#: The column of a lazy frame with the whole numbers that the amounts of its rows are divided by.
DIVISOR = "hubrank_divisor"


def divided(frame: pd.DataFrame, amounts: Iterable[str]) -> pd.DataFrame:
    """Collected rows, with the amounts divided if they have a `DIVISOR`."""
    return frame.assign(**{name: frame[name] / frame[DIVISOR] for name in amounts if DIVISOR in frame.columns})


@frozen
class NoOptions:
    """Options of a component that has none."""


@frozen(kw_only=True)
class Coverage:
    """The years and countries for which a table is complete: within them, a missing row means 0.

    Attributes:
        first: The first year.
        last: The last year.
        countries: ISO 3166-1 alpha-3 codes; None for the whole world.
    """

    first: int
    last: int
    countries: tuple[str, ...] | None = None


@frozen(kw_only=True)
class Table:
    """A kind of rows that a source can yield.

    Attributes:
        name: The name in `inputs.NAME.table`.
        columns: Every column with its meaning: place columns, `year` (and `from_year` if a row covers several years),
            amounts with their unit of measure, and reserved provenance columns.
        kind: `flow` (amounts of a period, which add up over years) or `stock` (a level at a time).
        covers: What the table is complete for; None if a missing row never means 0.
        origin: The name of the origin of rows without their own.
        title: A description of the rows in a few words.
        every: The years between two vintages, 1 for yearly data: a value may be used in the years until the next
            vintage, unless the scenario sets `max_age`.
        count_distinct: For a flow, the column of things that count once in a unit, such as papers, even if several rows
            or places there name them; the amounts are the largest of these rows. `read` then yields all rows in one
            frame. Empty if every row counts.
    """

    name: str
    columns: Mapping[str, str]
    kind: Literal["flow", "stock"]
    covers: Coverage | None = None
    origin: str = ""
    title: str = ""
    every: int = 1
    count_distinct: str = ""

    def __attrs_post_init__(self) -> None:
        if self.every < 1:
            raise ValueError(f"every: must be at least 1 year; got {self.every}")
        if self.count_distinct and self.kind != "flow":
            text = f"is for a flow; a stock has one level at each place; got '{self.count_distinct}'"
            raise ValueError(f"count_distinct: {text}")


@frozen(kw_only=True)
class Request:
    """A request to a source.

    Attributes:
        table: The table's name.
        columns: The columns that the indicators read, in addition to place, time and provenance.
        first_year: Rows that end before this year are not needed; None for no limit.
        last_year: Rows that end after this year are not needed; None for no limit.
        options: The source's options, as the scenario sets them.
        sample: Whether to read the source's sample instead; then no network or large file is used.
        texts: Those of `columns` that are texts, which distinguish rows.
        part: The position of the requested part among those counted in `parts`; None for all.
        locate: For a source that asks a service for counts instead of records, so that a record in a unit counts once:
            for rows with place columns it returns `row`, the position of a row in a unit, and `unit`, the unit's code,
            each pair once. The counts are then rows with a `unit`. None if no units are known; a row then represents
            its place.
    """

    table: str
    columns: tuple[str, ...]
    first_year: int | None
    last_year: int | None
    options: Any
    sample: bool = False
    texts: tuple[str, ...] = ()
    part: int | None = None
    locate: Callable[[pd.DataFrame], pd.DataFrame] | None = None


@frozen(kw_only=True)
class WantedService:
    """A service that a source asks for rows.

    Attributes:
        address: The beginning of its addresses.
        key: The environment variable that holds its key; empty if it needs none.
        needed: Whether it rejects requests without a key.
        known: Whether the key is there.
        where: The page where users get a key.
    """

    address: str
    key: str = ""
    needed: bool = True
    known: bool = False
    where: str = ""

    @property
    def locked(self) -> bool:
        """Whether the key that it requires is missing."""
        return bool(self.key) and self.needed and not self.known

    @property
    def lacking(self) -> str:
        """The text for a missing key; empty if the key is set or not required."""
        where = f" (from {self.where})" if self.where else ""
        return f"needs a key; set {self.key}{where}" if self.locked else ""


@frozen(kw_only=True)
class Requirements:
    """An estimate of what a request must fetch before its rows can be read.

    Attributes:
        services: The services to ask; none if nothing is fetched.
        absent: Whether the rows cannot be read until more is fetched: `read` raises `AbsentError`.
        requests: The approximate number of requests; 0 if everything is cached.
        bytes: The approximate size of the replies; not a number if no one knows.
        seconds: The approximate time, likewise.
        usd: The charge of the services in US dollars.
    """

    services: tuple[WantedService, ...] = ()
    absent: bool = False
    requests: int = 0
    bytes: float = 0
    seconds: float = 0
    usd: float = 0


@frozen(kw_only=True, slots=False)  # without slots, so that another class can look up the rest when it is used
class DataSource:
    """A data source, yielded by `hubrank_data_sources`. It does not know the units.

    Attributes:
        name: The name in `inputs.NAME.source`.
        title: A description in a few words.
        read: `read(request)` yields frames of one table. A row has a location (place columns), a time (`year`) and
            amounts; it may be one record or a count of a million. Import heavy packages inside. A frame is a pandas
            frame, or a narwhals `LazyFrame` of any engine: then the engine sums the rows by the requested columns and
            years, and only sums are collected. A column `hubrank_divisor` of whole numbers divides the amounts, which
            is faster and more exact than shares. The engine's errors are raised at the `yield`, where the source can
            explain them.
        sample: `sample(table, options)` returns a frame of at most 200 real rows of the table.
        tables: The tables; or a function of the options, if they depend on them.
        origins: The producers of the data.
        options: An attrs class of the options that a scenario can set.
        fingerprint: `fingerprint(request)` returns a text that changes when the rows change, such as the SHA-256 of the
            file (not its time). Cached rows are used only if the text and the version of the package's code are the
            same. Without it, the default, rows are read every time.
        parts: `parts(request)` returns the number of parts, such as files, in which the rows can be read: `read` and
            `fingerprint` of a request with a `part` are of that part alone. The core caches the sums of each, so a run
            that was killed continues with the remaining parts. Things that count once (`Table.count_distinct`) or that
            rows share must lie in one part.
        wants: `wants(request)` returns what must be fetched for the rows, without fetching anything; by default the
            result of `read.wants(request)`, or nothing if `read` has no such attribute. Absent rows are signalled only
            by `AbsentError`, which `read` and `fingerprint` raise.
    """

    name: str
    title: str
    read: Callable[[Request], Iterable[Rows]]
    sample: Callable[[str, Any], pd.DataFrame]
    tables: tuple[Table, ...] | Callable[[Any], tuple[Table, ...]]
    origins: tuple[Origin, ...] | Callable[[Any], tuple[Origin, ...]]
    options: type = field(default=NoOptions)
    fingerprint: Callable[[Request], str] = lambda _: ""
    parts: Callable[[Request], int] = lambda _: 1
    wants: Callable[[Request], Requirements] = field(
        default=Factory(lambda self: getattr(self.read, "wants", lambda _: Requirements()), takes_self=True)
    )

    def tables_for(self, options: Any) -> tuple[Table, ...]:
        """The tables that it has with these options."""
        return self.tables(options) if callable(self.tables) else self.tables

    def origins_for(self, options: Any) -> tuple[Origin, ...]:
        """The origins of its rows with these options."""
        return self.origins(options) if callable(self.origins) else self.origins


#: The year of rows that have none; they count in every edition.
UNDATED = -1


@frozen(kw_only=True)
class Window:
    """The years of an input that an edition uses.

    Attributes:
        first: The first year of a flow; None if all years count.
        last: The last year.
        oldest: The oldest year of a stock, or of a newest period; None if any age is allowed.
        newest_only: Whether only the newest period up to `last` counts.
        due: The last year that the edition would use without looking ahead; `last` if it does not look ahead.
    """

    first: int | None
    last: int
    oldest: int | None = None
    newest_only: bool = False
    due: int | None = None

    def meets(self, covers: Coverage, kind: Literal["flow", "stock"]) -> bool:
        """Whether a table of a kind is complete for a year in the window."""
        start = self.oldest if self.ages(kind) else self.first
        return covers.first <= self.last and (start is None or covers.last >= start)

    def ages(self, kind: Literal["flow", "stock"]) -> bool:
        """Whether a row can be used instead of a newer one; in a flow of fixed years each row counts for its own."""
        return kind == "stock" or self.newest_only
