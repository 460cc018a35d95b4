"""What `compare` answers in Python."""

import hubrank
import pandas as pd


def test_differences_are_those_of_the_ranks():
    """Turned round, the first of three becomes the last: differences -2, 2, 0, a correlation of -1."""
    frame = pd.DataFrame({"unit": list("ABC"), "Income": [1, 2, 3]})
    made = hubrank.rank(frame).compare(hubrank.rank(frame, direction={"Income": -1}))

    assert dict(zip(made.table()["unit"], made.table()["difference"], strict=True)) == {"A": 2, "B": 0, "C": -2}
    assert made.record.spearman == -1
    assert "in both: 3; in the top 3 of both: 3 of 3" in made.notes
