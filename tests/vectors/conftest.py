"""Test vectors: what one rule gives, for every language that has it; the README says how they are written."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
from attrs import frozen
from hubrank.testing.fixtures import make, registry

__all__ = ["make", "registry"]


@frozen(kw_only=True)
class Vector:
    """A case."""

    rule: str
    name: str
    input: Any
    options: dict[str, Any]
    expected: Any
    tolerance: float
    languages: tuple[str, ...]

    @property
    def key(self) -> str:
        """The rule and the case."""
        return f"{self.rule}: {self.name}"

    def check(self, made: Any) -> None:
        """Fail where something else was made: missing values, texts and numbers must stand where they are expected."""
        _check(made, self.expected, self.tolerance, self.key)


def _check(made: Any, expected: Any, tolerance: float, where: str) -> None:
    if isinstance(expected, list):
        assert len(made) == len(expected), where
        for at, (one, other) in enumerate(zip(made, expected, strict=True)):
            _check(one, other, tolerance, f"{where}, {at}")
    elif expected is None:
        assert made is None or made == "" or (isinstance(made, float) and math.isnan(made)), f"{where}: {made!r}"
    elif isinstance(expected, str):
        assert made == expected, where
    else:
        assert math.isclose(made, expected, rel_tol=tolerance, abs_tol=tolerance), f"{where}: {made!r}, not {expected}"


def vectors_of(language: str) -> list[Vector]:
    """The cases of a language, of all files."""
    found = []
    for path in sorted(Path(__file__).parent.glob("*.json")):
        whole = json.loads(path.read_text(encoding="utf-8"))
        shared = {key: whole[key] for key in ("rule", "languages")} | {"tolerance": whole.get("tolerance", 0.0)}
        found += [Vector(**{**shared, **case}) for case in whole["cases"]]
    keys = [each.key for each in found]
    assert len(set(keys)) == len(keys), "two vectors of a rule have the same name"
    return [each for each in found if language in each.languages]


def pytest_generate_tests(metafunc):
    """One test a rule."""
    if "cases" in metafunc.fixturenames:
        by_rule = {}
        for each in vectors_of(metafunc.module.LANGUAGE):
            by_rule.setdefault(each.rule, []).append(each)
        metafunc.parametrize("cases", by_rule.values(), ids=by_rule)


@pytest.fixture(scope="session")
def vectors():
    """All cases of a language: `vectors("formulas")`."""
    return vectors_of


@pytest.fixture(scope="session")
def dimension(tmp_path_factory):
    """A plan whose dimension `a` has as many indicators and a method and a missing rule: `dimension(3, options)`."""
    from hubrank.plugin import load, resolve
    from hubrank.testing import built_in, write_random_scenario

    registry = built_in()
    made = {}

    def plan(members, options):
        key = json.dumps([members, options], sort_keys=True)
        if key not in made:
            path = write_random_scenario(
                tmp_path_factory.mktemp("plan"),
                tree={"a": [f"i{at}" for at in range(members)]},
                aggregation=options["method"],
                missing=options["missing"],
                robustness={"noise": 0.05},
            )
            made[key] = resolve(load(path, registry), registry)
        return made[key]

    return plan


@pytest.fixture(scope="session")
def script(browser):
    """Run JavaScript with some of the page's scripts, as they are: `script(("rounding",), "[x] => x + 1", [1])`."""
    pages = {}

    def run(names, expression, arguments):
        if names not in pages:
            pages[names] = browser.new_page()
            for name in names:
                pages[names].add_script_tag(content=scripts_of_the_page(name))
        return pages[names].evaluate(expression, arguments)

    yield run
    for page in pages.values():
        page.close()


def scripts_of_the_page(name: str) -> str:
    """One of the page's scripts."""
    from importlib import resources

    return resources.files("hubrank_output.report").joinpath(f"scripts/{name}.js").read_text(encoding="utf-8")
