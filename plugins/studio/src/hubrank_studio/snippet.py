"""Lines of Python that give the same ranking."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from hubrank.plugin import HubrankError
from hubrank_start.tables import draft_of

from hubrank_studio.document import parsed
from hubrank_studio.session import Session

#: Sentences about the table, which change no ranking.
_SENTENCES = ("assumed", "check")
#: The leaves of a scenario by their paths.
_Leaves = dict[tuple[str, ...], Any]


def snippet(session: Session) -> str:
    """Lines that rank the table, or the installed scenario, with the same choices; else the scenario's file.

    A table stands there only if its draft with these choices was made and is the same scenario.
    """
    session.settled(ranges=False)
    step, what = session.step, session.folder.scenario
    table = parsed(step.toml if step else "")
    base, said = table.get("extends", ""), None
    if step is not None and step.source:
        said = None if step.answers else _of_table(session, table)
        what = what if said is None else step.source
    elif isinstance(base, str) and base and not base.endswith(".toml"):
        said, left = _choices({path: value for path, value in _leaves(table) if path != ("extends",)})
        what, said = (what, None) if left else (base, said)
    lines = [f"    {key}={value!r},\n" for key, value in (said or {}).items()]
    call = f"hubrank.rank(\n    {what!r},\n{''.join(lines)})" if lines else f"hubrank.rank({what!r})"
    return f"import hubrank\n\nranking = {call}\nprint(ranking)\n"


def _of_table(session: Session, wanted: Mapping[str, Any]) -> dict[str, Any] | None:
    """The arguments with which a table's draft is the wanted scenario; None if there are none."""
    reading, now = session.reading(), dict(_leaves(wanted))
    if session.step is None or reading is None:
        return None
    before = dict(_leaves(reading.draft.table()))
    said, _ = _choices({path: value for path, value in now.items() if path not in before or before[path] != value})
    try:
        made = draft_of(session.folder.original(session.step.source), **said)
    except HubrankError:
        return None
    return said if dict(_leaves(made.table())) == now else None


def _leaves(table: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """What a scenario's tables hold, each with its path; not the sentences."""
    for key, value in table.items():
        if isinstance(value, Mapping) and value:
            yield from _leaves(value, (*above, key))
        elif above or key not in _SENTENCES:
            yield (*above, key), value


def _choices(leaves: _Leaves) -> tuple[dict[str, Any], list[tuple[str, ...]]]:
    """The arguments of `hubrank.rank` for some choices of a scenario, and the paths of those that have none."""
    said, left = dict[str, Any](), []
    for path, value in leaves.items():
        match path:
            case ("title",) if isinstance(value, str):
                said["title"] = value
            case ("indicators" | "dimensions", name, "weight"):
                said.setdefault("weights", {})[name] = value
            case ("indicators", name, "direction"):
                said.setdefault("direction", {})[name] = value
            case ("normalisation" | "weighting" | "aggregation" as choice, "method") if isinstance(value, str):
                said[choice] = value
            case ("robustness", "weight_uncertainty") if isinstance(value, int | float):
                said["weight_uncertainty"] = value
            case _:
                left.append(path)
    return said, left
