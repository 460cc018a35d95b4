"""Builds the regions' polygons and tables from Eurostat's: `python -m tools.european_regions`."""

import gzip
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import mapping, shape

from tools.raw import REFERENCE, ROOT, read_options, write_table, write_text

PACKAGE = ROOT / "scenarios/src/hubrank_scenarios/european-regions"
YEARS = (2012, 2018)
#: Borders are simplified together, so that neighbours still meet: triangles of less than this, squared, go (degrees).
TOLERANCE = 0.01
DECIMALS = 3
ISO_CODES = """
AL=ALB AT=AUT BE=BEL BG=BGR CH=CHE CY=CYP CZ=CZE DE=DEU DK=DNK EE=EST EL=GRC ES=ESP FI=FIN FR=FRA HR=HRV HU=HUN IE=IRL
IS=ISL IT=ITA LI=LIE LT=LTU LU=LUX LV=LVA ME=MNE MK=MKD MT=MLT NL=NLD NO=NOR PL=POL PT=PRT RO=ROU RS=SRB SE=SWE SI=SVN
SK=SVK TR=TUR UK=GBR
"""
#: ISO 3166-1 alpha-3 of Eurostat's codes of countries.
COUNTRIES = dict(pair.split("=") for pair in ISO_CODES.split())
#: The columns of the table of regions, by Eurostat's name of each in the raw files.
FIGURES = {
    "gdp": "region_gdp",
    "population": "region_population",
    "unemployment": "unemployment_rate_t",
    "life_expectancy": "life_expectancy_t",
    "employment_gap": "gender_employ_gap",
}
Feature = dict[str, Any]


def main() -> int:
    """Build the three files."""
    raw = REFERENCE / "more/eurostat-nuts2"
    options = read_options("european_regions", "the European regions", raw, "SOURCE.md", PACKAGE)
    features = {year: features_of(options.raw / f"nuts2_{year}.geojson.gz") for year in YEARS}
    write_text(options.output / "regions.geojson", polygons(features[YEARS[-1]]))
    write_table(options.output / "regions.csv", ["nuts", "year", *FIGURES], figures(features))
    write_table(options.output / "patents.csv", ["nuts", "year", "applications"], patents(features[2012]))
    return 0


def features_of(path: Path) -> list[Feature]:
    """The features of a file, by code."""
    with gzip.open(path) as file:
        return sorted(json.load(file)["features"], key=lambda item: str(item["properties"]["NUTS_ID"]))


def polygons(features: list[Feature]) -> str:
    """The regions with their borders simplified, one feature a line."""
    simple = shapely.coverage_simplify([shape(item["geometry"]) for item in features], TOLERANCE)
    lines = [json.dumps(feature(own, item), ensure_ascii=False) for own, item in zip(features, simple, strict=True)]
    return '{"type": "FeatureCollection", "features": [\n' + ",\n".join(lines) + "\n]}\n"


def feature(raw: Feature, polygon: shapely.Geometry) -> Feature:
    """A region with what units need."""
    code = raw["properties"]["NUTS_ID"]
    named = {"unit": code, "name": raw["properties"]["NUTS_NAME"], "country": COUNTRIES[code[:2]], "nuts": code}
    return {"type": "Feature", "properties": named, "geometry": rounded(mapping(polygon))}


def rounded(geometry: Any) -> Any:
    """A geometry with coordinates of three decimals, which is 100 m."""
    if isinstance(geometry, dict):
        return {**geometry, "coordinates": rounded(geometry["coordinates"])}
    return round(geometry, DECIMALS) if isinstance(geometry, float | int) else [rounded(item) for item in geometry]


def figures(raw: dict[int, list[Feature]]) -> Iterable[list[Any]]:
    """The rows of the table of regions: those with any figure."""
    for year, features in raw.items():
        for item in features:
            own = [item["properties"].get(column) for column in FIGURES.values()]
            if any(value is not None for value in own):
                yield [item["properties"]["NUTS_ID"], year, *own]


def patents(features: list[Feature]) -> Iterable[list[Any]]:
    """The rows of the table of patents."""
    for item in features:
        if (applications := item["properties"]["patents"]) is not None:
            yield [item["properties"]["NUTS_ID"], 2012, applications]


if __name__ == "__main__":
    sys.exit(main())
