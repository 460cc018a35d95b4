"""Make the README's pictures from the pages that `hubrank report global --explore` writes.

`python3 run.py python scripts/screenshots.py` writes docs/pictures/: report.png (weights moved, two hubs followed),
report-dark.png, report-map.png, report-phone.png and explore.png.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from hubrank.runs.running import rank_with_intervals
from hubrank_report.pages import write_explorer, write_report
from playwright.sync_api import Browser, Page, sync_playwright

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
#: Research counts double, and two hubs are followed.
VIEW = "#w.index=1_2_1_1_1&unit=beijing&unit=shanghai"
#: How long the page draws ranges, in milliseconds.
PATIENCE = 2500


def opened(browser: Browser, address: str, width: int, height: int, scheme: str = "light") -> Page:
    """A page that has come to rest."""
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    page.goto(address)
    page.wait_for_selector("body.ready")
    page.wait_for_timeout(PATIENCE)
    return page


def main() -> int:
    """Open the pages and take the pictures."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.stderr.write("screenshots.py: there is no Chromium; install it (on Debian: apt-get install chromium)\n")
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    ranking = rank_with_intervals("global")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        report, explorer = Path(folder) / "report.html", Path(folder) / "explore.html"
        write_report(ranking, report)
        write_explorer(ranking, explorer)
        browser = driver.chromium.launch(executable_path=chromium, args=FLAGS)
        page = opened(browser, report.as_uri() + VIEW, 1280, 860)
        page.screenshot(path=PICTURES / "report.png")
        page.locator("#map-section").screenshot(path=PICTURES / "report-map.png")
        opened(browser, report.as_uri() + VIEW, 1280, 860, "dark").screenshot(path=PICTURES / "report-dark.png")
        opened(browser, report.as_uri(), 390, 844).screenshot(path=PICTURES / "report-phone.png")
        opened(browser, explorer.as_uri(), 1280, 760).screenshot(path=PICTURES / "explore.png")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
