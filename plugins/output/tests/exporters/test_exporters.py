"""Files that a ranking leaves in, read again by others."""

import hashlib
import io
import json
import math
import re
import zipfile
from pathlib import Path
from types import ModuleType

import attrs
import numpy as np
import openpyxl
import pandas as pd
import pytest
from hubrank.cli.app import run
from hubrank.io.escaping import csv_bytes
from hubrank.plugin import Registry, compose, load, measure, resolve
from hubrank.plugin.registry import Part
from hubrank.testing import built_in, examples
from hubrank_output.exporters import datapackage, workbook

README = (Path(__file__).parents[4] / "docs" / "how-to" / "write-a-plugin.md").read_text(encoding="utf-8")
HOSTILE = ("<script>alert(1)</script>", '=CMD("calc")', "+1|2", "🚀 مدينة", "W" * 200)
SCENARIO = """
title = "Places | with *signs*"
editions = [2023, 2024]
units = { file = "units.csv" }
normalisation = { method = "min-max", range = [1, 100] }
missing = { rule = "renormalise", at_least_share = 0.6 }
inputs.values = { source = "files", options = { file = "values.csv" }, max_age = 1 }
indicators.a = { indicator = "value", dimension = "x" }
indicators.b = { indicator = "value", dimension = "x", weight = 2 }
indicators.c = { indicator = "value", dimension = "y" }
indicators.d = { indicator = "value", dimension = "y", weight = 0.5 }
indicators.e = { indicator = "value", dimension = "y" }
dimensions.x.title = "First"
dimensions.y.title = "Second"
dimensions.y.weight = 3
"""


@pytest.fixture
def ranked(tmp_path):
    """A ranking of twelve places with hostile names and missing values, by an aggregation: `ranked("geometric")`."""
    rng = np.random.default_rng(3)
    names = [HOSTILE[at] if at < len(HOSTILE) else f"Place {at}" for at in range(12)]
    quoted = ['"' + name.replace('"', '""') + '"' for name in names]
    (tmp_path / "units.csv").write_text(
        "unit,name,country\n" + "\n".join(f"U{at:02},{name},CHN" for at, name in enumerate(quoted)), encoding="utf-8"
    )
    lines = ["unit,year,a,b,c,d,e"]
    for year in (2023, 2024):
        for at in range(12):
            cells = ["" if rng.random() < 0.1 else f"{each:.3f}" for each in rng.lognormal(1, 1, 5)]
            lines.append(f"U{at:02},{year}," + ",".join(cells))
    (tmp_path / "values.csv").write_text("\n".join(lines))

    def make(aggregation, weights=None, plugins=()):
        path = tmp_path / "places.toml"
        path.write_text(SCENARIO + aggregation, encoding="utf-8")
        registry = built_in(*plugins)
        plan = resolve(load(path, registry), registry)
        own = weights or {}
        given = lambda node, *_: np.stack(  # noqa: E731
            np.broadcast_arrays(*(own.get(each.name, each.weight) * np.ones((1, 1)) for each in node.members)), axis=-1
        )
        return compose(plan, measure(plan), given if weights else None)

    return make


def calculated(book, changes):
    """The index by unit on the sheet `Live`, calculated cell by cell after weights were overwritten."""
    sheets = {name: book[name] for name in ("Live", "Weights")}
    for row in sheets["Weights"].iter_rows(min_row=2):
        row[2].value = changes.get(row[1].value, row[2].value)
    known = {}

    def value(sheet, address):
        key = sheet, address.replace("$", "")
        if key not in known:
            found = sheets[sheet][key[1]].value
            known[key] = evaluated(sheet, found) if isinstance(found, str) and found.startswith("=IF") else found
        return known[key]

    def evaluated(sheet, formula):
        spoken = re.sub(r"(?<![<>])=(?!=)", "==", formula[1:])
        spoken = re.sub(r"Weights!(\$C\$\d+)", r'value("Weights", "\1")', spoken)
        spoken = re.sub(r'(?<!["\w$])([A-Z]{1,2}\d+)(?!["\w])', r'value(sheet, "\1")', spoken)
        spoken = spoken.replace("IF(", "IF_(").replace("AND(", "AND_(").replace("OR(", "OR_(").replace("^", "**")
        spoken = lazy(spoken)
        words = {
            "__builtins__": {},
            "value": value,
            "sheet": sheet,
            "IF_": lambda test, then, otherwise: then() if test else otherwise(),
            "AND_": lambda *tests: all(tests),
            "OR_": lambda *tests: any(tests),
            "MIN": min,
            "MAX": max,
            "ISNUMBER": lambda each: isinstance(each, int | float),
            "N": lambda each: each if isinstance(each, int | float) else 0,
            "LN": math.log,
            "EXP": math.exp,
        }
        return eval(spoken, words)  # noqa: S307  # a formula that this test had made

    def lazy(spoken):
        """The two branches of IF as functions, so that only one is calculated, as a spreadsheet does."""
        made, at = "", 0
        while (start := spoken.find("IF_(", at)) >= 0:
            depth, commas, end = 1, [], start + 4
            while depth:
                depth += {"(": 1, ")": -1}.get(spoken[end], 0)
                if spoken[end] == "," and depth == 1:
                    commas.append(end)
                end += 1
            test, then = spoken[start + 4 : commas[0]], spoken[commas[0] + 1 : commas[1]]
            otherwise = spoken[commas[1] + 1 : end - 1]
            made += spoken[at:start] + f"IF_({lazy(test)}, lambda: {lazy(then)}, lambda: {lazy(otherwise)})"
            at = end
        return made + spoken[at:]

    live = sheets["Live"]
    index = live.max_column
    return {row[0].value: value("Live", row[index - 1].coordinate) for row in live.iter_rows(min_row=2)}


FOLLOWING = [
    *(f'"{name}"' for name in ("arithmetic", "geometric", "harmonic", "sum", "product", "minimum", "maximum")),
    *(
        f'{{ method = "geometric", {options} }}'
        for options in ("shift = 2", "counted_from = 101", 'nonpositive = "zero"', 'nonpositive = "missing"')
    ),
    *(f'{{ method = "generalised-mean", {options} }}' for options in ("p = 2", "p = -2, counted_from = 101", "p = 1")),
]
OVERWRITTEN = {"x": 2.0, "b": 0.25, "e": 0.0}


def check_follows(ranked, path, aggregation, *plugins):
    """The formulas give the scores of the core for weights that are written over the published ones."""
    workbook.write(ranked(aggregation, plugins=plugins), path)
    found = calculated(openpyxl.load_workbook(path), OVERWRITTEN)
    wanted = ranked(aggregation, OVERWRITTEN, plugins)
    scores = {code: score for code, score in zip(wanted.codes, wanted.scores[1], strict=True) if code in found}

    assert len(found) >= 6
    assert {code: "" if np.isnan(score) else pytest.approx(score, rel=1e-12) for code, score in scores.items()} == found


@pytest.mark.long
@pytest.mark.parametrize("aggregation", FOLLOWING)
def test_the_workbook_follows_its_weights(ranked, tmp_path, aggregation):
    """By each method, with weights redistributed in the same way."""
    check_follows(ranked, tmp_path / "places.xlsx", f"aggregation = {aggregation}")


def test_the_workbook_follows_by_a_plugins_formula(ranked, tmp_path):
    """The aggregator that the page for authors shows brings a formula."""
    code = next(each.code for each in examples(README) if each.file == "hubrank_mean_and_worst.py")
    plugin = ModuleType("hubrank_mean_and_worst")
    exec(code, vars(plugin))  # noqa: S102  # the repository's own example
    aggregation = 'aggregation = { method = "mean-and-worst", share = 0.3 }'
    check_follows(ranked, tmp_path / "places.xlsx", aggregation, plugin)


def test_a_unit_that_lacks_no_member_has_a_score_whatever_count_is_asked_for(ranked, tmp_path):
    """Dimension x has two members and its rule asks for three: who has both is ranked, in the core and in Excel."""
    rule = 'aggregation = "arithmetic"\ndimensions.x.missing = { rule = "renormalise", at_least_count = 3 }'
    check_follows(ranked, tmp_path / "places.xlsx", rule)


def test_a_workbook_shows_published_scores_before_it_is_calculated(ranked, tmp_path):
    """A reader that does not calculate sees the scores and the ranks all the same."""
    ranking = ranked('aggregation = "arithmetic"')
    path = tmp_path / "places.xlsx"
    workbook.write(ranking, path)
    live = openpyxl.load_workbook(path, data_only=True)["Live"]
    first = ranking.order(1)[0]

    assert live.cell(2, 1).value == ranking.codes[first]
    assert live.cell(2, 7).value == 1
    assert live.cell(2, live.max_column).value == pytest.approx(ranking.scores[1, first])


def test_the_zipped_package_says_what_its_tables_hold(ranked, tmp_path):
    """Each resource's path, digest, fields and key are those of the CSV beside it."""
    ranking = ranked('aggregation = "arithmetic"')
    path = tmp_path / "Places of 2024.datapackage.zip"
    datapackage.write_zip(ranking, path)
    with zipfile.ZipFile(path) as archive:
        package = json.loads(archive.read("datapackage.json"))
        content = {each["name"]: archive.read(each["path"]) for each in package["resources"]}
    read = {name: pd.read_csv(io.BytesIO(data), keep_default_na=False) for name, data in content.items()}

    assert package["name"] == "places-of-2024"
    for each in package["resources"]:
        frame = read[each["name"]]
        assert each["hash"] == f"sha256:{hashlib.sha256(content[each['name']]).hexdigest()}"
        assert [field["name"] for field in each["schema"]["fields"]] == list(frame.columns)
        assert not frame.duplicated(each["schema"].get("primaryKey")).any()
    assert content["ranking"] == csv_bytes(ranking.table())


def test_the_package_in_one_file_has_rows_licences_and_sources(tmp_path):
    """The kit's ranking with its origin: rows inside, missing values null, the licence and the source named."""
    from hubrank.testing import small_ranking

    path = tmp_path / "datapackage.json"
    datapackage.write_json(small_ranking(), path)
    package = json.loads(path.read_text(encoding="utf-8"))
    ranking = next(each for each in package["resources"] if each["name"] == "ranking")

    assert ranking["data"][0][:5] == ["edition", "unit", "name", "country", "rank"]
    assert ranking["data"][1][:6] == [2023, "AAA", 'Åland, the "first"', "AAA", 1.0, None]
    assert ranking["data"][1][9:12] == ["", None, 1.0]
    assert [each["title"] for each in package["licenses"]]
    assert [each["licence"] for each in package["sources"]]


@pytest.mark.parametrize("verb", ["rank", "robustness", "audit"])
def test_a_run_is_not_written_to_the_name_of_a_file(tmp_path, monkeypatch, capsys, verb):
    """A folder called `o.xlsx` would be a surprise: `export` writes such files."""
    monkeypatch.chdir(tmp_path)

    assert run([verb, "global", "--output", "o.xlsx"]) == 2
    assert capsys.readouterr().err == "hubrank: o.xlsx: must be a folder; `hubrank export` writes files in .xlsx\n"
    assert not Path("o.xlsx").exists()


def test_what_no_sheet_holds_is_refused_before_it_is_measured(tmp_path, monkeypatch, capsys):
    """Two editions of two places with five values are twenty rows; that needs no values, of which there are none."""
    part = Registry.installed().find("exporter", "workbook")
    small = Part.of("exporter", attrs.evolve(part.record, most_rows=19), part.distribution, part.version)
    monkeypatch.setattr("hubrank.cli.commands.rank.exporter_of", lambda *_: small)
    (tmp_path / "places.toml").write_text('aggregation = "arithmetic"' + SCENARIO)
    (tmp_path / "units.csv").write_text("unit\np\nq\n")

    assert run(["export", str(tmp_path / "places.toml"), "--output", str(tmp_path / "t.xlsx")]) == 2
    assert capsys.readouterr().err == (
        "hubrank: t.xlsx: .xlsx holds 19 rows at most, fewer than the table values has (20); rank fewer editions or "
        "units, or export to Parquet or a data package\n"
    )
    assert part.record.most_rows == 1_048_575
