"""The lines of a scenario on what was assumed about the table, which go once the author has decided it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from attrs import evolve
from hubrank.infer.assumptions import Assumption
from hubrank.infer.draft import InferredScenario

from hubrank_studio.document import GONE, SENTENCES, Edit, edited, followed, parsed

#: The assumption that a change of a key decides, by the last and by the first part of its path.
_BY_LAST = {"weight": "weighting", "dimension": "dimensions", "parent": "dimensions"}
_BY_FIRST = {"robustness": "weight_uncertainty", "editions": "year"}


def key_of(path: Sequence[str]) -> str:
    """The key of the assumption that is decided by a change of a scenario's key: `direction.health`, `weighting`."""
    if path[-1] in _BY_LAST:
        return _BY_LAST[path[-1]]
    if path[0] == "indicators":
        return ".".join([*path[2:3], path[1]])
    return _BY_FIRST.get(path[0], path[0])


def undecided(draft: InferredScenario, table: Mapping[str, Any]) -> list[Assumption]:
    """The assumptions of a table that a scenario still has."""
    lines = _lines(table, "assumed")
    return [item for item in draft.assumed if str(item) in lines]


def decided(draft: InferredScenario, table: Mapping[str, Any], keys: set[str]) -> list[Edit]:
    """The edits that take assumptions out of a scenario, by their keys; what is to be checked is then of the rest."""
    before = undecided(draft, table)
    after = [item for item in before if item.key not in keys]
    if len(after) == len(before):
        return []
    gone = {str(item) for item in before if item not in after}
    asked = evolve(draft, assumed=tuple(before)).check
    new = {
        "assumed": [line for line in _lines(table, "assumed") if line not in gone],
        "check": evolve(draft, assumed=tuple(after)).check
        + [line for line in _lines(table, "check") if line not in asked],
    }
    return list(_edits(table, new))


def directions_decided(draft: InferredScenario, table: Mapping[str, Any]) -> dict[str, int]:
    """The directions that the scenario decided itself, by the key of the assumption, which is that of the question."""
    left = {item.key for item in undecided(draft, table)}
    keys = [item.key for item in draft.assumed if item.key.startswith("direction.") and item.key not in left]
    indicators = {f"direction.{name}": item for name, item in table.get("indicators", {}).items()}
    return {key: indicators[key]["direction"] for key in keys if "direction" in indicators.get(key, {})}


def read_again(text: str, before: InferredScenario, after: InferredScenario, answers: Mapping[str, str | None]) -> str:
    """The scenario's text after its table was read in another way; what the author wrote stays, own lines among it.

    Args:
        text: The scenario as it is now.
        before: The draft of the first reading.
        after: That of the second.
        answers: The answers that are new; of directions they hold, whatever the author had set before.
    """
    if text == before.toml():
        return after.toml()
    now = followed(text, before.table(), after.table())
    return edited(now, [*_lines_again(before, after, parsed(text)), *_directions(parsed(now), after.table(), answers)])


def _lines_again(before: InferredScenario, after: InferredScenario, table: Mapping[str, Any]) -> Iterator[Edit]:
    """The edits of what was assumed, and is to be checked."""
    old, lines = {str(item) for item in before.assumed}, _lines(table, "assumed")
    left = [item for item in after.assumed if str(item) in lines or str(item) not in old]
    asked = evolve(before, assumed=tuple(undecided(before, table))).check
    own = [line for line in _lines(table, "check") if line not in asked]
    new = {"assumed": [*map(str, left), *(line for line in lines if line not in old)]}
    yield from _edits(table, new | {"check": evolve(after, assumed=tuple(left)).check + own})


def _directions(table: Mapping[str, Any], read: Mapping[str, Any], answers: Mapping[str, str | None]) -> list[Edit]:
    """The edits of the directions that were answered."""
    names = [key.partition(".")[2] for key in answers if key.startswith("direction.")]
    known = [name for name in names if name in read["indicators"] and name in table.get("indicators", {})]
    return [Edit(("indicators", name, "direction"), read["indicators"][name]["direction"]) for name in known]


def lines_beside(
    draft: InferredScenario | None, table: Mapping[str, Any], is_shown: Callable[[str], bool]
) -> list[str]:
    """The lines of a scenario on what was assumed, without those whose assumption is shown elsewhere, by its key."""
    known = set()
    if draft is not None:
        items = undecided(draft, table)
        known = {str(item) for item in items if is_shown(item.key)} | {*evolve(draft, assumed=tuple(items)).check}
    lines = [line for key in SENTENCES for line in _lines(table, key) if line not in known]
    return list(dict.fromkeys(lines))


def without_line(table: Mapping[str, Any], line: str) -> list[Edit]:
    """The edits that take one line out of what was assumed and what is to be checked."""
    return list(_edits(table, {key: [item for item in _lines(table, key) if item != line] for key in SENTENCES}))


def _edits(table: Mapping[str, Any], new: Mapping[str, Sequence[str]]) -> Iterator[Edit]:
    for key, lines in new.items():
        if list(lines) != _lines(table, key):
            yield Edit((key,), list(lines) or GONE)


def _lines(table: Mapping[str, Any], key: str) -> list[str]:
    lines = table.get(key, [])
    return [line for line in lines if isinstance(line, str)] if isinstance(lines, list) else []
