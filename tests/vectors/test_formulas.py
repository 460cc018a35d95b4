"""The formulas of a workbook hold what the vectors say, calculated by LibreOffice or by the package `formulas`."""

import pytest
from hubrank_output.exporters.live_sheet import rank, rounded, score

LANGUAGE = "formulas"


def filled(values):
    """Column A from numbers; a missing value is an empty text, as a formula leaves it."""
    return {f"A{at}": '=""' if value is None else value for at, value in enumerate(values, start=1)}


def rounding(vector, dimension):
    """One cell and its rounded one."""
    options = vector.options
    return filled([vector.input]) | {"B1": f"={rounded('A1', options['decimals'], options['rounding'])}"}, "B1"


def ranks(vector, dimension):
    """A column of scores, one of rounded ones where they are rounded, one of ranks."""
    options, count = vector.options, len(vector.input)
    cells, ranked = filled(vector.input), "A"
    if options["decimals"] is not None:
        ranked = "B"
        for at in range(1, count + 1):
            cells[f"B{at}"] = f"={rounded(f'A{at}', options['decimals'], options['rounding'])}"
    column = f"${ranked}$1:${ranked}${count}"
    for at in range(1, count + 1):
        cells[f"C{at}"] = f"={rank(f'{ranked}{at}', column, options['ties'], options['best'])}"
    return cells, [f"C{at}" for at in range(1, count + 1)]


def means(vector, dimension):
    """Scores in column A, weights in column B."""
    count = len(vector.input["scores"])
    cells = filled(vector.input["scores"]) | {f"B{at}": each for at, each in enumerate(vector.input["weights"], 1)}
    scores, weights = ([f"{column}{at}" for at in range(1, count + 1)] for column in ("A", "$B$"))
    return cells | {"C1": score(dimension(count, vector.options).tree["a"], scores, weights)}, "C1"


#: For each rule what makes a sheet of a case: its cells, and the address, or addresses, of what comes out.
RULES = {"rounding": rounding, "ranks": ranks, "means": means}


@pytest.fixture(scope="module")
def results(vectors, calculate, dimension):
    """What came out for each case, by its key; all sheets are calculated at once."""
    laid_out = {vector.key: RULES[vector.rule](vector, dimension) for vector in vectors(LANGUAGE)}
    titles = {key: f"S{at}" for at, key in enumerate(laid_out)}
    sheets = calculate({titles[key]: cells for key, (cells, _) in laid_out.items()})
    found = {}
    for key, (_, wanted) in laid_out.items():
        made = sheets[titles[key]]
        found[key] = [made[each] for each in wanted] if isinstance(wanted, list) else made[wanted]
    return found


@pytest.mark.long
def test_formulas(cases, results):
    """Every vector of every rule; an error in a cell is a refusal."""
    for vector in cases:
        made = results[vector.key]
        vector.check("refused" if str(made).startswith("#") else made)
