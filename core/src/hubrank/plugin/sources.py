"""DataSource, Table, Request, Origin, Window."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from attrs import Factory, field, frozen


@frozen(kw_only=True)
class Origin:
    """Who made data, and on what terms.

    Attributes:
        name: The short name that rows carry in their column `origin`.
        producer: Who made the data: "World Intellectual Property Organization".
        title: What the producer calls them.
        licence: The licence's name; the permitted use if there is none.
        url: Where they are published.
        licence_url: Where the licence can be read.
        published: The date of publication, as precisely as known: "2023-09".
        accessed: The date of access, ISO format.
        citation: How the producer wants to be cited.
        note: What a reader should know.
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
    """What a scenario says of data that it brings itself: a base for the options of a source.

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

    def origin(self, name: str) -> Origin:
        """The origin under a name, which is the title too where none is stated."""
        return Origin(
            name=name,
            producer=self.producer,
            title=self.title or name,
            licence=self.licence,
            url=self.url,
            published=self.published,
        )


if TYPE_CHECKING:
    import narwhals as nw
    import pandas as pd

    #: What a source hands over at a time: rows, or a plan of rows that stay where they lie.
    Rows = pd.DataFrame | nw.LazyFrame[Any]

#: Columns of a table that say where a row is.
PLACE_COLUMNS = ("unit", "geonames", "ror", "nuts", "subdivision", "country", "lat", "lon")
#: Columns that say when.
TIME_COLUMNS = ("from_year", "year")
#: Columns that say where a row comes from, when a table mixes origins.
PROVENANCE_COLUMNS = ("origin", "vintage", "method")


@frozen
class NoOptions:
    """Options of a part that has none."""


@frozen(kw_only=True)
class Coverage:
    """The years and countries for which a table is complete: within them, no row means 0.

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
    """A kind of rows that a source can give.

    Attributes:
        name: What a scenario writes in `inputs.NAME.table`.
        columns: Every column with what it means: place columns, `year` (and `from_year` where a row stands
            for several years), amounts with their unit of measure, and reserved provenance columns.
        kind: `flow` (amounts of a period, that add up over years) or `stock` (a level at a time).
        covers: What the table is complete for; None if a missing row never means 0.
        origin: The name of the origin of rows without one of their own.
        title: What the rows are, in a few words.
        every: The years between two vintages, 1 for what appears each year: unless the scenario says `max_age`, a
            value may stand in for the years until the next one, and no longer.
        count_distinct: For a flow, the column of what counts once in a unit, however many of its rows and places lie
            there, such as a paper; its amounts are the largest of them. `read` gives all rows in one frame then.
            Empty where every row counts.
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
        first_year: Rows that end before it are not needed; None for no limit.
        last_year: Rows that end after it are not needed; None for no limit.
        options: The source's options, as the scenario sets them.
        sample: Whether to read the source's sample instead; then no network or large file is used.
        texts: Those of `columns` that are texts, which tell rows apart.
        part: The position of the part that is asked for, of those that the source counts in `parts`; None for all.
        locate: For a source that has no records to hand over but asks somebody to count them, so that what lies in a
            unit is counted once: of rows with place columns it makes `row`, the position of one that lies in a unit,
            and `unit`, that unit's code, once for each. Its counts are then rows with a `unit`. None where nobody knows
            the units; then a row stands for its place.
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
        key: The environment's variable that has its key; empty where it wants none.
        needed: Whether it refuses who has none.
        known: Whether the key is there.
        where: Where a person gets one.
    """

    address: str
    key: str = ""
    needed: bool = True
    known: bool = False
    where: str = ""

    @property
    def locked(self) -> bool:
        """Whether a key is missing without which it gives nothing."""
        return bool(self.key) and self.needed and not self.known

    @property
    def lacking(self) -> str:
        """What is said where the key is missing; empty where it is there, or the service does without."""
        where = f" (from {self.where})" if self.where else ""
        return f"needs a key; set {self.key}{where}" if self.locked else ""


@frozen(kw_only=True)
class Requirements:
    """What the rows of a request take that must be fetched before they can be read, as far as is known.

    Attributes:
        services: Who is asked for them; none where nothing is fetched.
        absent: Whether they cannot be read as long as nothing more is fetched: `read` raises `AbsentError`.
        requests: How many requests a fetch takes, about; 0 where all is kept.
        bytes: How many bytes of replies.
        seconds: How long it takes.
        usd: What the services charge for it in US dollars.
    """

    services: tuple[WantedService, ...] = ()
    absent: bool = False
    requests: int = 0
    bytes: float = 0
    seconds: float = 0
    usd: float = 0


@frozen(kw_only=True, slots=False)  # without slots, so that another class can look for the rest when it is used
class DataSource:
    """Rows, handed over by `hubrank_data_sources`. It knows nothing of units.

    Attributes:
        name: What a scenario writes in `inputs.NAME.source`.
        title: What it is, in a few words.
        read: `read(request)` yields frames of one table. A row says where (place columns), when (`year`) and
            how much (amounts); it may be one record or a count of a million. Heavy imports belong inside. A frame is
            of pandas, or a narwhals `LazyFrame` of any engine: then the core sums the rows where they lie, by the
            columns and years that it asks for, and collects sums alone. What the engine raises is raised at the
            `yield`, where the source may say what it means.
        sample: `sample(table, options)` makes a frame of at most 200 real rows of the table.
        tables: The tables; or a function of the options, where they depend on them.
        origins: Who made the data.
        options: An attrs class of what a scenario can set.
        fingerprint: `fingerprint(request)` is a text that changes when the rows would, such as the SHA-256 of the
            file that is read (not its time); what is cached under another text is not read, nor what another version
            of the package's code read. Without one, the default, rows are read anew each time.
        parts: `parts(request)` is in how many parts the rows can be read, such as files: `read` and `fingerprint` of a
            request with a `part` are then of that alone. The core keeps the sums of each, so that a run that was killed
            continues with the parts left. What counts once (`Table.count_distinct`), or is
            shared by rows, must lie in one part.
        wants: `wants(request)` says what must be fetched for the rows, without fetching anything; by default what
            `read.wants(request)` says where `read` has such an attribute, else that nothing must. Rows that are absent
            are not told apart from an error by it, but by `AbsentError`, which `read` and `fingerprint` raise.
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


#: The year of rows that have none; they stand for every edition.
UNDATED = -1


@frozen(kw_only=True)
class Window:
    """Which years an edition sees of an input.

    Attributes:
        first: The first year of a flow; none where all years count.
        last: The last year.
        oldest: The oldest year of a stock, or of a newest period; none where age does not matter.
        newest_only: Whether only the newest period up to `last` counts.
        due: The last year that the edition would see if it did not look ahead; `last` where it does not.
    """

    first: int | None
    last: int
    oldest: int | None = None
    newest_only: bool = False
    due: int | None = None

    def meets(self, covers: Coverage, kind: Literal["flow", "stock"]) -> bool:
        """Whether a table of a kind is complete for some year that the window can see."""
        start = self.oldest if self.ages(kind) else self.first
        return covers.first <= self.last and (start is None or covers.last >= start)

    def ages(self, kind: Literal["flow", "stock"]) -> bool:
        """Whether a row can stand in for a newer one; in a flow of fixed years each row counts for its own."""
        return kind == "stock" or self.newest_only
