"""What is installed can be shown: a part of each kind."""

import pytest
from hubrank.cli.app import run
from hubrank.plugin.registry import Registry

REGISTRY = Registry.installed()
#: What Python calls types, and where they are kept.
TYPES = ("hubrank.", "hubrank_", "Literal[", "Mapping[", "tuple[", " | None", "(str =", "(float =", "(int =", "(bool =")
PARTS = list({part.kind: (part.kind, part.name) for part in REGISTRY}.values())


@pytest.fixture(autouse=True)
def looked_up_once(monkeypatch):
    """What is installed is the same for all of these."""
    monkeypatch.setattr(Registry, "installed", lambda: REGISTRY)


@pytest.mark.parametrize(("kind", "name"), PARTS, ids=[f"{kind}-{name}" for kind, name in PARTS])
def test_part(capsys, kind, name):
    """A part's kind, distribution and options, whatever brought it."""
    code = run(["show", name])
    printed = capsys.readouterr()

    assert (code, printed.err) == (0, "")
    assert f"{kind} '{name}', from hubrank" in printed.out
    assert "NOTHING" not in printed.out
    assert not [word for word in TYPES if word in printed.out]


def test_source(capsys):
    """A source's tables with their columns, and its origins with their licences."""
    run(["show", "almanac"])
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]

    assert any(line.startswith("table 'patents' (") for line in lines)
    assert all("; licence: " in line for line in lines if line.startswith("origin '"))
    assert sum(line.startswith("origin '") for line in lines) > 5


def test_table(capsys):
    """A source's table is shown by its own name too, with what of it lies outside every hub."""
    run(["show", "listed-companies"])
    lines = capsys.readouterr().out.splitlines()

    assert lines[0].startswith(
        "table 'listed-companies' (stock, covers 2022-2022) of source 'almanac', from hubrank-almanac"
    )
    assert "% outside every hub" in lines[1]
    assert "    companies: companies" in lines


def test_scenario(capsys):
    """A scenario's tree of dimensions with their weights."""
    run(["show", "global"])
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]

    assert "editions: 2021, 2022, 2023, 2024, 2025" in lines
    assert "units: hubs" in lines
    assert any(line.startswith("laureates (weight ") for line in lines)
