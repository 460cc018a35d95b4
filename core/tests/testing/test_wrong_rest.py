"""Commands and scenarios that break one promise each are caught."""

from pathlib import Path

import pytest
from attrs import evolve
from hubrank import Command, ScenarioFile
from hubrank.testing import ContractError, write_random_scenario
from hubrank.testing.checks import commands, scenarios
from hubrank.testing.checks.names import check_name


def greet(ranking, *, edition=None):
    """Nothing: the functions of commands are only looked at."""


def shy():
    """Nothing, and it takes nothing."""


def draft(path, **said):
    """Nothing: a reader of tables that takes all choices."""


def here(name):
    """Where a function of this module is found."""
    return f"{Path(__file__).stem}:{name}"


@pytest.fixture(autouse=True)
def importable(monkeypatch):
    """This module can be imported by its name, as a plugin's can."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent))


GREET = Command(name="greet", help="Greet.", function=here("shy"), python=here("greet"), reads=here("draft"))
WRONG_COMMANDS = [
    (check_name, evolve(GREET, name="greet me"), "the name 'greet me' must consist of"),
    (commands.check_help, evolve(GREET, help="Greet.\nTwice."), "help has several lines; expected one"),
    (commands.check_function, evolve(GREET, function=here("GREET")), f"{here('GREET')} is not a function"),
    (commands.check_python, evolve(GREET, python=here("shy")), "takes no ranking; expected it first"),
    (commands.check_reads, evolve(GREET, reads=here("greet")), "takes no title, unit, weights; expected the choices"),
]
SCENARIO = ScenarioFile(name="random", path=Path("scenario.toml"))
WRONG_SCENARIOS = [
    (check_name, evolve(SCENARIO, name="ran/dom"), "the name 'ran/dom' must consist of"),
    (scenarios.check_file, evolve(SCENARIO, path=Path("nowhere.toml")), "file not found: nowhere.toml"),
    (scenarios.check_ranks_on_samples, evolve(SCENARIO, path=Path("units.csv")), "units.csv"),
]
ROOMS = [
    (commands.CHECKS, GREET, WRONG_COMMANDS),
    (scenarios.CHECKS, SCENARIO, WRONG_SCENARIOS),
]
WRONG = [case for *_, cases in ROOMS for case in cases]


@pytest.fixture(autouse=True)
def in_a_folder(tmp_path, monkeypatch):
    """A scenario lies where one stands."""
    write_random_scenario(tmp_path)
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("check", "part", "message"),
    WRONG,
    ids=[f"{type(part).__name__.lower()}-{check.__name__}" for check, part, _ in WRONG],
)
def test_caught(check, part, message):
    """The check for a promise says what was done instead."""
    with pytest.raises(ContractError) as caught:
        check(part)

    assert message in str(caught.value)


@pytest.mark.parametrize(("every", "good", "wrong"), ROOMS, ids=["command", "scenario"])
def test_good_and_complete(every, good, wrong):
    """The good part passes all checks, and each check has a wrong one above."""
    for check in every:
        check(good)

    assert set(every) == {check for check, *_ in wrong}
