"""The built-in parts keep the promises of their kinds."""

from pathlib import Path

import hubrank.methods.indicators
import hubrank.methods.plugin
import hubrank.scenario.file_source
from hubrank.testing import conforms, parts_of
from hubrank.testing.parts import with_options

POINTS = {"member-0": 100, "member-1": 80, "member-2": 40, "member-3": 10}
ORDER = list(POINTS)

METHODS = {
    "imputation:constant": {"value": 0.5},
    "imputation:group-mean": {"by": "country"},
    "imputation:group-median": {"by": "country"},
    "treatment:power": {"exponent": 0.5},
    "treatment:winsorise": [{"points": 1}, {"quantile": 0.1}, {"points": 1, "ends": "high"}],
    "normalisation:bands": {"cuts": [10, 50], "marks": [1, 2, 3]},
    "normalisation:distance-to-target": {"target": 40},
    "normalisation:distance-to-unit": {"unit": "U11"},
    "normalisation:quantile-bands": {"cuts": [0.2, 0.5], "marks": [1, 2, 3]},
    "normalisation:scaled": {"low": 0, "high": 50},
    "weighting:ahp": {
        "comparisons": {
            "member-0": {"member-1": 2, "member-2": 2, "member-3": 4},
            "member-1": {"member-2": 1, "member-3": 2},
            "member-2": {"member-3": 2},
        }
    },
    "weighting:best-worst": {
        "best": "member-0",
        "worst": "member-3",
        "best_to_others": {"member-1": 2, "member-2": 3, "member-3": 6},
        "others_to_worst": {"member-0": 6, "member-1": 3, "member-2": 2},
    },
    "weighting:budget": {"allocations": [POINTS, dict.fromkeys(ORDER, 25)]},
    "weighting:correlation-optimised": [{"within": 0.1}, {"aim": "information"}],
    "weighting:rank-order": {"order": ORDER},
    "weighting:swing": {"points": POINTS},
    "aggregator:generalised-mean": [{"p": 0.5}, {"p": 2}],
    "aggregator:owa": [{"orness": 0.3}, {"positions": [1, 2, 3, 4]}],
    "rescaling:cap": {"low": 10},
    "rescaling:power": {"exponent": 2},
    "rescaling:round": {"decimals": 1, "mode": "half-up"},
    "rescaling:scale": {"by": 3},
    "rescaling:shift": {"by": 3},
}


@conforms(hubrank.methods.plugin, sample_options=METHODS)
def test_methods(check):
    """Every method of the Handbook keeps the promises of its kind."""
    check()


@conforms(hubrank.methods.indicators, sample_options={"value": {"column": "papers"}})
def test_indicators(check):
    """The built-in indicators keep an indicator's promises."""
    check()


@conforms(hubrank.scenario.file_source, sample_options={"files": {"file": "figures.csv"}})
def test_files(check, tmp_path, monkeypatch):
    """The source of files keeps what can be promised before a file is read."""
    monkeypatch.chdir(tmp_path)
    Path("figures.csv").write_text("unit,year,papers\nAAA,2024,3\n", encoding="utf-8")

    check()


def test_no_method_is_left_out():
    """Every built-in method has defaults, or sample options here."""
    skipped = [each.label for each in with_options(parts_of(hubrank.methods.plugin), METHODS) if each.why_not]

    assert skipped == []
