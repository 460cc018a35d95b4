"""A chain of changes gives what all of them give at once, and what the scenario that is written gives anew."""

import hubrank
import pytest
from hubrank.errors import HubrankError
from hubrank.testing.made_up import write_random_scenario
from hypothesis import example, given, settings
from hypothesis import strategies as st

quick = settings(max_examples=10)

CHANGES = (
    {"weights": {"income": 3}},
    {"weights": {"green": 0.5, "unemployment": 2}},
    {"direction": {"green": -1}},
    {"normalisation": "z-score"},
    {"normalisation": "rank"},
    {"aggregation": "median"},
    {"weighting": "equal"},
    {"weight_uncertainty": 0.1},
    {"title": "Other towns"},
)
OF_TABLES = ({"treatment": {"income": "log"}}, {"titles": {"green": "Grün"}}, {"exclude": ["Green"]})


def shown(ranked):
    """All that a reader sees of it, as text."""
    frames = (ranked.table("all"), ranked.values(), ranked.weights(), ranked.unranked())
    return [frame.to_csv() for frame in frames], ranked.caveats


def chained(start, changes):
    """After one change after the other; those that are refused are left out."""
    said = {}
    for change in changes:
        try:
            start = start.with_(**change)
        except HubrankError:
            continue
        said |= {key: {**said.get(key, {}), **item} if isinstance(item, dict) else item for key, item in change.items()}
    return start, said


@pytest.mark.long
@quick
@example([CHANGES[0], CHANGES[3], CHANGES[0]])
@given(st.lists(st.sampled_from(CHANGES), min_size=2, max_size=5))
def test_a_scenario(towns, tmp_path_factory, changes):
    """Its text too is that of all changes at once; ranges are of values with noise, which are drawn once."""
    folder = tmp_path_factory.mktemp("towns")
    hubrank.draft(towns, year=2024).write(folder)
    path = folder / "noisy.toml"
    path.write_text('extends = "scenario.toml"\nrobustness = { noise = 0.2, draws = 200 }')
    after, said = chained(hubrank.rank(path), changes)
    at_once = hubrank.rank(path, **said)

    assert after.scenario.to_toml() == at_once.scenario.to_toml()
    assert shown(after) == shown(at_once)
    assert shown(after) == shown(hubrank.rank(after.scenario.write(folder / "written")))


@pytest.mark.long
@quick
@given(st.lists(st.sampled_from(CHANGES + OF_TABLES), min_size=2, max_size=5))
def test_a_table(towns, tmp_path_factory, changes):
    """Its figures are written once, and read once, unless they change."""
    after, _ = chained(hubrank.rank(towns, year=2024), changes)
    anew = hubrank.rank(after.scenario.write(tmp_path_factory.mktemp("towns")))

    assert shown(after) == shown(anew)


def test_what_is_read_once(towns):
    """The measurement stays, and with it the table that it was read from, though the first ranking is gone."""
    first = hubrank.rank(towns, year=2024)
    changed = first.with_(weights={"income": 3}, ranges=False)
    measured = first.ranking.measurement
    del first
    again = changed.with_(normalisation="rank")

    assert again.ranking.measurement is measured
    assert again.ranking.low is None
    assert again.with_(exclude=["Green"], ranges=True).ranking.measurement is not measured


def test_what_is_drawn_once(towns, tmp_path):
    """Rankings after the same one share what was drawn, whichever came first, unless errors or the scale differ."""
    hubrank.draft(towns, year=2024).write(tmp_path)
    (tmp_path / "noisy.toml").write_text('extends = "scenario.toml"\nrobustness = { noise = 0.2, draws = 200 }')
    first = hubrank.rank(tmp_path / "noisy.toml")
    one, other, scaled = (
        first.with_(**change)
        for change in ({"weights": {"income": 3}}, {"weights": {"green": 3}}, {"normalisation": "z-score"})
    )

    assert one.ranking.kept_draws is other.ranking.kept_draws
    assert one.ranking.kept_draws.values
    assert scaled.ranking.kept_draws is not one.ranking.kept_draws
    assert shown(other) == shown(hubrank.rank(tmp_path / "noisy.toml", weights={"green": 3}))


def test_what_dimensions_share(tmp_path):
    """Means of dimensions whose weights stay are kept, of the draws that there are; with gaps and alternatives."""
    robustness = {
        "noise": 0.2,
        "weight_uncertainty": 0.3,
        "aggregation": {"index": ["arithmetic", "geometric"]},
        "exclude": {"indicators": True},
    }
    path = write_random_scenario(tmp_path, 40, gaps=0.1, missing={"rule": "renormalise"}, robustness=robustness)
    changed, said = chained(
        hubrank.rank(path, draws=200),
        [
            {"weights": {"a": 3}},
            {"draws": 300},
            {"weights": {"a": 2}, "draws": 100},
            {"weights": {"a": 0.5, "b1": 2}},
        ],
    )

    assert shown(changed) == shown(hubrank.rank(path, **said))
