"""A table to a scenario, and its TOML."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from attrs import evolve, field, fields_dict, frozen

from hubrank.errors import ScenarioError
from hubrank.i18n import count_text, enumerated, gettext, gettext_noop
from hubrank.infer import defaults
from hubrank.infer.arguments import guided, meant
from hubrank.infer.assumptions import DATA, LEAST, UNITS, Assumption, Choices, DraftDimension, DraftIndicator
from hubrank.infer.column_roles import OF_COLUMNS, Roles, tidy
from hubrank.infer.forms import TABLES, stated, table_of
from hubrank.io.answer import table_html
from hubrank.io.escaping import csv_bytes, strip_control
from hubrank.io.safe_input import shorten
from hubrank.io.toml_text import key_text, pairs_text
from hubrank.io.write import add_files
from hubrank.plugin.registry import Registry
from hubrank.scenario.region import SCENARIO

_INPUT = "values"

#: The largest distance of a unit's rows from a centre, in km; those of a draft are found by the unit's code.
REACH = 10

_NOTES = {
    "selection": gettext_noop("A unit is ranked if it has at least this share of the indicators."),
    "normalisation": gettext_noop("How values in different units of measure are put on one scale."),
    "weighting": gettext_noop("Weights: those given below for indicators and dimensions, or those of a method."),
    "missing": gettext_noop("If a unit lacks an indicator, its other indicators get the weight."),
    "aggregation": gettext_noop(
        "How scores are combined: high scores make up for low ones, less so in a geometric mean."
    ),
    "robustness": gettext_noop("Which choices are uncertain: varying them gives each rank its range."),
}


def _section(head: str, table: Mapping[str, Any], note: str) -> list[str]:
    return ["", *_commented(note), f"[{head}]", *pairs_text(table, *table)]


def _commented(note: str) -> Iterable[str]:
    """A note's lines as comments; a name's control characters end none."""
    return (f"# {strip_control(line)}" for line in note.split("\n") if line)


#: The default title, and the default name of the table in messages.
_TITLE, _SOURCE = gettext_noop("Ranking"), gettext_noop("the table")
#: The most assumptions in a text.
_SHOWN = 18
#: The most indicators that a sentence names, and the most letters of each.
_NAMES, _NAME = 4, 24


@frozen(kw_only=True, eq=False, repr=False)
class InferredScenario:
    """A scenario made from a table, with all assumptions.

    Attributes:
        title: The title of the ranking.
        unit: The column that identifies the units.
        name: The column of their names; None if the codes are the names.
        year: The column of years; None if all rows are of one year.
        groups: Columns of groups, such as the country, by their column in `units.csv`.
        editions: The years to rank.
        max_age: The greatest number of years by which a value may be older than the edition.
        indicators: The indicators of the ranking.
        dimensions: The dimensions of the indicators.
        normalisation: The method's name, with its options.
        weighting: The method's name.
        aggregation: The method's name.
        weight_uncertainty: The share (0 to 1) by which each weight may vary; 0 for none.
        doubt: Further keys of `[robustness]`.
        assumed: The assumptions: those that only the user can confirm, then the rest, in the order of the steps.
        figures: One row per unit and year: `unit`, `year` if there are several, a column per key.
        units: One row per unit: `unit`, `name`, `lat` and `lon` if known, the groups.
    """

    title: str
    unit: str
    name: str | None
    year: str | None
    groups: Mapping[str, str]
    editions: tuple[int, ...]
    max_age: int
    indicators: tuple[DraftIndicator, ...]
    dimensions: tuple[DraftDimension, ...]
    normalisation: Mapping[str, Any]
    weighting: str
    aggregation: str
    weight_uncertainty: float
    doubt: Mapping[str, Any]
    assumed: tuple[Assumption, ...]
    figures: pd.DataFrame
    units: pd.DataFrame
    _keys: Mapping[str, str]
    _frame: pd.DataFrame
    _roles: Roles
    _arguments: Mapping[str, Any]
    _said: Mapping[str, Any] = field(factory=dict)
    _read: Callable[..., InferredScenario] | None = None

    @property
    def asked(self) -> tuple[Assumption, ...]:
        """The assumptions that only the user can confirm."""
        return tuple(assumption for assumption in self.assumed if assumption.asked)

    @property
    def check(self) -> list[str]:
        """Questions for the user in few sentences: all unknown directions in one."""
        unknown = [item for item in self.asked if item.key.startswith("direction.")]
        titles = {f"direction.{item.key}": shorten(item.title, _NAME) for item in self.indicators}
        names = enumerated([titles[item.key] for item in unknown], _NAMES)
        directions = gettext("direction of {indicators}: assumed that higher is better", indicators=names)
        others = [f"{item.what}: {item.shown}" for item in self.asked if item not in unknown]
        return [*([directions] if unknown else []), *others]

    def __repr__(self) -> str:
        units, indicators = count_text(len(self.units), "unit"), count_text(len(self.indicators), "indicator")
        words = {"title": self.title, "units": units, "indicators": indicators}
        head = gettext("{title}: {units}, {indicators}; assumed:", **words)
        lines = [head, *(f"  {item}" for item in self.assumed[:_SHOWN])]
        if (left := len(self.assumed) - _SHOWN) > 0:
            lines.append(f"  {gettext('... and {count} more', count=left)}")
        return "\n".join(map(strip_control, lines))

    def _repr_html_(self) -> str:
        asked = gettext("only you can know")
        rows = [[item.what, item.shown, item.why, asked if item.asked else ""] for item in self.assumed]
        return table_html(self.title, [gettext("what"), gettext("assumed"), gettext("why"), ""], rows, 0)

    def with_(self, **answers: Any) -> InferredScenario:
        """The draft with further answers, computed again so that the reasons match.

        Args:
            **answers: Arguments of `draft`; tables such as `direction` are extended.

        Raises:
            ScenarioError: As for `draft`.
            UsageError: There is no such argument.
        """
        answers = stated(meant(answers, self._said.keys() | self._arguments.keys() | {*OF_COLUMNS}))
        for one, other in (("weights", "weighting"), ("weighting", "weights")):  # each is in place of the other
            if answers.get(one) not in (None, "fixed") and answers.get(other) is None:
                answers[other] = None
        for key, item in answers.items():
            if isinstance(item, Mapping):  # by column, lest a name by key stands beside one by column
                figures = () if key in ("dimensions", "doubt") else self.indicators
                columns = {each.key: each.column for each in figures} | {each.column: each.column for each in figures}
                both = [*(self._arguments[key] or {}).items(), *item.items()]
                answers[key] = {columns.get(name, name): value for name, value in both}
        said = {**self._said, **answers}
        if self._read is not None and answers.keys() & {*OF_COLUMNS, "doubt"}:  # other columns may matter now
            return self._read(**said)
        made = drafted(self._frame, self._roles, **{**self._arguments, **answers})
        return evolve(made, said=said, read=self._read)

    def read_by(self, read: Callable[..., InferredScenario], said: Mapping[str, Any]) -> InferredScenario:
        """The draft of a table that `read` reads again where choices, of which `said` are the first, ask for it."""
        return evolve(self, said=said, read=read)

    def answered(self, key: str, value: Any) -> InferredScenario:
        """The draft with one answer.

        Args:
            key: An assumption's key (`direction.health`, `unit`), or any choice written so (`weights.health`).
            value: The answer.

        Raises:
            ScenarioError: As for `draft`.
            UsageError: There is no such choice.
        """
        choice, _dot, name = key.partition(".")
        return self.with_(**{choice: {name: value} if name else value})

    def table(self) -> dict[str, Any]:
        """The scenario as a dict with the content of its TOML; files are named relative to it."""
        options = {"file": DATA} | ({} if self.year else {"year": False})
        old = {"max_age": self.max_age} if self.max_age else {}
        pooled = {"fitted_on": "pooled"} if len(self.editions) > 1 else {}  # so that scores of years can be compared
        weights = {"weight_uncertainty": self.weight_uncertainty} if self.weight_uncertainty else {}
        doubt = weights | _by_key(self.doubt, self._keys)
        return {
            "title": self.title,
            "editions": list(self.editions),
            **({"check": self.check} if self.asked else {}),
            "assumed": [str(assumption) for assumption in self.assumed],
            "units": {"file": UNITS} | ({"within_km": REACH} if "lat" in self.units else {}),
            "inputs": {_INPUT: {"source": "files", "options": options, **old}},
            "dimensions": {item.key: {"title": item.title, "weight": item.weight} for item in self.dimensions},
            "indicators": {
                item.key: {
                    "indicator": "value",
                    "title": item.title,
                    "dimension": item.dimension,
                    "direction": item.direction,
                    "weight": item.weight,
                    **({} if item.treatment == "none" else {"treatment": _treatment_of(item, pooled)}),
                }
                for item in self.indicators
            },
            "selection": {"at_least_share": LEAST},
            "normalisation": {**self.normalisation, **pooled},
            "weighting": {"method": self.weighting, **({} if self.weighting == "fixed" else pooled)},
            "missing": {"rule": "renormalise"},
            "aggregation": {"method": self.aggregation},
            **({"robustness": doubt} if doubt else {}),
        }

    def toml(self) -> str:
        """The scenario's TOML, with comments in plain words."""
        table = self.table()
        head = gettext(
            "Made from a table of {units}. You can change every choice;\n`hubrank rank scenario.toml` ranks, "
            "`hubrank check scenario.toml` finds mistakes.",
            units=count_text(len(self.units), "unit"),
        )
        assumed = gettext(
            "What was assumed, for readers of the report. Delete a line once you have decided it yourself."
        )
        check = gettext("Please check: the table does not say. Delete a line once you have decided it yourself.")
        checked = [*_commented(check), *pairs_text(table, "check"), ""] if self.asked else []
        lines = [
            *_commented(head),
            "",
            *pairs_text(table, "title", "editions"),
            "",
            *checked,
            *_commented(assumed),
            *pairs_text(table, "assumed"),
            *_section("units", table["units"], gettext("Which units are ranked.")),
            *_section(f"inputs.{_INPUT}", table["inputs"][_INPUT], gettext("The data.")),
        ]
        note = gettext("The parts of the score; weights are relative to each other.")
        for key, dimension in table["dimensions"].items():
            lines += _section(f"dimensions.{key_text(key)}", dimension, note)
            note = ""
        for key, indicator in table["indicators"].items():
            reasons = self._reasons(f"direction.{key}", f"treatment.{key}", f"coverage.{key}")
            lines += _section(f"indicators.{key_text(key)}", indicator, "\n".join(reasons))
        for key in (key for key in _NOTES if key in table):
            reasons = self._reasons("weight_uncertainty" if key == "robustness" else key)
            lines += _section(key, table[key], "\n".join([gettext(_NOTES[key]), *reasons]))
        return "\n".join(lines) + "\n"

    def _reasons(self, *keys: str) -> Iterator[str]:
        return (str(assumption) for assumption in self.assumed if assumption.key in keys)

    def files(self) -> dict[str, bytes]:
        """The files of a folder that ranks it, by name: `scenario.toml`, `data.csv` and `units.csv`."""
        return {SCENARIO: self.toml().encode(), DATA: csv_bytes(self.figures), UNITS: csv_bytes(self.units)}

    def write(self, folder: Path | str) -> Path:
        """Write these files into a folder; create it if necessary.

        Returns:
            The path of `scenario.toml`.

        Raises:
            UsageError: The folder cannot be written, or has such a file already.
        """
        add_files(Path(folder), self.files())
        return Path(folder) / SCENARIO


def _treatment_of(item: DraftIndicator, pooled: Mapping[str, str]) -> Any:
    return {"steps": [item.treatment], **pooled} if pooled else item.treatment


def _by_key(doubt: Mapping[str, Any], keys: Mapping[str, str]) -> dict[str, Any]:
    """What is uncertain, by the indicators' keys where it is by their columns."""

    def named(value: Any) -> Any:
        if isinstance(value, Mapping):
            return {keys.get(name, name): named(item) for name, item in value.items()}
        if isinstance(value, list):
            return list(map(named, value))
        return keys.get(value, value) if isinstance(value, str) else value

    return {key: named(value) if key in ("error", "noise", "exclude") else value for key, value in doubt.items()}


@guided
def draft(
    frame: Any,
    *,
    title: str | None = None,
    weights: Any = None,
    direction: Any = None,
    dimensions: Mapping[str, Sequence[str]] | None = None,
    groups: Sequence[str] | None = None,
    year: str | int | None = None,
    unit: str | Sequence[str] | None = None,
    name: str | None = None,
    indicators: Sequence[str] | None = None,
    exclude: Sequence[str] = (),
    titles: Mapping[str, str] | None = None,
    treatment: Mapping[str, str] | str | None = None,
    normalisation: str | None = None,
    weighting: str | None = None,
    aggregation: str | None = None,
    weight_uncertainty: float | None = None,
    doubt: Any = None,
    source: str = _SOURCE,
) -> InferredScenario:
    """Make a scenario from a table, by common practice unless you choose otherwise.

    Args:
        frame: A table of pandas, polars, pyarrow, DuckDB or Ibis, a dict of columns or of units, a list of records, or
            an array with names in `unit` and `indicators`: one row per unit, or per unit and year. Columns of numbers
            become indicators; columns of texts identify, name or group the units. Of a lazy table, such as a polars
            LazyFrame or a dataset of pyarrow, only columns that can matter are collected: with `indicators` no other
            numbers, and nothing in `exclude`.
        title: The title of the ranking.
        weights: Weights of indicators, or of dimensions, relative to each other, 1 by default: by name (a dict, a
            series, a frame), or in the order of the columns (a list, an array); or an installed method's name.
        direction: 1 ("higher", "max", "benefit") if more of an indicator is better, -1 ("lower", "min", "cost") if less
            is: by name, in the order of the columns, or one for all; or the names of the indicators of which less is
            better. By default inferred from the indicator's name.
        dimensions: The indicators of each dimension; one dimension holds all by default.
        groups: Columns of groups, such as the country.
        year: The column of years; or the year to rank.
        unit: The column that identifies the units, or their names in the order of the rows.
        name: The column of the units' names.
        indicators: The columns of values; all others are left out.
        exclude: Columns to leave out.
        titles: Readable names of indicators; those of the columns by default.
        treatment: Treatments by indicator, or one for all, or `none`; chosen by skewness and kurtosis by default.
        normalisation: An installed method's name; `min-max` onto 0 to 100 by default.
        weighting: An installed method's name; `fixed` by default.
        aggregation: An installed method's name; by default `arithmetic` or `geometric`, by correlation and coverage.
        weight_uncertainty: The share (0 to 1) by which each weight may vary, 0.25 by default; 0 for none.
        doubt: All that is uncertain: "any" for any weights, a share as in `weight_uncertainty`, or a table of the keys
            of `[robustness]`, such as `{"exclude": True, "noise": {"income": 0.1}}`.
        source: The table's name in messages.

    Raises:
        ScenarioError: All errors at once: names that are no columns, units in several rows, texts among numbers,
            directions that are neither 1 nor -1.
        UsageError: The frame is no table, or a choice has another form.
    """
    said = {key: value for key, value in locals().items() if key not in ("frame", "source") and value is not None}
    said = stated({key: value for key, value in said.items() if (key, value) != ("exclude", ())})
    again, table = said.copy(), table_of(frame, said)
    reader = table_reader()
    made = _tidied(table, said, source) if reader is None else reader(table, source=source, **said)
    return made.read_by(functools.partial(draft, frame, source=source), again)


def table_reader() -> Callable[..., InferredScenario] | None:
    """The function of the command that reads tables as people have them; None if none is installed."""
    part = next((item for item in Registry.of_commands() if item.kind == "command" and item.texts["reads"]), None)
    if part is None:
        return None
    function = part.function(part.record.reads)

    def read(what: pd.DataFrame | Path, **said: Any) -> InferredScenario:
        result = function(what, **said)
        if not isinstance(result, InferredScenario):
            raise part.broke(f"{part.record.reads} returned {type(result).__name__}; expected a Draft")
        return result

    return read


def _tidied(table: pd.DataFrame, said: dict[str, Any], source: str) -> InferredScenario:
    """The draft of a table that is tidy as it stands."""
    frame, roles = tidy(table, said, errors_in(said))
    year = said.get("year")
    choices = {key: value for key, value in said.items() if key not in OF_COLUMNS}
    return drafted(frame, roles, source=source, edition=None if isinstance(year, str) else year, **choices)


def errors_in(said: Mapping[str, Any]) -> list[str]:
    """The columns that a choice of what is uncertain names as errors of others."""

    def texts(value: Any) -> Iterator[str]:
        if isinstance(value, Mapping):
            for item in value.values():
                yield from texts(item)
        elif isinstance(value, str):
            yield value

    return [*dict.fromkeys(texts((said.get("doubt") or {}).get("error", {})))]


def drafted(
    frame: pd.DataFrame,
    roles: Roles,
    *,
    title: str = "",
    weights: Any = None,
    direction: Any = None,
    dimensions: Mapping[str, Sequence[str]] | None = None,
    edition: int | None = None,
    titles: Mapping[str, str] | None = None,
    treatment: Mapping[str, str] | str | None = None,
    normalisation: str | None = None,
    weighting: str | None = None,
    aggregation: str | None = None,
    weight_uncertainty: float | None = None,
    doubt: Mapping[str, Any] | None = None,
    assumed: Sequence[Assumption] = (),
    source: str = _SOURCE,
) -> InferredScenario:
    """A scenario from a tidy table: one row per unit, or per unit and year, whose numbers are read.

    Args:
        frame: The table.
        roles: What its columns are.
        title: As the other choices in the one form of `stated`; see `draft`.
        edition: The year to rank.
        assumed: Assumptions made when the table was read; they come first.
        source: The table's name in messages.

    Raises:
        ScenarioError: All errors at once.
    """
    arguments = {key: value for key, value in locals().items() if key not in ("frame", "roles")}
    tables = {key: arguments[key] for key in TABLES}
    ordered = {key: value for key, value in tables.items() if not isinstance(value, Mapping | None)}
    values = {key: arguments[key] for key in fields_dict(Choices)} | {key: tables[key] or {} for key in TABLES}
    values |= {key: {} for key in ordered}
    material, problems = defaults.material_of(frame, roles, Choices(**values), ordered)
    if material is None:
        raise ScenarioError(source, problems)
    found = list(defaults.indicators_of(material))
    indicators = tuple(indicator for indicator, _ in found)
    mean, of_mean = defaults.mean_of(material, indicators)
    scale, of_scale = defaults.normalisation_of(material, mean, indicators)
    weights_by, of_weights = defaults.weighting_of(material)
    doubt = arguments["doubt"]
    certain = doubt is not None and arguments["weight_uncertainty"] is None
    share, of_doubt = (0.0, []) if certain else defaults.doubt_of(material)
    steps = (*of_scale, *of_weights, *defaults.missing_of(material), *of_mean, *of_doubt)
    found_out = (*assumed, *defaults.of_columns(material), *(item for _, items in found for item in items), *steps)
    first = sorted(found_out, key=lambda item: not item.asked)
    return InferredScenario(
        title=title or gettext(_TITLE),
        unit=material.roles.unit,
        name=material.roles.name,
        year=material.roles.year,
        groups=material.groups,
        editions=material.editions,
        max_age=material.max_age,
        indicators=indicators,
        dimensions=material.dimensions,
        normalisation=scale,
        weighting=weights_by,
        aggregation=mean,
        weight_uncertainty=share,
        doubt={} if doubt in (None, {"weight_uncertainty": 0}) else doubt,
        assumed=tuple(first),
        figures=material.figures,
        units=material.units,
        keys=material.every,
        frame=frame,
        roles=roles,
        arguments=arguments | {key: getattr(material.choices, key) for key in ordered},
    )
