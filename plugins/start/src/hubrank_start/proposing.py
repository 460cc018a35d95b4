"""From a table as it was read to a draft of a scenario, by flags, questions and the field's practice."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from attrs import evolve
from hubrank import Problem, ScenarioError, gettext, gettext_noop
from hubrank.errors import did_you_mean, fold_name
from hubrank.infer.assumptions import Assumption
from hubrank.infer.draft import InferredScenario, draft
from hubrank.io.cells import read_number
from hubrank.io.tables import read_table

from hubrank_start.columns import Column
from hubrank_start.desk import Desk, Question
from hubrank_start.looking import Looked
from hubrank_start.places import country_title, known_places, placed
from hubrank_start.sheet import direction_in

#: Choices that `--set` may name beside questions: each is one of `draft`'s arguments.
PLAIN = ("title", "normalisation", "weighting", "aggregation", "weight_uncertainty", "year")
TABLES: Mapping[str, Callable[[str], Any]] = {
    "direction": direction_in,
    "weights": read_number,
    "treatment": str,
    "titles": str,
}
#: Questions that a table may leave unasked; a script may answer them all the same.
USUAL = ("comma", "duplicates", "hidden", "unit")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_WORDS = {1: gettext_noop("higher is better"), -1: gettext_noop("lower is better")}


def proposed(looked: Looked, desk: Desk, weights: str | None, file: str) -> InferredScenario:
    """A draft of a table.

    Args:
        looked: The table.
        desk: Where questions are asked.
        weights: `eq`, `pca` or a file with a name and a weight a row; as the table says by default.
        file: The file's name, for messages.

    Raises:
        ScenarioError: Answers that cannot be, all of them at once.
    """
    problems: list[Problem] = []
    choices = dict(_choices(desk, looked, problems))
    looked = _on_the_map(looked, desk)
    result = draft(
        looked.frame,
        unit=looked.unit,
        name=looked.name or looked.unit,
        groups=looked.groups,
        title=choices.pop("title", "") or re.sub(r"[\s,:(–-]*(?:19|20)\d\d\)?$", "", looked.title) or looked.title,
        **_weighting(looked, weights, choices, desk, problems),
        direction=_directions(looked, desk) | choices.pop("direction", {}),
        dimensions=_dimensions(looked),
        titles=_titles(looked) | choices.pop("titles", {}),
        year=_year(looked, choices.pop("year", None), file, desk, problems),
        assumed=tuple(_assumed(desk)),
        source=file,
        **choices,
    )
    problems += [
        Problem(f"--set {wrong}", "there is no such question") for wrong in desk.unused((*PLAIN, *TABLES, *USUAL))
    ]
    problems += [Problem("--set", wrong) for wrong in desk.wrong]
    if problems:
        raise ScenarioError(file, problems)
    return _answered(result, desk)


def _choices(desk: Desk, looked: Looked, problems: list[Problem]) -> Iterator[tuple[str, Any]]:
    tables: dict[str, dict[str, Any]] = {}
    for key, answer in desk.answers.items():
        choice, _dot, name = key.partition(".")
        if choice in TABLES and name:
            column = _column(looked, name)
            value = TABLES[choice](answer)
            if column is None:
                problems.append(Problem(f"--set {key}", _no_indicator(looked, name)))
            elif value is None:
                what = "1 (higher is better) or -1 (lower is better)" if choice == "direction" else "a number"
                problems.append(Problem(f"--set {key}", f'must be {what}; got "{answer}"'))
            else:
                tables.setdefault(choice, {})[column] = value
        elif key in PLAIN:
            yield key, read_number(answer) if key == "weight_uncertainty" else answer
    yield from tables.items()


def _no_indicator(looked: Looked, name: str) -> str:
    hint = did_you_mean(name, [item.name for item in looked.figures])
    return f"there is no indicator '{name}'{hint}"


def _column(looked: Looked, name: str) -> str | None:
    """The column of figures that a name means, whatever its case, blanks and signs."""
    found = (item.name for item in looked.figures if fold_name(name) in map(fold_name, (item.name, item.title)))
    return next(found, None)


def _year(looked: Looked, given: str | None, file: str, desk: Desk, problems: list[Problem]) -> int | str | None:
    """The column of years, or the year that is said or stands in the title or the file's name."""
    if given is None and looked.edition is not None:
        return looked.edition
    if given is None and looked.year is None:
        whys = (gettext("since the title says so"), gettext("since the file's name says so"))
        for why, text in zip(whys, (looked.title, file), strict=True):
            if len(found := set(_YEAR.findall(text))) == 1:
                (year,) = found
                desk.tell(gettext("year"), year, why)
                return int(year)
    if given is None:
        return looked.year
    if not given.isdecimal():
        problems.append(Problem("--set year", f'must be a year; got "{given}"'))
        return looked.year
    return int(given)


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
        shown = gettext("0 for {indicators}", indicators=", ".join(missing))
        desk.tell(gettext("weights"), shown, gettext("since no weight stands there"))
        found |= dict.fromkeys(missing, 0.0)
    return {"weights": _of_dimensions(looked, found) | found | own}


def _weights_of(path: Path, looked: Looked, problems: list[Problem]) -> dict[str, float]:
    frame = read_table(path)
    names, numbers = frame.iloc[:, 0], frame.iloc[:, -1]
    found = {}
    for name, number in zip(names, numbers, strict=True):
        column, weight = _column(looked, str(name)), read_number(number)
        if column is None:
            problems.append(Problem(f"--weights {path.name}", _no_indicator(looked, str(name))))
        elif weight is None or weight < 0:
            problems.append(Problem(f"--weights {path.name}", f"the weight of '{name}' must be a number of 0 or more"))
        else:
            found[column] = weight
    return found


def _of_dimensions(looked: Looked, weights: Mapping[str, float]) -> dict[str, float]:
    """Weights of dimensions, where those of the indicators are shares of the whole: the sums of their members'."""
    sums: dict[str, float] = {}
    for item in looked.figures:
        if item.dimension:
            sums[item.dimension] = sums.get(item.dimension, 0.0) + weights.get(item.name, 0.0)
    within = all(any(math.isclose(item, whole, rel_tol=0.02) for whole in (1, 100)) for item in sums.values())
    return {} if within or not weights else sums


def _directions(looked: Looked, desk: Desk) -> dict[str, int]:
    found = {item.name: item.direction for item in looked.figures if item.direction is not None}
    for name, way in found.items():
        what = gettext("direction of {indicator}", indicator=name)
        desk.tell(what, gettext(_WORDS[way]), gettext("as the file says"))
    return found


def _dimensions(looked: Looked) -> dict[str, list[str]]:
    result: dict[str, list[str]] = {}
    for item in looked.figures:
        if item.dimension:
            result.setdefault(item.dimension, []).append(item.name)
    return result


def _titles(looked: Looked) -> dict[str, str]:
    """Names for people: without prefixes, with their units of measurement."""
    return {
        item.name: (item.title or item.name) + (f" ({item.measure})" if _adds(item) else "")
        for item in looked.figures
        if item.title or _adds(item)
    }


def _adds(column: Column) -> bool:
    """Whether a unit of measurement says more than the name does."""
    return bool(column.measure) and fold_name(column.measure) not in fold_name(column.title or column.name)


def _on_the_map(looked: Looked, desk: Desk) -> Looked:
    """The table with columns of countries and points, where the units are places that are known."""
    frame = looked.frame
    names = [str(item) for item in frame[looked.name or looked.unit]]
    group, codes = None, {}
    for column in looked.groups:
        values = [str(item) for item in frame[column].dropna().unique()]
        if values and len(codes := known_places(values)) >= 0.6 * len(values):
            group = column
            break
    if group is not None:
        frame = frame.assign(**{group: frame[group].map(lambda item: codes.get(str(item), item))})
    own = dict(zip(names, frame[group], strict=True)) if group else {}
    found, what = placed(list(dict.fromkeys(names)), {name: str(code) for name, code in own.items()})
    if not found:
        return evolve(looked, frame=frame)
    shown = gettext("the units are countries") if what == "countries" else gettext("the units are cities")
    missing = ", ".join(sorted(set(names) - set(found))[:5])
    desk.tell(
        gettext("map"), shown, gettext("not found: {units}", units=missing) if missing else gettext("all are known")
    )
    columns: dict[str, Callable[[str], Any]] = {}
    groups = looked.groups
    if group is None and "country" not in frame:
        columns["country"] = lambda name: found[name].country if name in found else None
        groups = (*groups, "country")
    if not {"lat", "lon"} & set(map(fold_name, frame.columns)):
        columns |= {"lat": lambda name: found[name].lat if name in found else None}
        columns |= {"lon": lambda name: found[name].lon if name in found else None}
    frame = frame.assign(**{key: [of(name) for name in names] for key, of in columns.items()})
    if what == "countries" and looked.name is None and all(len(name) <= 3 for name in names):  # codes
        frame = frame.assign(**{"unit name": [country_title(found[n].country) if n in found else n for n in names]})
        return evolve(looked, frame=frame, groups=groups, name="unit name")
    return evolve(looked, frame=frame, groups=groups)


def _assumed(desk: Desk) -> Iterator[Assumption]:
    for what, shown, why in desk.notes:
        yield Assumption(key="table", what=what, value=shown, shown=shown, why=why)
    for item in desk.asked:
        why = gettext("since {why}", why=item.why)
        shown = item.shown(item.default)
        yield Assumption(key=item.key, what=item.about, value=item.default, shown=shown, why=why, asked=True)


def _answered(result: InferredScenario, desk: Desk) -> InferredScenario:
    for item in result.asked:
        if item.key == "unit":
            continue
        options: tuple[str, ...] = ()
        text, default = f"{item.what}: {item.shown}", str(item.value)
        if is_direction := item.key.startswith("direction."):
            text, options = gettext("{choice}: is higher better?", choice=item.what), ("yes", "no")
            default = "yes" if item.value == 1 else "no"
        question = Question(key=item.key, text=text, default=default, why=item.why, options=options)
        if desk.prompt is None:
            desk.ask(question)
        elif (answer := desk.ask(question)) != question.default:
            result = result.answered(item.key, -item.value if is_direction else answer)
    return result


def flag_of(question: Question) -> str:
    """How a question is answered by a flag, with its default."""
    way = question.key.startswith("direction.")
    options = "1|-1" if way else "|".join(question.options) or question.default
    default = ("1" if question.default == "yes" else "-1") if way else question.default
    flag = f"{question.key}={options}"
    shown = f"--set {json.dumps(flag, ensure_ascii=False) if ' ' in flag else flag}"
    return gettext("{flag}   (default: {default}, {why})", flag=shown, default=default, why=question.why)
