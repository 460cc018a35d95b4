"""From a table as it was read to a draft of a scenario, by flags, questions and the field's practice."""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve
from hubrank.errors import did_you_mean, fold_name
from hubrank.i18n import enumerated, listed
from hubrank.infer.assumptions import Assumption
from hubrank.infer.column_roles import Roles, useless
from hubrank.infer.draft import InferredScenario, drafted
from hubrank.infer.forms import direction_in
from hubrank.io.cells import read_number
from hubrank.io.limits import whole_number
from hubrank.io.table_layout import MEANT
from hubrank.io.tables import read_table
from hubrank.plugin import Problem, ScenarioError, gettext, gettext_noop

from hubrank_start.columns import Column
from hubrank_start.desk import DIRECTIONS, Desk, Question
from hubrank_start.looking import Looked
from hubrank_start.marks import LEFT, mark
from hubrank_start.places import are_countries, country_title, known_places, placed
from hubrank_start.scales import is_mark
from hubrank_start.units import BASE_YEAR

#: Choices that `--set` may name beside questions: each is one of `draft`'s arguments.
PLAIN = ("title", "normalisation", "weighting", "aggregation", "weight_uncertainty", "year")
TABLES: Mapping[str, Callable[[str], Any]] = {
    "direction": direction_in,
    "weights": read_number,
    "treatment": str,
    "titles": str,
}
#: Questions that a table may leave unasked; a script may answer them all the same.
USUAL = ("comma", "dates", "sheets", "duplicates", "hidden", "unit")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_YEAR_BEHIND = re.compile(r"(?<![\s,:(–-])[\s,:(–-]*+(?<!\d)(?:19|20)\d\d\)?$")
_WORDS = {1: gettext_noop("higher is better"), -1: gettext_noop("lower is better")}


def of_draft(key: str) -> bool:
    """Whether an answer changes the draft alone, not what is read of the table; the year decides on rows as well."""
    return key.partition(".")[0] in TABLES or (key in PLAIN and key != "year")


def proposed(
    looked: Looked,
    desk: Desk,
    weights: str | None,
    file: str,
    beside: Sequence[str] = (),
    said: Mapping[str, Any] | None = None,
) -> InferredScenario:
    """A draft of a table, or all answers that cannot be.

    Args:
        looked: The table.
        desk: Has the answers, and the notes.
        weights: `eq`, `pca`, a file of weights, or None for the table's own.
        file: The table's name in messages.
        beside: Columns of numbers that tell of others.
        said: Choices by the arguments of `drafted`, which go before those of the table and the answers.
    """
    problems: list[Problem] = []
    choices = dict(_choices(desk, looked, problems))
    looked = _on_the_map(looked, desk)
    weighting = _weighting(looked, weights, choices, desk, problems)
    scales = {item.name for item in looked.figures if item.scale is not None or is_mark(item)}
    figures, constant = [item.name for item in looked.figures], _constant(looked)
    lost = [item for item in looked.figures if item.name in constant]
    mark(lost, LEFT, desk, gettext("all units have the same value"))
    looked = evolve(looked, figures=[item for item in looked.figures if item not in lost])
    for table in ("direction", "titles", "treatment"):
        choices[table] = {name: item for name, item in choices.get(table, {}).items() if name not in constant}
    directions = {item.name: item.direction for item in looked.figures if item.direction is not None}
    for name, way in directions.items():
        if name in scales:
            continue  # reported with its levels
        what = gettext("direction of {indicator}", indicator=name)
        desk.tell(what, gettext(_WORDS[way]), gettext("as the file says"))
    titles = {item.name: title for item in looked.figures if (title := _title(item)) != item.name}
    dimensions: dict[str, list[str]] = {}
    for item in looked.figures:
        if item.dimension:
            dimensions.setdefault(item.dimension, []).append(item.name)
    edition = _year(looked, choices.pop("year", None), file, desk, problems)
    roles = Roles(
        unit=looked.unit,
        name=looked.name,
        year=looked.year,
        groups=looked.groups,
        figures=figures,
        beside=beside,
        codes={item.name: item.code for item in looked.figures if item.code},
    )
    of_table = {
        "title": choices.pop("title", "") or _YEAR_BEHIND.sub("", looked.title) or looked.title,
        "direction": directions | choices.pop("direction"),
        "dimensions": dimensions,
        "titles": titles | choices.pop("titles"),
        **weighting,
        **choices,
    }
    both = {key: _over(of_table.get(key), item) for key, item in (said or {}).items()}
    result = drafted(
        looked.frame, roles, edition=edition, assumed=tuple(_assumed(desk)), source=file, **{**of_table, **both}
    )
    unused = [key for key in desk.answers if key not in desk.used and not key.startswith((*PLAIN, *TABLES, *USUAL))]
    problems += [Problem(f"--set {key}", "there is no such question") for key in unused]
    problems = [item for item in problems if item.where.removeprefix("--set ") not in desk.lenient]
    problems += [Problem("--set", wrong) for key, wrong in desk.wrong.items() if key not in desk.lenient]
    if problems:
        raise ScenarioError(file, problems)
    _ask(result, desk)
    return result


def _over(first: Any, second: Any) -> Any:
    """A choice over an earlier one: by name they are joined."""
    return {**first, **second} if isinstance(first, Mapping) and isinstance(second, Mapping) else second


def _choices(desk: Desk, looked: Looked, problems: list[Problem]) -> Iterator[tuple[str, Any]]:
    tables: dict[str, dict[str, Any]] = {}
    for key, answer in desk.answers.items():
        choice, _dot, name = key.partition(".")
        if choice in TABLES and name:
            column = _column(looked, name, f"--set {key}", problems)
            value = TABLES[choice](answer)
            if column is not None and value is None:
                what = "1 (higher is better) or -1 (lower is better)" if choice == "direction" else "a number"
                problems.append(Problem(f"--set {key}", f'must be {what}; got "{answer}"'))
            elif column is not None:
                tables.setdefault(choice, {})[column] = value
        elif key in PLAIN:
            yield key, read_number(answer) if key == "weight_uncertainty" else answer
    yield from tables.items()


def _column(looked: Looked, name: str, where: str, problems: list[Problem]) -> str | None:
    """The column of values that a name means, ignoring case, blanks and signs."""
    for item in looked.figures:
        if fold_name(name) in map(fold_name, (item.name, item.title)):
            return item.name
    hint = did_you_mean(name, [item.name for item in looked.figures])
    problems.append(Problem(where, f"there is no indicator '{name}'{hint}"))
    return None


def _year(looked: Looked, given: str | None, file: str, desk: Desk, problems: list[Problem]) -> int | None:
    """The year that is ranked; None for those of a column."""
    if given is not None:
        if (number := whole_number(given)) is not None:
            return number
        problems.append(Problem("--set year", f'must be a year; got "{given}"'))
    if looked.edition is not None or looked.year is not None:
        return looked.edition
    heads = " ".join(item.name for item in looked.figures)
    for why, texts in (
        (gettext("from the title"), [looked.title]),
        (gettext("from the column headings"), [max(_YEAR.findall(BASE_YEAR.sub("", heads)), default="")]),
        (gettext("from the file's name"), [file]),
        (gettext("from a line beside the table"), looked.beside),
    ):
        years = [set(_YEAR.findall(BASE_YEAR.sub("", text))) for text in texts]
        if len(found := set().union(*(item for item in years if len(item) == 1))) == 1:
            (year,) = found
            desk.tell(gettext("year"), year, why)
            return int(year)
    return None


def _weighting(
    looked: Looked, weights: str | None, choices: dict[str, Any], desk: Desk, problems: list[Problem]
) -> dict[str, Any]:
    own = choices.pop("weights", {})
    if weights == "pca":
        return {"weights": own, "weighting": choices.pop("weighting", "pca")}
    if weights == "eq":
        return {"weights": own}
    found = {item.name: item.weight for item in looked.figures if item.weight is not None}
    if weights is not None:
        found = _weights_of(Path(weights), looked, problems)
    if missing := [item.name for item in looked.figures if found and item.name not in found]:
        shown = gettext("0 for {indicators}", indicators=listed(missing))
        desk.tell(gettext("weights"), shown, gettext("no weight is given for them"))
        found |= dict.fromkeys(missing, 0.0)
    within = all(
        any(math.isclose(item, whole, rel_tol=0.02) for whole in (1, 100)) for item in _sums(looked, found).values()
    )
    constant = _constant(looked)
    if lost := [name for name in constant if found.get(name)]:
        why = gettext("all units have the same value")
        desk.tell(gettext("weights"), gettext("none for {indicators}", indicators=enumerated(lost)), why)
    found, own = ({name: item for name, item in of.items() if name not in constant} for of in (found, own))
    return {"weights": ({} if within else _sums(looked, found)) | found | own}


def _sums(looked: Looked, weights: Mapping[str, float]) -> dict[str, float]:
    """The weights of dimensions, where those of indicators are shares of all."""
    sums: dict[str, float] = {}
    for item in looked.figures:
        if item.dimension and item.name in weights:
            sums[item.dimension] = sums.get(item.dimension, 0.0) + weights[item.name]
    return sums


def _constant(looked: Looked) -> list[str]:
    """Columns of values that cannot distinguish units, if others can."""
    result = [item.name for item in looked.figures if useless(looked.frame[item.name])]
    return result if len(result) < len(looked.figures) else []


def _weights_of(path: Path, looked: Looked, problems: list[Problem]) -> dict[str, float]:
    frame = read_table(path)
    where, found = f"--weights {path.name}", {}
    for name, number in zip(frame.iloc[:, 0], frame.iloc[:, -1], strict=True):
        column, weight = _column(looked, str(name), where, problems), read_number(number)
        if column is not None and (weight is None or weight < 0):
            problems.append(Problem(where, f"the weight of '{name}' must be a number of 0 or more"))
        elif column is not None:
            found[column] = weight
    return found


def _title(column: Column) -> str:
    """A name for people: without prefixes, with the unit of measurement where it says more than the name does."""
    title = column.title or column.name
    adds = column.measure and fold_name(column.measure) not in fold_name(title)
    return f"{title} ({column.measure})" if adds else title


def _on_the_map(looked: Looked, desk: Desk) -> Looked:
    """The table with columns of countries and points, where the units are places that are known."""
    frame, groups = looked.frame, looked.groups
    names = [str(item) for item in frame[looked.name or looked.unit]]
    countries: dict[str, str] = {}
    group = None
    for column in groups:
        values = [str(item) for item in frame[column].dropna().unique()]
        if values and are_countries(values, column) == (True, ""):
            group, codes = column, known_places(values)
            frame = frame.assign(**{group: [codes.get(str(item), item) for item in frame[group]]})
            countries = dict(zip(names, map(str, frame[group]), strict=True))
            break
    different = list(dict.fromkeys(names))
    found, what = placed(different, countries, _asked_for_countries(different, looked, group is not None, desk))
    if not found:
        return evolve(looked, frame=frame)
    shown = gettext("the units are countries") if what == "countries" else gettext("the units are cities")
    missing = ", ".join(sorted(set(names) - set(found))[:5])
    why = gettext("not found: {units}", units=missing) if missing else gettext("all are known")
    desk.tell(gettext("map"), shown, why)
    columns = []
    if group is None and "country" not in frame:
        columns, groups = ["country"], (*groups, "country")
    if not any(fold_name(column) in (key, *MEANT[key]) for key in ("lat", "lon") for column in frame.columns):
        columns += ["lat", "lon"]
    frame = frame.assign(**{key: [getattr(found.get(name), key, None) for name in names] for key in columns})
    name = looked.name
    if what == "countries" and name is None and all(len(name) <= 3 for name in names):  # codes
        name = "unit name"
        frame[name] = [country_title(found[code].country) if code in found else code for code in names]
    return evolve(looked, frame=frame, groups=groups, name=name)


def _asked_for_countries(names: Sequence[str], looked: Looked, apart: bool, desk: Desk) -> bool:
    """Whether the units are countries, by their names or by a user's answer."""
    likely, doubt = are_countries(names, looked.name or looked.unit, apart)
    if not doubt and "countries" not in desk.answers:
        return likely
    question = Question(
        key="countries",
        text=gettext("are {names} countries?", names=enumerated(names, most=6)),
        default="yes" if likely else "no",
        why=doubt,
        options=("yes", "no"),
        about=gettext("the units are countries"),
    )
    return desk.ask(question) == "yes"


def _assumed(desk: Desk) -> Iterator[Assumption]:
    for what, shown, why in desk.notes:
        yield Assumption(key="table", what=what, value=shown, shown=shown, why=why)
    for item in desk.asked:
        shown = item.shown(item.default)
        yield Assumption(key=item.key, what=item.about, value=item.default, shown=shown, why=item.why, asked=True)


def _ask(result: InferredScenario, desk: Desk) -> None:
    """Ask what the draft could not know; directions by answers are questions with answers."""
    asked = {item.key: item for item in result.asked if item.key != "unit"}
    for indicator in result.indicators:
        key = f"direction.{indicator.key}"
        what, why = gettext("direction of {indicator}", indicator=indicator.title), gettext("your answer")
        if (open_ := asked.pop(key, None)) is not None:
            what, why = open_.what, open_.why
        if open_ is not None or desk.answer_to(key) is not None:
            text = gettext("{choice}: is higher better?", choice=what)
            desk.ask(Question(key=key, text=text, default="1", why=why, options=tuple(DIRECTIONS), about=what))
    for item in asked.values():
        text = f"{item.what}: {item.shown}"
        desk.ask(Question(key=item.key, text=text, default=str(item.value), why=item.why))
