import hubrank_patents
import pytest
from hubrank.testing import conforms, measured


@conforms(hubrank_patents, sample_options={"patents": [{}, {"per": 1e6}]})
def test_conformance(check):
    """It keeps an indicator's promises."""
    check()


def test_newest_vintage_and_missing_stays_missing():
    """400 applications of 2022, not 300 of 2018, for 2 million people; BBB has no figure."""
    units = {"AAA": {"population": 2_000_000}, "BBB": {"population": 1_000_000}}
    rows = [("AAA", 2018, 300.0), ("AAA", 2022, 400.0)]
    values = measured(hubrank_patents, edition=2024, options={"per": 1e6}, units=units, patents=rows)

    assert values.to_dict() == pytest.approx({"AAA": 200.0, "BBB": float("nan")}, nan_ok=True)
