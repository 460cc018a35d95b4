"""Patent applications of hubs computed again from the raw tables, without the builder, by names found by hand."""

from collections.abc import Callable

import pytest

from plugins.almanac.tests.recounting import RAW, SINCE, needs_raw_tables, read, shipped

pytestmark = [needs_raw_tables, pytest.mark.long]

YEARS = range(2018, 2023)
Yearly = Callable[[int], float]


def offices(country: str) -> dict[int, float]:
    """What an office received, by the year of publication."""
    rows = read(RAW / "patents/ncses_pct_applications_by_country_2000_2022.csv")
    (row,) = (row for row in rows if row["country"] == country)
    return {year: float(row[str(year)]) for year in range(2000, 2023)}


def inventors(*starts: str) -> float:
    """The OECD's count of 2011-2015, a year, of the regions whose codes begin so."""
    rows = read(RAW / "patents/oecd_region_tl2_pct_2001_2015.csv")
    rows = [row for row in rows if row["reg_id"].startswith(starts)]
    return sum(float(row["pct_applications"] or 0) for row in rows if 2011 <= int(row["year"]) <= 2015) / 5


def mean_before(of: dict[int, float]) -> float:
    """A year's mean of those that an office's count is compared with."""
    return sum(of[year] for year in range(2012, 2017)) / 5


def country(code: str, name: str, member: bool = False) -> Yearly:
    """A country's applications: the inventors' count, moved as its office's, and for a member also the European's."""
    own, european, counted = offices(name), offices("European Patent Office"), inventors(code)
    home = min(counted, mean_before(own)) if member else counted
    abroad = counted - home
    return lambda year: home * own[year] / mean_before(own) + abroad * european[year] / mean_before(european)


def province(name: str) -> Yearly:
    """A Chinese province's applications: its share, on the line from 2018 to 2022, of the country's."""
    rows = {row["region"]: row for row in read(RAW / "patents/cnipa_pct_received_by_province_2018_2022_2023.csv")}
    mainland = [row for row in rows.values() if row["region"] != "Taiwan"]
    first, last = (
        float(rows[name][column]) / sum(float(row[column]) for row in mainland) for column in ("pct_2018", "pct_2022")
    )
    china = country("CN", "China")
    return lambda year: (first + (last - first) * (year - 2018) / 4) * china(year)


def cluster(name: str, path: Yearly, share: float = 1.0) -> Yearly:
    """A part of a WIPO cluster's count of five years, by year as the total moves."""
    rows = {row["cluster"]: row for row in read(RAW / "patents/wipo_gii_2023_st_clusters_top35.csv")}
    return lambda year: float(rows[name]["pct_applications"]) * share * path(year) / sum(path(each) for each in YEARS)


def patents(*rows: int) -> float:
    """Patents of 2008-2012 of rows of the list of metropolitan areas."""
    listed = {row["ma_row"]: row for row in read(RAW / "patents/metro_patents_1980_2014_straccamore.csv")}
    return sum(float(listed[str(row)][f"pat_{year}"]) for row in rows for year in range(2008, 2013))


def of_region(total: Yearly, codes: tuple[str, ...], whole: str, *rows: int) -> Yearly:
    """The region's part of the country; of that three quarters by the metro's row among those of the region, if any."""
    part = sum(inventors(code) for code in codes) / inventors(whole)
    share = 0.75 * patents(rows[0]) / patents(*rows) if rows else 1.0
    return lambda year: part * share * total(year)


def shenzhen() -> float:
    """Shenzhen's share of the cluster: less Hong Kong by CNIPA's provinces, by CNIPA's cities, Dongguan by patents."""
    guangdong, hong_kong = (sum(province(name)(year) for year in YEARS) for name in ("Guangdong", "Hong Kong"))
    rows = read(SINCE / "cnipa-cities-2016/cnipa_cities.csv")
    of = {row["name"]: float(row["value"]) for row in rows if row["measure"] == "pct_received_2016"}
    left = of["Guangdong"] - of["Shenzhen"] - of["Guangzhou"]
    villages = (2086, 2071, 1731, 1388, 1265, 1064, 2114, 1837, 1486, 1465, 1838, 994, 2126, 1105)
    dongguan = left * patents(877) / patents(877, 1104, 1137, 696, 2138, 2134, *villages)
    parts = of["Shenzhen"] / (of["Shenzhen"] + of["Guangzhou"] + dongguan)
    return parts * (1 - hong_kong / (guangdong + hong_kong))


def tel_aviv() -> float:
    """The districts of Tel Aviv and the Centre beside Jerusalem's."""
    return inventors("IL04", "IL05") / inventors("IL04", "IL05", "IL01")


ISRAEL = ("IL", "Israel")
GERMANY = ("DE", "Germany", True)
SWITZERLAND = ("CH", "Switzerland", True)
NETHERLANDS = ("NL", "Netherlands", True)
BRITAIN = ("UK", "United Kingdom", True)
PEARL = "Shenzhen–Hong Kong–Guangzhou"
#: The other metropolitan areas of a region, as rows of the list.
BRABANT = (494, 185, 876, 1)
EAST = (1024, 1428, 772, 468, 448, 589, 1596, 569, 1142)
SOUTH_WEST = (950, 168, 523, 47, 36, 26, 359, 485, 358, 200, 65)
KARNATAKA = (233, 478, 1538, 1460, 1128, 1459, 1440, 1990, 806, 1851)
AND_AROUND = (1340, 1438, 982, 1712, 1794, 863, 58, 1756, 677, 1324)
#: The hub, its place, how it is worked out, and the true values of 2018 and 2022.
FIGURES: list[tuple[str, str, Callable[[], Yearly], float, float]] = [
    ("munich", "Munich", lambda: cluster("Munich", country(*GERMANY)), 2015.4, 2043.2),
    ("daejeon", "Daejeon", lambda: cluster("Daejeon", country("KR", "South Korea")), 2099.5, 2823.5),
    ("shenzhen", "Shenzhen", lambda: cluster(PEARL, province("Guangdong"), shenzhen()), 18463.0, 19298.4),
    ("tel-aviv", "Tel Aviv", lambda: cluster("Tel Aviv–Jerusalem", country(*ISRAEL), tel_aviv()), 1270.1, 1324.5),
    ("haifa", "Haifa", lambda: of_region(country(*ISRAEL), ("IL03",), "IL"), 349.7, 364.7),
    ("basel", "Basel", lambda: of_region(country(*SWITZERLAND), ("CH03",), "CH", 63), 446.0, 438.1),
    ("eindhoven", "Eindhoven",
     lambda: of_region(country(*NETHERLANDS), ("NL41",), "NL", 349, *BRABANT), 1220.2, 1217.0),
    ("bengaluru", "Bengaluru",
     lambda: of_region(country("IN", "India"), ("IN31",), "IN", 245, *KARNATAKA, *AND_AROUND), 556.8, 696.7),
    ("cambridge", "Cambridge", lambda: of_region(country(*BRITAIN), ("UKH",), "UK", 632, *EAST), 437.9, 423.5),
    ("", "Kaiserslautern",
     lambda: of_region(country(*GERMANY), ("DE1", "DEB"), "DE", 421, *SOUTH_WEST), 15.5, 15.7),
]  # fmt: skip


@pytest.mark.parametrize(("hub", "place", "again", "first", "last"), FIGURES, ids=[each[1] for each in FIGURES])
def test_a_hubs_applications_are_what_the_raw_tables_say(
    hub: str, place: str, again: Callable[[], Yearly], first: float, last: float
) -> None:
    """What is shipped, what is computed again and the number that was written down are one."""
    figure = again()
    for year, true in ((2018, first), (2022, last)):
        assert figure(year) == pytest.approx(true, abs=0.06)
        assert shipped(hub, "patents", "pct", year=str(year), place_name=place) == pytest.approx(true, abs=0.06)
