"""The reference has an entry with a text for everything that a person can write or call."""

import importlib
import re
import sys
from pathlib import Path

import attrs
import pytest
from hubrank import Registry
from hubrank.cli.app import run
from hubrank.io.toml import from_toml
from hubrank.plugin.registry import KINDS
from hubrank.scenario import schema

ROOT = Path(__file__).parents[1]
METHODS = ("imputation", "treatment", "normalisation", "weighting", "aggregator", "rescaling")


@pytest.fixture(scope="module")
def registry():
    """What is installed."""
    return Registry.installed()


@pytest.fixture(scope="module")
def pages(registry):
    """The pages by place, made anew."""
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        return {page.place: page for page in importlib.import_module("reference").pages(registry)}
    finally:
        sys.path.remove(str(ROOT / "scripts"))


def entries(page):
    """The names of a page that have a text."""
    return {name for name, text in page.entries() if text.strip()}


def test_every_key_of_a_scenario(pages):
    """The fields of the classes that a scenario is made of, under their names in TOML."""
    page = pages["reference/scenario"]
    told = {item.name for section in page.sections for item in section.items}
    classes = [each for each in vars(schema).values() if isinstance(each, type) and attrs.has(each)]
    keys = {
        field.metadata.get("key", field.name) for cls in classes if not from_toml(cls) for field in attrs.fields(cls)
    }

    assert len(keys) > 60
    assert keys - told == set()


def test_every_hook(pages):
    """Those that pluggy calls, each with its example."""
    page = pages["reference/hooks"]
    hooks = set(KINDS.values())

    assert hooks == {section.name for section in page.sections}
    assert all("```python" in section.text for section in page.sections)


def test_every_verb_and_option(pages, registry, capsys):
    """What `--help` of each verb shows stands on the page."""
    told = str(pages["reference/commands"])
    sections = {section.name: str(section) for section in pages["reference/commands"].sections}
    for name in registry.names("command"):
        assert run([name, "--help"]) == 0
        shown = set(re.findall(r"^ +(--[a-z-]+)", capsys.readouterr().out, re.MULTILINE)) - {"--help"}
        assert {option for option in shown if f"`{option}" not in sections[f"hubrank {name}"]} == set(), name

    assert all(f"`{option}" in told for option in ("--quiet", "--width", "--language", "--limit", "--debug"))


@pytest.mark.parametrize("kind", METHODS)
def test_every_method(pages, registry, kind):
    """A page with a formula, its source, when and when not, and its options; no text is of a method that is gone."""
    names = registry.names(kind)
    for name in names:
        page = pages[f"methods/{kind}/{name}"]
        parts = ("```{math}", "**When.** ", "**When not.** ", "**Source.** ")
        assert [part for part in parts if part not in str(page)] == [], name
        (part,) = registry.parts[kind][name]
        options = {field.metadata.get("key", field.name) for field in attrs.fields(part.record.options)}
        assert {f"options {option}" for option in options} <= entries(page), name
    heads = re.findall(r"^## (.+)$", (ROOT / "docs" / "methods" / f"{kind}.md").read_text("utf-8"), re.MULTILINE)

    assert sorted(name for head in heads for name in head.split(", ")) == list(names)
