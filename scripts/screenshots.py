"""Make the pictures of the README and the site: `python scripts/screenshots.py` writes docs/pictures/.

report.png and report-dark.png show `hubrank report global` with changed weights and two pinned hubs; plots/ all plots;
studio.png and others the page of `hubrank studio`.
`python scripts/screenshots.py FOLDER` writes every state of that page instead: at three widths, dark, in five
languages, and on paper.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from hubrank.i18n import ENGLISH, languages
from hubrank.results.rank import rank_with_intervals
from hubrank_output import PLOTS
from hubrank_output.plots.saving import write
from hubrank_output.report.pages import write_report
from hubrank_studio.folder import Folder
from hubrank_studio.session import Session
from hubrank_studio.studio_command import served
from playwright.sync_api import Browser, Page, sync_playwright
from reference.pictures import slim

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
#: Research counts double, and two hubs are pinned.
VIEW = "#w.index=1_2_1_1_1&unit=beijing&unit=shanghai"
#: The states of the page, by the address of each and what of it is looked at; the whole window where that is empty.
STATES = {
    "first": ("", ""),
    "moved": ("#w.index=1_2_1_1_1&unit=beijing", ""),
    "typo": ("#q=Shangai", ""),
    "unit": ("#open=munich&against=boston", "#unit"),
    "map": ("#f.continent=Europe", "#map-section"),
    "editions": ("#unit=berlin&unit=hefei", "#editions-section"),
    "uncertainty": ("#spread=0.25", "#uncertainty-section"),
    "scatter": ("#see=scatter&unit=munich", "#scatter-view"),
    "distribution": ("#see=distribution&unit=munich", "#distribution-view"),
    "correlation": ("#see=correlation", "#correlation-view"),
    "acceptability": ("#see=acceptability&spread=0.25", "#acceptability-view"),
    "tree": ("#see=tree", "#tree-view"),
    "share": ("#see=share", "#share-view"),
}
WIDTHS = (360, 768, 1400)
#: Pixels of a plot's picture.
WIDTH = 600
#: How long the page draws intervals, in milliseconds.
PATIENCE = 2500


def opened(browser: Browser, address: str, width: int, height: int, scheme: str = "light") -> Page:
    """A page that has come to rest."""
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    page.goto(address)
    page.wait_for_selector("body.ready")
    page.wait_for_timeout(PATIENCE)
    return page


def gallery(browser: Browser, report: Path, folder: Path) -> None:
    """Every state at three widths and dark, the first ones in each language, and the page on paper."""
    usual = [(state, width, "light", ENGLISH) for state in STATES for width in WIDTHS]
    dark = [(state, WIDTHS[-1], "dark", ENGLISH) for state in STATES]
    spoken = [(state, WIDTHS[-1], "light", language) for state in STATES for language in languages()[1:]]
    for state, width, scheme, language in usual + dark + spoken:
        fragment, part = STATES[state]
        address = report.as_uri() + (f"{fragment or '#'}&lang={language}" if language != ENGLISH else fragment)
        page = opened(browser, address, width, 900, scheme)
        path = folder / f"{state}-{width}-{scheme}-{language}.png"
        if part:
            page.locator(part).screenshot(path=path)
        else:
            page.screenshot(path=path)
        page.close()
    page = opened(browser, report.as_uri(), 1400, 900)
    page.pdf(path=folder / "paper.pdf", format="A4")
    page.close()


def studio_pictures(browser: Browser, folder: Path) -> None:
    """The studio with many units; the example of its tour as it was read, and on a telephone."""
    ranked = '#draws[data-growing="false"]'

    def shown(name: str, page: Page) -> None:
        page.wait_for_timeout(PATIENCE)
        page.wait_for_selector("#said:not(.shown)", state="attached")
        page.screenshot(path=PICTURES / f"{name}.png")
        slim(PICTURES / f"{name}.png")

    with served(Session(Folder(path=folder / "hubs"), 'extends = "global"\n')) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 860})
        page.goto(address)
        page.wait_for_selector(ranked, state="attached", timeout=0)
        shown("studio", page)
        page.close()
    with served(Session(Folder(path=folder / "towns"))) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 640})
        page.goto(address)
        page.click("#example")
        page.wait_for_selector("#tour:not([hidden])")
        page.keyboard.press("Escape")
        page.wait_for_selector(ranked, state="attached", timeout=0)
        page.click("#tab-reading")
        shown("studio-table", page)
        page.close()
        page = browser.new_page(viewport={"width": 360, "height": 640}, color_scheme="dark")
        page.goto(address)
        shown("studio-narrow", page)
        page.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="for every state of the page")
    wanted = parser.parse_args().folder
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("screenshots.py: there is no Chromium; install it (on Debian: apt-get install chromium)")
    ranking = rank_with_intervals("global")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        report = Path(folder) / "report.html"
        write_report(ranking, report)
        browser = driver.chromium.launch(executable_path=chromium, args=FLAGS)
        if wanted is not None:
            wanted.mkdir(parents=True, exist_ok=True)
            gallery(browser, report, wanted)
            sys.exit(0)
        for scheme, name in (("light", "report"), ("dark", "report-dark")):
            opened(browser, report.as_uri() + VIEW, 1280, 860, scheme).screenshot(path=PICTURES / f"{name}.png")
            slim(PICTURES / f"{name}.png")
        studio_pictures(browser, Path(folder))
        browser.close()
    (PICTURES / "plots").mkdir(parents=True, exist_ok=True)
    for name in PLOTS:
        write(name, "png", ranking, PICTURES / "plots" / f"{name}.png")
        slim(PICTURES / "plots" / f"{name}.png", WIDTH)
