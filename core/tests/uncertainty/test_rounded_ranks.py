"""Ranks of rounded scores: draws, tables and screen round by the rule of the ranking."""

import pytest
from hubrank.cli.app import run
from hubrank.ranking.ranking import compose
from hubrank.uncertainty.outcome import assess, with_intervals

#: One indicator without gaps, so that a score is its figure, and draws of what would fill gaps give the same.
ALONE = {
    "tree": {"a": ["x"]},
    "units": 3,
    "normalisation": {"method": "none"},
    "robustness": {"imputation": ["none", "median"], "draws": 500},
}
ROUNDINGS = {
    # 1.005 is half-way between 1.00 and 1.01, away from 0 it is 1.01; so is 1.01; 1 is less
    "half-up": ([1.005, 1.01, 1.0], [1, 1, 3], ["1.01", "1.01", "1.00"]),
    # 1.015 is half-way between 1.01 and 1.02, of which 1.02 ends on an even digit; 1.01 is less
    "half-even": ([1.015, 1.02, 1.01], [1, 1, 3], ["1.02", "1.02", "1.01"]),
}


@pytest.mark.parametrize("mode", ROUNDINGS)
@pytest.mark.parametrize("ties", ["min", "average"])
def test_ranges_round_as_ranks_do(make, mode, ties):
    """Where draws change no score the ends of a range are the rank."""
    figures, ranks, _ = ROUNDINGS[mode]
    choice = {"decimals": 2, "rounding": mode, "ties": ties}
    plan, measurement = make(**ALONE, figures=[[[each] for each in figures]], ranking=choice)
    ranking = compose(plan, measurement)
    made = with_intervals(ranking, assess(ranking, (measurement,)))

    wanted = [ranks if ties == "min" else [1.5, 1.5, 3]]
    assert made.ranks.tolist() == wanted
    assert made.low.tolist() == wanted
    assert made.high.tolist() == wanted


@pytest.mark.parametrize("mode", ROUNDINGS)
def test_the_screen_shows_the_score_that_is_ranked(make, tmp_path, capsys, monkeypatch, mode):
    """Units that share a rank show the same score."""
    figures, _, texts = ROUNDINGS[mode]
    make(**ALONE, figures=[[[each] for each in figures]], ranking={"decimals": 2, "rounding": mode})
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))

    assert run(["rank", str(tmp_path / "scenario.toml")]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines() if " U000" in line]
    assert [next(word for word in row if word.startswith("1.")) for row in rows] == texts


def test_a_shared_rank_between_two_places_stays_a_half_on_the_screen(make, tmp_path, capsys, monkeypatch):
    """Two of three are first together: each has the mean of the places 1 and 2."""
    make(**ALONE, figures=[[[2.0], [2.0], [1.0]]], ranking={"ties": "average"})
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))

    assert run(["rank", str(tmp_path / "scenario.toml")]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines() if " U000" in line]
    assert [row[:2] for row in rows] == [["1.5", "1.5"], ["1.5", "1.5"], ["3", "3"]]
