"""The reference has an entry with a text for everything that a person can write or call."""

import importlib
import re
import sys
from pathlib import Path

import attrs
import pytest
import tomli
from hubrank import HubrankError, Registry
from hubrank.basis.structuring import from_toml
from hubrank.contract.registry import KINDS
from hubrank.front import run
from hubrank.scenario import region_settings
from hubrank.scenario import scenario as scenario_classes

ROOT = Path(__file__).parents[1]
FACES = ("hubrank", "hubrank.methods", "hubrank.robustness", "hubrank.questions", "hubrank.front", "hubrank.testing")
METHODS = ("imputation", "treatment", "normalisation", "weighting", "aggregator", "rescaling")
OTHERS = ("indicator", "source", "unit set", "exporter", "draw counter")


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


def test_no_entry_is_empty(pages):
    """Each section, key, option and attribute says something."""
    silent = [(place, name) for place, page in pages.items() for name, text in page.entries() if not text.strip()]

    assert silent == []


def test_every_key_of_a_scenario(pages):
    """The fields of the classes that a scenario is made of, under their names in TOML."""
    page = pages["reference/scenario"]
    told = {item.name for section in page.sections for item in section.items}
    classes = [each for each in vars(scenario_classes).values() if isinstance(each, type) and attrs.has(each)]
    keys = {
        field.metadata.get("key", field.name) for cls in classes if not from_toml(cls) for field in attrs.fields(cls)
    }

    assert len(keys) > 60
    assert keys - told == set()


def test_every_key_of_a_region(pages):
    """The fields of its classes."""
    told = {section.name: {item.name for item in section.items} for section in pages["reference/region"].sections}
    expected = {field.name for field in attrs.fields(region_settings.RegionSettings)}

    assert expected == told["top level"]
    for name, cls in {"[tables.NAME]": "TableSettings", "[units]": "RegionUnits"}.items():
        assert {field.name for field in attrs.fields(getattr(region_settings, cls))} <= told[name]


def test_every_key_that_installed_scenarios_write(pages, registry):
    """No key of an installed scenario is strange to the page, whatever class it comes from."""
    told = {item.name for section in pages["reference/scenario"].sections for item in section.items}
    written = set()
    for part in registry:
        if part.kind == "scenario":
            table = tomli.loads(part.record.path.read_text(encoding="utf-8"))
            written |= set(table) - {"exclude", "extends"}
            written |= {key for each in table.get("inputs", {}).values() for key in each}
            written |= {key for each in table.get("indicators", {}).values() for key in each} - {"like"}
            written |= {key for each in table.get("dimensions", {}).values() for key in each}

    assert written - told == set()


def test_every_hook(pages):
    """Those that pluggy calls, each with its example."""
    page = pages["reference/hooks"]
    hooks = set(KINDS.values())

    assert hooks == {section.name for section in page.sections}
    assert all("```python" in section.text for section in page.sections)


def test_every_record(pages):
    """What hooks yield, and what plugins are handed."""
    handed = "Context", "Covers", "Form", "Member", "NoOptions", "Origin", "Request", "StatedOrigin", "Table", "Units"
    hubrank = importlib.import_module("hubrank")
    yielded = {type(part.record) for part in Registry.installed()}
    records = yielded | {getattr(hubrank, name) for name in handed}

    assert {cls.__name__ for cls in records} <= {section.name for section in pages["reference/records"].sections}


@pytest.mark.parametrize("face", FACES)
def test_every_public_name(pages, face):
    """What a face lists."""
    assert set(importlib.import_module(face).__all__) <= entries(pages[f"reference/python/{face}"])


def test_every_verb_and_option(pages, registry, capsys):
    """What `--help` of each verb shows stands on the page."""
    told = str(pages["reference/commands"])
    sections = {section.name: str(section) for section in pages["reference/commands"].sections}
    for name in registry.names("command"):
        assert run([name, "--help"]) == 0
        shown = set(re.findall(r"^ +(--[a-z-]+)", capsys.readouterr().out, re.MULTILINE)) - {"--help"}
        assert {option for option in shown if f"`{option}" not in sections[f"hubrank {name}"]} == set(), name

    assert all(f"`{option}" in told for option in ("--quiet", "--width", "--language", "--limit", "--debug"))


def test_every_exit_code(pages):
    """Those of the errors that people see, and those without an error."""

    def below(cls):
        return {cls, *(each for child in cls.__subclasses__() for each in below(child))}

    ours = [each for each in below(HubrankError) if each.__module__.startswith("hubrank.")]

    assert entries(pages["reference/exit-codes"]) == {
        str(code) for code in {0, 130, *(each.exit_code for each in ours)}
    }


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


@pytest.mark.parametrize("kind", OTHERS)
def test_every_other_part(pages, registry, kind):
    """Indicators, sources and the rest, with their options."""
    told = entries(pages[f"reference/{kind.replace(' ', '-')}s"])
    names = set(registry.names(kind))
    options = {
        f"{part.name} {field.metadata.get('key', field.name)}"
        for part in registry
        if part.kind == kind
        for field in attrs.fields(getattr(part.record, "options", None) or attrs.make_class("None_", []))
    }

    assert names | options <= told
