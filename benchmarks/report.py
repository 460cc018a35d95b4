"""The page: how long it takes to build, and how long a step of a slider takes in Chromium.

A step is from the slider's event until scores, ranks, table and layout are there; each changes the weight, and with it
scores, ranks and the order of the rows. The pictures follow with the next frame and are timed by themselves; so do the
rows out of sight, where more than 200 are shown.

150 units x 12 indicators x 3 editions and 1,860 x 40 x 1, geometric over arithmetic means, each with the rows that a
page opens with and with all rows.

`python3 run.py python benchmarks/report.py --json`
"""

import argparse
import json
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
from hubrank.runs.running import rank
from hubrank.testing import built_in
from hubrank_report.pages import report
from playwright.sync_api import sync_playwright

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
STEPS = 60
STEP = """async ({ steps, all }) => {
  if (all) document.getElementById("more").click();
  const slider = document.querySelector("#weights input");
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  const made = [];
  const pictures = [];
  for (let at = 0; at < steps; at += 1) {
    slider.value = (0.5 + 0.1 * (at % 20)).toFixed(1);
    const start = performance.now();
    slider.dispatchEvent(new Event("input"));
    document.body.offsetHeight;
    made.push(performance.now() - start);
    const before = performance.now();
    await frame();
    pictures.push(performance.now() - before);
  }
  return { made, pictures };
}"""


def laid(
    folder: Path, units: int, indicators: int, editions: list[int], *, dimensions: int = 5, gaps: float = 0
) -> Path:
    """A scenario with random values, places on the map, and a share of gaps."""
    rng = np.random.default_rng(1)
    names = [f"i{at:02}" for at in range(indicators)]
    lines = ["unit,year," + ",".join(names)]
    for year in editions:
        values, there = rng.lognormal(2, 1, (units, indicators)), rng.random((units, indicators)) >= gaps
        for unit in range(units):
            cells = (f"{each:.4f}" if here else "" for each, here in zip(values[unit], there[unit], strict=True))
            lines.append(f"u{unit:05},{year}," + ",".join(cells))
    (folder / "values.csv").write_text("\n".join(lines))
    spots = rng.uniform((-50, -170), (70, 170), (units, 2))
    rows = [
        f"u{unit:05},Place {unit},{'CHN' if unit % 2 else 'USA'},{spots[unit, 0]:.4f},{spots[unit, 1]:.4f}"
        for unit in range(units)
    ]
    (folder / "units.csv").write_text("unit,name,country,lat,lon\n" + "\n".join(rows))
    text = [
        f'title = "{units} places"\neditions = {editions}\nunits = {{ file = "units.csv", within_km = 1 }}',
        'missing = { rule = "renormalise", at_least_share = 0.5 }',
        'normalisation = { method = "min-max", low = 1, high = 100 }\naggregation = "geometric"',
        '[inputs.values]\nsource = "files"\noptions = { file = "values.csv" }',
        *(f'[dimensions.d{at}]\naggregation = "arithmetic"' for at in range(dimensions)),
        *(
            f'[indicators.{name}]\nindicator = "value"\ndimension = "d{at % dimensions}"'
            for at, name in enumerate(names)
        ),
    ]
    path = folder / "places.toml"
    path.write_text("\n".join(text))
    return path


def steps(browser, page_file: Path, *, every_row: bool) -> dict[str, float]:
    """Median and worst step of a slider, in milliseconds."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(page_file.as_uri())
    page.wait_for_selector("body.ready")
    page.wait_for_timeout(1500)
    page.evaluate(STEP, {"steps": 10, "all": every_row})
    times = page.evaluate(STEP, {"steps": STEPS, "all": False})
    page.close()
    return {
        "median_ms": round(float(np.median(times["made"])), 2),
        "worst_ms": round(max(times["made"]), 2),
        "pictures_ms": round(float(np.median(times["pictures"])), 2),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one line of JSON, last")
    as_json = parser.parse_args().json
    start = time.perf_counter()
    page = report(rank("global"))
    figures: dict[str, object] = {
        "global_seconds": round(time.perf_counter() - start, 2),
        "global_megabytes": round(len(page.encode()) / 1e6, 3),
    }
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=FLAGS)
        registry = built_in()
        for units, indicators, editions in ((150, 12, [2022, 2024, 2025]), (1860, 40, [2025])):
            folder = Path(name) / str(units)
            folder.mkdir()
            made = folder / "page.html"
            made.write_text(report(rank(str(laid(folder, units, indicators, editions)), registry)))
            figures[f"page_{units}_megabytes"] = round(made.stat().st_size / 1e6, 3)
            for every_row in (False, True):
                key = f"step_{units}_{'all_rows' if every_row else 'first_rows'}"
                figures[key] = steps(browser, made, every_row=every_row)
        browser.close()
    for key, value in figures.items():
        print(f"{key}: {value}")
    if as_json:
        print(json.dumps(figures))


if __name__ == "__main__":
    main()
