"""The page: how long it takes to build and to open, and how long a step of a slider takes in Chromium.

A step is from the slider's event until scores, ranks, table and layout are there; each changes the weight, and with it
scores, ranks and the order of the rows. The pictures follow with the next frames and are timed by themselves.

150 units x 12 indicators x 3 editions and 1,860 x 40 x 1, geometric over arithmetic means, each with the rows that a
page opens with and with all rows. Then 33,755 x 12 x 2 (`--units`) with one gap in 33:

- `page_mb`, `page_cpu_seconds` of making the page, `ranked_page_cpu_seconds` with the ranking from its CSV before it,
  and `page_peak_gb` of the process;
- `open_ms` from the address to the last picture;
- `rerank_ms` and `rerank_all_rows_ms` of a step, with the pictures behind it;
- `open_cpu_ms` and `step_cpu_ms`, pictures included: what the page's thread takes, whatever else the machine does;
- `ranges_ms` from the last step until the worker has drawn the ranges, and `longest_frame_ms` meanwhile.

`python3 run.py python benchmarks/report.py --json`
"""

import contextlib
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
from hubrank.results.rank import rank
from hubrank.testing import built_in
from hubrank_output.report.pages import report, write_report
from playwright.sync_api import sync_playwright
from surroundings import benchmark, lay_out, program

#: The most that the large page may take of its thread, in milliseconds: to open, and for a step.
LIMITS = {"open_cpu_ms": 3000, "step_cpu_ms": 200}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
STEPS = 60
STEP = """async ({ steps, all }) => {
  if (all) document.getElementById("more").click();
  const slider = document.querySelector("#weights input");
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  const rest = async () => {
    do await frame();
    while (!window.hubrank.resting());
  };
  const made = [];
  const pictures = [];
  for (let at = 0; at < steps; at += 1) {
    slider.value = (0.5 + 0.1 * (at % 20)).toFixed(1);
    const start = performance.now();
    slider.dispatchEvent(new Event("input"));
    document.body.offsetHeight;
    made.push(performance.now() - start);
    const before = performance.now();
    await rest();
    pictures.push(performance.now() - before);
  }
  return { made, pictures };
}"""

RANGES = """async () => {
  const slider = document.querySelector("#weights input");
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  slider.value = 0.7;
  slider.dispatchEvent(new Event("input"));
  do await frame();
  while (!window.hubrank.resting());
  const start = performance.now();
  let before = start;
  let longest = 0;
  while (window.hubrank.intervals().from !== "drawn") {
    await frame();
    longest = Math.max(longest, performance.now() - before);
    before = performance.now();
  }
  return { ranges: before - start, longest };
}"""
#: Settings of every scenario here.
SETTINGS = {
    "missing": {"rule": "renormalise", "at_least_share": 0.5},
    "aggregation": "geometric",
    "inner": "arithmetic",
    "places": True,
}


@contextlib.contextmanager
def page_of(browser, page_file: Path, rest: int = 0):
    """The page once it is ready, and has rested for some milliseconds."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(page_file.as_uri())
    page.wait_for_selector("body.ready")
    page.wait_for_timeout(rest)
    yield page
    page.close()


def steps(browser, page_file: Path, *, every_row: bool) -> dict[str, float]:
    """Median and worst step of a slider, in milliseconds."""
    with page_of(browser, page_file, 1500) as page:
        page.evaluate(STEP, {"steps": 10, "all": every_row})
        times = page.evaluate(STEP, {"steps": STEPS, "all": False})
    return {
        "median": round(float(np.median(times["made"])), 2),
        "worst": round(max(times["made"]), 2),
        "pictures": round(float(np.median(times["pictures"])), 2),
    }


def large(browser, folder: Path, units: int) -> dict[str, object]:
    """A large page: made, opened, moved."""
    scenario = lay_out(folder, units, (12, 0, 3), editions=(2024, 2025), gaps=0.03, **SETTINGS)
    start = time.process_time()
    ranking = rank(str(scenario), built_in())
    ranked = time.process_time()
    page_file = folder / "page.html"
    write_report(ranking, page_file)
    figures: dict[str, object] = {
        "units": units,
        "page_mb": round(page_file.stat().st_size / 1e6, 2),
        "page_cpu_seconds": round(time.process_time() - ranked, 2),
        "ranked_page_cpu_seconds": round(time.process_time() - start, 2),
        "page_peak_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 2),
        "open_ms": opened(browser, page_file),
    }
    figures |= cpu(browser, page_file)
    figures["rerank_ms"] = steps(browser, page_file, every_row=False)
    figures["rerank_all_rows_ms"] = steps(browser, page_file, every_row=True)
    with page_of(browser, page_file) as page:
        drawn = page.evaluate(RANGES)
    return figures | {"ranges_ms": round(drawn["ranges"]), "longest_frame_ms": round(drawn["longest"])}


def opened(browser, page_file: Path) -> dict[str, float]:
    """From the address until the last picture is there, in milliseconds; of five times."""
    times = []
    for _ in range(5):
        start = time.perf_counter()
        with page_of(browser, page_file) as page:
            page.evaluate("async () => { while (!window.hubrank.resting()) await new Promise(requestAnimationFrame); }")
            times.append(1e3 * (time.perf_counter() - start))
    return {"median": round(float(np.median(times))), "worst": round(max(times))}


def cpu(browser, page_file: Path) -> dict[str, object]:
    """What the page's own thread takes to open and for a step with its pictures, in milliseconds of its core."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})

    def taken() -> float:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return 1e3 * next(item["value"] for item in metrics if item["name"] == "TaskDuration")

    page.goto(page_file.as_uri())
    page.wait_for_selector("body.ready")
    at_open = taken()
    page.wait_for_timeout(1500)
    page.evaluate(STEP, {"steps": 10, "all": False})
    before = taken()
    page.evaluate(STEP, {"steps": STEPS, "all": False})
    step = (taken() - before) / STEPS
    page.close()
    return {"open_cpu_ms": round(at_open), "step_cpu_ms": round(step, 1)}


if __name__ == "__main__":
    units = {"type": int, "default": 33_755, "help": "of the large page"}
    with benchmark(__doc__, LIMITS, units=units) as (chosen, figures):
        start = time.perf_counter()
        page = report(rank("global"))
        figures["global_seconds"] = round(time.perf_counter() - start, 2)
        figures["global_megabytes"] = round(len(page.encode()) / 1e6, 3)
        chromium = program("chromium") or program("chromium-browser")
        with tempfile.TemporaryDirectory() as name, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=chromium, args=FLAGS)
            registry = built_in()
            for units, indicators, editions in ((150, 12, [2022, 2024, 2025]), (1860, 40, [2025])):
                folder = Path(name) / str(units)
                folder.mkdir()
                result = folder / "page.html"
                scenario = lay_out(folder, units, (indicators, 0, 5), editions=editions, **SETTINGS)
                result.write_text(report(rank(str(scenario), registry)))
                figures[f"page_{units}_megabytes"] = round(result.stat().st_size / 1e6, 3)
                for every_row in (False, True):
                    key = f"step_{units}_{'all_rows' if every_row else 'first_rows'}"
                    figures[key] = steps(browser, result, every_row=every_row)
            folder = Path(name) / "large"
            folder.mkdir()
            figures.update(large(browser, folder, chosen.units))
            browser.close()
        for key, value in figures.items():
            print(f"{key}: {value}")
