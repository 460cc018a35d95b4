"""The tables that exporters write: fields, ranking, values, notes and sources."""

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pandas as pd
from hubrank.errors import library
from hubrank.io.escaping import csv_bytes
from hubrank.plugin import ENGLISH, Ranking, format_percent, gettext, gettext_noop, use_language
from hubrank.ranking.intervals import FALSE_SHARE, HIGH, LOW

#: The attributes of an origin, in the order of the columns.
ORIGIN = ("name", "producer", "title", "licence", "licence_url", "url", "published", "accessed", "citation", "note")


def notes(ranking: Ranking) -> pd.DataFrame:
    """One row per note: `edition` (empty if it is about all), `about` and `note`."""
    frame = pd.DataFrame(list(_notes(ranking)), columns=["edition", "about", "note"])
    return ranking.marked(frame.astype({"edition": "Int64"}))


def sources(ranking: Ranking) -> pd.DataFrame:
    """One row per origin: its attributes, and `gave`, the inputs with rows of it."""
    rows = [[*(getattr(item.origin, key) for key in ORIGIN), item.gave] for item in ranking.origins()]
    return ranking.marked(pd.DataFrame(rows, columns=[*ORIGIN, "gave"]))


def made_with(ranking: Ranking) -> str:
    """The distributions whose parts made the ranking, with their versions."""
    return ", ".join(f"{name} {version}".strip() for name, version in ranking.packages().items())


def _notes(ranking: Ranking) -> Iterator[tuple[int | None, str, str]]:
    yield None, "title", ranking.title
    yield from ((None, "description", item) for item in ranking.description)
    for at, edition in enumerate(ranking.editions):
        if doubt := ranking.doubt_text(at):
            yield edition, "moves", doubt
        yield from ((edition, "ranges", text) for text in ranking.joint_texts(at))
    yield from ((item.edition, item.kind, item.text) for item in ranking.caveats())
    yield from ((None, "method", f"{step}: {text}") for step, text in ranking.steps())
    yield from ((None, "reference", item) for item in ranking.plan.scenario.references)
    yield None, "made with", made_with(ranking)


def table_of(ranking: Ranking, name: str) -> pd.DataFrame:
    """A member of `hubrank_output.TABLES` as a frame."""
    build: Callable[[Ranking], pd.DataFrame] | None = {"sources": sources, "notes": notes}.get(name)
    return build(ranking) if build else getattr(ranking, "table" if name == "ranking" else name)()


@use_language(ENGLISH)
def write_csv(name: str, ranking: Ranking, path: Path) -> None:
    """Write a table as CSV that a spreadsheet can open without harm."""
    path.write_bytes(csv_bytes(table_of(ranking, name)))


@use_language(ENGLISH)
def write_parquet(name: str, ranking: Ranking, path: Path) -> None:
    """Write a table as Parquet, with the ranking's title in its metadata."""
    pq = library("pyarrow.parquet", f"exporting {path.name}")
    import pyarrow as pa

    content = pa.Table.from_pandas(table_of(ranking, name), preserve_index=False)
    pq.write_table(content.replace_schema_metadata({"title": ranking.title}), path, compression="zstd")


#: The meanings of columns, by kind (as in Table Schema) and name, with the table's before it if it differs there.
_FIELDS: Mapping[str, Mapping[str, str]] = {
    "integer": {
        "edition": gettext_noop("The edition (year) of the ranking"),
        "notes.edition": gettext_noop("The edition that the note is about; empty for all"),
        "carried": gettext_noop("The year of an older value that is used because a newer one is missing"),
        "ahead": gettext_noop("The year of a value that the edition sees only because it looks ahead"),
        "too_old": gettext_noop("The newest year whose value is left out because it is older than max_age"),
        "oldest": gettext_noop("The year of the oldest value"),
        "newest": gettext_noop("The year of the newest value"),
        "step": gettext_noop("The place of the step of treatment, from 1"),
        "lowered": gettext_noop("How many values the step lowered"),
        "raised": gettext_noop("How many values the step raised"),
        "rows": gettext_noop("How many rows there are"),
    },
    "string": {
        "treatment.edition": gettext_noop("The edition; pooled if the treatment is fitted on all of them"),
        "unit": gettext_noop("The unit's code"),
        "name": gettext_noop("The unit's name"),
        "country": gettext_noop("The unit's country"),
        "range": gettext_noop("The interval of the rank, low to high; * follows if the rank is outside"),
        "outside": gettext_noop("* if the rank is outside its own interval; the notes (ranges) say why"),
        "tier": gettext_noop("The tier or class that the unit is in"),
        "since": gettext_noop("The rank change since the edition before; in brackets if it is not robust"),
        "indicator": gettext_noop("The indicator's key in the scenario"),
        "flag": gettext_noop("How the value was obtained or changed"),
        "origin": gettext_noop("The source of the value: a name in the table of sources"),
        "vintage": gettext_noop("The vintage of the data that the value is from"),
        "method": gettext_noop("How the source derived the value, if it did"),
        "dimension": gettext_noop("The dimension"),
        "member": gettext_noop("The dimension's member: an indicator or another dimension"),
        "indicators.title": gettext_noop("The indicator's title"),
        "indicators.dimension": gettext_noop("The title of the indicator's dimension"),
        "unit_of_measure": gettext_noop("The indicator's unit of measure"),
        "better": gettext_noop("Which values are better: higher or lower"),
        "why": gettext_noop("Why the unit has no rank"),
        "treatment.method": gettext_noop("The step's method"),
        "stage": gettext_noop("The stage of the step"),
        "input": gettext_noop("The scenario's input"),
        "reason": gettext_noop("Why the rows belong to no unit"),
        "scheme": gettext_noop("The kind of code or location in the rows"),
        "place": gettext_noop("The code or location in the rows"),
        "suggestion": gettext_noop("The unit that may be meant"),
        "sources.name": gettext_noop("The name that values carry in origin"),
        "sources.title": gettext_noop("What the producer calls the data"),
        "producer": gettext_noop("Who made the data"),
        "licence": gettext_noop("The licence of the data, or the permitted use if there is none"),
        "licence_url": gettext_noop("Where the licence can be read"),
        "url": gettext_noop("Where the data are published"),
        "published": gettext_noop("The date of publication"),
        "accessed": gettext_noop("The date of access"),
        "citation": gettext_noop("How the producer wants to be cited"),
        "sources.note": gettext_noop("What a reader of the data should know"),
        "gave": gettext_noop("The scenario's inputs that have rows of the source, and units if they come from it"),
        "about": gettext_noop("What the note is about"),
        "note": gettext_noop("What a reader should know"),
        "sample": gettext_noop("yes if the values are sample data, not the sources' full data"),
    },
    "number": {
        "rank": gettext_noop("The rank; 1 is the best"),
        "low": gettext_noop("The {low} quantile of the rank over the draws; empty without draws"),
        "high": gettext_noop("The {high} quantile of the rank over the draws; empty without draws"),
        "joint_low": gettext_noop("The better end of the joint range, which holds for all units at once"),
        "joint_high": gettext_noop("The worse end of the joint range"),
        "ranked_share": gettext_noop("The share of draws that rank the unit; low and high use only these"),
        "score": gettext_noop("The index"),
        "evidence_tier": gettext_noop(
            "The evidence tier, from 1: units that the draws, or confidence sets, separate from all others"
        ),
        "rank_change": gettext_noop("Ranks gained since the edition before; negative if lost, empty without two ranks"),
        "agreement": gettext_noop("The share of draws in which the unit moves in the same direction as its rank"),
        "measured": gettext_noop("The value in the indicator's unit of measure"),
        "imputed": gettext_noop("The value, imputed if it is missing"),
        "treated": gettext_noop("The value after treatment"),
        "normalised": gettext_noop("The value on the common scale, higher always better"),
        "weight": gettext_noop("The member's share of its dimension"),
        "effective": gettext_noop("The member's share of the index"),
        "coverage": gettext_noop("The share of ranked units whose value was measured"),
        "skew_before": gettext_noop("The skewness before"),
        "kurtosis_before": gettext_noop("The excess kurtosis before"),
        "skew": gettext_noop("The skewness after"),
        "kurtosis": gettext_noop("The excess kurtosis after"),
    },
    "boolean": {
        "robust_change": gettext_noop(
            "Whether the rank change is robust; with errors, at most {false} of such changes are expected to be false"
        ),
        "passed": gettext_noop("Whether the indicator then passes the method's own test"),
    },
}
#: The prefix of columns with amounts of unassigned rows.
_AMOUNT = "sum_"


def fields(ranking: Ranking, table: str, frame: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    """Name, kind and meaning of the columns of a table in their order, those of dimensions and amounts too."""
    shares = {"low": format_percent(LOW), "high": format_percent(HIGH), "false": format_percent(FALSE_SHARE)}
    names = ranking.plan.titles()
    known = {name: (kind, text) for kind, texts in _FIELDS.items() for name, text in texts.items()}
    for name in map(str, frame.columns):
        if field := known.get(f"{table}.{name}") or known.get(name):
            yield name, field[0], gettext(field[1], **shares)
        elif table == "unassigned" and name.startswith(_AMOUNT):
            column = name.removeprefix(_AMOUNT)
            yield name, "number", gettext("The amount of {column} that the rows hold", column=column)
        else:
            yield name, "number", gettext("The score of the dimension {title}", title=names.get(name, name))


def zip_bytes(content: Mapping[str, bytes]) -> bytes:
    """Files by name as a zip; the same content gives the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in content.items():
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
