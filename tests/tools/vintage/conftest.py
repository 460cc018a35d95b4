"""Zenodo with an edition of the Leiden Ranking, and the Nobel Prize API, on this machine; values are made up."""

import pytest
from hubrank_fetching import clock

KEY = ("university_id", "main_field_id", "period_begin_year", "core_pubs_only")
UNIVERSITIES = (
    ("university_id", "university", "university_ror_id", "country_code", "latitude", "longitude"),
    (1, "Univ Cambridge", "https://ror.org/013meh722", "GB", 52.2054, 0.1132),
    (2, "Anglia Ruskin Univ", "https://ror.org/0009t4v78", "GB", 52.2034, 0.1340),
    (3, "Univ Oxford", "https://ror.org/052gg0110", "GB", 51.7570, -1.2545),
    (4, "Univ Nowhere", "", "GB", "", ""),
    (5, "Univ Highlands", "", "GB", 57.2512, -4.9087),
)
#: Papers and those of the tenth by university and first year, counted in full, and what a fraction would be.
PAPERS = {(1, 2020): (180, 20), (1, 2019): (170, 18), (1, 2010): (99, 9), (2, 2020): (12, 1), (3, 2020): (300, 33)}
PAPERS |= {(4, 2020): (7, 0), (5, 2020): (5, 0)}
IMPACT = (
    (*KEY, "fractional_counting", "p", "p_top_1", "p_top_10"),
    *((who, 0, year, 1, 0, papers, 1, top) for (who, year), (papers, top) in PAPERS.items()),
    *((who, 0, year, 1, 1, papers / 2, 0.5, top / 2) for (who, year), (papers, top) in PAPERS.items()),
)
SHARED = (
    (*KEY, "p_int_collab", "p_industry_collab"),
    *((who, 0, year, 1, papers // 2, papers // 10) for (who, year), (papers, _) in PAPERS.items()),
)


def tsv(rows):
    """A table as CWTS writes it."""
    return "".join("\t".join(map(str, row)) + "\n" for row in rows)


def organisation(city, country, lat=None, lon=None):
    """An organisation as the Nobel Prize API has it, with a point or with its city's name alone."""
    now = {"en": city} | ({} if lat is None else {"latitude": str(lat), "longitude": str(lon)})
    return {"name": {"en": "A university"}, "cityNow": now, "city": {"en": city}, "countryNow": {"en": country}}


def laureate(number, year, category, *organisations):
    """A laureate of one whole prize."""
    prize = {"awardYear": str(year), "category": {"en": category}, "portion": "1", "affiliations": list(organisations)}
    return {"id": str(number), "nobelPrizes": [prize]}


CAMBRIDGE = organisation("Cambridge", "United Kingdom", 52.2, 0.12)
OXFORD = organisation("Oxford", "United Kingdom")
LAUREATES = [
    laureate(1, 2024, "Chemistry", CAMBRIDGE, OXFORD),
    laureate(2, 2024, "Chemistry", CAMBRIDGE),
    laureate(3, 2020, "Physics", OXFORD),
    laureate(4, 2024, "Physics"),
    laureate(5, 2024, "Peace", CAMBRIDGE),
]


@pytest.fixture
def services(httpserver, monkeypatch, tmp_path):
    """Both services, no one waiting for their pace, and an empty folder."""
    monkeypatch.setenv("HUBRANK_ZENODO_ADDRESS", httpserver.url_for("/api"))
    monkeypatch.setenv("HUBRANK_NOBEL_ADDRESS", httpserver.url_for("/2.1"))
    monkeypatch.setenv("HUBRANK_WIKIDATA_ADDRESS", httpserver.url_for("/sparql"))
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(clock, "sleep", lambda _: None)
    monkeypatch.chdir(tmp_path)
    name = "cwts_leiden_ranking_open_edition_2025"
    record = {"id": 17471989, "metadata": {"publication_date": "2025-10-30"}}
    record["files"] = [{"key": f"{name}.zip", "size": 9, "checksum": "md5:y"}]
    httpserver.expect_request("/api/records/17471989").respond_with_json(record)
    inside = f"/api/records/17471989/files/{name}.zip/container/{name}/"
    for table, rows in (("", UNIVERSITIES), ("_impact_indicators", IMPACT), ("_collab_indicators", SHARED)):
        httpserver.expect_request(f"{inside}university{table}.tsv").respond_with_data(tsv(rows))
    page = {"laureates": LAUREATES, "meta": {"count": len(LAUREATES), "offset": 0, "limit": 100}}
    httpserver.expect_request("/2.1/laureates").respond_with_json(page)
    return httpserver
