"""`hubrank start`: the folder that a user gets."""

import json
import shutil
import sys
import textwrap
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import tomli_w
import typer
from hubrank.cli.app import run as run_command
from hubrank.cli.console import console, is_quiet, progress, show_page, write_text
from hubrank.errors import shorten_list
from hubrank.infer.draft import InferredScenario
from hubrank.io.answer import ScreenColumn, ScreenTable
from hubrank.io.cache import Cache
from hubrank.io.escaping import escape_markdown, escape_markup
from hubrank.io.write import check_above, is_there, replace_folder, temp_dir
from hubrank.plugin import Ranking, Registry, UsageError, count_text, current_language, gettext
from hubrank.results.rank import rank_with_intervals
from hubrank.results.save import write_run

from hubrank_start.asking import asked_in_terminal
from hubrank_start.desk import Desk, Question
from hubrank_start.tables import Reading, file_problems, files_of, import_of, read_with, sheets_of
from hubrank_start.texts import decoded, pasted

REPORT, RUN = "report.html", "run"
_AGAIN = """```sh
hubrank check scenario.toml
hubrank rank scenario.toml --output run
hubrank report run --output report.html
```"""


def start(
    table: Annotated[
        str, typer.Argument(help="Workbook, CSV, Parquet or JSON file, folder of them, or - for pasted text.")
    ],
    folder: Annotated[
        Path | None, typer.Argument(metavar="FOLDER", help="New folder to write.", show_default="named after the table")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="New folder to write, in place of FOLDER.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Accept the default for every question.")] = False,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Answer a question, such as direction.Crime=-1 (repeatable)."),
    ] = None,
    weights: Annotated[
        str | None, typer.Option(metavar="WEIGHTS", help="Weights: eq (equal), pca (principal components), or a file.")
    ] = None,
    sheet: Annotated[
        str | None, typer.Option(help="Sheet of a workbook.", show_default="the one with the most values")
    ] = None,
    report: Annotated[bool, typer.Option(help="Write the report and open it in a browser, or do not.")] = True,
) -> None:
    """Create a scenario, its first ranking and a report from your own table."""
    files = files_of(table)
    source, paste = (Path(table).resolve().name, b"") if files else (gettext("a paste"), sys.stdin.buffer.read())
    target = _new_folder(folder, output, Path(source.split(".")[0] if files else "pasted"))
    if wrong := [item for item in set_ or () if "=" not in item]:
        raise UsageError(f"--set {wrong[0]}: must be KEY=VALUE, such as direction.Crime=-1")
    answers = {key.strip(): value.strip() for key, _, value in (item.partition("=") for item in set_ or ())}
    flags = {"weights": weights, "sheet": sheet, "language": current_language()}
    words = [
        table,
        *map(str, filter(None, [folder or output])),
        *(f"--{key}={value}" for key, value in flags.items() if value),
    ]
    again = ["hubrank", "start", *words, *([] if report else ["--no-report"])]
    asks = not yes and sys.stdin.isatty() and sys.stdout.isatty()
    desk = Desk(answers=answers)
    with file_problems(source):
        sheets = {item.name: sheets_of(item, desk) for item in files if item.suffix.lower() != ".zip"}  # COINr's
        if not files:
            text, notes = decoded(paste, desk.flag("encoding"))
            sheets["paste"] = [pasted(text, "paste", notes)]
        found = import_of(files, sheets)
        if found is None:

            def read(answers: Mapping[str, str]) -> Reading:
                return read_with(sheets, source, Desk(answers=answers, used=set(desk.used)), sheet, weights)

            reading = asked_in_terminal(read, answers, again) if asks else read(answers)
            draft, desk = reading.draft, reading.desk
    if found is not None:
        words, tool = found
        what = gettext("methods: the defaults of `hubrank import`; files of {tool} do not name any", tool=gettext(tool))
        title, source, content, assumed = files[0].name, files[0].name, _imported(words, tool, answers), [what]
        example = ""
    else:
        _show(draft, asks)
        if desk.asked and not yes and not asks:
            lines = [f"  {item.text}\n      {_flag(item)}" for item in desk.asked]
            raise UsageError("\n".join(["nothing was written; --yes takes the defaults, or answer:", *lines]))
        title, content, assumed = draft.title, draft.files(), [str(item) for item in draft.assumed]
        example = _example(draft, target / "scenario.toml")
    _write_folder(target, content | {"README.md": _about(title, source, assumed).encode()}, files or paste, report)
    run_command(["rank", str(target / RUN), *(["--quiet"] if is_quiet() else []), "--language", current_language()])
    if not is_quiet():
        text = gettext("written to {folder}; every choice is in {file}", folder=target, file=target / "scenario.toml")
        write_text(f"\n{text}\n{example}")
        if report and (target / REPORT).is_file():
            show_page(target / REPORT)


def _new_folder(folder: Path | None, output: Path | None, usual: Path) -> Path:
    """The folder to write, by either word or by a usual name."""
    if folder is not None and output is not None:
        raise UsageError(f"{folder} and --output {output}: two folders to write; give one of them")
    target = folder or output or usual
    check_above(target)
    if is_there(target):
        raise UsageError(f"{target}: exists, and nothing is overwritten; give another folder after the file")
    return target


def _example(draft: InferredScenario, scenario: Path) -> str:
    """How to double the first weight; nothing if a method computes the weights."""
    if draft.weighting != "fixed":
        return ""
    first, *others = draft.indicators
    keys = gettext("other keys: {keys}", keys=shorten_list([item.key for item in others])) + "\n" if others else ""
    hint = gettext("to count {indicator} twice, save this as mine.toml and rank it:", indicator=first.title)
    change = {"extends": scenario.as_posix(), "indicators": {first.key: {"weight": 2 * first.weight}}}
    return f"\n{hint}\n\n{textwrap.indent(tomli_w.dumps(change), '  ')}{keys}"


def _write_folder(folder: Path, files: Mapping[str, bytes], originals: Sequence[Path] | bytes, report: bool) -> None:
    """Write the folder with the table, rank its scenario and write the report; atomically."""
    rankings: list[Ranking] = []

    def copy(path: Path) -> None:
        path.mkdir()
        if isinstance(originals, bytes):
            (path / "paste.txt").write_bytes(originals)
        else:
            for item in originals:
                shutil.copyfile(item, path / item.name)

    def run(path: Path) -> None:
        with progress("ranking") as tell:
            scenario = str(path.parent / "scenario.toml")
            rankings.append(rank_with_intervals(scenario, cache=Cache.default(), progress=tell))
        write_run(rankings[0], path)

    content: dict[str, bytes | Callable[[Path], None]] = {**files, "original": copy, RUN: run}
    registry = Registry.installed()
    if report and "report" in registry.names("exporter"):
        content[REPORT] = lambda path: registry.find("exporter", "report").call("write", rankings[0], path)
    replace_folder(folder, content)


def _about(title: str, source: str, assumed: Sequence[str]) -> str:
    rows = [
        (gettext("file"), gettext("what it is")),
        ("---", "---"),
        ("`scenario.toml`", gettext("every choice, with its reason; change it and rank again")),
        ("`data.csv`, `units.csv`", gettext("the table as it was read")),
        ("`original/`", gettext("the original table")),
        ("`run/`", gettext("the ranking with all values, weights and notes")),
        ("`report.html`", gettext("the ranking as a page; open it in a browser")),
    ]
    more = gettext(
        "More: `hubrank explain scenario.toml UNIT` shows why a unit has its rank, `hubrank robustness "
        "scenario.toml`\nhow certain the ranks are, `hubrank report . --open` the report."
    )
    parts = [
        f"# {escape_markdown(title)}",
        gettext("Made by `hubrank start` from {source}. You can change all of it.", source=escape_markdown(source)),
        "\n".join(f"| {file} | {what} |" for file, what in rows),
        f"## {gettext('Again, after a change')}",
        _AGAIN,
        more,
        f"## {gettext('What was assumed')}",
        "\n".join(f"- {escape_markdown(item)}" for item in assumed) or gettext("Nothing."),
    ]
    return "\n\n".join(parts) + "\n"


def _flag(question: Question) -> str:
    flag, default = f"{question.key}={'|'.join(question.options) or question.default}", question.default
    shown = f"--set {json.dumps(flag, ensure_ascii=False) if ' ' in flag else flag}"
    return gettext("{flag}   (default: {default}, {why})", flag=shown, default=default, why=question.why)


def _show(draft: InferredScenario, seen: bool) -> None:
    """The assumptions; without the observations if the user has `seen` them."""
    if is_quiet():
        return
    out = console()
    units, figures = count_text(len(draft.units), "unit"), count_text(len(draft.indicators), "indicator")
    out.print(f"\n[bold]{escape_markup(draft.title)}[/bold]\n[dim]{units}, {figures}[/dim]\n")
    for item in draft.check:
        text = gettext("please check: {assumption}", assumption=item)
        out.print(f"[yellow]{escape_markup(text)}[/yellow]")
    if draft.check:
        out.print()
    heads = (gettext("assumption"), gettext("choice and reason"))
    shown = ScreenTable([ScreenColumn(head, kind="words") for head in heads])
    for item in draft.assumed[len(draft.asked) :]:
        if not (seen and item.key == "table"):
            shown.add(escape_markup(item.what), escape_markup(item.reasoned))
    out.table(shown)


def _imported(words: Sequence[str], tool: str, answers: Mapping[str, str]) -> dict[str, bytes]:
    if others := [key for key in answers if key != "year"]:
        raise UsageError(f"--set {others[0]}: files of {tool} set that already; change scenario.toml afterwards")
    year = ("--year", answers["year"]) if "year" in answers else ()
    with temp_dir() as folder:
        output = folder / "made"
        if code := run_command(["import", *words, "--output", str(output), *year, "--language", current_language()]):
            raise typer.Exit(code)
        return {item.name: item.read_bytes() for item in output.iterdir()}
