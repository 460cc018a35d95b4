"""Each kind of data check: a case that fires, and a near miss that does not."""

import json

import pytest
from hubrank.errors import ScenarioError
from hubrank.i18n import languages, use_language
from hubrank.ranking.data_checks import REMEDIES, TEXTS
from hubrank.results.rank import rank
from hubrank.results.save import write_run
from hubrank.scenario.schema import DATA_CHECKS

CODES = "ABCDEFGHIJ"
#: Ten usual values.
USUAL = (60, 55, 48, 71, 66, 52, 58, 63, 69, 50)
SCENARIO = """
title = "Ten"
editions = [{years}]
units.file = "units.csv"
inputs.values = {{ source = "files", options = {{ file = "values.csv" }} }}
dimensions.life = {{}}
normalisation = {normalisation}
aggregation.method = "arithmetic"
missing.rule = "renormalise"
{changes}
[indicators]
{indicators}
"""


@pytest.fixture
def ranked(tmp_path):
    """Ranks ten units by columns of values, by column and year; without a year those of one table without years."""

    def make(columns, indicators="", changes="", *, codes=CODES, names=None, years=(2024,), normalisation="min-max"):
        names, rows = names or codes, []
        dated = all(isinstance(column, dict) for column in columns.values())
        for at, code in enumerate(codes):
            for year in years if dated else [None]:
                cells = [column[year][at] if dated else column[at] for column in columns.values()]
                rows.append(",".join(map(str, [code, *([year] if dated else []), *cells])))
        head = ",".join(["unit", *(["year"] if dated else []), *columns])
        units = ["unit,name", *(f"{code},{name}" for code, name in zip(codes, names, strict=True))]
        (tmp_path / "units.csv").write_text("\n".join(units) + "\n", encoding="utf-8")
        (tmp_path / "values.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
        given = {key: f'{key} = {{ indicator = "value", dimension = "life" }}' for key in columns}
        text = SCENARIO.format(
            years=", ".join(map(str, years)),
            normalisation=normalisation if "{" in normalisation else f'"{normalisation}"',
            indicators=indicators or "\n".join(given.values()),
            changes=changes,
        )
        (tmp_path / "scenario.toml").write_text(text, encoding="utf-8")
        return rank(str(tmp_path / "scenario.toml"))

    return make


def found(ranking):
    """Key and cells of each check."""
    return {check.key: (check.cells, check.count) for check in ranking.data_checks}


def replaced(column, **cells):
    """A column in which units have other values."""
    return tuple(cells.get(code, value) for code, value in zip(CODES, column, strict=True))


@pytest.mark.parametrize(
    ("values", "fires"),
    [
        (replaced(USUAL, C=-999), True),
        (replaced(USUAL, C=9999), True),
        (replaced(USUAL, C=-999, D=-999), True),
        (replaced(USUAL, C=999, D=1204), False),  # a count among such counts
        (replaced(USUAL, C=-998), False),
    ],
)
def test_codes_for_missing_values(ranked, values, fires):
    """A code far from all other values; one cell or several."""
    ranking = ranked({"a": values})
    cells = tuple((code, 2024) for code, value in zip(CODES, values, strict=True) if abs(value) in (999, 9999))

    assert found(ranking).get("missing-code: a") == ((cells, len(cells)) if fires else None)


@pytest.mark.parametrize(
    ("values", "fires"),
    [
        (replaced(USUAL, C=0.48), True),  # a share among percentages
        (replaced(USUAL, C=48_000), True),
        (replaced(USUAL, C=4.8), False),  # ten times is a large difference, no other unit of measure
        (replaced(USUAL, C=0.048 * 3), False),  # 333 times brings it not among the others
        ((1, 3, 10, 40, 150, 600, 2_000, 9_000, 40_000, 4_000_000), False),  # a long tail
    ],
)
def test_scale_outliers(ranked, values, fires):
    """A cell a hundred or a thousand times off, where all others are of a size."""
    assert ("scale-outlier: a" in found(ranked({"a": values}))) == fires


def test_a_unit_off_its_own_years(ranked):
    """Values of all sizes, each steady: in one year one is a thousand times as large; then one that grew tenfold."""
    sizes = tuple(2.0**at for at in range(1, 20, 2))
    years = (2022, 2023, 2024)
    steady = dict.fromkeys(years, sizes)
    ranking = ranked({"a": {**steady, 2023: replaced(sizes, C=32_000)}}, years=years)
    grown = ranked({"a": {**steady, 2023: replaced(sizes, C=320)}}, years=years)

    assert found(ranking) == {"scale-outlier: a": ((("C", 2023),), 1)}
    assert found(grown) == {}


@pytest.mark.parametrize(("factor", "fires"), [(1000, True), (0.1, True), (3, False)])
def test_a_change_of_units(ranked, factor, fires):
    """All units move by a power of ten; threefold is growth."""
    later = tuple(value * factor for value in USUAL)
    assert found(ranked({"a": {2023: USUAL, 2024: later}}, years=(2023, 2024))) == (
        {"unit-change: a": ((), 0)} if fires else {}
    )


@pytest.mark.parametrize(("goalposts", "fires"), [("[0.2, 50.5]", True), ("[55, 65]", False)])
def test_clipped(ranked, goalposts, fires):
    """Goalposts that clip all but one of twenty-one; half of them are a choice."""
    ranking = ranked(
        {"a": range(50, 71)},
        codes=[f"U{at}" for at in range(21)],
        normalisation=f'{{ method = "goalposts", goalposts = {goalposts} }}',
    )
    assert ("clipped: a" in found(ranking)) == fires


@pytest.mark.parametrize(
    ("other", "fires"), [("min-max", True), ('{ method = "min-max", range = [0, 100] }', False), ("none", False)]
)
def test_not_normalised(ranked, other, fires):
    """Percentages as they are beside 0 to 1, but not beside 0 to 100, nor beside other percentages."""
    own = 'a = { indicator = "value", dimension = "life", normalisation = "none" }\n'
    ranking = ranked(
        {"a": USUAL, "b": USUAL}, own + 'b = { indicator = "value", dimension = "life" }', normalisation=other
    )
    assert ("unnormalised: a" in found(ranking)) == fires


@pytest.mark.parametrize(("least", "fires"), [(-3, True), (0, False)])
def test_denominators_below_zero(ranked, least, fires):
    """A denominator of 0 gives a missing value, one below 0 a number that means nothing."""
    ranking = ranked(
        {"a": USUAL, "b": replaced(USUAL[::-1], D=least)},
        'per = { indicator = "ratio", from = ["a", "b"], dimension = "life" }\na = { indicator = "value" }\n'
        'b = { indicator = "value" }',
    )
    assert found(ranking) == ({"negative-denominator: per": ((("D", 2024),), 1)} if fires else {})


def test_totals_by_name(ranked):
    """A world beside countries; continents alone are ranked as they are."""
    continents = ["Africa", "Asia", "Europe", "Oceania", "North America", "South America", "a", "b", "c", "d"]

    assert "total-among-parts: J" in found(ranked({"a": USUAL}, names=[*CODES[:9], "World"]))
    assert found(ranked({"a": USUAL}, names=continents)) == {}


@pytest.mark.parametrize(("more", "fires"), [(0, True), (1, False)])
def test_totals_by_figures(ranked, more, fires):
    """A unit has the sum of all others in both columns of counts; then in one of the two."""
    counts = (3, 1, 4, 1, 5, 9, 2, 6, 5)
    ranking = ranked({"a": (*counts, 36), "b": (*counts[::-1], 36 + more)})
    assert ("total-among-parts: J" in found(ranking)) == fires


def test_equal_editions(ranked):
    """A table without years gives both editions the same; one with years in which a value differs does not."""
    years = (2023, 2024)
    same = ranked({"a": USUAL}, years=years)
    differs = ranked({"a": {2023: USUAL, 2024: replaced(USUAL, C=49)}}, years=years)

    assert list(found(same)) == ["same-editions: a"]
    assert found(differs) == {}


@pytest.mark.parametrize(
    ("name", "fires"), [("B\u200b", True), ("B\u00a0", True), ("e\u0301", True), ("\u0412", False), ("B B", False)]
)
def test_invisible_characters(ranked, name, fires):
    """A blank of no width, one that does not break, an accent of its own; a Cyrillic letter can be seen in a font."""
    names = ["\u00e9", *CODES[1:9], f'"{name}"']
    kinds = {check.kind for check in ranked({"a": USUAL}, names=names).data_checks}
    assert kinds == ({"invisible-character"} if fires else set())


@pytest.mark.parametrize(
    ("score", "decimals", "fires"), [(49.9999999, "", True), (49.9, "", False), (49.9999999, 2, False)]
)
def test_scores_at_a_bound(ranked, score, decimals, fires):
    """49.9999999 is shown as 50.00, the bound; not where classes go by rounded scores."""
    ranking = ranked(
        {"a": replaced(USUAL, C=score)},
        changes='ranking.classes = [{ name = "high", at_least = 50 }]'
        + (f"\nranking.decimals = {decimals}" if decimals else ""),
        normalisation="none",
    )
    assert found(ranking) == ({"class-boundary: high": ((("C", 2024),), 1)} if fires else {})


@pytest.mark.parametrize(
    ("methods", "fires"),
    [
        (replaced(("",) * 10, C="estimate: a half"), True),
        (replaced(("",) * 10, C="counted"), False),
        (("estimate",) * 10, False),
    ],
)
def test_estimates(ranked, methods, fires):
    """One of ten values is estimated; where all are counted, or none is, nothing is said."""
    ranking = ranked({"a": USUAL, "method": methods}, 'a = { indicator = "value", dimension = "life" }')
    assert set(found(ranking)) == ({"estimated-among-counted: a"} if fires else set())


@pytest.mark.parametrize(
    ("window", "yearly", "fires"),
    [
        (4, lambda at, year: year * (at + 1), True),  # each year what came before it and as much again
        (1, lambda at, year: year * (at + 1), False),  # nothing is added up
        (4, lambda at, year: at + 1, False),  # as many each year
        (
            4,
            lambda at, year: year * (at + 1) if (at, year) != (2, 3) else 1,
            False,
        ),  # in one unit a year has less
    ],
)
def test_cumulative_counts_that_are_added_up(ranked, tmp_path, window, yearly, fires):
    """Ten units in four years; a run that was saved says the same."""
    years = {2020 + year: tuple(yearly(at, year) for at in range(len(CODES))) for year in (1, 2, 3, 4)}
    ranking = ranked(
        {"a": years},
        'a = { indicator = "value", dimension = "life", inputs = { values = "flow" } }',
        f'window = {window}\ninputs.flow = {{ source = "files", options = {{ file = "values.csv", kind = "flow" }} }}',
        years=tuple(years),
    )
    write_run(ranking, tmp_path / "run")

    assert ("cumulative: a" in found(ranking)) == fires
    assert found(rank(str(tmp_path / "run"))) == found(ranking)


def test_what_is_acknowledged(ranked, tmp_path, capsys):
    """It is in the record with its reason, and not beside the ranking; one that is not found is reported."""
    changes = 'acknowledged = { "missing-code: a" = "so it is", "clipped: a" = "so it was" }'
    ranking = ranked({"a": replaced(USUAL, C=-999)}, changes=changes)
    write_run(ranking, tmp_path / "run")
    (check,) = json.loads((tmp_path / "run" / "record.json").read_text(encoding="utf-8"))["data_checks"]

    assert [str(each) for each in ranking.caveats()] == ["acknowledged, but not found: clipped: a"]
    assert (check["kind"], check["cells"], check["acknowledged"]) == ("missing-code", [["C", 2024]], "so it is")


def test_an_indicator_left_out_takes_its_acknowledgements_along(ranked, tmp_path):
    """A scenario that extends another need not repeat what it excludes."""
    ranked({"a": replaced(USUAL, C=-999), "b": USUAL}, changes='acknowledged = { "missing-code: a" = "so it is" }')
    (tmp_path / "other.toml").write_text('extends = "scenario.toml"\nexclude = ["a"]\n', encoding="utf-8")
    assert list(rank(str(tmp_path / "other.toml")).caveats()) == []


@pytest.mark.parametrize(
    ("acknowledged", "said"),
    [
        ('"missing-cod: a" = "so it is"', "did you mean 'missing-code'?"),
        ('"missing-code" = "so it is"', "must be KIND: INDICATOR"),
        ('"missing-code: a" = " "', "has no reason"),
    ],
)
def test_what_cannot_be_acknowledged(ranked, acknowledged, said):
    """An unknown kind, no indicator, no reason."""
    with pytest.raises(ScenarioError, match="acknowledged") as error:
        ranked({"a": USUAL}, changes=f"acknowledged = {{ {acknowledged} }}")
    assert said in str(error.value)


def test_the_texts_are_those_of_the_kinds():
    """Each kind that a scenario may acknowledge has a sentence and a remedy, in every language."""
    assert tuple(TEXTS) == tuple(REMEDIES) == DATA_CHECKS


def test_in_other_languages(ranked):
    """The notice is in the reader's language when it is asked for."""
    ranking = ranked({"a": replaced(USUAL, C=-999)})
    for language in languages():
        with use_language(language):
            (said,) = [each.text for each in ranking.caveats() if each.kind == "data-check"]
        assert ("a: -999 looks like a code for a missing value; the others are 50 to 71 (C 2024); leave" in said) == (
            language == "en"
        )
        assert "{" not in said
