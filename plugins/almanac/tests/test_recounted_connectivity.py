"""Cities reached by air, counted again from airports found with the eye on a map, without the builder."""

import functools

import pytest

from plugins.almanac.tests.recounting import RAW, SINCE, needs_raw_tables, read, shipped

pytestmark = [needs_raw_tables, pytest.mark.long]

VINTAGES = {"2018": "2018-10", "2020": "2020-02", "2022": "2022-08"}
#: One city that airports spell in two ways.
ALIKE = {"Roma": "Rome", "São Paulo": "Sao Paulo", "Rio De Janeiro": "Rio de Janeiro", "Taipei City": "Taipei"}
ALIKE |= {"Montréal": "Montreal"}
MEMBERS = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
WITH_THEM = "UK GG GI IM JE CH IS NO CA US PR AL MD ME MK"
SHUT = "AAQ BZK EGO ESL GDZ KRR LPK ROV SIP URS VOZ"
UNION = set(MEMBERS.split())
WEST = UNION | set(WITH_THEM.split())
SOUTH = set(SHUT.split())
#: Airports of another city of the same name and country.
OTHER = {"PWM": "Portland, Maine"}
#: The month in which flights between two countries ended, and on which they began again.
ENDED = [
    ({"UA"}, {"RU"}, "2015-10", ""),
    ({"RU"}, {"GE"}, "2019-07", "2023-05"),
    ({"RU"}, WEST, "2022-03", ""),
    ({"BY"}, UNION | {"UK"}, "2021-06", ""),
    ({"QA"}, {"AE", "BH", "EG", "SA"}, "2017-06", "2021-01"),
    ({"DZ"}, {"MA"}, "2021-09", ""),
]


@functools.cache
def routes(year: str) -> dict[str, set[tuple[str, str]]]:
    """The cities, with their country, that each airport of a code reaches without a stop."""
    folder, vintage = SINCE / "air-routes-krlawrence", VINTAGES[year]
    airports = {row["~id"]: row for row in read(folder / f"air-routes-{vintage}-nodes.csv")}
    reached: dict[str, set[tuple[str, str]]] = {}
    for row in read(folder / f"air-routes-{vintage}-edges.csv"):
        start, end = airports[row["~from"]], airports[row["~to"]]
        ends = {start["country:string"], end["country:string"]}
        codes = {start["code:string"], end["code:string"]}
        ended = any(
            since <= vintage and (not again or vintage < again) and ends & one and ends - one <= other and ends - one
            for one, other, since, again in ENDED
        )
        if year == "2022":
            ended = ended or "UA" in ends or bool(codes & SOUTH)
        if row["~label"] == "route" and not ended:
            city = OTHER.get(end["code:string"], ALIKE.get(end["city:string"], end["city:string"]))
            reached.setdefault(start["code:string"], set()).add((end["country:string"], city))
    return reached


def cities(year: str, codes: str, *own: str) -> int:
    """The cities that airports of codes reach, less their own."""
    there = {city for code in codes.split() for city in routes(year).get(code, set())}
    return len({city for city in there if city[1] not in own})


LONDON = ("London", "Southend", "Norwich", "Southampton", "Birmingham", "Staverton", "Oxford/Brize Norton")
MILAN = ("Milan", "Bergamo", "Lugano", "Verona", "Turin")
NEW_YORK = ("New York", "Newark", "White Plains", "Islip", "Newburgh", "Trenton", "Morristown", "Teterboro")
PEARL = ("Hong Kong", "Shenzhen", "Taipa", "Zhuhai", "Huizhou")
RHINE = ("Frankfurt", "Baden-Baden", "Zweibrücken", "Mannheim")
FLORIDA = ("Miami", "Fort Lauderdale", "West Palm Beach", "South Bimini")
#: Hub, year and true value, and of each of its cities the name, the country, the codes of airports within 100 km as
#: the map has them, and what they are called.
FIGURES = [
    ("kyiv", "2022", 0, [("Kyiv", "UA", "KBP IEV", ("Kiev",))]),
    ("kyiv", "2020", 109, [("Kyiv", "UA", "KBP IEV", ("Kiev",))]),
    ("rhine-neckar", "2022", 299, [("Mannheim", "DE", "FRA FKB ZQW MHG", RHINE)]),
    ("oxford", "2022", 376, [("Oxford", "GB", "LHR LGW LCY LTN SOU BHX GLO BZZ", LONDON[:1] + LONDON[3:])]),
    ("cambridge", "2022", 371, [("Cambridge", "GB", "LHR LCY STN LTN SEN NWI", LONDON[:3])]),
    ("shenzhen", "2022", 213, [("Shenzhen", "CN", "HKG SZX MFM ZUH HUZ", PEARL)]),
    ("basel", "2022", 190, [("Basel", "CH", "ZRH BSL BRN", ("Zurich", "Basle", "Bern"))]),
    ("chengdu", "2022", 133, [
        ("Chengdu", "CN", "CTU", ("Chengdu",)),
        ("Deyang", "CN", "CTU MIG", ("Chengdu", "Mianyang")),
        ("Tianpeng", "CN", "CTU MIG", ("Chengdu", "Mianyang")),
    ]),
    ("tehran", "2022", 90, [
        (each, "IR", "IKA THR", ("Tehran",))
        for each in ("Tehran", "Karaj", "Naz̧arābād", "Pardīs", "Robāţ Karīm")
    ]),
    ("moscow", "2022", 183, [
        (each, "RU", "DME SVO VKO ZIA", ("Moscow", "Zhukovsky"))
        for each in ("Moscow", "Elektrostal’", "Podolsk", "Zelenograd")
    ]),
    ("moscow", "2020", 286, [
        (each, "RU", "DME SVO VKO ZIA", ("Moscow", "Zhukovsky"))
        for each in ("Moscow", "Elektrostal’", "Podolsk", "Zelenograd")
    ]),
    ("milan", "2022", 203.18, [
        ("Milan", "IT", "MXP LIN BGY LUG", MILAN[:3]),
        ("Como", "IT", "MXP LIN BGY LUG", MILAN[:3]),
        ("Bergamo", "IT", "MXP LIN BGY LUG", MILAN[:3]),
        ("Novara", "IT", "MXP LIN BGY LUG TRN", (*MILAN[:3], "Turin")),
    ]),
    ("new-york", "2022", 273.97, [
        ("New York City", "US", "JFK LGA EWR HPN ISP SWF TTN MMU TEB", NEW_YORK),
        ("Greenburgh", "US", "JFK LGA EWR HPN ISP SWF HVN MMU TEB", (*NEW_YORK[:5], *NEW_YORK[6:], "New Haven")),
        ("Edison", "US", "JFK LGA EWR HPN ABE TTN MMU TEB", (*NEW_YORK[:3], *NEW_YORK[5:], "Allentown")),
        ("Parsippany", "US", "JFK LGA EWR HPN SWF ABE TTN MMU TEB", (*NEW_YORK[:3], *NEW_YORK[4:], "Allentown")),
    ]),
    ("tallinn", "2022", 34, [("Tallinn", "EE", "TLL", ("Tallinn",))]),
    ("miami", "2022", 213.61, [
        ("Miami", "US", "MIA FLL BIM", (*FLORIDA[:2], FLORIDA[3])),
        ("Fort Lauderdale", "US", "MIA FLL PBI BIM", FLORIDA),
        ("West Palm Beach", "US", "FLL PBI", FLORIDA[1:3]),
    ]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("hub", "year", "true", "of_cities"), FIGURES, ids=[f"{each[0]}-{each[1]}" for each in FIGURES]
)
def test_a_hubs_average_inhabitant_reaches_as_many_cities(
    hub: str, year: str, true: float, of_cities: list[tuple[str, str, str, tuple[str, ...]]]
) -> None:
    """The mean over the hub's cities, weighted with GeoNames' inhabitants of each."""
    people: dict[tuple[str, str], int] = {}
    for row in read(RAW / "gazetteer/geonames_cities5000_slim.csv"):
        key = row["name"], row["countrycode"]
        people[key] = max(people.get(key, 0), int(row["population"]))
    weights = [people[name, country] for name, country, _, _ in of_cities]
    reached = [cities(year, codes, *own) for _, _, codes, own in of_cities]
    again = sum(weight * each for weight, each in zip(weights, reached, strict=True)) / sum(weights)
    found = shipped(hub, "connectivity", "reach_inhabitants", year=year)

    assert again == pytest.approx(true, abs=0.005)
    assert found / shipped(hub, "connectivity", "inhabitants", year=year) == pytest.approx(again, abs=1e-9)
