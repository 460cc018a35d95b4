"""What `audit` answers in Python."""

import hubrank
import pandas as pd


def test_findings_are_those_of_the_edition():
    """Two indicators that are one are redundant in both years; each edition reports its own."""
    frame = pd.DataFrame(
        {"unit": list("ABCD") * 2, "year": [2022] * 4 + [2023] * 4, "Income": [1, 2, 3, 5, 2, 4, 9, 1]}
    )
    made = hubrank.rank(frame.assign(Wages=2 * frame["Income"]), weight_uncertainty=0).audit(2022)

    assert "redundant" in made.table()["rule"].tolist()
    assert made.title.startswith("audit of Ranking, 2022: ")
    assert made.table("correlations")["edition"].unique().tolist() == [2022]
    assert {each.edition for each in made.record.findings} == {2022, 2023}
