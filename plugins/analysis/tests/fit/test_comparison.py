"""Two rankings side by side."""

import gzip
import re

import pandas as pd
import pytest
from hubrank import UsageError
from hubrank.cli.main import run
from hubrank.results.rank import rank
from hubrank.testing import built_in
from hubrank_analysis.fit.comparison import Listing, compare, listing_of, published
from hubrank_analysis.fit.lists import reading_of


def listing(ranks, title="x", **aliases):
    """A list of names and ranks, each name with its other names."""
    keys = {name: (name.casefold(), *(each.casefold() for each in aliases.get(name, ()))) for name in ranks}
    return Listing(title=title, ranks=ranks, keys=keys)


def test_correlations_by_hand():
    """Five names, two neighbours exchanged twice: d2 = 4, rho = 1 - 6*4/(5*24) = 0.8; tau = (8 - 2)/10 = 0.6."""
    first = listing(dict(zip("abcde", range(1, 6), strict=True)))
    second = listing({"b": 1, "a": 2, "c": 3, "e": 4, "d": 5})
    made = compare(first, second)

    assert made.spearman == pytest.approx(0.8)
    assert made.kendall == pytest.approx(0.6)
    assert (made.overlap, made.top) == (5, 5)


def test_lists_of_other_lengths():
    """The top is the shorter list's length; what only one has is told and does not count."""
    first = listing({name: at for at, name in enumerate("abcdefgh", start=1)})
    second = listing({"c": 1, "z": 2, "a": 3, "h": 4})
    made = compare(first, second)

    assert (made.top, made.overlap) == (4, 2)
    assert made.only_second == ("z",)
    assert [each.name for each in made.common] == ["c", "a", "h"]
    assert made.spearman == pytest.approx(0.5)
    assert [(each.name, each.first, each.second) for each in made.largest(1)] == [("h", 8, 4)]


def test_two_names_are_too_few():
    """Below three names there is no correlation to speak of."""
    made = compare(listing({"a": 1, "b": 2}), listing({"a": 1, "b": 2}))

    assert made.spearman != made.spearman
    assert made.kendall != made.kendall


def test_aliases():
    """A name is found by any of the other's names, in any case."""
    first = listing({"San Francisco Bay Area": 1, "Köln": 2, "c": 3}, **{"San Francisco Bay Area": ["Silicon Valley"]})
    second = listing({"SILICON VALLEY": 2, "köln": 1})

    assert [(each.name, each.first, each.second) for each in compare(first, second).common] == [
        ("Köln", 2, 1),
        ("San Francisco Bay Area", 1, 2),
    ]


def test_a_name_is_matched_once():
    """Two names of one hub: the better rank is the hub's, the other stays unmatched."""
    first = listing({"Tokyo": 1, "b": 2}, Tokyo=["Yokohama"])
    made = compare(first, listing({"Yokohama": 3, "Tokyo": 1}))

    assert [(each.name, each.second) for each in made.common] == [("Tokyo", 1)]
    assert made.only_second == ("Yokohama",)


def test_published_list(tmp_path):
    """A CSV of ranks and names, in any order of its rows; a name that is a number is one."""
    path = tmp_path / "list.csv"
    path.write_text("rank,name\n2,B\n1,A\n,unranked\n")

    made = published(path)

    assert made.ranks == {"A": 1.0, "B": 2.0}
    assert made.title == "list"


def test_the_column_of_names(tmp_path):
    """Of several columns of texts, the one that matches most is the names'."""
    path = tmp_path / "list.csv"
    path.write_text("rank,country,hub\n1,JPN,Tokyo\n2,CHN,Beijing\n")

    assert list(published(path, listing({"Beijing": 1, "Tokyo": 2})).ranks) == ["Tokyo", "Beijing"]


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
    """What is no list of ranks is refused."""
    path = tmp_path / "list.csv"
    path.write_text(text)
    with pytest.raises(UsageError) as caught:
        published(path)

    assert str(caught.value) == message


def test_units_of_one_name(towns, tmp_path):
    """Two units of one name stay two, each told by its code."""
    (tmp_path / "units.csv").write_text("unit,name,aliases\nx,Valencia,València|Turia\ny,Valencia,\nz,Zell,\n")
    made = listing_of(rank(towns, built_in()), 1)

    assert made.ranks == {"Zell": 1.0, "Valencia (x)": 2.0, "Valencia (y)": 3.0}
    assert set(made.keys["Valencia (x)"]) == {"x", "turia", "valència"}
    assert made.title == "Towns 2024"


@pytest.mark.parametrize("name", ["list.csv", "LIST.CSV", "list.csv.gz", "list.tsv", "list.txt", "list.parquet"])
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


def test_a_name_of_two_units_is_matched_with_none(towns, tmp_path, capsys):
    """And it is told whose it is; the spelling of the others does not matter: a full-width Z, spaces around."""
    (tmp_path / "units.csv").write_text("unit,name\nx,Valencia\ny,Valencia\nz,Zell\n")
    (tmp_path / "list.csv").write_text("rank,name\n1,\uff3aELL \n2,valencia\n3,Nowhere\n", encoding="utf-8")
    made = listing_of(rank(towns, built_in()), 1)
    found = compare(made, published(tmp_path / "list.csv", made))

    assert [each.name for each in found.common] == ["Zell"]
    assert found.ambiguous == {"valencia": ("x", "y")}
    assert found.only_second == ("Nowhere",)
    assert run(["compare", str(towns), str(tmp_path / "list.csv")]) == 0
    assert "ambiguous, not matched: valencia (x, y)" in capsys.readouterr().out


def test_two_spellings_of_one_name_are_one(tmp_path):
    """A list that ranks a name twice is refused, however it writes it."""
    path = tmp_path / "list.csv"
    path.write_text("rank,name\n1,Zell\n2, ZELL\n")
    with pytest.raises(UsageError, match="is ranked twice"):
        published(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Rank;City\n1;A\n2=;B\n", None),
        ("rank,name\n1,A\n3,\n4,\n", "list.csv: no name in 'name' for rank 3, 4"),
        ("rank,name\n1,A\n2,A\n3,B\n4,B\n", "list.csv: 'A', 'B' are ranked twice"),
        (
            "Rank,name\n1,A\n",
            "list.csv: has no column 'rank'; its columns are Rank, name; "
            "is 'Rank' the rank? --reading 'columns = { rank = \"Rank\" }'",
        ),
        (
            'rank,name,score\n1,A,"98,5"\n2=,B,90\n',
            'list.csv: 2 cells cannot be read\n    line 2, score: "98,5" is not a number; decimal = "," reads 98.5\n'
            '    line 3, rank: "2=" is not a number; footnotes = ["="] reads 2\n'
            '    options that read them: decimal = ","; footnotes = ["="]',
        ),
    ],
)
def test_lists_as_people_have_them(tmp_path, text, message):
    """What is wrong with a list is told at once with the option that reads it, and the options read it."""
    path = tmp_path / "list.csv"
    path.write_text(text)
    if message is None:
        reading = reading_of('delimiter = ";", footnotes = ["="], columns = { rank = "Rank", name = "City" }')
        assert published(path, reading=reading).ranks == {"A": 1, "B": 2}
        return
    with pytest.raises(UsageError) as caught:
        published(path)

    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ("skip_rows = two", "--reading: must be TOML such as"),
        ("skip_row = 2", "--reading.skip_row: unknown key; did you mean 'skip_rows'?"),
    ],
)
def test_readings_that_are_none(said, message):
    """What `--reading` says must be TOML, of options that there are."""
    with pytest.raises(UsageError, match=f"^{re.escape(message)}"):
        reading_of(said)
