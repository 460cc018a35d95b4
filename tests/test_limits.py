"""What is too large is rejected in one sentence."""

from pathlib import Path

import pytest
from hubrank.cli.app import run
from hubrank.plugin import limited, limits

GOOD = Path(__file__).parent / "wrong" / "good.toml"


@pytest.fixture
def refused(capsys, monkeypatch, tmp_path):
    """Runs a command line, which must be rejected with exit code 2, and gives the message."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))

    def told(*words: str) -> str:
        code = run(list(map(str, words)))
        said = capsys.readouterr().err

        assert code == 2, said
        assert "Traceback" not in said
        return said

    return told


@pytest.fixture
def scenario(tmp_path):
    """Writes a scenario that is `good.toml` with more lines."""

    def write(text: str, name: str = "s.toml") -> Path:
        path = tmp_path / name
        path.write_text(f'extends = "{GOOD}"\n{text}', encoding="utf-8")
        return path

    return write


def test_who_sets_a_limit(monkeypatch):
    """A user's limit stands over the environment's, and within it only."""
    monkeypatch.setenv("HUBRANK_LIMITS", "units=5, cells=1_000")
    with limited(units=7):
        within = limits()

    assert (within.units, within.cells, limits().units) == (7, 1000, 5)


@pytest.mark.parametrize("verb", [["list"], ["fetch", GOOD], ["robustness", GOOD], ["cache", "list"]])
def test_a_limit_that_is_none_is_refused_by_every_verb(refused, monkeypatch, verb):
    """A typing error in the variable is reported once, before a plugin is read."""
    monkeypatch.setenv("HUBRANK_LIMITS", "unitz=5")

    assert refused(*verb) == "hubrank: HUBRANK_LIMITS: there is no limit 'unitz'; did you mean 'units'?\n"


def test_a_scenario_raises_a_limit_that_no_person_has_set(refused, scenario, capsys):
    """Five units where two are allowed: by the scenario itself, by a user, and by a user over the scenario."""
    few = scenario("[limits]\nunits = 2")

    assert (
        "units.csv: has 5 units; the limit units is 2; raise it by --limit units=5, or by units = 5 in [limits]"
        in refused("check", few)
    )
    assert run(["check", str(few), "--limit", "units=5"]) == 0
    capsys.readouterr()

    assert "has 5 units; the limit units is 2; raise it by --limit units=5\n" in refused(
        "check", scenario("[limits]\nunits = 5"), "--limit=units=2"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("editions = { first = 1, last = 1000000000 }", "has 1,000,000,000 editions; the limit editions is 500"),
        ("editions = { first = 2000, last = 9999 }", "editions: has 8,000 editions; the limit editions is 500"),
        (f"editions = {{ first = 1, last = {10**18} }}", "the limit editions is 500; raise it by --limit editions="),
        (f"editions = [{10**18}]", "editions: must be a year, a whole number from 1 to 9999"),
        ("a = " + "[" * 500 + "]" * 500, "has tables and lists within one another 500 deep; the limit depth is 100"),
        ("a = " + "{ b = " * 101 + "1" + "}" * 101, "within one another 101 deep; the limit depth is 100"),
        (".".join("a" * 1200) + " = 1", "has a key of 1,200 parts; the limit key_parts is 100"),
        ("[" + ".".join("a" * 1200) + "]", "has a key of 1,200 parts; the limit key_parts is 100"),
        ("[" + ".".join("a" * 60) + "]\n" + ".".join("b" * 60) + " = 1", "the limit depth is 100"),
        (f"seed = 1{'0' * 5000}", "is a whole number beyond 2^63, which TOML does not have"),
    ],
)
def test_a_scenario_that_is_too_much(refused, scenario, text, said):
    """Depth, keys and editions are counted before they are made."""
    assert said in refused("rank", scenario(text))


@pytest.mark.parametrize(
    ("limit", "said"),
    [
        ("indicators=1", "indicators: has 2 indicators; the limit indicators is 1"),
        ("panel=5", "editions: has 10 values: editions times units times indicators; the limit panel is 5"),
    ],
)
def test_a_ranking_that_is_too_much(refused, limit, said):
    """Of five units and two indicators in one edition."""
    assert said in refused("rank", GOOD, "--limit", limit)
