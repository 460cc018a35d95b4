"""Listed companies of hubs, counted again from the raw list by names and cities found by hand, without the builder."""

import pytest
from hubrank_almanac import EXCHANGES

from plugins.almanac.tests.recounting import ALMANAC, SINCE, Row, needs_raw_tables, read, shipped

pytestmark = [needs_raw_tables, pytest.mark.long]

BASEL = "Idorsia Ltd; Lonza Group Ltd; Novartis AG; Roche Holding AG; Straumann Holding AG; Bachem Holding AG"
BENGALURU = (
    "ABB India Limited; Bharat Electronics Limited; Biocon Limited; Bosch Limited; Hindustan Aeronautics Limited; "
    "Mindtree Limited; Mphasis Limited; Syngene International Limited; Tata Elxsi Limited; Wipro Limited"
)
TEL_AVIV = (
    "Playtika Holding Corp.; CyberArk Software Ltd.; Teva Pharmaceutical Industries Limited; NICE Ltd.; Wix.com Ltd.; "
    "Nova Measuring Instruments Ltd.; Kornit Digital Ltd.; Check Point Software Technologies Ltd.; JFrog Ltd.; "
    "Fiverr International Ltd."
)
PITTSBURGH = (
    "ANSYS, Inc.; Viatris Inc.; Arconic Corporation; Howmet Aerospace Inc.; Kennametal Inc.; II-VI Incorporated"
)
OSAKA = (
    "MonotaRO Co., Ltd.; JCR Pharmaceuticals Co., Ltd.; Toyo Tire Corporation; Panasonic Corporation; Takara Bio Inc.; "
    "Sysmex Corporation; GS Yuasa Corporation; HORIBA, Ltd.; Kyocera Corporation; Nidec Corporation; "
    "Nintendo Co., Ltd.; Nippon Shinyaku Co., Ltd.; OMRON Corporation; ROHM Co., Ltd.; SCREEN Holdings Co., Ltd.; "
    "Shimadzu Corporation; Murata Manufacturing Co., Ltd.; Capcom Co., Ltd.; Daifuku Co., Ltd.; JTEKT Corporation; "
    "Keyence Corporation; Kobayashi Pharmaceutical Co., Ltd.; Kubota Corporation; Ono Pharmaceutical Co., Ltd.; "
    "Paltac Corporation; Rohto Pharmaceutical Co.,Ltd.; Santen Pharmaceutical Co., Ltd.; Sharp Corporation; "
    "Sawai Group Holdings Co., Ltd.; Shionogi & Co., Ltd.; Sumitomo Dainippon Pharma Co., Ltd.; "
    "Sumitomo Electric Industries, Ltd.; Nippon Electric Glass Co., Ltd.; Kawasaki Heavy Industries, Ltd.; "
    "Takeda Pharmaceutical Company Limited"
)
EINDHOVEN = "NXP Semiconductors N.V.; Signify N.V.; ASML Holding N.V."
#: Shenzhen's companies of the list that are not research-intensive: banks, property, trade, transport, power.
SHENZHEN_OTHERS = 33


def large() -> list[Row]:
    """The raw list's companies from mid caps up, by the class of 2023."""
    rows = read(SINCE / "listed-companies-2023-2026/listed_companies_small_cap_and_above.csv")
    return [row for row in rows if row["size_2023"] in ("Mid Cap", "Large Cap", "Mega Cap")]


@pytest.mark.parametrize(
    ("hub", "names", "true"),
    [
        ("basel", BASEL, 6),
        ("bengaluru", BENGALURU, 10),
        ("tel-aviv", TEL_AVIV, 10),
        ("pittsburgh", PITTSBURGH, 6),
        ("osaka-kobe-kyoto", OSAKA, 35),
        ("eindhoven", EINDHOVEN, 3),
    ],
)
def test_research_intensive_companies_are_those_found_by_hand(hub: str, names: str, true: int) -> None:
    """Each name is once in the raw list, and they are as many as the shipped rows in the hub."""
    wanted = names.split("; ")
    found = {row["name"] for row in large()} & set(wanted)

    assert len(found) == len(wanted) == true
    assert shipped(hub, "listed-companies", "research_intensive") == true


@pytest.mark.parametrize(
    ("hub", "country", "cities", "elsewhere", "true"),
    [
        ("shenzhen", "China", "Shenzhen", 0, 86),
        ("basel", "Switzerland", "Basel Allschwil Muttenz Bubendorf", 0, 9),
        ("bengaluru", "India", "Bengaluru", 0, 19),
    ],
)
def test_companies_are_those_of_the_cities(hub: str, country: str, cities: str, elsewhere: int, true: int) -> None:
    """The raw list's companies of the cities, less those that are run elsewhere, are as many as the shipped ones."""
    found = [row for row in large() if row["country"] == country and row["city"] in cities.split()]

    assert len({row["name"] for row in found}) - elsewhere == true
    assert shipped(hub, "listed-companies", "companies") == true


def test_shenzhens_companies_are_those_of_research_and_others() -> None:
    """53 of Shenzhen's 86."""
    assert shipped("shenzhen", "listed-companies", "research_intensive") == 86 - SHENZHEN_OTHERS


#: Hubs' countries of whose companies of two billion dollars the list has some, and no line of the country's exchange.
ABROAD = {"Colombia", "Egypt", "Malaysia", "Philippines", "Poland", "Romania", "United Arab Emirates"}
#: Codes of the exchanges of Bogota, Cairo, Dubai and Abu Dhabi, Kuala Lumpur, Manila, Warsaw and Bucharest.
LACKING = {"BVC", "CAI", "DFM", "ADX", "KLS", "PHS", "WSE", "BVB"}


def test_a_country_whose_exchange_the_list_lacks_is_left_out() -> None:
    """Its companies have lines abroad alone; it is in no row, so that its hubs are unknown and not 0."""
    lines = [row for row in large() if row["country"] in ABROAD]

    assert len(lines) == 55
    assert not {code for row in lines for code in row["exchanges"].split()} & LACKING
    rows = read(ALMANAC / "src/hubrank_almanac/data/listed-companies.csv")
    assert {row["country"] for row in rows} <= set(EXCHANGES)
    assert not {"COL", "EGY", "MYS", "PHL", "POL", "ROU", "ARE"} & set(EXCHANGES)
