"""The judge of joins on made-up cases: each kind of finding, a signature that lacks, and one that is stale."""

from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from tools.almanac.companies import banded
from tools.vintage.decisions import unsettled
from tools.vintage.judging import (
    COLUMNS,
    Column,
    Finding,
    Hubs,
    absent,
    by_hub,
    judged,
    namesakes,
    split,
    states,
    twins,
)
from tools.vintage.rows import Account, Place, Table
from tools.vintage.writing import losses

PLACE = {"geonames": "", "country": "AAA", "origin": "made-up", "vintage": "2024", "method": ""}
REACH_KM = "20"


@pytest.fixture
def hubs(tmp_path: Path):
    """Three hubs on the equator: `west` at 0 and `east` at 0.3 degrees (33 km) of AAA, `far` at 40 degrees of BBB."""
    (tmp_path / "hubs.csv").write_text("unit,country\nwest,AAA\neast,AAA\nfar,BBB\n", encoding="utf-8")
    centres = [("west", "AAA", 0.0), ("east", "AAA", 0.3), ("far", "BBB", 40.0)]
    lines = [f"{hub},,{country},0,{lon},{REACH_KM}," for hub, country, lon in centres]
    head = "unit,geonames,country,lat,lon,radius_km,also_countries"
    (tmp_path / "hubs-places.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return Hubs(tmp_path)


def place(name: str, lon: float, country: str = "AAA"):
    """A place on the equator."""
    return Place(country, name, 0.0, lon)


def a_table(name: str, column: str, at: dict[float, float]):
    """A table of AAA with an amount at each longitude."""
    rows = [
        PLACE | {"place_name": f"at {lon}", "lat": "0", "lon": str(lon), "year": "2024", column: str(amount)}
        for lon, amount in at.items()
    ]
    return Table(name, pd.DataFrame(rows), [])


def ids(findings) -> list[str]:
    """Their ids."""
    return [found.id for found in findings]


def figures_of(sizes: list[float], odd: dict[int, float]):
    """Twenty hubs whose two values agree except small, regular noise and for the odd ones of the second."""
    columns = (Column("one", "x"), Column("two", "y"))
    hubs = [f"hub-{at}" for at in range(len(sizes))]
    second = [odd.get(at, size * (1.05 if at % 2 else 0.95)) for at, size in enumerate(sizes)]
    figures = pd.DataFrame({"one.x": sizes, "two.y": second}, index=hubs)
    return figures, {hub: f"country-{at}" for at, hub in enumerate(hubs)}, columns


def test_a_figure_far_from_the_hubs_others_is_found_either_way() -> None:
    """A tenfold value and a tenth of one, where all others agree within 5 %; each also makes its own first odd."""
    sizes = [100.0 * 1.3**at for at in range(20)]
    figures, countries, columns = figures_of(sizes, {7: sizes[7] * 10, 12: sizes[12] / 10})
    found = ids(judged(figures, countries, columns))

    assert {"high:two:hub-7", "low:two:hub-12"} <= set(found)
    assert {each.rpartition(":")[2] for each in found} == {"hub-7", "hub-12"}


def test_a_hub_without_a_row_is_found_by_country(hubs) -> None:
    """An unlisted table has a row for `west` only: the other two lack one, AAA's and BBB's."""
    column = Column("patents", "pct", listed=False)
    figures = by_hub({"patents": a_table("patents", "pct", {0.01: 5.0})}, hubs, [column], now=2026)
    found = list(absent(figures, hubs.country, [column]))

    assert figures["patents.pct"].to_dict() == pytest.approx(
        {"west": 5.0, "east": float("nan"), "far": float("nan")}, nan_ok=True
    )
    assert ids(found) == ["absent:patents:aaa", "absent:patents:bbb"]


def test_a_hub_is_unknown_where_a_list_lacks_its_country(hubs) -> None:
    """A list of AAA alone: none in `east` is 0, `far` of BBB is unknown."""
    column = Column("patents", "pct", countries=("AAA",))
    figures = by_hub({"patents": a_table("patents", "pct", {0.01: 5.0})}, hubs, [column], now=2026)

    assert figures["patents.pct"].to_dict() == pytest.approx(
        {"west": 5.0, "east": 0.0, "far": float("nan")}, nan_ok=True
    )


def test_a_name_of_two_places_is_found(hubs) -> None:
    """`Ford` was joined to a town outside every hub, while a city of 600,000 of that name lies in `west`."""
    town, city = place("Ford (Oder)", 5.0), place("Ford am Main", 0.0)
    people = {town: 57_000, city: 600_000}
    names = SimpleNamespace(
        joins={("Ford", "AA", ""): [town, city], ("Elsewhere", "AA", ""): [city, place("Next", 0.01)]},
        asked_for={("Ford", "AA", ""): {"patents"}, ("Elsewhere", "AA", ""): {"patents"}},
        population=lambda each: people.get(each, 0),
    )

    assert ids(namesakes(names, hubs)) == ["namesake:aa:ford"]


def test_a_state_taken_for_a_city_is_found() -> None:
    """Of a list with `Selangor`, `Johor Bahru` and `Tokyo`, the first is reported: Tokyo is its region's main city."""
    selangor, johor, tokyo = ("Selangor", "MY", ""), ("Johor Bahru", "MY", ""), ("Tokyo", "JP", "")
    names = SimpleNamespace(
        joins={
            selangor: [Place("MYS", "Kuala Selangor", 3.35, 101.25, 1732847)],
            johor: [Place("MYS", "Johor Bahru", 1.47, 103.76, 1732752)],
            tokyo: [Place("JPN", "Tokyo", 35.69, 139.69, 1850147)],
            ("New York", "US", "NY"): [Place("USA", "New York Mills", 43.1, -75.29, 5128638)],
        },
        asked_for={johor: {"unicorns"}, tokyo: {"unicorns"}, selangor: {"companies", "unicorns"}},
    )
    found = list(states(names, {}))

    assert ids(found) == ["state:companies:my:selangor", "state:unicorns:my:selangor"]
    assert found[0].text == "companies: Selangor, a region of MY, was joined to Kuala Selangor"


def test_a_point_that_is_called_as_a_state_is_found() -> None:
    """A row without a city's id, at the middle of Alberta, by that name; one beside it is called differently."""
    rows = [
        PLACE | {"country": "CAN", "place_name": name, "lat": "52.28", "lon": lon, "year": "2024", "papers": "1"}
        for name, lon in (("Alberta", "-117.47"), ("Nordegg", "-116.08"))
    ]
    names = SimpleNamespace(joins={}, asked_for={})

    assert ids(states(names, {"papers": Table("papers", pd.DataFrame(rows), [])})) == ["state:papers:can:alberta"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme, Inc.", "ACME"),
        ("Acme Holdings plc", "Acme N.V."),
        ("Acmecorps", "Acme-Corps"),
        ("Telegrafix", "Telegrafixx"),
    ],
)
def test_a_firm_of_two_spellings_is_found(one: str, other: str) -> None:
    """A legal form, punctuation, or a letter more."""
    account = Account("unicorns", "a list", "companies", "made-up")
    for name in (one, other, "Quite Another"):
        account.count(place("Here", 0.0), who=name)

    assert len(list(twins([account]))) == 1


def test_an_institution_divided_between_hubs_is_found(hubs) -> None:
    """Half of its amounts go to `west` and half to `east`."""
    sites = [(place("West", 0.0), 0.5), (place("East", 0.3), 0.5)]

    assert ids(split({("AA", "two sites"): sites}, hubs)) == ["split:aa:two-sites"]


def test_an_unsigned_finding_and_a_stale_signature_fail(tmp_path: Path) -> None:
    """One finding of three has no signature; one pattern signs nothing; one reason is blank."""
    decisions = tmp_path / "decisions.toml"
    decisions.write_text(
        '[[signed]]\nfindings = ["twin:a:*"]\nreason = "two firms of one name"\n'
        '[[signed]]\nfindings = ["none:b:gone"]\nreason = "there was none"\n'
        '[[signed]]\nfindings = ["high:d:here"]\nreason = " "\n',
        encoding="utf-8",
    )
    assert unsettled([Finding(each, "said") for each in ("twin:a:acme", "low:c:here", "high:d:here")], decisions) == [
        "unsigned: low:c:here: said",
        "no such finding: none:b:gone",
        "no reason: high:d:here",
    ]


def test_valuations_are_banded() -> None:
    """1 + 3 companies worth 2 + 10 have the mean 3 each; 6 worth 9.6 are nearest, by ratio, to the step 10."""
    counted = pd.DataFrame({"year": 2024, "unicorns": [1, 3, 6], "valuation": [2.0, 10.0, 9.6]})

    assert banded(counted)["valuation"].tolist() == [3.0, 9.0, 10.0]


def test_rows_outside_every_hub_are_reported_by_the_nearest_hub(hubs) -> None:
    """Of 10 papers 3 lie 89 km east of `east`, beyond its 20 km, and 1 in the middle of nowhere: 30 and 10 per cent."""
    account = Account("works", "a list", "papers", "made-up")
    account.count(None, 2.0, "no city")
    at = {0.0: 6.0, 1.1: 3.0, 20.0: 1.0}
    names = {column.table: column.name for column in COLUMNS}
    tables = {name: a_table(name, column, {0.0: 1.0}) for name, column in names.items()}
    tables["works"] = Table("works", a_table("works", "papers", at).rows, [account])
    lines = [line for line in losses(tables, hubs, 2026) if line["table"] == "works"]

    assert [(line["reason"], line["beside_hub"], line["amount"], line["per_cent"]) for line in lines] == [
        ("no place", "", 2.0, 100.0),
        ("outside every hub", "", 1.0, 10.0),
        ("outside every hub", "east", 3.0, 30.0),
    ]
