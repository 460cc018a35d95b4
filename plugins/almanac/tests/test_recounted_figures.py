"""Values of hubs computed again from the raw lists, without the builder: plain CSV, and names found by hand."""

import json
from collections.abc import Callable

import pytest

from plugins.almanac.tests.recounting import MORE, RAW, needs_raw_tables, read, shipped

pytestmark = [needs_raw_tables, pytest.mark.long]


def laureates(*cities: tuple[str, str]) -> Callable[[], float]:
    """Laureates of four prizes in cities of countries."""
    prizes = {"Chemistry", "Economics", "Medicine", "Physics"}

    def count() -> float:
        rows = read(RAW / "talent/nobel_laureates_1901_2024_latlon.csv")
        own = [(row["organization_city"], row["organization_country"]) for row in rows if row["category"] in prizes]
        return sum(each in cities for each in own)

    return count


def conferences(*places: str) -> Callable[[], float]:
    """Conferences of 2022-2025 whose place begins so, each title once a year."""

    def count() -> float:
        rows = read(MORE / "cs-conferences-held/conferences.csv")
        held = [row for row in rows if 2022 <= int(row["year"]) <= 2025 and row["place"].startswith(places)]
        return len({(row["title"], row["year"]) for row in held})

    return count


def light_sources(*names: str) -> Callable[[], float]:
    """Facilities that the two lists have, of these names."""

    def count() -> float:
        folder = MORE / "light-sources"
        lists = [json.loads((folder / f"{each}.json").read_text(encoding="utf-8")) for each in ("synchrotrons", "fels")]
        return sum(name in each for each in lists for name in names)

    return count


FIGURES = [
    ("cambridge", "laureates", "laureates", {}, laureates(("Cambridge", "United Kingdom"))),
    ("princeton-trenton", "laureates", "laureates", {}, laureates(("Princeton NJ", "USA"))),
    ("lisbon", "conferences", "conferences", {}, conferences("Lisbon")),
    ("singapore", "conferences", "conferences", {}, conferences("Singapore", "Sentosa")),
    ("hamburg", "facilities", "facilities", {}, light_sources("PETRA III", "FLASH", "XFEL.EU")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("hub", "table", "column", "equal", "again"), FIGURES, ids=[f"{each[0]}-{each[1]}" for each in FIGURES]
)
def test_a_hubs_figure_is_what_the_raw_list_says(
    hub: str, table: str, column: str, equal: dict[str, str], again: Callable[[], float]
) -> None:
    """The shipped rows in the hub sum to what the names, found by hand in the raw list, sum to."""
    assert shipped(hub, table, column, **equal) == pytest.approx(again(), rel=1e-4, abs=0.051)
