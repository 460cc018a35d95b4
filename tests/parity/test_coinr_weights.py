"""COINr's optimised weights of a whole level, against the index: by what they reach, as its search stops early."""

import numpy as np
import pytest
from hubrank.cli.app import run
from hubrank.results.save import write_run
from hubrank_analysis.rivalry import balance

PILLARS = ("Physical", "ConEcFin", "Political", "Instit", "P2P", "Environ", "Social", "SusEcFin")


def missed(importance, targets=None):
    """COINr's objective: the logarithm of the mean squared distance of the shares from their targets.

    It is minus infinity where they are met to the last digit.
    """
    r = np.array(list(importance.values()))
    with np.errstate(divide="ignore"):
        return np.log(((r / r.sum() - (1 / len(r) if targets is None else targets)) ** 2).mean())


def test_two_parts_of_equal_importance(coinr, pipeline):
    """The weights that COINr's tight search found; its loose one stops on the way there."""
    tight, loose = (coinr(f"90_weights/opt_L3_equal_{which}", index="iCode") for which in ("tol1e-10", "default"))
    ours = balance(pipeline(), ["Conn", "Sust"])
    theirs = tight.OptWeight / tight.OptWeight.sum()

    assert ours.weights == pytest.approx(theirs.to_dict(), abs=1e-7)
    assert ours.importance == pytest.approx(tight.CorrActual_at_OptWeight.to_dict(), abs=1e-7)
    np.testing.assert_allclose(loose.OptWeight[["Conn", "Sust"]], theirs[["Conn", "Sust"]], atol=0.01)
    assert missed(ours.importance) < coinr("90_weights/opt_L3_equal_default_info", index=None).value[0]
    assert coinr("90_weights/opt_L3_equal_tol1e-10_info", index=None).convergence[0] == 0


def test_two_parts_by_ranks(coinr, pipeline):
    """Rank correlations move in steps: ours lie at least as near as COINr's."""
    theirs = coinr("90_weights/opt_L3_equal_spearman", index="iCode")
    ours = balance(pipeline(), ["Conn", "Sust"], kind="spearman")

    assert missed(ours.importance) <= missed(theirs.CorrActual_at_OptWeight.to_dict()) + 1e-9


@pytest.mark.long
def test_eight_pillars_of_the_most_information(coinr, pipeline):
    """The greatest sum of correlations is COINr's, to 1e-7, and no less."""
    theirs = coinr("90_weights/opt_L2_infomax_tol1e-8", index="iCode").CorrActual_at_OptWeight
    reached = -coinr("90_weights/opt_L2_infomax_tol1e-8_info", index=None).value[0]
    ours = balance(pipeline(), PILLARS, aim="information")

    assert sum(ours.importance.values()) == pytest.approx(reached, abs=1e-7)
    assert sum(ours.importance.values()) >= theirs.sum() - 1e-7
    np.testing.assert_allclose([ours.importance[name] for name in theirs.index], theirs, atol=1e-3)


def test_eight_pillars_of_equal_importance(coinr, pipeline):
    """COINr's search stops after nine steps, or goes below 0; ours is the best that weights of 0 or more can."""
    loose = coinr("90_weights/opt_L2_equal_default_info", index=None).value[0]
    tight = coinr("90_weights/opt_L2_equal_tol1e-8", index="iCode").OptWeight
    ours = balance(pipeline(), PILLARS)

    assert coinr("90_weights/opt_L2_equal_tol1e-8_info", index=None).convergence[0] == 1
    assert tight["Physical"] < 0
    assert min(ours.weights.values()) >= 0
    assert missed(ours.importance) < loose - 1
    theirs = coinr("90_weights/opt_L2_equal_default", index="iCode").CorrActual_at_OptWeight
    assert missed(ours.importance) < missed(theirs.to_dict())
    assert ours.missed == pytest.approx(0.0646, abs=0.001)


def test_negative_weights_are_not_given(coinr, pipeline):
    """An importance of 30 to 70 needs a weight below 0 in COINr; ours reports how far it stays away."""
    theirs = coinr("90_weights/opt_L3_target_0.3_0.7_tol1e-10", index="iCode").OptWeight
    ours = balance(pipeline(), ["Conn", "Sust"], {"Conn": 0.3, "Sust": 0.7})

    assert theirs["Conn"] < 0
    assert coinr("90_weights/opt_L3_target_0.3_0.7_tol1e-10_info", index=None).convergence[0] == 0
    assert ours.weights["Conn"] == pytest.approx(0, abs=1e-6)
    assert ours.missed > 0.03


def test_targets_by_name(pipeline):
    """Three times the importance for one pillar goes to that pillar, whatever the order of the names."""
    targets = {"Political": 2.0, "Instit": 1.0, "P2P": 1.0}
    ours = balance(pipeline(), list(targets), targets)
    turned = balance(pipeline(), list(reversed(targets)), targets)

    assert ours.importance["Political"] > ours.importance["Instit"]
    assert turned.importance == pytest.approx(ours.importance, abs=1e-4)


def test_command(pipeline, tmp_path, capsys):
    """`hubrank optimise-weights` prints the weights of the members of a dimension."""
    write_run(pipeline(), tmp_path / "run")

    assert run(["optimise-weights", str(tmp_path / "run"), "index"]) == 0
    assert "0.385317" in capsys.readouterr().out
    assert run(["optimise-weights", str(tmp_path / "run"), "indx"]) == 2
    assert "there is no dimension 'indx'; did you mean 'index'?" in capsys.readouterr().err
