"""The keys that divide patents: totals of countries, regions and provinces by year, and older counts of metros."""

from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tools.almanac.sources import Gazetteer, places_by_hand, read_input
from tools.vintage.rows import Place, distance_km

OFFICES = "patents/ncses_pct_applications_by_country_2000_2022.csv"
CNIPA = "patents/cnipa_pct_received_by_province_2018_2022_2023.csv"
REGIONS = "patents/oecd_region_tl2_pct_2001_2015.csv"
METROS = "patents/metro_patents_1980_2014_straccamore.csv"
OECD_METROS = "patents/oecd_metro_2008_2012_patents_gdp_pop.csv"
REGPAT = "patents/oecd_regpat_us_cbsa_2008_2012.csv"
USPTO = "patents/uspto_utility_patents_us_msa_2000_2015.csv"
CITIES = "cnipa-cities-2016/cnipa_cities.csv"
YEARS = list(range(2018, 2023))
CODES = {"UK": "GB", "EL": "GR", "ME": "MX"}
EPO = "European Patent Office"
MEMBER_CODES = "AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LT LU LV MT NL NO PL PT RO SE SI SK TR"
MEMBERS = frozenset(MEMBER_CODES.split())
LISTED_KM = 30.0
SPANS = {"early": range(2008, 2013), "late": range(2011, 2016)}
ONE_CITY = ("Tianjin", "Chongqing")
GEONAMES_CODES = (
    "01=Anhui,02=Zhejiang,03=Jiangxi,04=Jiangsu,05=Jilin,06=Qinghai,07=Fujian,08=Heilongjiang,09=Henan,10=Hebei,"
    "11=Hunan,12=Hubei,13=Xinjiang,14=Tibet,15=Gansu,16=Guangxi,18=Guizhou,19=Liaoning,20=Inner Mongolia,21=Ningxia,"
    "22=Beijing,23=Shanghai,24=Shanxi,25=Shandong,26=Shaanxi,28=Tianjin,29=Yunnan,30=Guangdong,31=Hainan,32=Sichuan,"
    "33=Chongqing"
)
PROVINCES = dict(pair.split("=") for pair in GEONAMES_CODES.split(","))


class Totals:
    """PCT applications of each of `YEARS`, by the year of publication.

    The OECD counts by inventor and year of priority, to 2015; the offices (NCSES) by year of publication, about a year
    later, to 2022. A country's count of 2011-2015 moves as its office's does since 2012-2016. What members of the
    European Patent Office do not file at their own moves as the European one's does.
    """

    def __init__(self, raw: Path, gazetteer: Gazetteer) -> None:
        offices = pd.read_csv(raw / OFFICES).set_index("country").drop(columns=["region", "total"])
        offices = offices.rename(columns=int).astype(float).drop("Taiwan")  # which is no member of the treaty
        self._epo = offices.loc[EPO]
        codes = pd.Series([gazetteer.alpha2(name) for name in offices.index], index=offices.index)
        self._offices = offices[codes.notna()].set_axis(codes.dropna())
        regions = pd.read_csv(raw / REGIONS)
        regions = regions.pivot_table(index="reg_id", columns="year", values="pct_applications", aggfunc="sum")
        self._regions = regions
        self._countries = regions.groupby(regions.index.str[:2].to_series().replace(CODES).to_numpy()).sum()
        cnipa = pd.read_csv(raw / CNIPA).set_index("region").drop("Taiwan")
        shares = cnipa[["pct_2018", "pct_2022"]] / cnipa[["pct_2018", "pct_2022"]].sum()
        of_year = {year: np.interp(year, [2018, 2022], [0, 1]) for year in YEARS}
        self._provinces = pd.DataFrame(
            {year: shares["pct_2018"] * (1 - part) + shares["pct_2022"] * part for year, part in of_year.items()}
        )

    def oecd(self) -> list[str]:
        """The countries (alpha-2) that the OECD counts by region."""
        return list(self._countries.index)

    def mean(self, country: str, first: int, last: int) -> float:
        """A country's applications a year by inventor, a mean of years of priority."""
        return float(self._countries.loc[country, first:last].mean())

    def country(self, code: str) -> pd.Series:
        """A country's applications, by year; where the OECD has none, its office's; even without an office."""
        if code not in self._offices.index:
            return pd.Series(1.0, index=YEARS)
        if code not in self._countries.index:
            return self._offices.loc[code, YEARS]
        return self.moved(code, (2011, 2015), (YEARS[0], YEARS[-1]))

    def moved(self, code: str, counted: tuple[int, int], to: tuple[int, int]) -> pd.Series:
        """A country's count by inventor of some years moved to years of publication, as offices' counts move."""
        inventors = self.mean(code, *counted)
        office = self._offices.loc[code]
        before, epo_before = (of.loc[counted[0] + 1 : counted[1] + 1].mean() for of in (office, self._epo))
        at_home = min(inventors, before) if code in MEMBERS else inventors
        then = slice(*to)
        return at_home * office.loc[then] / before + (inventors - at_home) * self._epo.loc[then] / epo_before

    def counted(self, codes: str, first: int, last: int) -> float:
        """The OECD's yearly count for a region, several together (`IN03+IN20`) or a country (`MX`)."""
        if not codes[2:]:
            return self.mean(codes, first, last)
        return float(self._regions.reindex(codes.split("+")).loc[:, first:last].mean(axis=1).sum())

    def region(self, codes: str) -> pd.Series:
        """The applications of a region, several together (`IN03+IN20`) or a country (`MX`), by year."""
        country = CODES.get(codes[:2], codes[:2])
        if not codes[2:]:
            return self.country(codes)
        return self.counted(codes, 2011, 2015) / self.mean(country, 2011, 2015) * self.country(country)

    def province(self, name: str) -> pd.Series:
        """A Chinese province's part of the country's: its share of CNIPA's count, straight from 2018 to 2022."""
        return self._provinces.loc[name] * self.country("CN")


def old_metros(raw: Path, gazetteer: Gazetteer) -> pd.DataFrame:
    """Straccamore et al.'s metropolitan areas that can be placed: `place`, `country` (alpha-2), `patents` 2008-2012."""
    listed = pd.read_csv(raw / METROS, keep_default_na=False)
    corrected = places_by_hand("patent_metros.csv", "metro", list="straccamore")
    rows = []
    for metro in listed.to_dict("records"):
        name, country, state = corrected.get(str(metro["ma_row"]), (metro["metro_area"], metro["country_iso2"], ""))
        place = gazetteer.find(name, country, state) if name else None
        if place:
            amount = float(sum(metro[f"pat_{year}"] for year in range(2008, 2013)))
            rows.append({"place": place, "country": country, "patents": amount})
    return pd.DataFrame(rows).groupby(["place", "country"], as_index=False)["patents"].sum()


def american_metros(raw: Path, gazetteer: Gazetteer) -> pd.Series:
    """Shares, by place, of the OECD's count 2008-2012, moved by patents of the USPTO 2011-2015 over 2008-2012."""
    areas = pd.read_csv(raw / REGPAT)
    corrected = places_by_hand("patent_metros.csv", "metro", list="regpat")
    named = [corrected.get(str(row.cbsa_code), (row.cbsa_name,))[0] for row in areas.itertuples(index=False)]
    areas["place"] = [msa_place(title, gazetteer) for title in named]
    msas = pd.read_csv(raw / USPTO, dtype={"ID Code": str})
    msas = msas[msas["ID Code"].notna()]
    msas["place"] = [msa_place(title, gazetteer) for title in msas["U.S. Regional Title"]]
    spans = {name: msas[[str(year) for year in years]].sum(axis=1) for name, years in SPANS.items()}
    spans = {name: amounts.groupby(msas["place"]).sum() / amounts.sum() for name, amounts in spans.items()}
    moved = (spans["late"] / spans["early"]).replace(np.inf, np.nan)
    amounts = areas["cbsa_patents_invented"] * areas["place"].map(moved).fillna(1)
    return (amounts / amounts.sum()).groupby(areas["place"]).sum()


def msa_place(title: str, gazetteer: Gazetteer) -> Place | None:
    """The first city of a metropolitan area's title (`Raleigh-Cary, NC`) that GeoNames has, or none."""
    name, _, states = title.replace("--", "-").partition(", ")
    cities, state = name.split("/")[0].split("-"), states.split("-")[0].strip()
    names = ["-".join(cities[:count]) for count in range(len(cities), 0, -1)]
    return next((place for city in names if (place := gazetteer.find(city, "US", state))), None)


def oecd_metros(raw: Path, gazetteer: Gazetteer) -> Iterator[tuple[Any, str, Place, bool]]:
    """The OECD's metropolitan areas with their country (alpha-2), their place, and whether the name gives it."""
    corrected = places_by_hand("patent_metros.csv", "metro", list="oecd-metro")
    for metro in pd.read_csv(raw / OECD_METROS).itertuples(index=False):
        near = gazetteer.nearest(metro.lat, metro.lon)
        country = gazetteer.cell(near, "countrycode")
        name, *where = corrected.get(metro.METRO_ID, (metro.METRO_ID, country, ""))
        place = gazetteer.find(name, *where) or near if name else near
        yield metro, gazetteer.cell(place, "countrycode"), place, bool(name)


def chinese_cities(since: Path, gazetteer: Gazetteer, metros: pd.DataFrame) -> pd.DataFrame:
    """Shares of their province: `counted` by CNIPA in 2016, else of what those leave by patents 2008-2012."""
    cnipa = pd.read_csv(since / CITIES)
    cnipa = cnipa[cnipa["measure"] == "pct_received_2016"]
    cities = cnipa.loc[cnipa["level"] == "city", ["name", "province", "value"]]
    whole = cnipa[cnipa["level"] == "province"].set_index("name")["value"]
    cities = pd.concat(
        [cities, pd.DataFrame([{"name": name, "province": name, "value": whole[name]} for name in ONE_CITY])]
    )
    cities["place"] = [gazetteer.find(name, "CN") for name in cities["name"]]
    cities["share"] = cities["value"] / cities["province"].map(whole)
    others = metros[metros["country"] == "CN"].copy()
    others["province"] = [province_of(place, gazetteer) for place in others["place"]]
    others = others[others["province"].isin(whole.index) & far_from(cities["place"], others["place"], LISTED_KM)]
    left = 1 - cities.groupby("province")["share"].sum().reindex(whole.index).fillna(0)
    others["share"] = others["patents"] / others.groupby("province")["patents"].transform("sum")
    others["share"] *= others["province"].map(left)
    both = [cities.assign(counted=True), others.assign(counted=False)]
    return pd.concat(both, ignore_index=True)[["place", "province", "share", "counted"]]


def far_from(named: Collection[Place], places: Collection[Place], within_km: float) -> np.ndarray:
    """Whether each of the places lies near none of those named."""
    lats, lons = np.array([place.lat for place in named]), np.array([place.lon for place in named])
    return np.array(
        [float(distance_km(p.lat, p.lon, lats, lons).min(initial=np.inf)) > within_km for p in places], dtype=bool
    )


def province_of(place: Place, gazetteer: Gazetteer) -> str:
    """The Chinese province of a place, as CNIPA names it."""
    return "Hong Kong" if place.country == "HKG" else PROVINCES.get(gazetteer.cell(place, "admin1code"), "")


def regions_of(metros: Iterable[Any], gazetteer: Gazetteer) -> list[str]:
    """The region of each metro (`place`, `country`): of the nearest city in `oecd_regions.csv`; else its country."""
    table = read_input("oecd_regions.csv")
    cities = [
        (row.country, row.regions, place)
        for row in table.itertuples(index=False)
        for city in row.cities.split("; ")
        if (place := gazetteer.find(city, row.country))
    ]
    found = []
    for metro in metros:
        regions = [(region, place) for country, region, place in cities if country == metro.country]
        lats, lons = (np.array([getattr(place, axis) for _, place in regions]) for axis in ("lat", "lon"))
        nearest = int(distance_km(metro.place.lat, metro.place.lon, lats, lons).argmin()) if regions else -1
        found.append(regions[nearest][0] if regions else metro.country)
    return found
