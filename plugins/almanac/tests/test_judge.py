"""The judge of joins on made-up cases: each kind of finding, a signature that lacks, and one that is stale."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

BUILDER = Path(__file__).resolve().parents[1] / "builder"
PLACE = {"geonames": "", "country": "AAA", "origin": "made-up", "vintage": "2024", "method": ""}
REACH_KM = "20"

pd = pytest.importorskip("pandas", reason="pandas builds the tables")


@pytest.fixture(scope="module")
def builder() -> Iterator[SimpleNamespace]:
    """The builder's modules, which stand beside its `__main__`; their names are forgotten afterwards."""
    before = set(sys.modules)
    sys.path.insert(0, str(BUILDER))
    try:
        modules = ("unicorns",)
        parts = ("decisions", "figures", "finding", "hubs", "joins")
        found = {name: importlib.import_module(name) for name in modules}
        found |= {name: importlib.import_module(f"hubrank_vintage.{name}") for name in ("places", "rows", "losses")}
        found |= {name: importlib.import_module(f"hubrank_vintage.judging.{name}") for name in parts}
        yield SimpleNamespace(**found)
    finally:
        sys.path.remove(str(BUILDER))
        for name in set(sys.modules) - before:
            if str(BUILDER) in (getattr(sys.modules[name], "__file__", None) or ""):
                del sys.modules[name]


@pytest.fixture
def hubs(builder: SimpleNamespace, tmp_path: Path):
    """Three hubs on the equator: `west` at 0 and `east` at 0.3 degrees (33 km) of AAA, `far` at 40 degrees of BBB."""
    (tmp_path / "hubs.csv").write_text("unit,country\nwest,AAA\neast,AAA\nfar,BBB\n", encoding="utf-8")
    centres = [("west", "AAA", 0.0), ("east", "AAA", 0.3), ("far", "BBB", 40.0)]
    lines = [f"{hub},,{country},0,{lon},{REACH_KM}," for hub, country, lon in centres]
    head = "unit,geonames,country,lat,lon,radius_km,also_countries"
    (tmp_path / "hubs-places.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return builder.hubs.Hubs(tmp_path)


def place(builder: SimpleNamespace, name: str, lon: float, country: str = "AAA"):
    """A place on the equator."""
    return builder.places.Place(country, name, 0.0, lon)


def a_table(builder: SimpleNamespace, name: str, column: str, at: dict[float, float]):
    """A table of AAA with an amount at each longitude."""
    rows = [
        PLACE | {"place_name": f"at {lon}", "lat": "0", "lon": str(lon), "year": "2024", column: str(amount)}
        for lon, amount in at.items()
    ]
    return builder.rows.Table(name, pd.DataFrame(rows), [])


def ids(findings) -> list[str]:
    """Their ids."""
    return [found.id for found in findings]


def figures_of(builder: SimpleNamespace, sizes: list[float], odd: dict[int, float]):
    """Twenty hubs whose two figures agree but for small, regular noise and for the odd ones of the second."""
    columns = (builder.figures.Column("one", "x"), builder.figures.Column("two", "y"))
    hubs = [f"hub-{at}" for at in range(len(sizes))]
    second = [odd.get(at, size * (1.05 if at % 2 else 0.95)) for at, size in enumerate(sizes)]
    figures = pd.DataFrame({"one.x": sizes, "two.y": second}, index=hubs)
    countries = {hub: f"country-{at}" for at, hub in enumerate(hubs)}
    return figures, countries, columns


def test_a_figure_far_from_the_hubs_others_is_found_either_way(builder: SimpleNamespace) -> None:
    """A tenfold figure and a tenth of one, where all others agree within 5 %; each also makes its own first odd."""
    sizes = [100.0 * 1.3**at for at in range(20)]
    figures, countries, columns = figures_of(builder, sizes, {7: sizes[7] * 10, 12: sizes[12] / 10})
    found = ids(builder.figures.judged(figures, countries, columns))

    assert {"high:two:hub-7", "low:two:hub-12"} <= set(found)
    assert {each.rpartition(":")[2] for each in found} == {"hub-7", "hub-12"}


def test_a_zero_among_hubs_of_its_size_is_found(builder: SimpleNamespace) -> None:
    """The tenth of twenty hubs has none, its eight neighbours by size have some."""
    sizes = [100.0 * 1.3**at for at in range(20)]
    found = ids(builder.figures.judged(*figures_of(builder, sizes, {10: 0.0})))

    assert "none:two:hub-10" in found


def test_a_country_whose_hubs_all_have_little_is_no_finding(builder: SimpleNamespace) -> None:
    """Nine of twenty hubs share a country that halves the second figure: the country explains it."""
    sizes = [100.0 * 1.3**at for at in range(20)]
    poor = {at: sizes[at] / 2 for at in range(2, 20, 2)}
    figures, countries, columns = figures_of(builder, sizes, poor)
    countries |= {f"hub-{at}": "poor" for at in poor}

    assert not ids(builder.figures.judged(figures, countries, columns))


def test_a_hub_without_a_row_is_found_by_country(builder: SimpleNamespace, hubs) -> None:
    """An unlisted table has a row for `west` only: the other two lack one, AAA's and BBB's."""
    column = builder.figures.Column("patents", "pct", listed=False)
    figures = builder.figures.by_hub(
        {"patents": a_table(builder, "patents", "pct", {0.01: 5.0})}, hubs, [column], now=2026
    )
    found = list(builder.figures.absent(figures, hubs.country, [column]))

    assert figures["patents.pct"].to_dict() == pytest.approx(
        {"west": 5.0, "east": float("nan"), "far": float("nan")}, nan_ok=True
    )
    assert ids(found) == ["absent:patents:aaa", "absent:patents:bbb"]


def test_a_name_of_two_places_is_found(builder: SimpleNamespace, hubs) -> None:
    """`Ford` was joined to a town outside every hub, while a city of 600,000 of that name lies in `west`."""
    town, city = place(builder, "Ford (Oder)", 5.0), place(builder, "Ford am Main", 0.0)
    people = {town: 57_000, city: 600_000}
    names = SimpleNamespace(
        ambiguous={("Ford", "AA", ""): [town, city], ("Elsewhere", "AA", ""): [city, place(builder, "Next", 0.01)]},
        asked_for={("Ford", "AA", ""): {"patents"}, ("Elsewhere", "AA", ""): {"patents"}},
        population=lambda each: people.get(each, 0),
    )

    assert ids(builder.joins.namesakes(names, hubs)) == ["namesake:aa:ford"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme, Inc.", "ACME"),
        ("Acme Holdings plc", "Acme N.V."),
        ("Acmecorps", "Acme-Corps"),
        ("Telegrafix", "Telegrafixx"),
    ],
)
def test_a_firm_of_two_spellings_is_found(builder: SimpleNamespace, one: str, other: str) -> None:
    """A legal form, punctuation, or a letter more."""
    account = builder.rows.Account("unicorns", "a list", "companies", "made-up")
    for name in (one, other, "Quite Another"):
        account.count(place(builder, "Here", 0.0), who=name)

    assert len(list(builder.joins.twins([account]))) == 1


def test_a_place_between_two_hubs_is_found(builder: SimpleNamespace, hubs) -> None:
    """At 0.16 degrees `east` is 15.6 km away and `west` 17.8, both within 20; at 0.02 only `west` reaches."""
    found = builder.joins.borders({"t": a_table(builder, "t", "x", {0.16: 1.0, 0.02: 1.0})}, hubs)

    assert [(each.id, each.text) for each in found] == [("border:east:west", "east and west both reach at 0.16 (east)")]


def test_an_area_that_names_a_city_of_another_hub_is_found(builder: SimpleNamespace, hubs) -> None:
    """West-East stands in `west` and names a city of `east`: its figure is one hub's for two."""
    west, east = place(builder, "West", 0.0), place(builder, "East", 0.3)
    every = [
        builder.rows.Area("economy", "West-East", west, (west, east)),
        builder.rows.Area("economy", "West", west, (west,)),
    ]

    assert ids(builder.joins.areas(every, hubs)) == ["area:economy:west-east"]


def test_an_institution_divided_between_hubs_is_found(builder: SimpleNamespace, hubs) -> None:
    """Half of its amounts go to `west` and half to `east`."""
    sites = [(place(builder, "West", 0.0), 0.5), (place(builder, "East", 0.3), 0.5)]

    assert ids(builder.joins.split({("AA", "two sites"): sites}, hubs)) == ["split:aa:two-sites"]


def test_an_unsigned_finding_and_a_stale_signature_fail(builder: SimpleNamespace, tmp_path: Path) -> None:
    """One finding of three has no signature; one pattern signs nothing; one reason is blank."""
    decisions = tmp_path / "decisions.toml"
    decisions.write_text(
        '[[signed]]\nfindings = ["twin:a:*"]\nreason = "two firms of one name"\n'
        '[[signed]]\nfindings = ["none:b:gone"]\nreason = "there was none"\n'
        '[[signed]]\nfindings = ["high:d:here"]\nreason = " "\n',
        encoding="utf-8",
    )
    found = [builder.finding.Finding(each, "said") for each in ("twin:a:acme", "low:c:here", "high:d:here")]

    assert builder.decisions.unsettled(found, decisions) == [
        "unsigned: low:c:here: said",
        "no such finding: none:b:gone",
        "no reason: high:d:here",
    ]


def test_all_signed_is_settled(builder: SimpleNamespace, tmp_path: Path) -> None:
    """Every finding signed, every signature in use."""
    decisions = tmp_path / "decisions.toml"
    decisions.write_text('[[signed]]\nfindings = ["twin:a:acme"]\nreason = "two firms"\n', encoding="utf-8")

    assert builder.decisions.unsettled([builder.finding.Finding("twin:a:acme", "said")], decisions) == []


def test_valuations_are_banded(builder: SimpleNamespace) -> None:
    """1 + 3 companies worth 2 + 10 have the mean 3 each; 6 worth 9.6 are nearest, by ratio, to the step 10."""
    counted = pd.DataFrame({"year": 2024, "unicorns": [1, 3, 6], "valuation": [2.0, 10.0, 9.6]})

    assert builder.unicorns.banded(counted)["valuation"].tolist() == [3.0, 9.0, 10.0]


def test_what_lies_outside_every_hub_is_told_by_the_hub_beside(builder: SimpleNamespace, hubs) -> None:
    """Of 10 papers 3 lie 89 km east of `east`, beyond its 20 km, and 1 in the middle of nowhere: 30 and 10 per cent."""
    account = builder.rows.Account("works", "a list", "papers", "made-up")
    account.count(None, 2.0, "no city")
    at = {0.0: 6.0, 1.1: 3.0, 20.0: 1.0}
    names = {column.table: column.name for column in builder.figures.COLUMNS}
    tables = {name: a_table(builder, name, column, {0.0: 1.0}) for name, column in names.items()}
    tables["works"] = builder.rows.Table("works", a_table(builder, "works", "papers", at).rows, [account])
    lines = [line for line in builder.losses.losses(tables, hubs, 2026) if line["table"] == "works"]

    assert [(line["reason"], line["beside_hub"], line["amount"], line["per_cent"]) for line in lines] == [
        ("no place", "", 2.0, 100.0),
        ("outside every hub", "", 1.0, 10.0),
        ("outside every hub", "east", 3.0, 30.0),
    ]
