"""The reference has an entry with a text for everything that a user can write or call."""

import importlib
import re
import sys
from pathlib import Path

import pytest
from hubrank.cli.app import run
from hubrank.plugin import Registry

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def registry():
    """What is installed."""
    return Registry.installed()


@pytest.fixture(scope="module")
def pages(registry):
    """The pages by place, made again."""
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        return {page.place: page for page in importlib.import_module("reference").pages(registry)}
    finally:
        sys.path.remove(str(ROOT / "scripts"))


def test_every_verb_and_option(pages, registry, capsys):
    """What `--help` of each command shows stands on the page."""
    told = str(pages["reference/commands"])
    sections = {section.name: str(section) for section in pages["reference/commands"].sections}
    for name in registry.names("command"):
        assert run([name, "--help"]) == 0
        shown = set(re.findall(r"^ +(--[a-z-]+)", capsys.readouterr().out, re.MULTILINE)) - {"--help"}
        assert {option for option in shown if f"`{option}" not in sections[f"hubrank {name}"]} == set(), name

    assert all(f"`{option}" in told for option in ("--quiet", "--width", "--language", "--limit", "--debug"))


@pytest.mark.parametrize("kind", ["imputation", "treatment", "normalisation", "weighting", "aggregator", "rescaling"])
def test_every_method_has_a_formula_and_a_source(registry, kind):
    """Its section of `docs/methods` says what it is, when it is right and when not, and who says so."""
    sections = {}
    for section in re.split(r"^## ", (ROOT / f"docs/methods/{kind}.md").read_text(encoding="utf-8"), flags=re.M)[1:]:
        head, _, text = section.partition("\n")
        sections |= dict.fromkeys(head.split(", "), text)
    needed = ("```math\n", "\n**When.** ", "\n**When not.** ", "\n**Source.** ")

    assert {name: [part for part in needed if part not in text] for name, text in sections.items()} == {
        name: [] for name in registry.names(kind)
    }
