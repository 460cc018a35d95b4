"""The columns of the tables: of which kind each is, and what it means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen
from hubrank import marked, percent, worded
from hubrank.ranking.intervals import HIGH, LOW, SURE_MOVE

from hubrank_output.exporters.notes import titles

if TYPE_CHECKING:
    import pandas as pd
    from hubrank import Ranking


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
    Field("edition", "integer", marked("The edition (year) of the ranking")),
    Field("treatment.edition", "string", marked("The edition; pooled where treatment learns from all of them")),
    Field("notes.edition", "integer", marked("The edition that the note is about; empty where it is about all")),
    Field("unit", "string", marked("The unit's code")),
    Field("name", "string", marked("The unit's name")),
    Field("country", "string", marked("The unit's country")),
    Field("rank", "number", marked("The rank; 1 is the best")),
    Field("range", "string", marked("The interval of the rank, low to high; * follows where the rank lies outside")),
    Field("low", "number", marked("The {low} quantile of the rank over the draws; empty where nothing was drawn")),
    Field("high", "number", marked("The {high} quantile of the rank over the draws; empty where nothing was drawn")),
    Field("outside", "string", marked("* where the rank lies outside its own interval; the notes (ranges) say why")),
    Field("score", "number", marked("The index")),
    Field("tier", "string", marked("The tier or class that the unit is in")),
    Field(
        "since", "string", marked("The move since the edition before; in brackets where it does not exceed the doubt")
    ),
    Field("moved", "number", marked("Places won since the edition before; below 0 lost, empty without two ranks")),
    Field("moved_alike", "number", marked("The share of draws that move the unit the way that its rank moved")),
    Field("beyond_doubt", "boolean", marked("Whether at least {sure} of the draws move the unit that way")),
    Field("indicator", "string", marked("The indicator's key in the scenario")),
    Field("measured", "number", marked("The value in the indicator's unit of measure")),
    Field("imputed", "number", marked("The value with gaps filled")),
    Field("treated", "number", marked("The value after treatment")),
    Field("normalised", "number", marked("The value on the common scale, more always better")),
    Field("flag", "string", marked("How the value was obtained or changed")),
    Field("origin", "string", marked("Who made the value: a name among the sources")),
    Field("vintage", "string", marked("The vintage of the data that the value is from")),
    Field("method", "string", marked("How the value was derived, where its source derived it")),
    Field("carried", "integer", marked("The year of an older value that stands in for a newer one")),
    Field("ahead", "integer", marked("The year of a value that the edition sees only because it looks ahead")),
    Field("too_old", "integer", marked("The newest year whose value is left out because it is older than max_age")),
    Field("dimension", "string", marked("The dimension")),
    Field("member", "string", marked("The dimension's member: an indicator or another dimension")),
    Field("weight", "number", marked("The member's share of its dimension")),
    Field("effective", "number", marked("The member's share of the index")),
    Field("indicators.title", "string", marked("What the indicator is called")),
    Field("indicators.dimension", "string", marked("The title of the indicator's dimension")),
    Field("unit_of_measure", "string", marked("What one of the indicator counts")),
    Field("better", "string", marked("Which values are better: higher or lower")),
    Field("coverage", "number", marked("The share of ranked units whose value was measured")),
    Field("why", "string", marked("Why the unit has no rank")),
    Field("step", "integer", marked("The place of the step of treatment, from 1")),
    Field("treatment.method", "string", marked("The step's method")),
    Field("stage", "string", marked("The stage of the step")),
    Field("lowered", "integer", marked("How many values it lowered")),
    Field("raised", "integer", marked("How many values it raised")),
    Field("skew_before", "number", marked("The skewness before")),
    Field("kurtosis_before", "number", marked("The excess kurtosis before")),
    Field("skew", "number", marked("The skewness after")),
    Field("kurtosis", "number", marked("The excess kurtosis after")),
    Field("passed", "boolean", marked("Whether the indicator then passes the method's own test")),
    Field("input", "string", marked("The scenario's input")),
    Field("reason", "string", marked("Why the rows lie in no unit")),
    Field("scheme", "string", marked("How the rows say where they are")),
    Field("place", "string", marked("Where the rows say that they are")),
    Field("rows", "integer", marked("How many rows there are")),
    Field("suggestion", "string", marked("The unit that may be meant")),
    Field("sources.name", "string", marked("The name that values carry in origin")),
    Field("sources.title", "string", marked("What the producer calls the data")),
    Field("producer", "string", marked("Who made the data")),
    Field("licence", "string", marked("The licence of the data, or the permitted use where there is none")),
    Field("licence_url", "string", marked("Where the licence can be read")),
    Field("url", "string", marked("Where the data are published")),
    Field("published", "string", marked("The date of publication")),
    Field("accessed", "string", marked("The date of access")),
    Field("citation", "string", marked("How the producer wants to be cited")),
    Field("sources.note", "string", marked("What a reader of the data should know")),
    Field("gave", "string", marked("The scenario's inputs that have rows of the source, and units")),
    Field("about", "string", marked("What the note is about")),
    Field("note", "string", marked("What a reader should know")),
    Field("sample", "string", marked("yes where figures are of the sources' samples, not of their full data")),
)
_BY_NAME = {each.name: each for each in _FIELDS}
#: Amounts of rows that lie in no unit stand in columns that begin so.
_AMOUNT = "sum_"


def fields(ranking: Ranking, table: str, frame: pd.DataFrame) -> list[Field]:
    """The columns of a table in their order, those of dimensions and amounts too."""
    return [_field(ranking, table, str(name)) for name in frame.columns]


def _field(ranking: Ranking, table: str, name: str) -> Field:
    if known := _BY_NAME.get(f"{table}.{name}") or _BY_NAME.get(name):
        shares = {"low": percent(LOW), "high": percent(HIGH), "sure": percent(SURE_MOVE)}
        return Field(name, known.kind, worded(known.says, **shares))
    if table == "lost" and name.startswith(_AMOUNT):
        return Field(
            name, "number", worded("The amount of {column} that the rows hold", column=name.removeprefix(_AMOUNT))
        )
    title = titles(ranking).get(name, name)
    return Field(name, "number", worded("The score of the dimension {title}", title=title))
