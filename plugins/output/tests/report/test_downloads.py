"""What a reader takes away from the page: CSV, a workbook and pictures, with the numbers that Python has."""

import io
import zipfile
from xml.etree import ElementTree

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hubrank.plugin import compose
from hubrank.uncertainty.outcome import assess, with_intervals
from PIL import Image

pytestmark = pytest.mark.long

OWN = "{ index: [1, 2.5], people: [2, 1] }"


@pytest.fixture(scope="session")
def ranking(forty):
    """The forty lands with published ranges."""
    measured = forty.measured()
    made = compose(forty.plan("[robustness]\ndraws = 300\nweight_uncertainty = 0.9"), measured)
    return with_intervals(made, assess(made, (measured,), closely=False))


@pytest.fixture(scope="module")
def published(visit_once, ranking):
    """Their page, on which nothing is changed."""
    return visit_once(ranking)


def taken(page, button):
    """The bytes of the file that a button gives."""
    with page.expect_download() as saved:
        page.click(button)
    return saved.value.path().read_bytes()


def as_csv(page):
    """The downloaded CSV."""
    return pd.read_csv(io.BytesIO(taken(page, "#download")), keep_default_na=False, na_values=[""])


def as_workbook(page):
    """The downloaded workbook."""
    return openpyxl.load_workbook(io.BytesIO(taken(page, "#download-workbook")))


def sheet_frame(book):
    """Its ranking as a frame."""
    rows = list(book["Ranking"].values)
    return pd.DataFrame(rows[1:], columns=rows[0])


@pytest.mark.parametrize("read", [as_csv, lambda page: sheet_frame(as_workbook(page))], ids=["csv", "xlsx"])
def test_the_published_ranking_with_its_ranges(published, ranking, read):
    """Ranks, ranges, tiers and every score are the core's, to 1e-9; best first."""
    found = read(published)
    order = ranking.order(1)

    assert found["unit"].tolist() == [ranking.codes[unit] for unit in order]
    assert found["edition"].unique().tolist() == [2024]
    for column, wanted in (("rank", ranking.ranks), ("low", ranking.low), ("high", ranking.high)):
        assert found[column].tolist() == wanted[1][order].tolist()
    np.testing.assert_allclose(found["score"], ranking.scores[1][order], rtol=1e-9)
    for part in ("research", "industry"):
        scores = ranking.nodes[part].scores[1][order]
        np.testing.assert_allclose(found[part].astype(float), scores, rtol=1e-9)
    tiers = [ranking.tier(1)[unit] for unit in order]
    assert found["tier"].fillna("").tolist() == tiers
    assert published.failed == []


def test_the_columns_are_those_of_the_run_folder(published, ranking):
    """The same ones in the same order, and the same in them."""
    found = as_csv(published)
    table = ranking.table()
    wanted = table[table["edition"] == 2024].reset_index(drop=True)

    assert list(found) == list(wanted)
    drawn = ("low", "high", "joint_low", "joint_high", "ranked_share", "evidence_tier")
    for column in ("rank", *drawn, "rank_change", "agreement"):
        np.testing.assert_array_equal(found[column].astype(float), wanted[column].astype(float))
    said = [each["robust_change"].astype(object).fillna("").map(str).tolist() for each in (found, wanted)]
    assert said[0] == said[1]


@pytest.mark.parametrize("read", [as_csv, lambda page: sheet_frame(as_workbook(page))], ids=["csv", "xlsx"])
def test_moved_weights_with_the_ranges_that_are_drawn_for_them(page, forty, read):
    """The download waits for the ranges; scores are those of the scenario with these weights, to 1e-9."""
    page.evaluate(f"window.hubrank.rerank({OWN})")
    found = read(page)
    drawn = page.evaluate("window.hubrank.intervals()")
    plan = forty.plan(
        "dimensions.research.weight = 1\ndimensions.industry.weight = 2.5\n"
        "indicators.b.weight = 2\nindicators.c.weight = 1"
    )
    wanted = compose(plan, forty.measured())
    order = wanted.order(1)

    assert found["unit"].tolist() == [wanted.codes[unit] for unit in order]
    assert found["rank"].tolist() == wanted.ranks[1][order].tolist()
    np.testing.assert_allclose(found["score"], wanted.scores[1][order], rtol=1e-9)
    assert drawn["from"] == "drawn"
    assert list(found)[-2:] == ["published_rank", "published_score"]
    assert found["low"].tolist() == [drawn["low"][unit] for unit in order]
    assert found["high"].tolist() == [drawn["high"][unit] for unit in order]


def test_hostile_names_are_text_in_the_workbook(published, ranking):
    """Every name is there as it is, no cell is a formula, and the one that looks like one is marked as text."""
    content = taken(published, "#download-workbook")
    sheet = openpyxl.load_workbook(io.BytesIO(content))["Ranking"]
    cells = {cell.value: cell for cell in sheet["C"][1:]}
    archive = zipfile.ZipFile(io.BytesIO(content))

    assert set(cells) == {ranking.names[unit] for unit in ranking.order(1)}
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row} <= {"s", "n"}
    assert cells['=CMD("calc")'].quotePrefix
    assert archive.testzip() is None
    assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_a_picture_is_a_file_of_its_own(page, forty):
    """SVG that is well formed and carries its style, in which no name does anything; PNG with something on it."""
    for hostile in forty.hostile[:3]:
        page.get_by_role("button", name=f"Pin {hostile}", exact=True).first.click()
    page.wait_for_timeout(400)
    for name in ("map", "editions", "uncertainty"):
        text = taken(page, f"button[data-picture={name}][data-form=svg]").decode()
        root = ElementTree.fromstring(text)  # noqa: S314 -- the page's own file
        image = Image.open(io.BytesIO(taken(page, f"button[data-picture={name}][data-form=png]")))
        tags = {each.tag.rpartition("}")[2] for each in root.iter()}
        attributes = {key for each in root.iter() for key in each.attrib}

        assert tags <= {"svg", "title", "rect", "g", "path", "circle", "text", "image"}
        assert not any(key.startswith("on") or key in ("class", "href") for key in attributes)
        assert root[0].text == "Forty lands, 2024"
        assert sum(bool(each.get("style")) for each in root.iter()) > 20
        assert image.size == (2 * int(float(root.get("width"))), 2 * int(float(root.get("height"))))
        assert len(image.convert("RGB").getcolors(1 << 24)) > 10
    assert page.failed == []
