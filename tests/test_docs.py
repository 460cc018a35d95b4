"""Every command that a page shows is run, and what a page quotes of an output stands in the output."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from hubrank.cli.main import run
from hubrank.testing import examples

ROOT = Path(__file__).parents[1]
PAGES = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for folder in ("", "docs/**/", "core/", "plugins/**/", "indicators/**/", "scenarios/", "tools/**/")
    for path in sorted(ROOT.glob(f"{folder}*.md"))
    if path.name != "CHANGELOG.md"
}
REFERENCE = Path(os.environ.get("HUBRANK_REFERENCE", ROOT.parent / "shared" / "data"))
LISTS = {"top10-2025.csv": "ecnu_top100_2025_top10.csv", "top30-2024.csv": "ecnu_top100_2024_top30.csv"}

#: What is not run here, by how it begins, with what runs it or why nothing does.
ELSEWHERE = {
    "pip install": "needs a package registry",
    "python3 run.py just": "tests/test_habits.py, as far as the commands are there",
    "python3 run.py uv": "takes an hour; needs a package registry",
    "python3 run.py pytest": "is this",
    "python3 run.py python scripts/members.py": "tests/packaging/test_distributions.py",
    "python3 run.py python scripts/licences.py": "tests/packaging/test_licences.py",
    "python3 run.py python scripts/texts.py": "tests/test_languages.py",
    "python3 run.py python scripts/limits.py": "tests/test_limits.py",
    "python3 run.py python scripts/site.py": "tests/test_site.py",
    "python3 run.py python scripts/flagship.py": "takes a minute and a half",
    "python3 run.py python scripts/flagship_trials.py": "needs the raw tables",
    "python3 run.py python benchmarks/": "tests/test_benchmarks.py, at a small size",
    "python3 run.py python -m tools.european_regions": "scenarios/tests, with the raw tables",
    "python3 run.py python -m tools.us_metros": "scenarios/tests, with the raw tables",
    "python3 run.py python scripts/passes.py": "test_how_far_a_figure_walks",
    "hubrank rank cluster.toml": "plugins/records/tests/test_readme.py, with a server of this machine",
    "hubrank fetch research.toml": "plugins/statistics/tests/worldbank, with a server of this machine",
    "hubrank rank research.toml": "plugins/statistics/tests/worldbank, with a server of this machine",
    "hubrank fetch developers.toml": "plugins/inventions/tests/innovation_graph, with a server of this machine",
    "hubrank rank developers.toml": "plugins/inventions/tests/innovation_graph, with a server of this machine",
    "python3 run.py python -m tools.vintage": "tests/tools/vintage, with servers of this machine",
    "hubrank compare global newer.toml": "tests/tools/vintage, the same",
    "hubrank rank newer.toml": "tests/tools/vintage, the same",
    "hubrank check live.toml": "scenarios/tests, with servers of this machine",
    "hubrank fetch live.toml": "scenarios/tests, with servers of this machine",
    "hubrank rank live.toml": "scenarios/tests, with servers of this machine",
    "hubrank report run --output report.html": "scenarios/tests, with servers of this machine",
    "hubrank openalex openalex-snapshot": "plugins/research/tests/openalex, with a made-up snapshot",
    "hubrank fetch papers.toml": "plugins/research/tests/openalex, with a server of this machine",
    "hubrank rank papers.toml": "plugins/research/tests/openalex, with a server of this machine",
    "hubrank fetch universities.toml": "plugins/research/tests, with servers of this machine",
    "hubrank rank universities.toml": "plugins/research/tests, with servers of this machine",
    "hubrank fetch institutes.toml": "plugins/research/tests/ror, with a server of this machine",
    "hubrank rank institutes.toml": "plugins/research/tests/ror, with a server of this machine",
    "hubrank fetch laureates.toml": "plugins/research/tests/nobel, with servers of this machine",
    "hubrank rank laureates.toml": "plugins/research/tests/nobel, with servers of this machine",
    "hubrank fetch inventions.toml": "plugins/inventions/tests/patentsview, with a server of this machine",
    "hubrank rank inventions.toml": "plugins/inventions/tests/patentsview, with a server of this machine",
    "hubrank rank patents.toml": "plugins/inventions/tests/regpat, with made-up files",
    "hubrank rank unicorns.toml": "plugins/lists/tests/commercial, with made-up exports",
    "hubrank rank supercomputers.toml": "plugins/lists/tests/top500, with made-up lists",
    "hubrank fetch towns.toml": "plugins/fetching/tests/geonames, with a server of this machine",
    "hubrank rank towns.toml": "plugins/fetching/tests/geonames, and tests/packaging/test_installed.py",
    "hubrank fit global --to top": "test_published_ranking",
    "hubrank outlook tests/reference/hdi": "test_back_test",
}
#: Pages whose commands are run by tests of their own.
OWN_TESTS = {
    "docs/five-minutes.md": "tests/test_tutorials.py",
    "docs/installing.md": "tests/packaging/test_installed.py, in environments of their own",
    "docs/parity.md": "tests/parity: each row names its test",
    "docs/tutorials/defend-a-ranking.md": "tests/test_tutorials.py",
    "docs/tutorials/first-scenario.md": "tests/test_tutorials.py",
    "docs/tutorials/replicate-an-index.md": "tests/test_tutorials.py",
    "docs/tutorials/workbook.md": "tests/test_tutorials.py",
    "indicators/README.md": "tests/test_strangers_plugin.py",
    "scenarios/README.md": "tests/test_scenarios_readme.py",
    "plugins/records/README.md": "plugins/records/tests/test_readme.py",
}
#: Words that stand for what a reader has.
STANDS_FOR = {"SCENARIO": "global", "FILE": "made.md", "LIST": "list.csv"}
#: A verb that is mentioned, with options of it or without.
MENTION = re.compile(r"hubrank( [a-z-]+)?( --[a-z-]+( [A-Z/]+)?)*")


#: A fenced block: what stands behind the fence, and what is in it.
BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks(text):
    """The commands of each block of a page, without `python3 run.py`, and the output that is quoted below them."""
    found = BLOCK.findall(text)
    for at, (language, inside) in enumerate(found):
        lines = [line.split(" && ") for line in inside.splitlines() if re.match(r"(hubrank|python3|pip|uv)\b", line)]
        if language in ("", "sh", "console") and lines:
            below, quoted = found[at + 1] if at + 1 < len(found) else ("", "")
            yield [plain(command) for line in lines for command in line], quoted if below == "text" else ""


def inline(text):
    """The commands within a page's prose and tables."""
    return [plain(each) for each in re.findall(r"`((?:hubrank|python3 run\.py|pip|uv) [^`]+)`", BLOCK.sub("", text))]


def plain(command):
    """A command without its comment."""
    return command.partition("  #")[0].partition(" # ")[0].strip().replace("python3 run.py hubrank ", "hubrank ")


def elsewhere(command):
    """Whether it is told where a command is run, if not here."""
    return any(command.startswith(beginning) for beginning in ELSEWHERE)


HERE = {page: text for page, text in PAGES.items() if page not in OWN_TESTS}
MENTIONED = sorted(
    {command for text in PAGES.values() for command in inline(text) if MENTION.fullmatch(command)} - {"hubrank list"}
)
SHOWN = [
    *((page, tuple(commands), quoted) for page, text in HERE.items() for commands, quoted in blocks(text)),
    *(
        (page, (command,), "")
        for page, text in HERE.items()
        for command in dict.fromkeys(inline(text))
        if not MENTION.fullmatch(command)
    ),
]
RUN = [
    (page, kept, quoted)
    for page, shown, quoted in SHOWN
    if (kept := tuple(each for each in shown if not elsewhere(each)))
]


@pytest.fixture(scope="module")
def cache(tmp_path_factory):
    """Rows that several commands read are counted once."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def folder(tmp_path, monkeypatch, cache):
    """A folder of a reader's own, with what the commands take for granted."""
    monkeypatch.setenv("HUBRANK_CACHE", str(cache))
    monkeypatch.chdir(tmp_path)
    Path("my.toml").write_text('extends = "global"\n', encoding="utf-8")
    Path("list.csv").write_text("rank,name\n1,New York\n2,London\n3,Boston\n", encoding="utf-8")
    return tmp_path


def done(capsys, command):
    """What a command prints, when it succeeds and complains of nothing."""
    code = run(shlex.split(command)[1:])
    printed = capsys.readouterr()

    assert (command, code, printed.err) == (command, 0, "")
    return printed.out


@pytest.mark.parametrize("command", MENTIONED)
def test_what_is_mentioned_exists(capsys, command):
    """The verb is there and has the options that are named with it."""
    _, *words = command.split()
    verb = [word for word in words[:1] if not word.startswith("-")]
    told = done(capsys, shlex.join(["hubrank", *verb, "--help"]))

    assert [option for option in words if option.startswith("--") and option not in told] == []


def coin_tool_workbook(path):
    """Two units with two indicators in the tool's layout."""
    book = openpyxl.Workbook()
    database = book.active
    database.title = "Database"
    heads = {
        "E": [1, 1, 0, 10, "Index", "si.01", "p.01", "sp.01", "Roads", "ind.01"],
        "F": [3, -1, 2, 12, "Index", "si.01", "p.01", "sp.01", "Smoke", "ind.02"],
    }
    for column, values in heads.items():
        for row, value in enumerate(values, start=7):
            database[f"{column}{row}"] = value
    for row, values in enumerate([("Aland", "AAA", 4, 5), ("Beland", "BBB", 12, 7)], start=17):
        for column, value in zip("BCEF", values, strict=True):
            database[f"{column}{row}"] = value
    framework = book.create_sheet("Framework")
    framework["C4"], framework["D4"], framework["E4"], framework["H4"] = "Code", "Dimension/indicator", "Weight", "Name"
    for row, code in enumerate(("ind.01", "sp.01", "p.01", "si.01", "Index"), start=5):
        framework[f"C{row}"], framework[f"E{row}"], framework[f"H{row}"] = code, 1, code
    book.save(path)


def absent(quoted, printed):
    """The first line of a quotation that is not printed, in order; "..." stands for any lines."""
    rest = iter([line.rstrip() for line in printed.splitlines()])
    wanted = (line.rstrip() for line in quoted.splitlines() if line.strip() not in ("", "..."))
    return next((line for line in wanted if line not in rest), "")


@pytest.mark.long
@pytest.mark.parametrize(("page", "commands", "quoted"), RUN, ids=[f"{page}: {words[0]}" for page, words, _ in RUN])
def test_commands(folder, capsys, page, commands, quoted):
    """The commands of a block, or one of the prose: each succeeds without complaint, and the last prints the quote."""
    for each in examples(PAGES[page]):
        if each.file:
            Path(each.file).parent.mkdir(exist_ok=True)
            Path(each.file).write_text(each.code, encoding="utf-8")
    if "workbook.xlsx" in " ".join(commands):
        coin_tool_workbook(Path("workbook.xlsx"))
    for command in commands:
        printed = done(capsys, " ".join(STANDS_FOR.get(word, word) for word in command.split(" ")))

    assert page == "README.md" or absent(quoted, printed) == ""


def cells(text, beginning):
    """The cells of the Markdown table whose first column is so called, row by row."""
    table = re.search(rf"^\| {re.escape(beginning)} \|.*\n\|[ :|-]+\n((?:\|.*\n)+)", text, re.MULTILINE)
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table[1].splitlines()]


def columns(line):
    """The cells of a printed line, which two blanks or more keep apart."""
    return re.split(r"\s{2,}", line.strip())


def test_top_of_the_readme(folder, capsys):
    """The ranking that the README shows is the one that is printed."""
    blocks_of_text = (inside for language, inside in BLOCK.findall(PAGES["README.md"]) if language == "text")
    (shown,) = (each for each in blocks_of_text if each.startswith("Global innovation hubs"))
    printed = done(capsys, "hubrank rank global --top 10")

    assert [line.rstrip() for line in printed.strip().splitlines()] == shown.splitlines()


def test_moves_of_the_readme(folder, capsys):
    """The moves that exceed the doubt, and the parts that are behind them."""
    printed = done(capsys, "hubrank change global --from 2024 --to 2025").splitlines()
    rows = [columns(line) for line in printed if len(columns(line)) == 8]

    assert rows[1:] == cells(PAGES["README.md"], "hub")
    assert any(line.startswith("97 of 179 units moved; 12 moves exceed the doubt") for line in printed)
    assert any(line.startswith("in 12 of these 12 moves the larger part is source and list") for line in printed)


def published(name):
    """A published list as the pages name its columns, or skip."""
    path = REFERENCE / "rankings" / LISTS[name]
    if not path.is_file():
        pytest.skip(f"no {path.name}: set HUBRANK_REFERENCE")
    Path(name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")


@pytest.mark.parametrize(("row", "name"), list(enumerate(LISTS)))
def test_comparison_of_the_readme(folder, capsys, row, name):
    """How many are in our top, the correlations, and the largest differences, ours first."""
    published(name)
    printed = done(capsys, f"hubrank compare global@{name[6:10]} {name}")
    _, shared, spearman, kendall, differences = cells(PAGES["README.md"], "list")[row]

    assert f"of both: {shared}" in printed
    assert f"Spearman {spearman}, Kendall {kendall} " in printed
    found = re.findall(r"^(\S.*?) +(\d+) +(\d+) +[+-]\d+ *$", printed, re.MULTILINE)
    assert re.findall(r"([^(, ][^(,]*) \((\d+), (\d+)\)", differences) == found[:6]


@pytest.mark.long
@pytest.mark.parametrize(("beginning", "name", "rows"), [("weights", "top10-2025.csv", [0, 1, 2])])
def test_published_ranking(folder, capsys, beginning, name, rows):
    """The fits of the published ranking of 2025: pairs the other way, correlations and how many of the first ten."""
    published(name)
    printed = done(capsys, f"hubrank fit global --to {name} --edition {name[6:10]}")
    table = cells(PAGES["docs/published-ranking.md"], beginning)
    lines = [columns(line) for line in printed.splitlines()]

    for row in rows:
        _, pairs, spearman, kendall, inside = table[row]
        assert [line for line in lines if line[1:5] == [pairs, spearman, kendall, inside]]


@pytest.mark.long
def test_how_far_a_figure_walks(monkeypatch):
    """The modules and functions that docs/architecture.md says one ranking enters are those that are counted now."""
    monkeypatch.delenv("HUBRANK_WIDTH")
    script = ROOT / "scripts" / "passes.py"
    printed = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True).stdout
    modules, functions = re.search(r"in all: (\d+) modules, (\d+) functions", printed).groups()

    assert f"now it enters {modules} and {functions}:" in " ".join(PAGES["docs/architecture.md"].split())


@pytest.mark.long
def test_back_test(folder, capsys):
    """The errors of projecting the Human Development Index from its past, as the page of the member has them."""
    scenario = ROOT / "tests" / "reference" / "hdi" / "scenario.toml"
    printed = done(capsys, f"hubrank outlook {scenario} --back-test")
    found = {line[0]: line for line in map(columns, printed.splitlines()) if len(line) == 7}

    for ahead, cases, *errors, inside in cells(PAGES["plugins/analysis/README.md"], "years ahead"):
        _, counted, rank, rank_still, share, score, score_still = found[ahead]
        assert counted == cases.replace(",", "")
        assert [f"{float(score):.4f}", f"{float(score_still):.4f}", rank, rank_still] == errors
        assert share == inside
