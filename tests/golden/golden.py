"""Hold every value of a scenario: `python3 run.py python tests/golden/golden.py [--write] [--keep DIR] [NAME ..]`.

Each installed scenario, and each made-up one of `made_up/`, is ranked; what differs from `held/` is printed, and the
exit code is 1. Held are, of every table of a run folder, the number of rows and a digest of each column, its numbers to
eight digits (so the order of columns does not matter, that of rows does), the head of the ranking, and as text what the
screen and the run record say. `renames.toml` turns new names into those of the day when they were held, so that a new
name changes no digest. `--keep DIR` writes the run folders there, to compare; `--write` holds what is there now.
"""

import argparse
import contextlib
import csv
import hashlib
import io
import json
import os
import shutil
import sys
import tempfile
import tomllib
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any
from unittest import mock

HERE = Path(__file__).parent
HELD = HERE / "held"
MADE_UP = HERE / "made_up"

#: Columns and rows of a ranking that are held as they are, to see at a glance what changed.
HEAD_COLUMNS = ("edition", "unit", "rank", "low", "high", "score")
HEAD_ROWS = 12

RENAMES = tomllib.loads((HERE / "renames.toml").read_text(encoding="utf-8"))


def names() -> list[str]:
    """All scenarios that are held, by their names of the day when they were."""
    return sorted(path.stem for path in HELD.glob("*.json"))


def hubrank(*words: str) -> str:
    """What the command prints, run in this process."""
    (script,) = entry_points(group="console_scripts", name="hubrank")
    said = io.StringIO()
    out = os.dup(1)  # what is printed after a command line goes to standard error
    with mock.patch.object(sys, "argv", ["hubrank", *words]), contextlib.redirect_stdout(said):
        try:
            script.load()()
        except SystemExit as end:
            if end.code:
                raise RuntimeError(f"hubrank {' '.join(words)}: exit code {end.code}\n{said.getvalue()}") from end
        finally:
            os.dup2(out, 1)
            os.close(out)
    return said.getvalue()


def outcome(name: str, folder: Path) -> tuple[dict[str, Any], str]:
    """What is to be held of a scenario, and the text; the run goes into the folder."""
    made_up = MADE_UP / f"{name}.toml"
    now = next((new for new, old in RENAMES["scenarios"].items() if old == name), name)
    said = hubrank("rank", str(made_up) if made_up.is_file() else now, "--output", str(folder))
    tables = {}
    for path in sorted(folder.glob("*.csv")):
        held = RENAMES["files"].get(path.name, path.name)
        tables[held] = columns_of(path, held)
    digests = {file: {column: digest(cells) for column, cells in table.items()} for file, table in tables.items()}
    rows = {file: len(next(iter(table.values()), ())) for file, table in tables.items()}
    ranking = tables["ranking.csv"]
    head = [list(row) for row in zip(*(ranking[column][:HEAD_ROWS] for column in HEAD_COLUMNS), strict=True)]
    notices = notices_of(folder)
    text = "\n".join([said.replace(str(folder), "OUTPUT").rstrip(), "", "in the run record:", *notices, ""])
    return {"rows": rows, "columns": digests, "ranking": head}, renamed(text, RENAMES["texts"])


def columns_of(path: Path, held: str) -> dict[str, list[str]]:
    """A table's cells by column, all by their old names, without the columns that came since."""
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    found = {}
    for at, column in enumerate(header):
        old = RENAMES["columns"].get(held, {}).get(column, column)
        if column not in RENAMES["new_columns"].get(held, ()):
            words = RENAMES["cells"].get(f"{held}:{old}", {})
            found[old] = [settled(renamed(row[at], words)) for row in rows]
    return found


def notices_of(folder: Path) -> list[str]:
    """What a ranking says of itself, for all editions."""
    record = json.loads((folder / "record.json").read_text(encoding="utf-8"))
    return [text for key in ("caveats", *RENAMES["notices"]) for text in record.get(key, ())]


def renamed(text: str, words: dict[str, str]) -> str:
    """A text with old words for new ones."""
    for new, old in words.items():
        text = text.replace(new, old)
    return text


def settled(cell: str) -> str:
    """A number without the digits in which linear algebra differs between processors; another cell as it is."""
    if "." not in cell:
        return cell
    try:
        return f"{float(cell):.8g}"
    except ValueError:
        return cell


def digest(cells: list[str]) -> str:
    """16 digits of the SHA-256 of a column."""
    return hashlib.sha256("\x1f".join(cells).encode()).hexdigest()[:16]


def differences(name: str, folder: Path) -> list[str]:
    """A line for each thing that is not as it is held."""
    try:
        now, text = outcome(name, folder)
    except RuntimeError as error:
        return [str(error)]
    held = json.loads((HELD / f"{name}.json").read_text(encoding="utf-8"))
    lines = []
    for file in sorted({*held["rows"], *now["rows"]}):
        if file not in held["rows"] or file not in now["rows"]:
            lines.append(f"{file}: {'is gone' if file in held['rows'] else 'is new'}")
            continue
        before, after = held["columns"][file], now["columns"][file]
        if held["rows"][file] != now["rows"][file]:
            lines.append(f"{file}: {now['rows'][file]} rows, not {held['rows'][file]}")
        lines += [f"{file}: column {each} is gone" for each in before if each not in after]
        lines += [f"{file}: column {each} is new" for each in after if each not in before]
        lines += [f"{file}: column {each} differs" for each in before if each in after and before[each] != after[each]]
    for before, after in zip(held["ranking"], now["ranking"], strict=False):
        if before != after:
            lines.append(f"ranking.csv: {', '.join(after)}; held: {', '.join(before)}")
    before, after = ((HELD / f"{name}.txt").read_text(encoding="utf-8").splitlines(), text.splitlines())
    lines += [f"screen: - {line}" for line in before if line not in after]
    lines += [f"screen: + {line}" for line in after if line not in before]
    if not lines and before != after:
        lines.append("screen: other order of lines")
    return lines


def hold(name: str, folder: Path) -> None:
    """Write what is to be held of a scenario."""
    now, text = outcome(name, folder)
    (HELD / f"{name}.json").write_text(json.dumps(now, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (HELD / f"{name}.txt").write_text(text, encoding="utf-8")


@contextlib.contextmanager
def alike(cache: Path) -> Any:
    """The same surroundings on any machine, with a cache of its own."""
    with mock.patch.dict(
        os.environ, HUBRANK_CACHE=str(cache), HUBRANK_LANGUAGE="en", HUBRANK_WIDTH="500", NO_COLOR="1"
    ):
        yield


def main() -> int:
    """Compare, or hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true", help="hold what is there now")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="write the run folders there")
    parser.add_argument("names", nargs="*", metavar="NAME", help="scenarios; all by default")
    chosen = parser.parse_args()
    differing = 0
    with tempfile.TemporaryDirectory() as temporary, alike(Path(temporary) / "cache"):
        for name in chosen.names or names():
            folder = (chosen.keep or Path(temporary)) / name
            shutil.rmtree(folder, ignore_errors=True)
            folder.parent.mkdir(parents=True, exist_ok=True)
            if chosen.write:
                hold(name, folder.resolve())
                continue
            lines = differences(name, folder.resolve())
            differing += bool(lines)
            print(f"{name}: {'as held' if not lines else f'{len(lines)} differences'}")
            print("".join(f"  {line}\n" for line in lines), end="")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
