"""The indicators keep the contract, and what each measures on a few rows is what one counts by hand."""

import importlib
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest
from hubrank.plugin import Coverage
from hubrank.testing import measured, tried

MODULES = [
    importlib.import_module(path.stem)
    for path in sorted((Path(__file__).parents[1] / "indicators").glob("*/hubrank_*.py"))
]
PER = [{}, {"per": 1e6}]
#: Options to try indicators with.
SAMPLES = {
    "companies": [*PER, {"industries": "technology"}],
    "robotics-papers": PER,
    "conferences": [{}, {"top": True}],
    "connectivity": [{}, {"abroad": True}],
    "highly-cited": PER,
    "laureates": [{}, {"categories": ["Physics"], "per": 1e6}],
    "papers": PER,
    "top-papers": [*PER, {"share": 1}],
    "industry-papers": PER,
    "international-papers": PER,
    "patents": PER,
    "patents-error": PER,
    "research-spending": PER,
    "research-firms": PER,
    "international-students": PER,
    "leading-fields": [*PER, {"of": "technology"}],
    "leading-universities": [*PER, {"band": 2000}],
    "students": PER,
    "unicorns": PER,
    "unicorn-valuation": PER,
    "universities": [{"band": 100}, {"band": 1000, "per": 1e6}],
}
NAN = float("nan")


class Case(NamedTuple):
    """Rows of a table, and what an indicator makes of them for AAA, and for BBB of which there are none that count."""

    table: str
    indicator: str
    rows: list[tuple[Any, ...]]
    edition: int
    expected: tuple[float, float]
    covers: tuple[int, int]
    kind: str = "stock"
    window: Any = 1
    options: Any = MappingProxyType({})
    people: float = 1.0


PER_MILLION = {"per": 1e6}
WORKS = [("AAA", 2020, 3.0), ("AAA", 2021, 1.0), ("AAA", 2019, 50.0)]
CASES = {
    "4 companies for 8 million people are half a one a million": Case(
        *("listed-companies", "companies", [("AAA", 2024, 4.0)], 2024, (0.5, 0.0), (2024, 2024)),
        options=PER_MILLION,
        people=8e6,
    ),
    "1 company is of health": Case(
        *("listed-companies", "companies", [("AAA", 2024, 1.0)], 2024, (1.0, 0.0), (2024, 2024)),
        options={"industries": "health"},
    ),
    "3.5 + 2.5 papers of two years for 3 million people are 2 a million; 2015 is out of the window": Case(
        *("robotics-papers", "robotics-papers", [("AAA", 2015, 9.0), ("AAA", 2018, 3.5), ("AAA", 2019, 2.5)]),
        *(2019, (2.0, 0.0), (2015, 2019), "flow", 2, PER_MILLION, 3e6),
    ),
    "2 conferences of 2024 and 3 of 2025 are 5; the one of 2022 is out of the window": Case(
        *("conferences", "conferences", [("AAA", 2022, 1.0), ("AAA", 2024, 2.0), ("AAA", 2025, 3.0)]),
        *(2025, (5.0, 0.0), (2022, 2025), "flow", 2),
    ),
    "three in four people reach 60 cities and the fourth 20: 50 on average; no city in the table stays missing": Case(
        *("connectivity", "connectivity"),
        [(("AAA", "one city"), 2020, 3e6, 180e6), (("AAA", "another"), 2020, 1e6, 20e6)],
        *(2024, (50.0, NAN), (2020, 2020)),
    ),
    "50,000 million for 2 million people are 25,000 a head; the row of 2017 knows no people": Case(
        *("economy", "gdp-per-head", [("AAA", 2016, 50_000.0, 2e6), ("AAA", 2017, 80_000.0, None)]),
        *(2022, (25_000.0, NAN), (2016, 2017)),
    ),
    "two places with 1 and 2 facilities make 3": Case(
        *("facilities", "facilities", [("AAA", 2018, 1.0), ("AAA", 2018, 2.0)], 2018, (3.0, 0.0), (2018, 2018))
    ),
    "6 researchers in 2019, not 9 of 2018, for 3 million people are 2 a million": Case(
        *("highly-cited", "highly-cited", [("AAA", 2018, 9.0), ("AAA", 2019, 6.0)], 2022, (2.0, 0.0), (2014, 2019)),
        options=PER_MILLION,
        people=3e6,
    ),
    "two prizes are for physics, that of BBB is for peace": Case(
        *("laureates", "laureates"),
        [("AAA", 1921, 1.0, "Physics"), ("AAA", 1950, 1.0, "Physics"), ("BBB", 1950, 1.0, "Peace")],
        *(2024, (2.0, 0.0), (1901, 2024), "flow", "all", {"categories": ["Physics"]}),
    ),
    "400 applications of 2022, not 300 of 2018, for 2 million people are 200; no figure stays missing": Case(
        *("patents", "patents", [("AAA", 2018, 300.0), ("AAA", 2022, 400.0)], 2024, (200.0, NAN), (2018, 2022)),
        options=PER_MILLION,
        people=2e6,
    ),
    "3,000 million euro for 2 million people are 1,500 a million": Case(
        *("research-spending", "research-spending", [("AAA", 2022, 3000.0)], 2022, (1500.0, 0.0), (2022, 2022)),
        options=PER_MILLION,
        people=2e6,
    ),
    "the list of 2025 has 5 unicorns": Case(
        *("unicorns", "unicorns", [("AAA", 2022, 9.0), ("AAA", 2025, 5.0)], 2025, (5.0, 0.0), (2022, 2025))
    ),
    "5,000 students are from abroad in the list of 2024, not 4,000 of 2023; no figure stays missing": Case(
        *("students", "international-students", [("AAA", 2023, 4000.0), ("AAA", 2024, 5000.0)]),
        *(2024, (5000.0, NAN), (2021, 2025)),
    ),
    "20,000 students for 2 million people are 10,000 a million": Case(
        *("students", "students", [("AAA", 2025, 20000.0)], 2025, (10000.0, NAN), (2021, 2025)),
        options=PER_MILLION,
        people=2e6,
    ),
    "4 universities are among the first 2,000 in 2023": Case(
        *("leading-universities", "leading-universities", [("AAA", 2023, 4.0)], 2023, (4.0, 0.0), (2021, 2024)),
        options={"band": 2000},
    ),
    "7 places are of technology": Case(
        *("leading-universities", "leading-fields", [("AAA", 2024, 7.0)], 2024, (7.0, 0.0), (2021, 2024)),
        options={"of": "technology"},
    ),
    "3 universities are among the first 200 in 2024; 2025 is later than the edition": Case(
        *("universities", "universities", [("AAA", 2020, 1.0), ("AAA", 2024, 3.0), ("AAA", 2025, 7.0)]),
        *(2024, (3.0, 0.0), (2005, 2025)),
        options={"band": 200},
    ),
    "4 per mille of 2023, not 3 of 2022; a place that the thousand universities lack has 0 of their papers": Case(
        *("university-papers", "university-papers", [("AAA", 2022, 3.0), ("AAA", 2023, 4.0)], 2024, (4.0, 0.0)),
        (2017, 2024),
    ),
    **{
        f"3 + 1 {name} of two years for 2 million people are 2 a million": Case(
            *("works", name, WORKS, 2021, (2.0, absent), (2016, 2021), "flow", 2, PER_MILLION, 2e6)
        )
        for name, absent in (("papers", 0), ("top-papers", 0), ("industry-papers", NAN), ("international-papers", NAN))
    },
}


def names_of(module):
    """The names of a module's indicators."""
    return [each.name for each in module.hubrank_indicators()]


@pytest.mark.long
@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_promises_are_kept(module):
    """Each check of each indicator, with its defaults and with other options."""
    found = list(tried(module, {name: SAMPLES[name] for name in names_of(module) if name in SAMPLES}))

    assert [str(each) for each in found if each.state != "kept"] == []
    assert len(found) > 9


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_value(case):
    """It is what one counts by hand."""
    (module,) = (each for each in MODULES if case.indicator in names_of(each))
    covers = Coverage(first=case.covers[0], last=case.covers[1])
    people = {"AAA": {"population": case.people}, "BBB": {"population": 1e6}}
    values = measured(
        module,
        indicator=case.indicator,
        edition=case.edition,
        window=case.window,
        units=people if "per" in case.options else {name: {} for name in people},
        options=case.options,
        tables={case.table: {"kind": case.kind, "covers": covers}},
        **{case.table.replace("-", "_"): case.rows},
    )

    assert values.to_dict() == pytest.approx(dict(zip(("AAA", "BBB"), case.expected, strict=True)), nan_ok=True)
