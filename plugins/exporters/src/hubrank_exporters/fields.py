"""The columns of the tables: of which kind each is, and what it means."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen
from hubrank.robustness import HIGH, LOW, SURE_MOVE

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
    Field("edition", "integer", "The edition (year) of the ranking"),
    Field("treatment.edition", "string", "The edition; pooled where treatment learns from all of them"),
    Field("notes.edition", "integer", "The edition that the note is about; empty where it is about all"),
    Field("unit", "string", "The unit's code"),
    Field("name", "string", "The unit's name"),
    Field("country", "string", "The unit's country"),
    Field("rank", "number", "The rank; 1 is the best"),
    Field("range", "string", "The interval of the rank, low to high; * follows where the rank lies outside"),
    Field("low", "number", f"The {LOW * 100:g} % quantile of the rank over the draws; empty where nothing was drawn"),
    Field("high", "number", f"The {HIGH * 100:g} % quantile of the rank over the draws; empty where nothing was drawn"),
    Field("outside", "string", "* where the rank lies outside its own interval; the notes (ranges) say why"),
    Field("score", "number", "The index"),
    Field("tier", "string", "The tier or class that the unit is in"),
    Field("since", "string", "The move since the edition before; in brackets where it does not exceed the doubt"),
    Field("moved", "number", "Places won since the edition before; below 0 lost, empty without two ranks"),
    Field("moved_alike", "number", "The share of draws that move the unit the way that its rank moved"),
    Field("beyond_doubt", "boolean", f"Whether at least {SURE_MOVE * 100:g} % of the draws move the unit that way"),
    Field("indicator", "string", "The indicator's key in the scenario"),
    Field("measured", "number", "The value in the indicator's unit of measure"),
    Field("imputed", "number", "The value with gaps filled"),
    Field("treated", "number", "The value after treatment"),
    Field("normalised", "number", "The value on the common scale, more always better"),
    Field("flag", "string", "How the value was obtained or changed"),
    Field("origin", "string", "Who made the value: a name among the sources"),
    Field("vintage", "string", "The vintage of the data that the value is from"),
    Field("method", "string", "How the value was derived, where its source derived it"),
    Field("carried", "integer", "The year of an older value that stands in for a newer one"),
    Field("ahead", "integer", "The year of a value that the edition sees only because it looks ahead"),
    Field("too_old", "integer", "The newest year whose value is left out because it is older than max_age"),
    Field("dimension", "string", "The dimension"),
    Field("member", "string", "The dimension's member: an indicator or another dimension"),
    Field("weight", "number", "The member's share of its dimension"),
    Field("effective", "number", "The member's share of the index"),
    Field("indicators.title", "string", "What the indicator is called"),
    Field("indicators.dimension", "string", "The title of the indicator's dimension"),
    Field("unit_of_measure", "string", "What one of the indicator counts"),
    Field("better", "string", "Which values are better: higher or lower"),
    Field("coverage", "number", "The share of ranked units whose value was measured"),
    Field("why", "string", "Why the unit has no rank"),
    Field("step", "integer", "The place of the step of treatment, from 1"),
    Field("treatment.method", "string", "The step's method"),
    Field("stage", "string", "The stage of the step"),
    Field("lowered", "integer", "How many values it lowered"),
    Field("raised", "integer", "How many values it raised"),
    Field("skew_before", "number", "The skewness before"),
    Field("kurtosis_before", "number", "The excess kurtosis before"),
    Field("skew", "number", "The skewness after"),
    Field("kurtosis", "number", "The excess kurtosis after"),
    Field("passed", "boolean", "Whether the indicator then passes the method's own test"),
    Field("input", "string", "The scenario's input"),
    Field("reason", "string", "Why the rows lie in no unit"),
    Field("scheme", "string", "How the rows say where they are"),
    Field("place", "string", "Where the rows say that they are"),
    Field("rows", "integer", "How many rows there are"),
    Field("suggestion", "string", "The unit that may be meant"),
    Field("sources.name", "string", "The name that values carry in origin"),
    Field("sources.title", "string", "What the producer calls the data"),
    Field("producer", "string", "Who made the data"),
    Field("licence", "string", "The licence of the data, or the permitted use where there is none"),
    Field("licence_url", "string", "Where the licence can be read"),
    Field("url", "string", "Where the data are published"),
    Field("published", "string", "The date of publication"),
    Field("accessed", "string", "The date of access"),
    Field("citation", "string", "How the producer wants to be cited"),
    Field("sources.note", "string", "What a reader of the data should know"),
    Field("gave", "string", "The scenario's inputs that have rows of the source, and units"),
    Field("about", "string", "What the note is about"),
    Field("note", "string", "What a reader should know"),
    Field("sample", "string", "yes where figures are of the sources' samples, not of their full data"),
)
_BY_NAME = {each.name: each for each in _FIELDS}
#: Amounts of rows that lie in no unit stand in columns that begin so.
_AMOUNT = "sum_"


def fields(ranking: Ranking, table: str, frame: pd.DataFrame) -> list[Field]:
    """The columns of a table in their order, those of dimensions and amounts too."""
    return [_field(ranking, table, str(name)) for name in frame.columns]


def _field(ranking: Ranking, table: str, name: str) -> Field:
    if known := _BY_NAME.get(f"{table}.{name}") or _BY_NAME.get(name):
        return Field(name, known.kind, known.says)
    if table == "lost" and name.startswith(_AMOUNT):
        return Field(name, "number", f"The amount of {name.removeprefix(_AMOUNT)} that the rows hold")
    titles = {node.name: node.title for node in ranking.plan.tree}
    return Field(name, "number", f"The score of the dimension {titles.get(name, name)}")
