"""Two rankings side by side."""

import gzip
import json

import numpy as np
import pandas as pd
import pytest
from hubrank.plugin import UsageError
from hubrank.results.rank import rank
from hubrank_analysis.comparison import (
    Listing,
    _answer,
    compare,
    compare_editions,
    gamma,
    listing_of,
    published,
    similarity,
    weighted_spearman,
)


def listing(ranks, title="x", **aliases):
    """A list of names and ranks, each name with its other names."""
    keys = {name: (name.casefold(), *(each.casefold() for each in aliases.get(name, ()))) for name in ranks}
    return Listing(title=title, ranks=ranks, keys=keys)


def test_correlations_by_hand():
    """Five names, two neighbours exchanged twice: d2 = 4, rho = 1 - 6*4/(5*24) = 0.8; tau = (8 - 2)/10 = 0.6."""
    first = listing(dict(zip("abcde", range(1, 6), strict=True)))
    made = compare(first, listing({"b": 1, "a": 2, "c": 3, "e": 4, "d": 5}))

    assert made.spearman == pytest.approx(0.8)
    assert made.kendall == pytest.approx(0.6)
    assert (made.overlap, made.top) == (5, 5)


def test_lists_of_other_lengths():
    """The top is the shorter list's length; what only one has is reported and does not count."""
    first = listing({name: at for at, name in enumerate("abcdefgh", start=1)})
    made = compare(first, listing({"c": 1, "z": 2, "a": 3, "h": 4}))

    assert (made.top, made.overlap) == (4, 2)
    assert made.only_second == ("z",)
    assert made.names == ("c", "a", "h")
    assert made.spearman == pytest.approx(0.5)
    assert _answer(made, 1).rows().to_numpy().tolist() == [["h", 8, 4, 4]]
    assert "ranks are among 8 and among 4: units in only one of the two shift them" in repr(_answer(made, 10))
    assert "shift them" not in repr(_answer(compare(first, first), 10))


def test_aliases():
    """A name is found by any of the other's names, in any case."""
    first = listing({"San Francisco Bay Area": 1, "Köln": 2, "c": 3}, **{"San Francisco Bay Area": ["Silicon Valley"]})
    second = listing({"SILICON VALLEY": 2, "köln": 1})

    made = compare(first, second)

    assert made.names == ("Köln", "San Francisco Bay Area")
    assert made.ranks.tolist() == [[2, 1], [1, 2]]


def test_a_name_is_matched_once():
    """Two names of one hub: the better rank is the hub's, the other stays unmatched."""
    made = compare(listing({"Tokyo": 1, "b": 2}, Tokyo=["Yokohama"]), listing({"Yokohama": 3, "Tokyo": 1}))

    assert made.names == ("Tokyo",)
    assert made.ranks.tolist() == [[1, 1]]
    assert made.only_second == ("Yokohama",)


def test_published_list(tmp_path):
    """A CSV of ranks and names, in any order of its rows; a name that is a number is one."""
    path = tmp_path / "list.csv"
    path.write_text("rank,name\n2,B\n1,A\n,unranked\n")

    made = published(path)

    assert made.ranks == {"A": 1.0, "B": 2.0}
    assert made.title == "list"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,place\nA,1\n", "list.csv: has no column 'rank'; its columns are name, place"),
        ("rank,place\n1,1\n", "list.csv: has no column 'name'; its columns are rank, place"),
        ("rank,name\n1,A\n2,A\n", "list.csv: 'A' is ranked twice"),
        ("rank,name\n1-5,A\n", 'list.csv, line 2: rank must be a number; got "1-5"'),
        ("", "list.csv: is empty; the first line must contain the column names"),
    ],
)
def test_no_list(tmp_path, text, message):
    """What is no list of ranks is rejected."""
    path = tmp_path / "list.csv"
    path.write_text(text)
    with pytest.raises(UsageError) as caught:
        published(path)

    assert str(caught.value) == message


@pytest.mark.parametrize("name", ["LIST.CSV", "list.csv.gz", "list.tsv", "list.parquet"])
def test_a_list_is_any_table(run, towns, tmp_path, name):
    """Whatever ending a table has: gzipped, with tabs, or Parquet; Zell, Ypern, Xanten are 1, 2, 3 in both."""
    text = "rank,name\n1,Zell\n2,Ypern\n3,Xanten\n"
    path = tmp_path / name
    if name.endswith(".parquet"):
        pd.DataFrame({"rank": [1, 2, 3], "name": ["Zell", "Ypern", "Xanten"]}).to_parquet(path)
    elif name.endswith(".gz"):
        path.write_bytes(gzip.compress(text.encode()))
    else:
        path.write_text(text.replace(",", "\t") if name.endswith(".tsv") else text)

    code, out, errors = run("compare", towns, str(path))

    assert (code, errors) == (0, "")
    assert "in both: 3; in the top 3 of both: 3 of 3" in out


FIRST, SECOND = np.array([1.0, 2, 3]), np.array([2.0, 1, 3])


def test_two_places_exchanged_at_the_top():
    """Both differences weigh 5 in Spearman's; WS loses a quarter for each; two of three pairs agree."""
    assert weighted_spearman(FIRST, SECOND) == pytest.approx(1 - 6 * (5 + 5) / (81 + 27 - 9 - 3))
    assert similarity(FIRST, SECOND) == pytest.approx(1 - (0.5 * 1 / 2 + 0.25 * 1 / 1))
    assert gamma(FIRST, SECOND) == pytest.approx(1 / 3)


@pytest.mark.parametrize("measure", [weighted_spearman, similarity, gamma])
def test_the_same_ranking_agrees_wholly(measure):
    """With itself every coefficient is 1; against the reverse, none is above a fifth."""
    ranks = np.arange(1.0, 8)

    assert measure(ranks, ranks) == 1
    assert measure(ranks, ranks[::-1].copy()) < 0.21


def test_ties_say_nothing_about_order():
    """Gamma leaves tied pairs out: of three pairs two are left, and one of them agrees."""
    assert gamma(np.array([1.0, 1, 3]), np.array([1.0, 3, 2])) == 0
    assert np.isnan(gamma(np.array([1.0, 1]), np.array([1.0, 2])))


def test_the_same_units_by_code_compare_as_by_name(tmp_path):
    """Twelve units, two of one name, the last three without a value in the first year, the first two in the second."""
    names = ["Same", "Same", *(f"Name {at}" for at in range(2, 12))]
    units = [f"u{at},{name},Other {at}" for at, name in enumerate(names)]
    values = np.random.default_rng(4).random((2, 12))
    rows = [f"u{at},2023,{values[0, at]}" for at in range(9)] + [f"u{at},2024,{values[1, at]}" for at in range(1, 12)]
    for file, head, lines in (("units.csv", "unit,name,aliases", units), ("values.csv", "unit,year,a", rows)):
        (tmp_path / file).write_text("\n".join([head, *lines]) + "\n")
    (tmp_path / "own.toml").write_text(
        'title = "Own"\neditions = [2023, 2024]\nunits = { file = "units.csv" }\naggregation = "arithmetic"\n'
        'normalisation = "min-max"\n'
        'inputs.values = { source = "files", options = { file = "values.csv" }, max_age = 0 }\n'
        'dimensions.all = {}\nindicators.a = { indicator = "value", dimension = "all" }\n'
    )
    ranking = rank(str(tmp_path / "own.toml"))

    made, wanted = compare_editions(ranking, ranking, (0, 1)), compare(listing_of(ranking, 0), listing_of(ranking, 1))

    assert "Same (u1)" in made.names
    assert sorted(made.only_second) == ["Name 10", "Name 11", "Name 9"]
    assert made.names == wanted.names
    assert _answer(made, 12).page == _answer(wanted, 12).page
    assert made.gamma == wanted.gamma


@pytest.mark.parametrize("order", [1, -1])
def test_a_run_is_compared_with_what_its_scenario_measures_now(run, tmp_path, order):
    """The values have changed since: of three units the first and the last have exchanged places."""
    (tmp_path / "units.csv").write_text("unit,name\na,A\nb,B\nc,C\n")
    (tmp_path / "values.csv").write_text("unit,year,x\na,2024,3\nb,2024,2\nc,2024,1\n")
    (tmp_path / "own.toml").write_text(
        'title = "Own"\neditions = [2024]\nunits = { file = "units.csv" }\naggregation = "arithmetic"\n'
        'normalisation = "min-max"\ninputs.values = { source = "files", options = { file = "values.csv" } }\n'
        'dimensions.all = {}\nindicators.x = { indicator = "value", dimension = "all" }\n'
    )
    scenario, folder = str(tmp_path / "own.toml"), str(tmp_path / "run")
    assert run("rank", scenario, "--output", folder)[0] == 0
    (tmp_path / "values.csv").write_text("unit,year,x\na,2024,1\nb,2024,2\nc,2024,3\n")

    code, out, errors = run("compare", *[folder, scenario][::order], "--format", "json")

    assert (code, errors) == (0, "")
    assert json.loads(out)["spearman"] == -1
