"""Make the pictures of the README and the site: `python scripts/screenshots.py` writes docs/pictures/.

report.png and report-dark.png show `hubrank report global` with changed weights and two pinned hubs; plots/ all plots.
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
from playwright.sync_api import sync_playwright
from reference.pictures import slim

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
#: Research counts double, and two hubs are pinned.
VIEW = "#w.index=1_2_1_1_1&unit=beijing&unit=shanghai"
#: Pixels of a plot's picture.
WIDTH = 600
#: How long the page draws intervals, in milliseconds.
PATIENCE = 2500


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
        for scheme, name in (("light", "report"), ("dark", "report-dark")):
            page = browser.new_page(viewport={"width": 1280, "height": 860}, color_scheme=scheme)
            page.goto(report.as_uri() + VIEW)
            page.wait_for_selector("body.ready")
            page.wait_for_timeout(PATIENCE)
            page.screenshot(path=PICTURES / f"{name}.png")
            slim(PICTURES / f"{name}.png")
        browser.close()
