"""Questions that a table leaves open have a default, and a flag answers them."""

import pytest

from .conftest import FIGURES, HEAD, SCORES, book_of

#: As in `conftest.py`, mortality taken for better where higher: Beland (75 + 60 + 51.28) / 3.
UNTURNED = {"Aland": 99.15, "Beland": 62.09, "Deland": 57.78, "Celand": 16.67}


def text(path, *lines):
    """A CSV of lines."""
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def nameless(tmp_path):
    """The values under meaningless names."""
    return book_of(tmp_path / "x.xlsx", [("Country", "x1", "x2", "x3"), *FIGURES])


def test_directions_are_asked_and_nothing_is_written(start, tmp_path):
    """Without a terminal and without --yes the questions come with the flags that answer them."""
    start(nameless(tmp_path), code=2)

    assert "direction of x2: is higher better?" in start.err
    assert "--set direction.x2=1|-1   (default: 1, the name gives no clue)" in start.err
    assert not start.folder.exists()


def test_a_default_is_taken_with_yes(start, tmp_path):
    """More is better if a name is meaningless: said first, in the TOML, above the ranking and above the page's."""
    assert start(nameless(tmp_path), "--yes", "--report") == UNTURNED
    said = "please check: direction of x1, x2, x3: assumed that higher is better"
    before, _, after = start.out.partition("choice and reason")
    toml = (start.folder / "scenario.toml").read_text(encoding="utf-8")
    page = (start.folder / "report.html").read_text(encoding="utf-8")

    assert said in before
    assert said in after.partition("Aland")[0]
    assert said in page.partition('id="ranking-section"')[0]
    assert 'check = [\n    "direction of x1, x2, x3: assumed that higher is better",\n]' in toml
    assert toml.count("direction of x2: assumed: higher is better (the name gives no clue) - please check") == 2


@pytest.mark.parametrize("answer", ["-1", "lower", "Lower is better"])
def test_a_direction_by_flag(start, tmp_path, answer):
    """The name of the indicator may be spelt in any case; the answer in words."""
    assert start(nameless(tmp_path), "--yes", "--set", f"direction.X2={answer}") == SCORES
    assert "direction = -1" in (start.folder / "scenario.toml").read_text()


def test_which_of_two_unit_columns(start, tmp_path):
    """Two columns of names identify the rows; the first is the default, --set takes the other."""
    rows = [(f"Name {at}", name, *values) for at, (name, *values) in enumerate(FIGURES)]
    path = book_of(tmp_path / "two.xlsx", [("First", "Second", *HEAD[1:]), *rows])

    start(path, code=2)
    assert "which column identifies the units: First, Second?" in start.err
    assert "--set unit=First|Second" in start.err
    assert start(path, "--set", "unit=Second") == SCORES


@pytest.mark.long
@pytest.mark.parametrize(
    ("answer", "celand"),
    # the second row of Celand has a life expectancy of 76: it gets 80, of the mean (73) it gets 65
    [("first", 50.00), ("last", 60.00), ("mean", 55.00)],
)
def test_duplicates(start, tmp_path, answer, celand):
    """A unit in two rows is asked about; three answers."""
    path = book_of(tmp_path / "twice.xlsx", [HEAD, *FIGURES, ("Celand", 76, 4.5, 80)])

    start(path, code=2)
    assert "Celand: in several rows; which counts?" in start.err
    assert "--set duplicates=first|last|mean" in start.err
    assert start(path, "--set", f"duplicates={answer}")["Celand"] == celand


@pytest.mark.parametrize(("answer", "middle"), [("decimal", 50.0), ("thousands", 50.0)])
def test_a_comma_that_may_be_both(start, tmp_path, answer, middle):
    """1,234 is 1234 or 1.234; the question names a cell."""
    path = text(tmp_path / "comma.csv", "Country\tIncome", "Aland\t1,000", "Beland\t1,500", "Celand\t2,000")

    start(path, code=2)
    assert 'is "," in 1,000 a decimal sign or a thousands separator?' in start.err
    assert start(path, "--set", f"comma={answer}")["Beland"] == middle
    data = (start.folder / "data.csv").read_text()
    assert ("1500" in data) == (answer == "thousands")
    assert ("1.5" in data) == (answer == "decimal")


def test_earlier_totals_and_sizes(start, tmp_path):
    """A total and a population do not count, unless a flag says so."""
    rows = [(*row, at, at) for at, row in enumerate(FIGURES)]
    path = book_of(tmp_path / "sizes.xlsx", [(*HEAD, "Total", "Population"), *rows])

    start(path, code=2)
    assert "Total looks like an earlier result; does it count as an indicator?" in start.err
    assert "--set use.Total=no|yes" in start.err
    assert start(path, "--set", "use.Total=no", "--set", "use.Population=no") == SCORES


def test_weights_of_a_file(start, tmp_path):
    """A file of weights by name, as in `test_workbooks.py`: 0.5, 0.3 and 0.2."""
    weights = text(
        tmp_path / "weights.csv", "indicator,weight", "life expectancy,5", "Infant mortality,3", "Literacy,2"
    )
    found = start(book_of(tmp_path / "w.xlsx", [HEAD, *FIGURES]), "--yes", "--weights", str(weights))
    assert found == {"Aland": 69.49, "Beland": 59.76, "Celand": 55.00, "Deland": 28.00}


@pytest.mark.long
def test_weights_of_components_and_equal_ones(start, tmp_path):
    """`pca` is the scenario's weighting; `eq` passes over a row of weights."""
    start(book_of(tmp_path / "p.xlsx", [HEAD, ("Weight", 5, 3, 2), *FIGURES]), "--yes", "--weights", "pca")
    assert 'method = "pca"' in (start.folder / "scenario.toml").read_text()


def test_wrong_answers_all_at_once(start, tmp_path):
    """Unknown names and impossible values are reported together."""
    words = ("--set", "direction.Literac=-1", "--set", "direction.Literacy=up and down", "--set", "colour=red")
    start(book_of(tmp_path / "a.xlsx", [HEAD, *FIGURES]), "--yes", *words, code=2)

    assert "there is no indicator 'Literac'; did you mean 'Literacy'?" in start.err
    assert 'must be 1 (higher is better) or -1 (lower is better); got "up and down"' in start.err
    assert "--set colour: there is no such question" in start.err
