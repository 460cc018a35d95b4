"""What the kit finds wrong with a command's function for Python."""

import sys
from types import ModuleType

import pytest
from hubrank.plugin import Command
from hubrank.testing import ContractError
from hubrank.testing.kit import check_python


@pytest.fixture
def place(monkeypatch):
    """A function that puts another one at `mine:answer`."""

    def put(function):
        module = ModuleType("mine")
        module.answer = function
        monkeypatch.setitem(sys.modules, "mine", module)

    return put


def command(**fields):
    """A command whose function for the command line is not looked at."""
    return Command(name="greet", help="Greet.", function="mine:greet", **fields)


def test_right_ones(place):
    """A ranking and options by name; or a command of the command line alone."""
    place(lambda ranking, *, edition: None)

    check_python(command(python="mine:answer"))
    check_python(command())


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (3, "mine:answer is not a function"),
        (lambda: None, "takes no ranking; expected it first"),
        (lambda *, ranking: None, "takes no ranking; expected it first"),
        (lambda ranking, edition, /: None, "takes edition without a name; expected options by name"),
    ],
)
def test_wrong_ones(place, function, said):
    """Each is reported with what was expected."""
    place(function)

    with pytest.raises(ContractError, match=said):
        check_python(command(python="mine:answer"))
