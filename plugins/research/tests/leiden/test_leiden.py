"""Editions of the Leiden Ranking as Zenodo unpacks them, on a server of this machine, from nothing to a ranking."""

from pathlib import Path

import pandas as pd
import pytest
from hubrank.testing import examples
from hubrank_research import leiden
from hubrank_research.leiden import Options

from tests.services import SAMPLES, fetched_rows, from_nothing, moved

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
NAME = "cwts_leiden_ranking_open_edition_{}.zip"
KEY = ("university_id", "main_field_id", "period_begin_year")
UNIVERSITIES = (
    ("university_id", "university", "university_ror_id", "country_code", "latitude", "longitude", "is_mtor_university"),
    (1, 'Univ "C"', "https://ror.org/013meh722", "GB", 52.2, 0.12, 1),
    (2, "Anglia", "https://ror.org/0009t4v78", "GB", 52.21, 0.13, 0),
    (3, "Oxford", "https://ror.org/052gg0110", "gb", 51.75, -1.26, 0),
    (4, "Nowhere", "", "GB", "", "NULL", 0),
)
IMPACT = (
    (*KEY, "core_pubs_only", "fractional_counting", "p", "p_top_1", "p_top_10", "pp_top_10"),
    (1, 0, 2020, 1, 1, 100.5, 1.5, 10.5, 0.1),
    (1, 0, 2020, 1, 0, 180, 2, 20, 0.11),
    (1, 0, 2020, 0, 1, 130.25, 1.75, 11, 0.08),
    (1, 3, 2020, 1, 1, 40, 1, 5, 0.125),
    (1, 0, 2019, 1, 1, 90, 1, 9, 0.1),
    (1, 3, 2019, 1, 1, 33, 1, 4, 0.12),
    (2, 0, 2020, 1, 1, 9.5, 0.5, 1.5, 0.16),
    (2, 3, 2020, 1, 1, 4, 0, 1, 0.25),
    (3, 0, 2020, 1, 1, 200, "", "NULL", ""),
    (3, 3, 2020, 1, 1, 60, 2, 7, 0.12),
    (4, 0, 2020, 1, 1, 7, 0, 1, 0.14),
)
SHARED = (
    (*KEY, "core_pubs_only", "p", "p_int_collab", "p_industry_collab"),
    (1, 0, 2020, 1, 180, 90, 9),
    (1, 0, 2020, 0, 200, 99, 10),
    (1, 0, 2019, 1, 170, 80, 8),
    (1, 3, 2019, 1, 50, 20, 2),
    (1, 3, 2020, 1, 60, 30, 3),
    (2, 0, 2020, 1, 12, 6, 1),
    (2, 3, 2020, 1, 5, 2, 1),
    (3, 0, 2020, 1, 300, "", 20),
    (3, 3, 2020, 1, 80, 40, 8),
)


def tsv(rows, end="\n"):
    """A table as CWTS writes it: nothing is quoted."""
    return "".join("\t".join(map(str, row)) + end for row in rows)


@pytest.fixture
def zenodo(httpserver, monkeypatch, tmp_path):
    """Zenodo on this machine, and a folder with the page's scenario."""
    files = {shown.file: shown.code for shown in examples(README, "leiden") if shown.file}
    moved(httpserver, monkeypatch, tmp_path, files, zenodo="/api")
    return httpserver


def serve(zenodo, year=2025, universities=UNIVERSITIES, impact=IMPACT, shared=SHARED, end="\n"):
    """An edition's record, and the tables in its zip; the zip itself and its publications are not there."""
    number, name = leiden.RECORDS[year], NAME.format(year)
    about = {"title": "x", "publication_date": f"{year}-10-30", "version": None}
    files = [{"key": "README.md", "size": 1, "checksum": "md5:x"}, {"key": name, "size": 9, "checksum": "md5:y"}]
    zenodo.expect_request(f"/api/records/{number}").respond_with_json({"id": number, "metadata": about, "files": files})
    inside = f"/api/records/{number}/files/{name}/container/"
    inside += f"{name.removesuffix('.zip')}/university_{{}}" if year == 2025 else "university_main_field_period_{}"
    zenodo.expect_request(inside.rpartition("/")[0] + "/university.tsv").respond_with_data(tsv(universities, end))
    zenodo.expect_request(inside.format("impact_indicators.tsv")).respond_with_data(tsv(impact, end))
    zenodo.expect_request(inside.format("collab_indicators.tsv")).respond_with_data(tsv(shared, end))


def test_rows(zenodo):
    """Of a university and period the fractions of the core in all fields; what the table of places lacks is a gap."""
    serve(zenodo)
    found = fetched_rows(leiden, "works").set_index(["university", "year"])

    assert list(found.index) == [
        ('Univ "C"', 2023),
        ('Univ "C"', 2022),
        ("Anglia", 2023),
        ("Oxford", 2023),
        ("Nowhere", 2023),
    ]
    first = found.loc[('Univ "C"', 2023)]
    assert (first["ror"], first["country"], first["lat"], first["lon"]) == ("013meh722", "GBR", 52.2, 0.12)
    assert first[["from_year", "papers", "top10_papers", "top1_papers"]].tolist() == [2020, 100.5, 10.5, 1.5]
    assert first[["industry_papers", "international_papers"]].tolist() == [9, 90]
    assert first["method"] == "fractional counting; papers with firms and of several countries in full"
    assert found.loc[("Oxford", 2023)][["top10_papers", "top1_papers", "international_papers"]].isna().all()
    nowhere = found.loc[("Nowhere", 2023)]
    assert nowhere[["lat", "lon", "ror", "industry_papers"]].isna().all()
    assert nowhere["papers"] == 7


@pytest.mark.parametrize(
    ("options", "papers", "industry"),
    [({"counting": "full"}, 180, 9), ({"core": False}, 130.25, 10), ({"field": 3}, 40, 3)],
)
def test_what_is_chosen(zenodo, options, papers, industry):
    """Each option has its own rows; what is counted in full says what that does."""
    serve(zenodo)
    first = fetched_rows(leiden, "works", **options).iloc[0]

    assert (first["papers"], first["industry_papers"]) == (papers, industry)
    assert ("a paper of two universities is 1 for each" in first["method"]) == (options.get("counting") == "full")


def test_from_nothing_to_a_ranking(zenodo, capsys):
    """The page's scenario: nothing is fetched unasked or twice, and each edition has its own period."""
    serve(zenodo)
    from_nothing("universities.toml", "zenodo", capsys, zenodo.log)
    found = pd.read_csv("run/values.csv").pivot(index=["edition", "unit"], columns="indicator", values="measured")
    # Cambridge has two universities: 40 + 4 papers, 5 + 1 of the tenth, 3 + 1 with firms, 30 + 2 with other countries.
    wanted = {"papers": 44, "top-papers": 6, "industry-papers": 4, "international-papers": 32}
    assert found.loc[2023, "cambridge"].to_dict() == wanted
    assert found.loc[(2023, "oxford"), "papers"] == 60
    assert found.loc[(2022, "cambridge"), "papers"] == 33
    (origin,) = leiden.origins(Options())
    assert (origin.published, len(origin.accessed)) == ("2025-10-30", 10)
    assert len(zenodo.log) == 4


@pytest.mark.skipif(not (SAMPLES / "leiden").is_dir(), reason="the headers of the tables are not there")
@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("university", leiden.UNIVERSITY),
        ("university_impact_indicators", leiden.IMPACT),
        ("university_collab_indicators", leiden.COLLABORATION),
    ],
)
def test_headers(name, columns):
    """CWTS' own tables have the columns that are read."""
    path = SAMPLES / "leiden" / f"{name}.header.tsv"

    leiden.check_columns(path, columns)
    assert "core_pubs_only" in leiden.header(path) or name == "university"
