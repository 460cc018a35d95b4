"""Files that a ranking leaves in, read again by others."""

import hashlib
import io
import json
import math
import re
import zipfile
from pathlib import Path
from types import ModuleType

import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from attrs import evolve
from hubrank import compose, load, measure, resolve
from hubrank.io.escaping import csv_bytes
from hubrank.testing import built_in, conforms, examples, write_random_scenario
from hubrank_output import exporters
from hubrank_output.exporters import datapackage, markdown, tables, workbook

README = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
HOSTILE = ("<script>alert(1)</script>", '=CMD("calc")', "+1|2", "🚀 مدينة", "W" * 200)
SCENARIO = """
title = "Places | with *signs*"
editions = [2023, 2024]
units = { file = "units.csv" }
normalisation = { method = "min-max", low = 1, high = 100 }
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


@conforms(exporters)
def test_conformance(check):
    """Each exporter keeps each promise of its kind."""
    check()


@pytest.fixture
def ranked(tmp_path):
    """A ranking of twelve places with hostile names and gaps, by an aggregation: `ranked("geometric")`."""
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
    '"arithmetic"',
    '"geometric"',
    '{ method = "geometric", shift = 2 }',
    '{ method = "geometric", counted_from = 101 }',
    '{ method = "geometric", at_zero = "zero" }',
    '{ method = "geometric", at_zero = "missing" }',
    '"harmonic"',
    '{ method = "generalised-mean", p = 2 }',
    '{ method = "generalised-mean", p = -2, counted_from = 101 }',
    '{ method = "generalised-mean", p = 1 }',
    '"sum"',
    '"product"',
    '"minimum"',
    '"maximum"',
]


@pytest.mark.long
@pytest.mark.parametrize("aggregation", FOLLOWING)
@pytest.mark.parametrize("weights", [{}, {"x": 2.0, "b": 0.25, "e": 0.0}], ids=["published", "overwritten"])
def test_the_workbook_follows_its_weights(ranked, tmp_path, aggregation, weights):
    """The formulas give the scores of the core for the published weights and for others, gaps shared out alike."""
    path = tmp_path / "places.xlsx"
    workbook.write(ranked(f"aggregation = {aggregation}"), path)
    found = calculated(openpyxl.load_workbook(path), weights)
    wanted = ranked(f"aggregation = {aggregation}", weights)
    scores = {code: score for code, score in zip(wanted.codes, wanted.scores[1], strict=True) if code in found}

    assert len(found) >= 10
    assert {code: "" if np.isnan(score) else pytest.approx(score, rel=1e-12) for code, score in scores.items()} == found


def test_the_workbook_follows_by_a_plugins_formula(ranked, tmp_path):
    """The aggregator that the page for authors shows brings a formula: other weights give the core's scores."""
    code = next(each.code for each in examples(README) if each.file == "hubrank_mean_and_worst.py")
    plugin = ModuleType("hubrank_mean_and_worst")
    exec(code, vars(plugin))  # noqa: S102  # the repository's own example
    aggregation, weights = 'aggregation = { method = "mean-and-worst", share = 0.3 }', {"x": 2.0, "b": 0.25, "e": 0.0}
    path = tmp_path / "places.xlsx"
    workbook.write(ranked(aggregation, plugins=[plugin]), path)
    found = calculated(openpyxl.load_workbook(path), weights)
    wanted = ranked(aggregation, weights, [plugin])
    scores = {code: score for code, score in zip(wanted.codes, wanted.scores[1], strict=True) if code in found}

    assert {code: "" if np.isnan(score) else pytest.approx(score, rel=1e-12) for code, score in scores.items()} == found


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


def test_a_dimension_that_no_formula_can_follow_says_so(ranked, tmp_path):
    """A median stands as its published score; the head says so, and so does a note beside its weights, with why."""
    path = tmp_path / "places.xlsx"
    workbook.write(ranked('aggregation = "median"\ndimensions.x.aggregation = "arithmetic"'), path)
    book = openpyxl.load_workbook(path)
    live = book["Live"]
    notes = {(row[0].value, row[4].value) for row in book["Weights"].iter_rows(min_row=2)}

    assert live.cell(1, live.max_column).value.endswith("(not recalculated)")
    assert isinstance(live.cell(2, live.max_column).value, float)
    assert notes == {
        ("index", "no effect on scores: the method median has no spreadsheet formula"),
        ("y", "no effect on scores: the method median has no spreadsheet formula"),
        ("x", None),
    }


def test_a_formula_that_excel_would_not_take_is_a_value_and_says_so(tmp_path):
    """A hundred indicators in one mean: the published scores stand, with the reason."""
    tree = {"all": [f"i{at}" for at in range(100)]}
    plan = resolve(load(write_random_scenario(tmp_path, tree=tree), built_in()), built_in())
    path = tmp_path / "random.xlsx"
    workbook.write(compose(plan, measure(plan)), path)
    book = openpyxl.load_workbook(path)
    live, weights = book["Live"], book["Weights"]

    assert weights["E2"].value is None
    assert weights["E3"].value == "no effect on scores: it has 100 members, too many for an Excel formula"
    assert isinstance(live.cell(2, live.max_column - 1).value, float)
    assert live.cell(2, live.max_column).value.startswith("=IF(")


def test_a_unit_that_lacks_no_member_has_a_score_whatever_count_is_asked_for(ranked, tmp_path):
    """Dimension x has two members and its rule asks for three: who has both is ranked, in the core and in Excel."""
    rule = 'aggregation = "arithmetic"\ndimensions.x.missing = { rule = "renormalise", at_least_count = 3 }'
    path = tmp_path / "places.xlsx"
    workbook.write(ranked(rule), path)
    found = calculated(openpyxl.load_workbook(path), {"x": 2.0})
    wanted = ranked(rule, {"x": 2.0})

    assert len(found) >= 6
    assert found == {
        code: pytest.approx(score, rel=1e-12)
        for code, score in zip(wanted.codes, wanted.scores[1], strict=True)
        if code in found
    }


def test_weights_that_are_all_0_give_no_score_and_no_error(ranked, tmp_path):
    """Nobody has a score in a dimension whose weights are all 0, and its members' shares are 0."""
    path = tmp_path / "places.xlsx"
    workbook.write(ranked('aggregation = "arithmetic"'), path)
    book = openpyxl.load_workbook(path)

    assert set(calculated(book, {"x": 0.0, "y": 0.0}).values()) == {""}
    assert book["Weights"]["D2"].value == "=IF(SUM(C$2:C$3)>0,C2/SUM(C$2:C$3),0)"


def test_where_units_have_weights_of_their_own_the_shares_are_the_mean_of_theirs(ranked, tmp_path):
    """One unit weighs b ten times, the others as a: the mean of shares, as `weights.csv` has it, not of weights.

    Eleven shares of 1/2 and one of 10/11 have the mean 0.534; of the mean weights, 1 and 1.75, b's share is 0.636.
    """
    own = {"b": np.where(np.arange(12) == 3, 10.0, 1.0)}
    ranking = ranked('aggregation = "arithmetic"', own)
    path = tmp_path / "places.xlsx"
    workbook.write(ranking, path)
    sheet = openpyxl.load_workbook(path, data_only=True)["Weights"]
    shares = {row[1].value: row[3].value for row in sheet.iter_rows(min_row=2)}
    expected = ranking.weights().query("edition == 2024").set_index("member")["weight"]

    assert shares["b"] == pytest.approx((11 * 0.5 + 10 / 11) / 12)
    assert shares == pytest.approx(expected.to_dict())


def test_names_in_the_workbook_are_text(ranked, tmp_path):
    """No name is a formula; one that looks like it is marked as text for those who edit the cell."""
    path = tmp_path / "places.xlsx"
    workbook.write(ranked('aggregation = "arithmetic"'), path)
    names = {cell.value: cell for cell in openpyxl.load_workbook(path)["Ranking"]["C"]}

    assert set(HOSTILE) <= set(names)
    assert names['=CMD("calc")'].data_type == "s"
    assert names['=CMD("calc")'].quotePrefix


def test_markdown_shows_names_as_they_are(ranked, tmp_path):
    """Bars, stars and angle brackets of names are escaped, so that every row has as many cells as the head."""
    path = tmp_path / "places.md"
    markdown.write(ranked('aggregation = "arithmetic"'), path)
    text = path.read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("|")]
    cells = {len(re.findall(r"(?<!\\)\|", row)) for row in rows[:12]}

    assert text.startswith("# Places \\| with \\*signs\\*\n")
    assert r"\<script\>alert(1)\</script\>" in text
    assert cells == {8}


def test_tables_come_back_from_parquet(ranked, tmp_path):
    """Parquet holds every number to the last bit."""
    ranking = ranked('aggregation = "arithmetic"')
    path = tmp_path / "places.parquet"
    tables.write_parquet(tables.TABLES[0], ranking, path)
    found = pq.read_table(path).to_pandas()

    assert found["score"].tolist() == ranking.table()["score"].tolist()
    assert found["name"].tolist() == ranking.table()["name"].tolist()


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
    """The kit's ranking with its origin: rows inside, gaps null, the licence and the source named."""
    from hubrank.testing import small_ranking

    path = tmp_path / "datapackage.json"
    datapackage.write_json(small_ranking(), path)
    package = json.loads(path.read_text(encoding="utf-8"))
    ranking = next(each for each in package["resources"] if each["name"] == "ranking")

    assert ranking["data"][0][:5] == ["edition", "unit", "name", "country", "rank"]
    assert ranking["data"][1][:9] == [2023, "AAA", 'Åland, the "first"', "AAA", 1.0, None, None, "", 1.0]
    assert [each["title"] for each in package["licenses"]]
    assert [each["licence"] for each in package["sources"]]


def test_scores_have_the_decimals_of_the_scenario(ranked, tmp_path):
    """On the Markdown page, of the index and of the dimensions; a range of one rank is that rank."""
    ranking = ranked('aggregation = "arithmetic"\nranking = { decimals = 1, rounding = "half-up" }')
    ranged = evolve(ranking, low=ranking.ranks, high=ranking.ranks)
    markdown.write(ranged, tmp_path / "places.md")
    first = int(ranking.order(1)[0])
    text = (tmp_path / "places.md").read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if line.startswith("| 1 |")).split(" | ")

    assert row[1] == "1"
    shown = [cell.replace("\\", "") for cell in row[5:7]]
    assert shown == [f"{ranking.scores[1, first]:.1f}", f"{ranking.nodes['x'].scores[1, first]:.1f}"]
