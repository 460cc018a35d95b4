"""What there is to use: commands, parts, keys and columns, a line each.

`python3 run.py python tests/nothing_lost/state.py` prints them; `list.txt` is what it printed at commit 4240467e.
"""

import csv
import importlib.util
import json
import re
import sys
import tempfile
import types
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import hubrank
import hubrank.plugin

HERE = Path(__file__).parent
SPEC = importlib.util.spec_from_file_location("golden", HERE.parent / "golden" / "golden.py")
golden = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(golden)

#: The made-up scenario whose run folder and answers are looked at, and what its units and members are called.
SCENARIO = str(golden.MADE_UP / "weights.toml")
OWN = re.compile(r"[A-L]{3}|[a-e]|twice|upper|lower|other|index|\d+|DEU|FRA|ESP|ITA")

#: Verbs whose answers in JSON are looked at.
ANSWERS = (
    ("explain", "III"),
    ("explain", "III", "--against", "CCC"),
    ("diff",),
    ("outlook",),
    ("rivalry",),
    ("robustness",),
    ("audit",),
    ("whatif", "III", "--rank", "1"),
)

#: Attributes of settings that stand for the table itself.
SAME_TABLE = ("everywhere", "by_dimension", "by_indicator", "bare", "chances", "choices")
SAME_TABLE += ("choice", "options", "changes", "years")


def state() -> list[str]:
    """All lines, sorted."""
    with tempfile.TemporaryDirectory() as folder, golden.alike(Path(folder) / "cache"):
        lines = {
            *verbs(),
            *parts(),
            *keys(hubrank.plugin.Scenario, "key "),
            *keys(hubrank.plugin.Limits, "key limits."),
        }
        lines |= {*columns(Path(folder)), *answers(), *python()}
    return sorted(lines)


def verbs() -> Iterator[str]:
    """Every command with its arguments and options, and those below it."""
    below = [(each["name"],) for each in listed() if each["kind"] == "command"]
    while below:
        words = below.pop()
        yield f"verb {' '.join(words)}"
        section = ""
        for line in golden.hubrank(*words, "--help").splitlines():
            if found := re.fullmatch(r"(\w+):", line):
                section = found[1]
            elif found := re.match(r"  ((?:-\w, )?--[\w-]+(?:, --[\w-]+)*|\S+)", line):
                if section == "Options":
                    yield from (
                        f"verb {' '.join(words)} {each}"
                        for each in found[1].split(", ")
                        if each[1] == "-" and each != "--help"
                    )
                elif section == "Arguments":
                    yield f"verb {' '.join(words)} argument {found[1].lower()}"
                elif section == "Commands":
                    below.append((*words, found[1]))


def listed() -> list[dict[str, Any]]:
    """Every installed part."""
    return json.loads(golden.hubrank("list", "--format", "json"))


def parts() -> Iterator[str]:
    """Every part with its options."""
    registry = hubrank.plugin.Registry.installed()
    for each in listed():
        if each["kind"] != "command":
            yield f"{each['kind']} {each['name']}"
            options = getattr(registry.find(each["kind"], each["full_name"]).record, "options", None)
            if isinstance(options, type):
                yield from keys(options, f"{each['kind']} {each['name']} option ")


def keys(cls: type, path: str) -> Iterator[str]:
    """Every key that an attrs class of settings is made of, with its path."""
    hints = typing.get_type_hints(cls)
    for field in attrs.fields(cls) if attrs.has(cls) else ():
        if not field.init:
            continue
        key = path + field.metadata.get("key", field.name)
        inner = list(settings(hints[field.name]))
        if field.name not in SAME_TABLE or field.metadata.get("key"):
            yield key
        for within, many in inner:
            start = path if field.name in SAME_TABLE else f"{key}."
            yield from keys(within, f"{start}NAME." if many and start != path else start)


def settings(hint: Any) -> Iterator[tuple[type, bool]]:
    """The attrs classes in a type, each with whether it is one of several by name."""
    if isinstance(hint, type) and attrs.has(hint):
        yield hint, False
    elif typing.get_origin(hint) in (typing.Union, types.UnionType, tuple, list):
        for each in typing.get_args(hint):
            yield from settings(each)
    elif isinstance(typing.get_origin(hint), type) and issubclass(typing.get_origin(hint), Mapping):
        yield from ((cls, True) for cls, _ in settings(typing.get_args(hint)[1]))


def columns(folder: Path) -> Iterator[str]:
    """Every column of a run folder's tables and of those that are exported, and every key of its record."""
    run = folder / "run"
    golden.hubrank("rank", SCENARIO, "--within", "country", "--output", str(run))
    golden.hubrank("robustness", SCENARIO, "--design", "--pairs", "--output", str(folder / "robustness"))
    for name in (
        "",
        ".indicators",
        ".unassigned",
        ".notes",
        ".sources",
        ".treatment",
        ".unranked",
        ".values",
        ".weights",
    ):
        golden.hubrank("export", SCENARIO, "--output", str(folder / f"export{name}.csv"))
    for title, place in (("run folder", run), ("robustness", folder / "robustness"), ("export", folder)):
        for path in place.iterdir():
            if path.is_dir() or (title == "robustness" and (run / path.name).exists()):
                continue
            yield f"{title} {path.name}"
            if path.suffix == ".csv":
                with path.open(encoding="utf-8", newline="") as file:
                    header = next(csv.reader(file))
                yield from (f"{title} {path.name} column {each}" for each in header if not OWN.fullmatch(each))
    yield from paths(json.loads((run / "record.json").read_text(encoding="utf-8")), "run folder record.json ")


def answers() -> Iterator[str]:
    """Every key of what commands answer in JSON."""
    for verb, *words in ANSWERS:
        yield from paths(json.loads(golden.hubrank(verb, SCENARIO, *words, "--format", "json")), f"answer {verb} ")


def python() -> Iterator[str]:
    """What a ranking in Python answers."""
    for cls in (hubrank.Ranked, hubrank.RankedUnit):
        yield from (f"python {cls.__name__}.{name}" for name in dir(cls) if not name.startswith("_"))


def paths(value: Any, start: str) -> Iterator[str]:
    """The keys of a JSON value, below one another."""
    if isinstance(value, list):
        for each in value:
            yield from paths(each, start)
    elif isinstance(value, dict):
        for key, each in value.items():
            name = "NAME" if OWN.fullmatch(key) or ":" in key or key.startswith("hubrank-") else key
            yield start + name
            yield from paths(each, f"{start}{name}.")


if __name__ == "__main__":
    sys.stdout.write("\n".join(state()) + "\n")
