"""Every number in the prose of README.md and of the pages in docs/ is proven, or it is the page's own example.

Free are years, versions, names of standards, "90 %", 0, 1, numbers of lists, and what stands in code, a link, or a
block of the same page, which other tests run. A fact is a pattern and how each number that it groups is worked out:
from the code, `benchmarks/measured.toml`, which benchmarks write with `--keep`, or a record of an output.
"""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import pytest
from hubrank.io.limits import Limits
from hubrank.plugin.registry import Registry
from hubrank.ranking.intervals import FALSE_SHARE, HIGH, LOW, SURE, SURELY

ROOT = Path(__file__).parents[1]
NUMBER = re.compile(r"(?<![\w#.])(?<![A-Za-z]-)\d+(?:[.,]\d+)*")
FREE = re.compile(
    r"``.+?``|`[^`]*`|https?://\S+|\b(?:19|20)\d\d(?:[-/]\d\d)?\b|\b90 %|"
    r"^(?:#+ )?\d+\. |\b\d+\.\d+\.\d+\b|(?<![\w.,-])[01](?![.,]?\d)|"
    r"\b(?:Python|version|CC BY|NUTS|ISO|BCP|exit codes?|code page|COINr|scikit-criteria|pymcdm) \d[\d.]*(?:-\d)?",
    re.MULTILINE,
)
REGISTRY = Registry.installed()
MEASURED = tomllib.loads((ROOT / "benchmarks" / "measured.toml").read_text(encoding="utf-8"))


def own(kind: str) -> int:
    """How many parts of a kind there are, without those that wrap another package's."""
    return sum(part.kind == kind and not part.name.startswith(("pymcdm-", "skcriteria-")) for part in REGISTRY)


def limit(name: str) -> int:
    """The default of a limit."""
    return int(getattr(attrs.fields(Limits), name).default)


def measured(script: str, *names: str, of: str = "", scale: float = 1) -> list[str]:
    """Figures that a benchmark kept, or what another is of them, to two digits."""
    figures = MEASURED[script]
    values = [float(f"{scale * (figures[of] / figures[name] if of else figures[name]):.2g}") for name in names]
    return [f"{value:,.0f}" if value >= 10 else f"{value:g}" for value in values]


def recorded(page: str, pattern: str) -> list[str]:
    """What a page of docs/records quotes of a script's output."""
    found = re.search(pattern, (ROOT / "docs" / "records" / page).read_text(encoding="utf-8"))
    return list(found.groups()) if found else []


#: Patterns with their numbers as groups, in lines of prose and cells, and what works out these numbers.
FACTS: list[tuple[str, Callable[[], Any]]] = [
    (
        r"(\d+) normalisations, (\d+) weightings and (\d+) aggregations",
        lambda: [f"{own(kind)}" for kind in ("normalisation", "weighting", "aggregator")],
    ),
    (r"([\d.]+)th to the ([\d.]+)th percentile", lambda: [f"{100 * share:g}" for share in (LOW, HIGH)]),
    (r"[Aa]t most ([\d.]+) % of (?:the robust|such)", lambda: f"{100 * FALSE_SHARE:g}"),
    (r"changes at most ([\d.]+) % are expected", lambda: f"{100 * FALSE_SHARE:g}"),
    (
        r"at least ([\d.]+) % of the simulations,? (?:no|that)|at least ([\d.]+) %$|below ([\d.]+) % as",
        lambda: f"{100 * SURE:g}",
    ),
    (r"`low`\nnumber\nThe (\d+) %", lambda: f"{100 * LOW:g}"),
    (r"`high`\nnumber\nThe (\d+) %", lambda: f"{100 * HIGH:g}"),
    (r"more than ([\d.]+) %$", lambda: f"{100 * SURELY:g}"),
    (r"unlikely\nat most ([\d.]+) %$", lambda: f"{100 * (1 - SURE):.2g}"),
    (
        r"top (\d+) of ####\n(\d+) of (\d+)\n([\d.]+)\ntop (\d+) of ####\n(\d+) of (\d+)\n([\d.]+)",
        lambda: recorded(
            "flagship.md",
            r"`global` \|.*\| (?=\d+ of (\d+))(\d+) of (\d+), ([\d.]+) \| (?=\d+ of (\d+))(\d+) of (\d+), ([\d.]+)",
        ),
    ),
]


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
    for pattern, work_out in FACTS:
        for found in re.finditer(pattern, prose, re.MULTILINE):
            value = work_out()
            values = value if isinstance(value, list) else [value]
            groups = [at for at, group in enumerate(found.groups(), 1) if group is not None]
            assert [found[at] for at in groups] == [
                f"{value:,}" if isinstance(value, int) else value for value in values
            ]
            proven.update(*(range(*found.span(at)) for at in groups))

    numbers = [each for each in NUMBER.finditer(prose) if each.start() not in proven]
    numbers = [each for each in numbers if each[0].replace(",", "") not in shown]
    assert [(each[0], prose[max(each.start() - 60, 0) : each.end() + 40]) for each in numbers] == []


def test_each_fact_is_stated_somewhere(module_at):
    """One that no page states is not needed."""
    texts = [words(page, module_at)[0] for page in PAGES]
    assert [pattern for pattern, _ in FACTS if not any(re.search(pattern, text, re.MULTILINE) for text in texts)] == []
