"""Research spending of hubs, added up again from the Scoreboard's rows by their seats, without the builder."""

import pytest

from plugins.almanac.tests.recounting import SINCE, needs_raw_tables, read, shipped

pytestmark = [needs_raw_tables, pytest.mark.long]

BAY_AREA = (
    "Alameda Belmont Burlingame Campbell Cupertino EmeryVille Foster_City Fremont Hayward Hercules Livermore Los_Gatos "
    "Menlo_Park Milpitas Mountain_View Newark Novato Oakland Palo_Alto Pleasanton Redwood_City San_Carlos "
    "San_Francisco San_Jose San_Mateo San_Rafael San_Ramon Santa_Clara Santa_Cruz South_San_Francisco Sunnyvale"
)
TOKYO = (
    "Akishima Atsugi Chigasaki Hachioji Isehara Kashiwa Kawasaki Kazo Matsudo Musashino Niiza Nishitokyo Ome Saitama "
    "Tama Tokyo Yokohama"
)
SEOUL = (
    "Ansan Ansan-Si Anyang-si Bucheon-Si Hwaseong Hwaseong-si Icheon Inchon Pyeongtaek Seongnam Seongnam-si Seoul "
    "Suwon Suwon-si Yongin-Si Yongin-si"
)
#: Hub, fiscal year, cities as the list names them, firms led there though the list says differently, firms that are led
#: elsewhere though the list names such a city (or one of that name in another state), and the sum in million euro.
SUMS = [
    ("basel", 2018, "Allschwil Basel Muttenz Pratteln Reinach", "", "", 19836.6),
    ("basel", 2022, "Allschwil Basel Muttenz Pratteln Reinach", "", "ROIVANT", 25363.9),
    ("shenzhen", 2018, "Shenzhen",
     "SKYWORTH GROUP; TCL MULTIMEDIA TECHNOLOGY HOLDINGS; CSG; BGI GENOMICS", "", 21840.8),
    ("shenzhen", 2022, "Shenzhen", "SKYWORTH GROUP; TCL ELECTRONICS; CSG; BGI GENOMICS", "", 43103.0),
    ("eindhoven", 2018, "Eindhoven Veldhoven", "", "", 3365.4),
    ("eindhoven", 2022, "Eindhoven Veldhoven", "", "", 5588.4),
    ("daejeon", 2018, "Daejeon", "SILICON WORKS; KT&G; MAGNACHIP SEMICONDUCTOR", "", 302.2),
    ("daejeon", 2022, "Daejeon", "", "", 291.9),
    ("san-francisco-bay-area", 2018, BAY_AREA,
     "COHERENT; MARVELL TECHNOLOGY; CHEVRON; MYOVANT SCIENCES; JAZZ PHARMACEUTICALS; AIMMUNE THERAPEUTICS; "
     "ALIGN TECHNOLOGY; FIVE PRIME THERAPEUTICS; PROTHENA; TRICIDA; TELENAV; TRINET GROUP; MCKESSON; "
     "UNITY BIOTECHNOLOGY; ASSEMBLY BIOSCIENCES; CALITHERA BIOSCIENCES; CERUS; MYOKARDIA; SANGAMO BIOSCIENCES",
     "FARO TECHNOLOGIES", 120146.5),
    ("san-francisco-bay-area", 2022, BAY_AREA,
     "SNOWFLAKE; JAZZ PHARMACEUTICALS; CHEVRON; ASTRA SPACE; NEXTDOOR; PROTHENA; TRINET GROUP; UDEMY; PLANET LABS; "
     "NERDWALLET; LYELL; ASSEMBLY BIOSCIENCES; CERUS; SANGAMO BIOSCIENCES", "ATLASSIAN; PRIME", 228027.8),
    ("tokyo-yokohama", 2018, TOKYO, "SEIKO HOLDINGS", "SHARP", 66944.7),
    ("tokyo-yokohama", 2022, TOKYO, "H.U. GROUP", "SHARP", 73238.0),
    ("seoul", 2018, SEOUL, "GS CALTEX", "", 29071.0),
    ("seoul", 2022, SEOUL, "", "", 35319.8),
    ("stockholm", 2022, "Danderyd Kista Nacka Solna Stockholm Täby", "SPOTIFY", "", 9813.9),
]  # fmt: skip


def spending(year: int, cities: str, also: str, but: str) -> float:
    """Million euro of the firms in cities (blanks written as low lines), and of firms by name."""
    rows = read(SINCE / "eu-rd-scoreboard-2014-2023/rd_scoreboard_2014_2023_with_city.csv")
    named, left_out = also.split("; "), but.split("; ")
    places = {city.replace("_", " ") for city in cities.split()}
    return sum(
        float(row["rd_meur"])
        for row in rows
        if row["fiscal_year"] == str(year)
        and (row["company"] in named or (row["city"] in places and row["company"] not in left_out))
    )


@pytest.mark.parametrize(
    ("hub", "year", "cities", "also", "but", "true"), SUMS, ids=[f"{each[0]}-{each[1]}" for each in SUMS]
)
def test_a_hubs_spending_is_what_the_scoreboard_says(
    hub: str, year: int, cities: str, also: str, but: str, true: float
) -> None:
    """The shipped rows in the hub, the firms found by hand in the raw list, and the value beside them agree."""
    assert spending(year, cities, also, but) == pytest.approx(true, abs=0.2)
    assert shipped(hub, "research-spending", "spending", year=str(year)) == pytest.approx(true, abs=2)
