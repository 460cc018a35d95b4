"""Builds the regions' polygons and tables from Eurostat's: `python -m tools.european_regions`."""

import gzip
import json
import sys
from typing import Any

import pycountry
import shapely
from shapely.geometry import mapping, shape

from tools.raw import REFERENCE, ROOT, read_options, write_table, write_text

PACKAGE = ROOT / "scenarios/src/hubrank_scenarios/european-regions"
YEARS = (2012, 2018)
#: Borders are simplified together, so that neighbours still meet: triangles of less than this, squared, go (degrees).
TOLERANCE = 0.01
DECIMALS = 3
#: Eurostat's codes of countries that are not those of ISO 3166-1.
CODES = {"EL": "GR", "UK": "GB"}
#: The columns of the table of regions, by Eurostat's name of each in the raw files.
FIGURES = {
    "gdp": "region_gdp",
    "population": "region_population",
    "unemployment": "unemployment_rate_t",
    "life_expectancy": "life_expectancy_t",
    "employment_gap": "gender_employ_gap",
}


def main() -> int:
    """Build the three files."""
    raw = REFERENCE / "more/eurostat-nuts2"
    options = read_options("european_regions", "the European regions", raw, "SOURCE.md", PACKAGE)
    features, figures = {}, []
    for year in YEARS:
        with gzip.open(options.raw / f"nuts2_{year}.geojson.gz") as file:
            features[year] = sorted(json.load(file)["features"], key=lambda item: str(item["properties"]["NUTS_ID"]))
        for item in features[year]:
            own = [item["properties"].get(column) for column in FIGURES.values()]
            if any(value is not None for value in own):
                figures.append([item["properties"]["NUTS_ID"], year, *own])
    write_text(options.output / "regions.geojson", polygons(features[YEARS[-1]]))
    write_table(options.output / "regions.csv", ["nuts", "year", *FIGURES], figures)
    patents = [[item["properties"]["NUTS_ID"], 2012, item["properties"]["patents"]] for item in features[2012]]
    applied = [row for row in patents if row[-1] is not None]
    write_table(options.output / "patents.csv", ["nuts", "year", "applications"], applied)
    return 0


def polygons(features: list[dict[str, Any]]) -> str:
    """The regions with what units need and their borders simplified, one feature a line."""
    lines = []
    simple = shapely.coverage_simplify([shape(item["geometry"]) for item in features], TOLERANCE)
    for raw, polygon in zip(features, simple, strict=True):
        code = raw["properties"]["NUTS_ID"]
        country = pycountry.countries.get(alpha_2=CODES.get(code[:2], code[:2])).alpha_3
        named = {"unit": code, "name": raw["properties"]["NUTS_NAME"], "country": country, "nuts": code}
        feature = {"type": "Feature", "properties": named, "geometry": rounded(mapping(polygon))}
        lines.append(json.dumps(feature, ensure_ascii=False))
    return '{"type": "FeatureCollection", "features": [\n' + ",\n".join(lines) + "\n]}\n"


def rounded(geometry: Any) -> Any:
    """A geometry with coordinates of three decimals, which is 100 m."""
    if isinstance(geometry, dict):
        return {**geometry, "coordinates": rounded(geometry["coordinates"])}
    return round(geometry, DECIMALS) if isinstance(geometry, float | int) else [rounded(item) for item in geometry]


if __name__ == "__main__":
    sys.exit(main())
