"""Every number in the prose of README.md and of the pages in docs/ is proven, or it is the page's own example.

Free are years, versions, names of standards, volumes of journals, "90 %", 0, 1, 100, numbers of lists, and what is
in code, a link, or a block of the same page, which other tests run. A fact is a pattern and how each number that it
groups is worked out: from the code, `benchmarks/measured.toml`, which benchmarks write with `--keep`, or another file.
"""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hubrank.plugin.registry import Registry
from hubrank.ranking.intervals import FALSE_SHARE, HIGH, LOW, SURE, SURELY
from hubrank.uncertainty.tally import MOST_PAIRED
from hubrank_output.report.excerpt import MOST

ROOT = Path(__file__).parents[1]
NUMBER = re.compile(r"(?<![\w#.])(?<![A-Za-z]-)\d+(?:[.,]\d+)*")
FREE = re.compile(
    r"``.+?``|`[^`]*`|https?://\S+|\b(?:19|20)\d\d(?:[-/]\d\d)?\b|\b90 %|"
    r"^(?:#+ )?\d+(?:(?:,| to) \d+)?[.:] |\b\d+\.\d+\.\d+\b|(?<![\w.,-])(?:[01]|100)(?![.,]?\d)|\*[A-Z][^*\d]+\* \d+|"
    r"\b(?:Python|version|Status:|exit code is|CC BY|NUTS|ISO|BCP|exit codes?|code page|"
    r"COINr|scikit-criteria|pymcdm) \d[\d.]*(?:-\d)?",
    re.MULTILINE,
)
REGISTRY = Registry.installed()
MEASURED = tomllib.loads((ROOT / "benchmarks" / "measured.toml").read_text(encoding="utf-8"))


def own(*kinds: str) -> list[int]:
    """How many parts of each kind there are, without those that wrap another package's."""
    names = [part.kind for part in REGISTRY if not part.name.startswith(("pymcdm-", "skcriteria-"))]
    return [names.count(kind) for kind in kinds]


def percent(share: float) -> str:
    """As pages write it, without the sign."""
    return f"{100 * share:.3g}"


def measured(script: str, *names: str, of: str = "") -> list[str]:
    """Values that a benchmark kept, or how many times one of them is what another is, which has a digit more."""
    kept = MEASURED[script]
    values = [f"{kept[of] / kept[name]:.3g}" if of else f"{kept[name]:.2g}" for name in names]
    return [f"{float(value):.15g}" for value in values]


def quoted(file: str, pattern: str) -> list[str]:
    """What a test asserts, a script sets, or a record quotes of a script's output."""
    found = re.search(pattern, (ROOT / file).read_text(encoding="utf-8"), re.DOTALL)
    return list(found.groups()) if found else []


#: What is compared of published indices, by the row of the table, as `tests/reference` has it.
PUBLISHED = {
    "Human .*all": r'"2023-24.csv", (\d+), (\d+)',
    "Human .*earlier": r'"2021-22.csv", (\d+), (\d+)',
    "Inequality-": r"len\(published\) == (1963)",
    "Gender D": r'"development.toml", (\d{4})',
    "Gender I": r'"inequality.toml", (\d{4})',
    "SDG": r"len\(overall\) == (\d+)",
    "Environmental": r"len\(shift\) == (\d+).*== \((\d+), 1\)",
    "Welsh": r"len\(published\) == (1909)",
    "Scottish": r"len\(published\) == (6976)",
    "Academic": r"len\(totals\) == (\d+)",
}
LISTS = r" \| ".join([r"(?=\d+ of (\d+))(\d+) of (\d+), ([\d.]+)"] * 2)
PEERS = [f"{name}_draws_per_cpu_second" for name in ("plain_numpy", "pysensmcda", "scikit_criteria", "pymcdm")]
SPEED: dict[str, Callable[[], list[str]]] = {
    r"rank (\d+) units by (\d+) ind": lambda: quoted("benchmarks/robustness.py", r"prepared\((\d+), \((\d+),"),
    r"again\n(.*) sim": lambda: measured("robustness.py", "draws_per_cpu_second"),
    r"factors of (\S+), (\S+), (\S+) and (\S+)$": lambda: measured("robustness.py", *PEERS, of="draws_per_cpu_second"),
    r"choices only\n(.*) sim": lambda: measured("robustness.py", "global_choices_per_cpu_second"),
    r"errors of all values\n(.*) sim": lambda: measured("robustness.py", "global_draws_per_cpu_second"),
    r"(\S+) units by \S+ indicators from a CSV": lambda: quoted("benchmarks/compose.py", r"from_csv\(([\d_]+)\)"),
    r"CSV file\n(.*) s$": lambda: measured("compose.py", "seconds_33755"),
    r"folder of (\S+) units": lambda: quoted("benchmarks/size.py", r"33_755, ([\d_]+)\]"),
    r"Parquet\n(.*) CPU s, (.*) GB": lambda: measured("size.py", "rank_100000_cpu_seconds", "rank_100000_peak_gb"),
    r"list`\n(.*) CPU s, (.*) CPU s": lambda: measured("startup.py", "help_cpu_seconds", "list_cpu_seconds"),
    r"report of (\S+) units": lambda: quoted("benchmarks/report.py", r'"default": ([\d_]+), "help": "of the large'),
    r"report of .*\n(.*) ms": lambda: [f"{MEASURED['report.py']['rerank_ms']['median']:g}"],
    r"studio, (\S+) units by (\S+) indicators and (\S+) by (\d+)": lambda: quoted(
        "benchmarks/studio.py", r"\((\d+), (\d+)\), \((\d+), (\d+)\), \(asked"
    ),
    r"and \S+ by \d+\n(\d+) ms and (\d+) ms": lambda: measured("studio.py", "ranks_200_ms", "ranks_5000_ms"),
    r"alone and with (\S+) simulations\n(\S+) CPU s and (\S+) CPU s": lambda: [
        *quoted("benchmarks/waiting.py", r"draws=(\d+)"),
        *measured("waiting.py", "weights_cpu_seconds", "weights_1000_draws_cpu_seconds"),
    ],
    r"under (\S+) sets of weights\n(\S+) CPU s": lambda: [
        *quoted("benchmarks/waiting.py", r"10 if few else (\d+)"),
        *measured("waiting.py", "sweep_1000_cpu_seconds"),
    ],
    r"rank (\S+) units by (\d+) indicators; explain": lambda: quoted(
        "benchmarks/waiting.py", r"few else ([\d_]+), \((\d+), 0"
    ),
    r"compare the run\n(\S+), (\S+), (\S+) and (\S+) CPU s": lambda: measured(
        "waiting.py", *(f"large_{name}_cpu_seconds" for name in ("rank", "explain", "export", "compare"))
    ),
    r"rows, (\d+) million records": lambda: quoted("benchmarks/waiting.py", r'"full", "full", (\d+)_000_000'),
    r"institutions\n(\S+), (\S+) and (\S+) of the time": lambda: measured(
        "waiting.py", *(f"{name}_ratio_to_duckdb" for name in ("rows", "full", "fractional"))
    ),
    r"by (\d+) indicators,? from": lambda: quoted("benchmarks/size.py", r"SIZES = (\d+)"),
}
#: Patterns with their numbers as groups, in lines of prose and cells, and what works out these numbers.
FACTS: dict[str, Callable[[], Any]] = {
    r"(\d+) normalisations, (\d+) weightings and (\d+) agg": lambda: own("normalisation", "weighting", "aggregator"),
    r"(\d+)th to the (\d+)th percentile": lambda: [percent(LOW), percent(HIGH)],
    r"`low`\nnumber\nThe (\d+) %": lambda: [percent(LOW)],
    r"`high`\nnumber\nThe (\d+) %": lambda: [percent(HIGH)],
    r"t most (\d+) % of (?:the robust|such)|changes at most (\d+) %": lambda: [percent(FALSE_SHARE)],
    r"at least (\d+) % of the sim|likely\* at least (\d+) %|below (\d+) % as": lambda: [percent(SURE)],
    r"`\(## - ##\) / \(## - ##\)`, or ([\d.]+)\.": lambda: [f"{(42 - 31) / (45 - 31):.3f}"],
    r"of up to (\S+) units": lambda: [MOST_PAIRED],
    r"rank at most (\S+) \(": lambda: [MOST],
    r"of more than ([\d.]+) %": lambda: [percent(SURELY)],
    r"unlikely\* at most (\d+) %": lambda: [percent(1 - SURE)],
    "\n".join([r"top (\d+) of ####", r"(\d+) of (\d+)", r"([\d.]+)"] * 2): lambda: quoted(
        "docs/records/flagship.md", rf"`global` .*? \| {LISTS}"
    ),
    **SPEED,
    r"It takes (\d+) MB in (\d+) packages": lambda: measured("install.py", "core_mb", "core_packages"),
    r"`hubrank-start`, `hubrank-output`\n(\d+)": lambda: measured("install.py", "start_report_mb"),
}
FACTS |= {
    rf"`hubrank\[{extra}\]`\n(\d+)": lambda extra=extra: measured("install.py", f"{extra}_mb")
    for extra in ("all", "arrow", "excel", "frames", "languages", "places", "scipy")
}
FACTS |= {
    rf"^{row}.*\n([\d,]+) \w+(?: and (?:(\d+) )?ranks)?(?:\n.* rounding; (\d+) ranks)?": lambda compared=compared: (
        quoted("tests/reference/test_published.py", compared)
    )
    for row, compared in PUBLISHED.items()
}


def words(page: str, module_at: Any) -> tuple[str, set[str]]:
    """A page's prose, a cell a line, with `#` for digits that are free; and the numbers in its blocks."""
    pages = module_at("tests/test_pages.py")
    text = pages.PAGES[page]
    prose = FREE.sub(lambda found: re.sub(r"\d", "#", found[0]), "\n".join(pages.prose(text)))
    shown = " ".join(f"{block[3]} {block[4]}" for block in pages.BLOCK.finditer(text))
    return prose, set(re.findall(r"\d+(?:\.\d+)?", shown.replace(",", "") + shown.replace(",", " ")))


PAGES = sorted(
    str(path.relative_to(ROOT))
    for path in [ROOT / "README.md", *ROOT.glob("docs/**/*.md")]
    if not path.is_relative_to(ROOT / "docs" / "records") and not path.is_relative_to(ROOT / "docs" / "methods")
)


@pytest.mark.parametrize("page", PAGES)
def test_a_number_in_prose_is_proven(page, module_at):
    """By a fact or a block of the page; each fact says what is so."""
    prose, shown = words(page, module_at)
    proven: set[int] = set()
    for pattern, work_out in FACTS.items():
        for found in re.finditer(pattern, prose, re.MULTILINE):
            groups = [at for at, group in enumerate(found.groups(), 1) if group is not None]
            stated, so = (
                [re.sub("[,_]", "", str(each)) for each in them] for them in (map(found.group, groups), work_out())
            )
            assert stated == so, pattern
            proven.update(*(range(*found.span(at)) for at in groups))

    numbers = [each for each in NUMBER.finditer(prose) if each.start() not in proven]
    numbers = [each for each in numbers if each[0].replace(",", "") not in shown]
    assert [(each[0], prose[max(each.start() - 60, 0) : each.end() + 40]) for each in numbers] == []


def test_each_fact_is_stated_somewhere(module_at):
    """One that no page states is not needed."""
    texts = [words(page, module_at)[0] for page in PAGES]
    assert [pattern for pattern in FACTS if not any(re.search(pattern, text, re.MULTILINE) for text in texts)] == []
