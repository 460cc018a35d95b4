"""Reports on rows and indicators, and cases that the cache must distinguish; each worked out by hand."""

import numpy as np
import pandas as pd
import pytest
from hubrank.io.cache import Cache
from hubrank.measurement import sums
from hubrank.measurement.figures import measure
from hubrank.plugin import DataError, Indicator, Origin, PluginError, Table


def rows(papers, year=2024):
    """One row of the first unit."""
    return pd.DataFrame({"unit": ["AAA"], "year": [year], "papers": [float(papers)]})


def by_unit(lab, plan, cache=None, indicator="papers"):
    """The first unit's value in each edition."""
    made = measure(plan, cache)
    return made.values[:, 0, made.indicators.index(indicator)].tolist()


PAPERS = '\n[indicators]\npapers = { indicator = "value", dimension = "life", inputs = { values = "works" } }\n'


def test_two_tables_of_a_source_are_two_entries_of_the_cache(lab, tmp_path):
    """Books are 7 and papers 3, in whichever order they are read, the second time from the cache."""
    amount = {"papers": 3, "books": 7}
    columns = dict.fromkeys(("unit", "year", "papers"), "what it is")
    tables = tuple(Table(name=name, kind="flow", columns=columns) for name in amount)
    reads = []

    def read(request):
        reads.append(request.table)
        yield rows(amount[request.table])

    mine = lab.desk(read, source={"tables": tables})
    cache = Cache(tmp_path / "counted")
    for name in ("papers", "books", "papers", "books"):
        plan = lab.plan(f'[inputs.works]\nsource = "desk"\ntable = "{name}"\n{PAPERS}', mine)
        assert by_unit(lab, plan, cache) == [amount[name]]
    assert reads == ["papers", "books"]


def test_rows_without_a_fingerprint_are_read_each_time(lab, tmp_path):
    """A file that the source reads says 3, later 4, and no fingerprint shows it: nothing is cached."""
    papers = [3, 4]
    mine = lab.desk(lambda request: [rows(papers.pop(0))], source={"fingerprint": lambda request: ""})
    plan, cache = lab.plan(f'[inputs.works]\nsource = "desk"\n{PAPERS}', mine), Cache(tmp_path / "counted")

    assert [by_unit(lab, plan, cache) for _ in range(2)] == [[3], [4]]


@pytest.mark.parametrize(("origins", "origin"), [((), ""), (("a", "b"), ""), (("a",), "a"), (("a", "b"), "b")])
def test_every_value_has_an_origin(lab, origins, origin):
    """Rows that name none are of their table's, or of the only one that the source has; else they are rejected."""
    declared = tuple(Origin(name=name, producer="A desk", title="Slips", licence="CC0-1.0") for name in origins)
    table = {"origin": origin} if len(origins) > 1 else {}
    mine = lab.desk(lambda request: [rows(3)], source={"origins": declared}, **table)
    plan = lab.plan(f'[inputs.works]\nsource = "desk"\n{PAPERS}', mine)
    if origin:
        assert set(measure(plan).origins[measure(plan).values == 3]) == {origin}
    else:
        with pytest.raises(PluginError, match="rows without an origin; name it in the column origin or in the table"):
            measure(plan)


def test_a_table_that_becomes_a_stock_is_counted_again(lab, tmp_path):
    """As a flow 2023 and 2024 are 3 and 4; as a stock the newest place counts alone, not what the cache holds."""

    def read(request):
        yield pd.concat([rows(3, 2023), rows(4, 2024)])

    cache = Cache(tmp_path / "counted")
    text = f'editions = [2024]\nwindow = 2\n[inputs.works]\nsource = "desk"\n{PAPERS}'
    found = []
    for kind in ("flow", "stock"):
        found += by_unit(lab, lab.plan(text, lab.desk(read, kind=kind)), cache)

    assert found == [7, 4]


@pytest.mark.long
@pytest.mark.parametrize("held", [0, 1, 3, 100])
def test_sums_that_are_folded_on_the_way_are_the_same(lab, monkeypatch, held):
    """Seven batches of one row each, summed whenever more rows are held than allowed: 1 + 2 + ... + 7."""
    monkeypatch.setattr(sums, "_FOLD", held)

    def read(request):
        yield from (rows(papers) for papers in range(1, 8))

    assert by_unit(lab, lab.plan(f'[inputs.works]\nsource = "desk"\n{PAPERS}', lab.desk(read))) == [28]


def test_vintages_say_the_years_of_the_rows(lab):
    """A year, a span of years, or that there is none."""
    lab.write("values.csv", "unit,year,a,b\nAAA,2024,1,1\nBBB,2024,1,2\nCCC,2024,1,3\n")
    lab.write("works.csv", "unit,from_year,year,papers\nAAA,2024,2024,1\nBBB,2022,2024,2\nCCC,,,3\n")
    text = f'window = 3\n[inputs.works]\nsource = "files"\noptions = {{ file = "works.csv", kind = "flow" }}\n{PAPERS}'
    _, made = lab.measure(text)
    at = made.indicators.index("papers")

    assert made.vintages[0, :, at].tolist() == ["2024", "2022-2024", "undated"]
    assert made.values[0, :, at].tolist() == [1, 2, 3]


def test_what_a_scenario_says_of_its_file(lab):
    """All of it is in the report on the input; a file without a title has its name."""
    told = {
        "producer": "An office",
        "title": "Slips of paper",
        "licence": "CC0-1.0",
        "url": "https://example.org",
        "published": "2024-05",
    }
    said = ", ".join(f'{key} = "{value}"' for key, value in told.items())
    _, made = lab.measure(f'[inputs.values]\noptions = {{ file = "values.csv", {said} }}')
    _, plain = lab.measure()

    ((origin,),) = (each.origins for each in made.inputs)
    assert {key: origin[key] for key in told} == told
    ((origin,),) = (each.origins for each in plain.inputs)
    assert (origin["name"], origin["title"], origin["published"]) == ("values.csv", "values.csv", "")


def derived(derive):
    """An indicator that is made from a and b."""
    return Indicator(name="mine", title="Mine", unit_of_measure="-", inputs={}, derive=derive)


FROM = '[indicators.mine]\ndimension = "life"\nfrom = ["a", "b"]'


@pytest.mark.parametrize(
    ("derive", "error", "message"),
    [
        (lambda values, *_: values[0][0], PluginError, "mine: indicator 'mine': derive returned shape (3,); expected"),
        (lambda values, *_: values[0] * np.inf, PluginError, "mine: indicator 'mine': derive returned infinity"),
        (lambda values, *_: values[0] * np.nan, DataError, "indicators.mine: no unit has a value in any edition"),
    ],
)
def test_what_is_derived_wrongly(lab, derive, error, message):
    """Another shape or infinity is the plugin's error; no number at all may be that of the data."""
    with pytest.raises(error) as caught:
        lab.measure(FROM, lab.plugin("mine", indicators=[derived(derive)]))

    assert str(caught.value).startswith(message)


def test_derived_values_name_their_sources(lab):
    """Its origin and vintages are those of both, each once; its method names them; a missing value has none."""
    lab.write("more.csv", "unit,year,b\nAAA,2023,10\nBBB,2024,20\nCCC,2024,30\n")
    changes = """
[inputs.more]
source = "files"
options = { file = "more.csv" }
max_age = 1
[indicators]
b = { inputs = { values = "more" } }
"""
    both = derived(lambda values, *_: np.where(values[0] == 4, np.nan, values[0] + values[1]))
    _, made = lab.measure(changes + FROM, lab.plugin("mine", indicators=[both]))
    at = made.indicators.index("mine")

    assert made.values[0, :2, at].tolist() == [11, 22]
    assert made.methods[0, :, at].tolist() == ["mine of a, b", "mine of a, b", ""]
    assert made.origins[0, :, at].tolist() == ["more.csv + values.csv"] * 2 + [""]
    assert made.vintages[0, :, at].tolist() == ["2023 + 2024", "2024", ""]


@pytest.mark.parametrize(("combine", "expected"), [({}, 5.0), ({"combine": "sum"}, 5.0), ({"combine": "max"}, 3.0)])
def test_the_value_of_a_stock_adds_its_places_up(lab, combine, expected):
    """A unit of two countries with 2 and 3 has 5, unless the largest is to speak for it."""
    lab.write("p.csv", "unit,country\nAAA,AAA\nAAA,XXX\nBBB,BBB\nCCC,CCC\n")
    lab.write("values.csv", "country,year,a,b\nAAA,2024,2,1\nXXX,2024,3,1\nBBB,2024,1,1\nCCC,2024,1,1\n")
    mine = Indicator(
        name="mine",
        title="Mine",
        unit_of_measure="-",
        inputs={"values": {"a": float}},
        measure=lambda inputs, units, options: inputs["values"].value("a", **combine),
    )
    changes = '[units]\nplaces = "p.csv"\n[indicators.mine]\ndimension = "life"'

    assert lab.values(changes, lab.plugin("mine", indicators=[mine]), indicator="mine")["AAA"] == expected


def test_a_level_is_the_newest_of_its_own_place(lab):
    """Two units' places are apart: B's level of 2022 stands beside A's of 2024."""
    lab.write("values.csv", "unit,year,a,b\nAAA,2022,1,1\nAAA,2024,2,1\nBBB,2022,4,1\nCCC,2023,8,1\n")

    assert lab.values("[inputs.values]\nmax_age = 2") == {"AAA": 2, "BBB": 4, "CCC": 8}
