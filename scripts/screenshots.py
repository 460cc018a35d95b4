"""Make the pictures of the README and the site: `python scripts/screenshots.py` writes docs/pictures/.

They show the page of `hubrank report global`: report.png (weights moved, two hubs pinned), report-dark.png,
report-map.png, report-unit.png (two hubs compared), report-ranges.png and report-phone.png; plots/ has all its plots.
"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from hubrank.results.rank import rank_with_intervals
from hubrank_output import PLOTS
from hubrank_output.plots.saving import write
from hubrank_output.report.pages import write_report
from playwright.sync_api import Browser, Page, sync_playwright
from reference.pictures import slim

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
#: Research counts double, and two hubs are pinned.
VIEW = "#w.index=1_2_1_1_1&unit=beijing&unit=shanghai"
#: Pixels of a plot's picture.
WIDTH = 600
#: How long the page draws ranges, in milliseconds.
PATIENCE = 2500


def opened(browser: Browser, address: str, width: int, height: int, scheme: str = "light") -> Page:
    """A page that has come to rest."""
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    page.goto(address)
    page.wait_for_selector("body.ready")
    page.wait_for_timeout(PATIENCE)
    return page


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("screenshots.py: there is no Chromium; install it (on Debian: apt-get install chromium)")
    ranking = rank_with_intervals("global")
    (PICTURES / "plots").mkdir(parents=True, exist_ok=True)
    for name in PLOTS:
        write(name, "png", ranking, PICTURES / "plots" / f"{name}.png")
        slim(PICTURES / "plots" / f"{name}.png", WIDTH)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        report = Path(folder) / "report.html"
        write_report(ranking, report)
        browser = driver.chromium.launch(executable_path=chromium, args=FLAGS)
        page = opened(browser, report.as_uri() + VIEW, 1280, 860)
        page.screenshot(path=PICTURES / "report.png")
        page.locator("#map-section").screenshot(path=PICTURES / "report-map.png")
        opened(browser, report.as_uri() + VIEW, 1280, 860, "dark").screenshot(path=PICTURES / "report-dark.png")
        opened(browser, report.as_uri(), 390, 844).screenshot(path=PICTURES / "report-phone.png")
        page.locator("#uncertainty-section").screenshot(path=PICTURES / "report-ranges.png")
        compared = opened(browser, report.as_uri() + VIEW + "&open=beijing&against=shanghai", 1280, 860)
        compared.screenshot(path=PICTURES / "report-unit.png")
        browser.close()
    for picture in PICTURES.glob("*.png"):
        slim(picture)
