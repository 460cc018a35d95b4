"""Shares of hubs' papers in the Leiden Ranking recounted without the builder."""

import pytest

from plugins.almanac.tests.recounting import RAW, needs_raw_tables, read, shipped

pytestmark = [needs_raw_tables, pytest.mark.long]

COLUMNS = {
    "top10_papers": "P_top10",
    "industry_papers": "P_industry_collab",
    "international_papers": "P_int_collab",
}
TEL_AVIV = ("Tel Aviv University", "Weizmann Institute of Science", "Bar-Ilan University")
GENEVA = ("University of Geneva", "University of Lausanne", "Ecole Polytechnique Fédérale de Lausanne")
#: Hub, papers, the column whose share of them is taken, the true share in per cent, and the universities.
FIGURES = [
    ("basel", 11_988, "top10_papers", 17.618, ("University of Basel",)),
    ("basel", 11_988, "industry_papers", 11.587, ("University of Basel",)),
    ("tel-aviv", 27_878, "top10_papers", 13.695, TEL_AVIV),
    ("bengaluru", 7_330, "top10_papers", 8.049, ("Indian Institute of Science",)),
    ("shenzhen", 11_717, "top10_papers", 14.577,
     ("Shenzhen University", "Southern University of Science and Technology")),
    ("oxford", 38_669, "international_papers", 69.066, ("University of Oxford",)),
    ("eindhoven", 9_396, "industry_papers", 11.569, ("Eindhoven University of Technology", "Tilburg University")),
    ("geneva-lausanne", 36_262, "top10_papers", 18.121, GENEVA),
    ("haifa", 13_433, "international_papers", 49.475,
     ("Technion. Israel Institute of Technology", "University of Haifa")),
    ("princeton-trenton", 13_100, "top10_papers", 23.260, ("Princeton University",)),
    ("zurich", 41_860, "international_papers", 70.738,
     ("University of Zurich", "Eidgenössische Technische Hochschule Zürich")),
    ("jakarta", 0, "top10_papers", None, ()),
]  # fmt: skip


@pytest.mark.parametrize(
    ("hub", "papers", "column", "share", "universities"),
    FIGURES,
    ids=[f"{each[0]}-{each[2]}" for each in FIGURES],
)
def test_a_hubs_share_is_what_the_raw_list_says(
    hub: str, papers: float, column: str, share: float | None, universities: tuple[str, ...]
) -> None:
    """Papers of the universities that were found by hand, and the share of them; a hub without one has no row."""
    rows = [row for row in read(RAW / "papers/leiden_2020_latlon.csv") if row["university"] in universities]
    again = [sum(float(row[name]) for row in rows) for name in ("P_est", COLUMNS[column])]
    here = [shipped(hub, "works", name) for name in ("papers", column)]

    assert (len(rows), again[0]) == (len(universities), papers)
    assert here == pytest.approx(again)
    assert share is None or 100 * here[1] / here[0] == pytest.approx(share, abs=0.001)
