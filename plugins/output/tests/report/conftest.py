"""Rankings made by hand, and their pages in a Chromium."""

import contextlib
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from attrs import frozen
from hubrank.plugin import Measurement, Plan, compose, load, measure, resolve
from hubrank.testing import built_in
from hubrank_output.report.pages import report

SCENARIO = """
title = "Forty lands"
editions = [2023, 2024]
units = { file = "units.csv", within_km = 50 }
normalisation = { method = "min-max", range = [1, 100] }
aggregation = "arithmetic"
missing = { rule = "renormalise", at_least_share = 0.5 }
ranking = { tiers = [3, 10] }

[inputs.values]
source = "files"
options = { file = "values.csv" }

[dimensions]
research = { title = "Research", weight = 2 }
people = { title = "People", parent = "research" }
industry = { title = "Industry" }

[indicators]
a = { indicator = "value", dimension = "research" }
b = { indicator = "value", dimension = "people" }
c = { indicator = "value", dimension = "people", weight = 3 }
d = { indicator = "value", dimension = "industry" }
e = { indicator = "value", dimension = "industry", direction = -1 }
f = { indicator = "value", dimension = "industry", weight = 0.5 }
"""

HOSTILE = (
    "<script>window.hacked = 1</script>",
    "</script><img src=x onerror='window.hacked = 2'>",
    '=CMD("calc")',
    "🚀 Rocket town 🇩🇪",
    "مدينة النور",
    "W" * 200,
    "&amp; \"quoted\" 'town' {{ 7 * 7 }}",
)

REGISTRY = built_in()


@frozen
class Laid:
    """A scenario with its data in a folder, and the names in it that break careless pages."""

    folder: Path
    hostile: tuple[str, ...]

    def plan(self, changes: str = "", *plugins: ModuleType) -> Plan:
        """The scenario with changes laid over it, with the built-in parts and those of plugins."""
        registry = built_in(*plugins) if plugins else REGISTRY
        path = self.folder / "changed.toml"
        path.write_text(f'extends = "base.toml"\n{changes}', encoding="utf-8")
        return resolve(load(path, registry), registry)

    def plan_of(self, scenario: str) -> Plan:
        """Another scenario that lies beside it."""
        path = self.folder / "other.toml"
        path.write_text(scenario, encoding="utf-8")
        return resolve(load(path, REGISTRY), REGISTRY)

    def measured(self, plan: Plan | None = None) -> Measurement:
        """Its measurements, which changes of method leave as they are; those of a plan with other indicators."""
        return measure(self.plan() if plan is None else plan)


def lay(folder, count):
    """Units in four countries, two editions, six indicators, some gaps; the first names break careless pages."""
    rng = np.random.default_rng(7)
    codes = [f"U{at:02}" for at in range(count)]
    names = [*HOSTILE, *(f"Land {at}" for at in range(len(HOSTILE), count))]
    quoted = ['"' + name.replace('"', '""') + '"' for name in names]
    units = ["unit,name,country,continent,lat,lon"]
    for at, (code, name) in enumerate(zip(codes, quoted, strict=True)):
        country = ("CHN", "USA", "DEU", "FRA")[at % 4]
        continent = ("Asia", "North America", "Europe", "Europe")[at % 4]
        units.append(f"{code},{name},{country},{continent},{rng.uniform(-50, 70):.3f},{rng.uniform(-170, 170):.3f}")
    rows = ["unit,year,a,b,c,d,e,f"]
    for year in (2023, 2024):
        for code in codes:
            values = rng.lognormal(2, 0.8, 6)
            gaps = rng.random(6) < 0.06
            cells = ["" if gap else f"{value:.4f}" for value, gap in zip(values, gaps, strict=True)]
            rows.append(",".join([code, str(year), *cells]))
    for file, text in {"units.csv": "\n".join(units), "values.csv": "\n".join(rows), "base.toml": SCENARIO}.items():
        (folder / file).write_text(text + "\n", encoding="utf-8")
    return Laid(folder, HOSTILE)


@pytest.fixture(scope="session")
def forty(tmp_path_factory):
    """Forty units."""
    return lay(tmp_path_factory.mktemp("forty"), 40)


@pytest.fixture(scope="session")
def many(tmp_path_factory):
    """More units than a document holds rows for."""
    return lay(tmp_path_factory.mktemp("many"), 1_300)


@contextlib.contextmanager
def opening(browser, folder):
    """Open a ranking's page: `visit(ranking)`; what it asked of the network and what failed is kept on the page."""
    contexts = []

    def open_page(ranking, *, fragment="", **options):
        path = folder / f"page{len(contexts)}.html"
        path.write_text(report(ranking), encoding="utf-8")
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.asked, page.failed = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("pageerror", lambda error: page.failed.append(str(error)))
        page.on("console", lambda said: page.failed.append(said.text) if said.type in ("error", "warning") else None)
        page.on("dialog", lambda dialog: page.failed.append(dialog.message))
        page.goto(path.as_uri() + fragment)
        page.wait_for_selector("body.ready")
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def visit(browser, tmp_path):
    """Opens pages for a test."""
    with opening(browser, tmp_path) as open_page:
        yield open_page


@pytest.fixture(scope="module")
def visit_once(browser, tmp_path_factory):
    """Opens pages for all tests of a module, which leave them as they were."""
    with opening(browser, tmp_path_factory.mktemp("pages")) as open_page:
        yield open_page


@pytest.fixture(scope="session")
def ranking(forty):
    """The forty lands as published."""
    return compose(forty.plan(), forty.measured())


@pytest.fixture
def page(visit, ranking):
    """Their page, or that of a module's own `ranking`."""
    return visit(ranking)
