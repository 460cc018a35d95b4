"""Output, Nature Index and cloud regions of hubs computed again from the raw lists, by names found by hand."""

import pytest

from plugins.almanac.tests.recounting import SINCE, needs_raw_tables, read, shipped

pytestmark = [needs_raw_tables, pytest.mark.long]

#: Million dollars, and the areas as the list calls them.
OUTPUT = [
    ("new-york", 1_862_266, ["New York (Greater)"]),
    ("tokyo-yokohama", 1_914_364, ["Tokyo", "Mito", "Utsunomiya"]),
    ("san-francisco-bay-area", 972_483, ["San Francisco (Greater)", "Santa Cruz"]),
    ("washington-baltimore", 780_822, ["Washington (Greater)"]),
    ("raleigh-durham", 142_736, ["Wake", "Durham"]),
    ("munich", 308_669, ["München"]),
    ("basel", 59_303, ["Basel"]),
    ("amsterdam", 341_863, ["Amsterdam", "Utrecht", "Alkmaar"]),
    ("helsinki", 103_872, ["Helsinki/Helsingfors"]),
    ("cleveland", 186_545, ["Cuyahoga", "Summit", "Stark"]),
]
#: Articles of 2020 and of 2025, and the institutions as the list of 2020 calls them.
ARTICLES = [
    ("zurich", 521, 547, ["Swiss Federal Institute of Technology Zurich (ETH Zurich)", "University of Zurich (UZH)"]),
    ("basel", 100, 105, ["University of Basel (UB)"]),
    ("suzhou", 197, 414, ["Soochow University"]),
    ("munich", 324, 367, ["Ludwig Maximilians University of Munich (LMU)", "Technical University of Munich (TUM)"]),
    ("daejeon", 189, 225, ["Korea Advanced Institute of Science and Technology (KAIST)"]),
    ("st-louis", 222, 263, ["Washington University in St. Louis (WUSTL)"]),
    ("singapore", 522, 561, ["National University of Singapore (NUS)", "Nanyang Technological University (NTU)"]),
    (
        *("raleigh-durham", 479, 524),
        [
            *("Duke University", "The University of North Carolina at Chapel Hill (UNC)"),
            "North Carolina State University (NCSU)",
        ],
    ),
    (
        *("hong-kong", 492, 1045),
        [
            *("The Hong Kong University of Science and Technology (HKUST)", "The University of Hong Kong (HKU)"),
            *("City University of Hong Kong (CityU)", "The Chinese University of Hong Kong (CUHK)"),
            *("The Hong Kong Polytechnic University (PolyU)", "Hong Kong Baptist University (HKBU)"),
        ],
    ),
]
#: Firms with a region in service, and the metropolitan area as the list calls it.
CLOUDS = [
    ("frankfurt", 7, "Frankfurt"),
    ("singapore", 7, "Singapore"),
    ("tokyo-yokohama", 7, "Tokyo"),
    ("washington-baltimore", 7, "Washington"),
    ("hong-kong", 6, "Hong Kong"),
    ("shanghai", 4, "Shanghai"),
    ("shenzhen", 3, "Shenzhen"),
    ("tel-aviv", 3, "Tel Aviv"),
    ("hyderabad", 2, "Hyderabad"),
    ("bengaluru", 0, "Bengaluru"),
]


@pytest.mark.parametrize(("hub", "dollars", "areas"), OUTPUT, ids=[each[0] for each in OUTPUT])
def test_output_is_that_of_the_areas_in_the_hub(hub: str, dollars: float, areas: list[str]) -> None:
    """The shipped rows in the hub sum to what the areas, found by hand in the raw list, sum to."""
    rows = read(SINCE / "oecd-metros-gdp/oecd_fua_gdp_latest.csv")

    assert sum(float(row["fua_gdp_ppp_usd"]) for row in rows if row["fua_name"] in areas) / 1e6 == dollars
    assert shipped(hub, "economy", "gdp") == pytest.approx(dollars, abs=len(areas))


@pytest.mark.parametrize(("hub", "first", "last", "names"), ARTICLES, ids=[each[0] for each in ARTICLES])
def test_articles_are_those_of_the_hubs_universities(hub: str, first: float, last: float, names: list[str]) -> None:
    """So they are in both years; sums are of whole numbers a city, up to a half off each."""
    before = read(SINCE / "nature-index-2020/nature_index_2021_with_coord.csv")
    after = read(SINCE / "nature-index-2025/institution-2025.csv")

    for rows, column, year, true in ((before, "Share 2020", "2020", first), (after, "Share", "2025", last)):
        assert sum(float(row[column]) for row in rows if row["Institution"] in names) == pytest.approx(true, abs=0.51)
        assert shipped(hub, "nature-index", "share", year=year) == pytest.approx(true, abs=1.5)


@pytest.mark.parametrize(("hub", "firms", "metro"), CLOUDS, ids=[each[0] for each in CLOUDS])
def test_cloud_firms_are_those_with_a_region_in_service(hub: str, firms: int, metro: str) -> None:
    """Each firm counts once, however many regions it has there."""
    rows = read(SINCE / "cloud-regions-2025/cloud_regions.csv")
    there = {row["provider"] for row in rows if row["metro_area"] == metro and row["in_service"] == "true"}

    assert (len(there), shipped(hub, "cloud-regions", "firms")) == (firms, firms)
