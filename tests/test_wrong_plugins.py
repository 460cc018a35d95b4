"""Every way in which a plugin can be wrong has its message; the plugins lie on the path as installed ones do."""

from pathlib import Path

import pytest
from hubrank.cli.app import run

GOOD = Path(__file__).parent / "wrong" / "good.toml"

INDICATOR = """
import numpy as np
import pandas as pd
from hubrank.plugin import Indicator, hookimpl


def measure(inputs, units, options):
    values = inputs["values"].latest("health")
    return {made}


@hookimpl
def hubrank_indicators():
    yield Indicator(
        name="{name}", title="Odd", unit_of_measure="-", inputs={{"values": {{"health": float}}}}, measure=measure
    )
"""

METHOD = """
import numpy as np
from hubrank.plugin import Aggregator, hookimpl


@hookimpl
def hubrank_aggregators():
    yield Aggregator(name="odd", apply=lambda scores, weights, context, options: {made})
"""

USES_INDICATOR = 'extends = "{good}"\n[indicators]\nodd = {{ dimension = "life" }}\n'
USES_METHOD = 'extends = "{good}"\n[aggregation]\nmethod = "odd"\n'


@pytest.fixture
def ranked(tmp_path, capsys):
    """A function that ranks a scenario and returns the exit code and the message."""

    def rank(scenario):
        path = tmp_path / "mine.toml"
        path.write_text(scenario.format(good=GOOD.as_posix()), encoding="utf-8")
        return run(["rank", str(path)]), capsys.readouterr().err

    return rank


def message(what, line=3):
    """What is said of one problem of the scenario."""
    return f"hubrank: mine.toml: 1 problem\n  {line}  {what}\n"


@pytest.mark.parametrize(
    ("made", "what"),
    [
        ("1 / 0", "measure raised ZeroDivisionError: division by zero"),
        ("values.to_numpy()", "measure returned ndarray; expected a pandas Series by unit"),
        ("pd.concat([values, values.iloc[:1]])", "measure returned two values for AAA; expected one per unit"),
        ('pd.Series({"ZZZ": 1.0})', "measure returned values for unknown units: ZZZ"),
        ("values * np.nan", "measure returned no number for any unit from the rows of 5 units and editions"),
        ("values * np.inf", "measure returned infinity for AAA, BBB, CCC, DDD, EEE; expected finite numbers or NaN"),
        ('values.map(lambda each: "high")', "measure returned values that are not numbers"),
    ],
)
def test_indicator(install, ranked, made, what):
    """An indicator that raises, or gives another shape, duplicates, strangers, or no number: exit code 3."""
    install(INDICATOR.format(name="odd", made=made))

    assert ranked(USES_INDICATOR) == (3, f"hubrank: hubrank-odd: indicator 'odd': {what}\n")


@pytest.mark.parametrize(
    ("made", "what"),
    [
        ("1 / 0", "apply raised ZeroDivisionError: division by zero"),
        ("scores", "apply returned shape (1, 5, 2); expected (1, 5)"),
        *(
            (made, "apply returned no finite number for AAA, BBB, CCC, DDD, EEE in edition 2024 of dimension 'life'")
            for made in ("scores[..., 0] * np.nan", "scores[..., 0] + np.inf")
        ),
    ],
)
def test_aggregator(install, ranked, made, what):
    """A method that raises, or gives another shape, or makes no numbers of numbers: exit code 3."""
    install(METHOD.format(made=made))

    assert ranked(USES_METHOD) == (3, f"hubrank: hubrank-odd: aggregator 'odd': {what}\n")


def test_two_plugins_of_one_name(install, ranked):
    """Neither wins; both are named with their versions in the scenario's error: exit code 2."""
    install(INDICATOR.format(name="odd", made="values"), "hubrank-odd")
    install(INDICATOR.format(name="odd", made="-values"), "hubrank-other")
    code, said = ranked(USES_INDICATOR)
    what = (
        '\'odd\' is provided by hubrank-odd 0.1 and hubrank-other 0.1; write "hubrank-odd:odd" or "hubrank-other:odd"'
    )

    assert code == 2
    assert said == message(f"indicators.odd.indicator: {what}")
    assert ranked(USES_INDICATOR.replace("odd = {{", 'odd = {{ indicator = "hubrank-other:odd",'))[0] == 0
    assert ranked('extends = "{good}"\n')[0] == 0


@pytest.mark.parametrize(
    ("requires", "line", "what"),
    [
        ("Requires-Dist: hubrank<9,>=2\n", "", "requires hubrank <9,>=2; installed: 0.1.0"),
        ("", "hubrank_contract = 2\n", "is made for contract 2; hubrank 0.1.0 has contract 1: update hubrank"),
        ("", "hubrank_contract = '1'\n", "hubrank_contract must be a whole number of at least 1; got '1'"),
        ("", "import module_nobody_has\n", "ModuleNotFoundError: No module named 'module_nobody_has'"),
    ],
    ids=["versions", "contract", "no number", "cannot be imported"],
)
def test_plugin_for_another_hubrank(install, ranked, requires, line, what):
    """It troubles no one until its name is needed; then it is named with what is wrong with it: exit code 2."""
    install(line + INDICATOR.format(name="odd", made="values"), requires=requires)
    code, said = ranked(USES_INDICATOR)

    assert code == 2
    assert said.startswith(message("indicators.odd.indicator: no installed plugin has an indicator 'odd'")[:-1])
    assert said.endswith(f"; these plugins could not be loaded: hubrank-odd ({what})\n")
    assert ranked('extends = "{good}"\n')[0] == 0


def test_broken_plugins_are_listed(install, capsys):
    """`hubrank list` works beside a broken plugin, and names it."""
    install("1 / 0")
    assert run(["list", "aggregators"]) == 0
    printed = capsys.readouterr()

    assert "arithmetic" in printed.out
    assert printed.err == "could not be loaded: hubrank-odd (ZeroDivisionError: division by zero)\n"
