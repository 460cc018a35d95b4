"""The tables that exporters write: fields, ranking, values, notes and sources."""

from __future__ import annotations

import functools
import io
import operator
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen
from hubrank import ENGLISH, Exporter, format_percent, gettext, gettext_noop, use_language
from hubrank.io.escaping import csv_bytes
from hubrank.ranking.intervals import HIGH, LOW, SIGNIFICANT

if TYPE_CHECKING:
    import pandas as pd
    from hubrank import Ranking


#: What is said of an origin, in the order of the columns.
ORIGIN = ("name", "producer", "title", "licence", "licence_url", "url", "published", "accessed", "citation", "note")


def notes(ranking: Ranking) -> pd.DataFrame:
    """One row a note: `edition` (empty where it is about all), `about` and `note`."""
    import pandas as pd

    frame = pd.DataFrame(list(_notes(ranking)), columns=["edition", "about", "note"])
    return ranking.marked(frame.astype({"edition": "Int64"}))


def sources(ranking: Ranking) -> pd.DataFrame:
    """One row an origin: what is known of it, and `gave`, the inputs that have rows of it."""
    import pandas as pd

    rows = [[*(getattr(item.origin, key) for key in ORIGIN), item.gave] for item in ranking.origins()]
    return ranking.marked(pd.DataFrame(rows, columns=[*ORIGIN, "gave"]))


def titles(ranking: Ranking) -> dict[str, str]:
    """What dimensions and indicators are called in the language that is spoken, by their keys."""
    dimensions = {node.name: gettext(node.title) for node in ranking.plan.tree}
    return dimensions | {indicator.key: gettext(indicator.title) for indicator in ranking.plan.ranked}


def made_with(ranking: Ranking) -> str:
    """The distributions whose parts made the ranking, with their versions."""
    return ", ".join(f"{name} {version}".strip() for name, version in ranking.packages().items())


def _notes(ranking: Ranking) -> Iterator[tuple[int | None, str, str]]:
    yield None, "title", ranking.title
    yield from ((None, "description", item) for item in ranking.description)
    for at, edition in enumerate(ranking.editions):
        if doubt := ranking.doubt_text(at):
            yield edition, "moves", doubt
    yield from ((item.edition, item.kind, item.text) for item in ranking.caveats())
    yield from ((None, "method", f"{step}: {text}") for step, text in ranking.steps())
    yield from ((None, "reference", item) for item in ranking.plan.scenario.references)
    yield None, "made with", made_with(ranking)


@frozen
class Table:
    """A table that every kind of file carries.

    Attributes:
        name: What it is called.
        rows: What its rows are, in a sentence.
        key: The columns that tell its rows apart; none where nothing does.
        build: Makes it of a ranking; by default the ranking's method of the table's name.
    """

    name: str
    rows: str
    key: tuple[str, ...] = ()
    build: Callable[[Ranking], pd.DataFrame] | None = None

    def frame(self, ranking: Ranking) -> pd.DataFrame:
        """The table of a ranking."""
        return (self.build or operator.methodcaller(self.name))(ranking)


#: The tables, the ranking first.
TABLES = (
    Table(
        "ranking",
        "One row an edition and ranked unit, best first",
        ("edition", "unit"),
        operator.methodcaller("table"),
    ),
    Table(
        "values",
        "One row an edition, unit and indicator: the value at every stage, and what happened to it",
        ("edition", "unit", "indicator"),
    ),
    Table("weights", "One row an edition, dimension and member", ("edition", "dimension", "member")),
    Table(
        "indicators",
        "One row an edition and indicator: what it is, what it weighs, how many units have it",
        ("edition", "indicator"),
    ),
    Table("unranked", "One row an edition and unit without a rank, with the reason", ("edition", "unit")),
    Table("treatment", "One row an edition, indicator and stage of treatment"),
    Table("unassigned", "One row an input, reason and place of rows that lie in no unit"),
    Table("sources", "One row an origin of data, with its licence", build=sources),
    Table(
        "notes",
        "One row for each thing to know: how the ranking was made, what marks mean, caveats, references",
        build=notes,
    ),
)


@use_language(ENGLISH)
def write_csv(table: Table, ranking: Ranking, path: Path) -> None:
    """Write a table as CSV that a spreadsheet can open without harm."""
    path.write_bytes(csv_bytes(table.frame(ranking)))


@use_language(ENGLISH)
def write_parquet(table: Table, ranking: Ranking, path: Path) -> None:
    """Write a table as Parquet, with the ranking's title in its metadata."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    content = pa.Table.from_pandas(table.frame(ranking), preserve_index=False)
    pq.write_table(content.replace_schema_metadata({"title": ranking.title}), path, compression="zstd")


EXPORTERS = tuple(
    Exporter(
        name=f"{kind}-{table.name}",
        suffix=f".{kind}" if table.name == "ranking" else f".{table.name}.{kind}",
        write=functools.partial(write, table),
        title=f"the table '{table.name}' as {title}",
    )
    for table in TABLES
    for kind, title, write in (("csv", "CSV", write_csv), ("parquet", "Parquet", write_parquet))
)


@frozen
class Field:
    """A column.

    Attributes:
        name: Its name, with the table's before it where it means something else there.
        kind: `integer`, `number`, `boolean` or `string`, as Table Schema has them.
        says: What it means.
    """

    name: str
    kind: str
    says: str


_FIELDS = (
    Field("edition", "integer", gettext_noop("The edition (year) of the ranking")),
    Field("treatment.edition", "string", gettext_noop("The edition; pooled where treatment learns from all of them")),
    Field("notes.edition", "integer", gettext_noop("The edition that the note is about; empty where it is about all")),
    Field("unit", "string", gettext_noop("The unit's code")),
    Field("name", "string", gettext_noop("The unit's name")),
    Field("country", "string", gettext_noop("The unit's country")),
    Field("rank", "number", gettext_noop("The rank; 1 is the best")),
    Field(
        "range", "string", gettext_noop("The interval of the rank, low to high; * follows where the rank lies outside")
    ),
    Field(
        "low", "number", gettext_noop("The {low} quantile of the rank over the draws; empty where nothing was drawn")
    ),
    Field(
        "high", "number", gettext_noop("The {high} quantile of the rank over the draws; empty where nothing was drawn")
    ),
    Field(
        "outside", "string", gettext_noop("* where the rank lies outside its own interval; the notes (ranges) say why")
    ),
    Field("score", "number", gettext_noop("The index")),
    Field("tier", "string", gettext_noop("The tier or class that the unit is in")),
    Field(
        "since",
        "string",
        gettext_noop("The move since the edition before; in brackets where it does not exceed the doubt"),
    ),
    Field(
        "rank_change",
        "number",
        gettext_noop("Places won since the edition before; below 0 lost, empty without two ranks"),
    ),
    Field("agreement", "number", gettext_noop("The share of draws that move the unit the way that its rank moved")),
    Field("robust_change", "boolean", gettext_noop("Whether at least {sure} of the draws move the unit that way")),
    Field("indicator", "string", gettext_noop("The indicator's key in the scenario")),
    Field("measured", "number", gettext_noop("The value in the indicator's unit of measure")),
    Field("imputed", "number", gettext_noop("The value with gaps filled")),
    Field("treated", "number", gettext_noop("The value after treatment")),
    Field("normalised", "number", gettext_noop("The value on the common scale, more always better")),
    Field("flag", "string", gettext_noop("How the value was obtained or changed")),
    Field("origin", "string", gettext_noop("Who made the value: a name among the sources")),
    Field("vintage", "string", gettext_noop("The vintage of the data that the value is from")),
    Field("method", "string", gettext_noop("How the value was derived, where its source derived it")),
    Field("carried", "integer", gettext_noop("The year of an older value that stands in for a newer one")),
    Field("ahead", "integer", gettext_noop("The year of a value that the edition sees only because it looks ahead")),
    Field(
        "too_old", "integer", gettext_noop("The newest year whose value is left out because it is older than max_age")
    ),
    Field("dimension", "string", gettext_noop("The dimension")),
    Field("member", "string", gettext_noop("The dimension's member: an indicator or another dimension")),
    Field("weight", "number", gettext_noop("The member's share of its dimension")),
    Field("effective", "number", gettext_noop("The member's share of the index")),
    Field("indicators.title", "string", gettext_noop("What the indicator is called")),
    Field("indicators.dimension", "string", gettext_noop("The title of the indicator's dimension")),
    Field("unit_of_measure", "string", gettext_noop("What one of the indicator counts")),
    Field("better", "string", gettext_noop("Which values are better: higher or lower")),
    Field("coverage", "number", gettext_noop("The share of ranked units whose value was measured")),
    Field("why", "string", gettext_noop("Why the unit has no rank")),
    Field("step", "integer", gettext_noop("The place of the step of treatment, from 1")),
    Field("treatment.method", "string", gettext_noop("The step's method")),
    Field("stage", "string", gettext_noop("The stage of the step")),
    Field("lowered", "integer", gettext_noop("How many values it lowered")),
    Field("raised", "integer", gettext_noop("How many values it raised")),
    Field("skew_before", "number", gettext_noop("The skewness before")),
    Field("kurtosis_before", "number", gettext_noop("The excess kurtosis before")),
    Field("skew", "number", gettext_noop("The skewness after")),
    Field("kurtosis", "number", gettext_noop("The excess kurtosis after")),
    Field("passed", "boolean", gettext_noop("Whether the indicator then passes the method's own test")),
    Field("input", "string", gettext_noop("The scenario's input")),
    Field("reason", "string", gettext_noop("Why the rows lie in no unit")),
    Field("scheme", "string", gettext_noop("How the rows say where they are")),
    Field("place", "string", gettext_noop("Where the rows say that they are")),
    Field("rows", "integer", gettext_noop("How many rows there are")),
    Field("suggestion", "string", gettext_noop("The unit that may be meant")),
    Field("sources.name", "string", gettext_noop("The name that values carry in origin")),
    Field("sources.title", "string", gettext_noop("What the producer calls the data")),
    Field("producer", "string", gettext_noop("Who made the data")),
    Field("licence", "string", gettext_noop("The licence of the data, or the permitted use where there is none")),
    Field("licence_url", "string", gettext_noop("Where the licence can be read")),
    Field("url", "string", gettext_noop("Where the data are published")),
    Field("published", "string", gettext_noop("The date of publication")),
    Field("accessed", "string", gettext_noop("The date of access")),
    Field("citation", "string", gettext_noop("How the producer wants to be cited")),
    Field("sources.note", "string", gettext_noop("What a reader of the data should know")),
    Field("gave", "string", gettext_noop("The scenario's inputs that have rows of the source, and units")),
    Field("about", "string", gettext_noop("What the note is about")),
    Field("note", "string", gettext_noop("What a reader should know")),
    Field("sample", "string", gettext_noop("yes where figures are of the sources' samples, not of their full data")),
)
_BY_NAME = {field.name: field for field in _FIELDS}

#: Amounts of rows that lie in no unit stand in columns that begin so.
_AMOUNT = "sum_"


def fields(ranking: Ranking, table: str, frame: pd.DataFrame) -> Iterator[Field]:
    """The columns of a table in their order, those of dimensions and amounts too."""
    shares = {"low": format_percent(LOW), "high": format_percent(HIGH), "sure": format_percent(SIGNIFICANT)}
    names = titles(ranking)
    for name in map(str, frame.columns):
        if field := _BY_NAME.get(f"{table}.{name}") or _BY_NAME.get(name):
            yield Field(name, field.kind, gettext(field.says, **shares))
        elif table == "unassigned" and name.startswith(_AMOUNT):
            column = name.removeprefix(_AMOUNT)
            yield Field(name, "number", gettext("The amount of {column} that the rows hold", column=column))
        else:
            yield Field(name, "number", gettext("The score of the dimension {title}", title=names.get(name, name)))


def zip_bytes(content: Mapping[str, bytes]) -> bytes:
    """Files by name as a zip; the same content gives the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
