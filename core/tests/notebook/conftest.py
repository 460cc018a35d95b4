"""Three towns, as a user hands them over."""

import sys
from types import SimpleNamespace

import pandas as pd
import pytest
from hubrank.plugin import hookimpl
from hubrank.plugin.registry import Registry


@pytest.fixture(scope="session")
def towns():
    """Unemployment 100, 0, 50 (turned); income 0, 100, 50; green 0, 50, 100."""
    return pd.DataFrame(
        {
            "code": ["A", "B", "C"],
            "Town": ["Aberg", 'Bedorf <b>"x"</b>', "Ceville\x1b[31m"],
            "Unemployment": [4.0, 8.0, 6.0],
            "Income": [10.0, 30.0, 20.0],
            "Green": [0.0, 5.0, 10.0],
        }
    )


@pytest.fixture
def years():
    """Two towns in two years that change places: B leads in 2022, A in 2023."""
    return pd.DataFrame({"unit": list("ABAB"), "year": [2022, 2022, 2023, 2023], "Income": [1, 2, 9, 3]})


@pytest.fixture
def installed(monkeypatch):
    """A function that makes these commands the installed ones, and `mine` a module with these functions."""

    def make(*commands, **functions):
        class Mine:
            @staticmethod
            @hookimpl
            def hubrank_commands():
                return commands

        monkeypatch.setitem(sys.modules, "mine", SimpleNamespace(**functions))
        monkeypatch.setattr(Registry, "of_commands", classmethod(lambda cls: Registry.of(Mine)))

    return make
