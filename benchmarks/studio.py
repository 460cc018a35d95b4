"""The studio: how long a moved weight takes until its ranks are on the screen, and a dropped table until its ranking.

200 units x 20 indicators and 5,000 x 40, then a CSV of 35,000 x 20 (`--units`), each with one gap in 50, as a person
meets them in Chromium, the server beside it:

- `ranks_SIZE_ms` and its `worst`, from a slider's event until the frame that shows the new scores and ranks;
  `ranges_SIZE_ms` until the first ranges are there;
- `open_SIZE_ms` from the chosen file until the frame that shows its ranking;
- `..._cpu_ms` of the same: what the server and the page's thread take, whatever else the machine does;
- `scroll_SIZE_frame_ms`, the longest frame while all units scroll by, and `scroll_SIZE_cpu_ms`, what each takes of
  the page's thread.

`python3 run.py python benchmarks/studio.py --json`
"""

import contextlib
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from hubrank_studio.opening import begun
from hubrank_studio.studio_command import served
from playwright.sync_api import sync_playwright
from surroundings import benchmark, program

#: The most that each may be, in milliseconds.
LIMITS = {
    "ranks_200_ms": 100,
    "ranks_200_cpu_ms": 100,
    "ranks_5000_ms": 500,
    "ranks_5000_cpu_ms": 500,
    "open_35000_ms": 4000,
    "open_35000_cpu_ms": 4000,
    "scroll_35000_cpu_ms": 16,
}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
#: Milliseconds longer than a movement of the keyboard's, so that each step is one of its own; and the most that a step
#: waits until the last one's ranges are drawn.
PAUSE, SETTLED = 1500, 60_000
SHOWN = """
const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
const rows = () => document.querySelector("#rows tbody");
const ranged = () => rows().querySelector("tr[data-code] .range").textContent !== "";
"""
#: A step of a slider: milliseconds until other rows were made and painted, and until these have ranges.
STEP = f"""async (value) => {{
  {SHOWN}
  const slider = document.querySelector("#panels input[type=range]");
  const made = new Promise((done) => {{
    const seen = new MutationObserver(() => (seen.disconnect(), done()));
    seen.observe(rows(), {{ childList: true }});
  }});
  const start = performance.now();
  slider.value = value * slider.max;
  slider.dispatchEvent(new Event("input", {{ bubbles: true }}));
  await made;
  await frame();
  return performance.now() - start;
}}"""
RANGES = f"""async () => {{
  {SHOWN}
  const start = performance.now();
  while (!ranged() && performance.now() - start < 120000) await frame();
  return performance.now() - start;
}}"""
#: Milliseconds from the choice of a file, which `CHOICE` notes, until the ranking of its table was painted.
CHOICE = """() => {
  document.getElementById("file").addEventListener("change", () => (window.chosen = performance.now()));
}"""
OPENED = f"""async () => {{
  {SHOWN}
  while (!rows()?.querySelector("tr[data-code]")) await frame();
  await frame();
  return performance.now() - window.chosen;
}}"""
SCROLL = f"""async (steps) => {{
  {SHOWN}
  const scroller = document.getElementById("rows");
  const times = [];
  for (let at = 0; at < steps; at += 1) {{
    const start = performance.now();
    scroller.scrollTop = (scroller.scrollHeight * at) / steps;
    await frame();
    times.push(performance.now() - start);
  }}
  return Math.max(...times);
}}"""


def table(path: Path, units: int, indicators: int) -> None:
    """Write a tidy CSV of random values."""
    rng = np.random.default_rng(1)
    names = [f"Indicator {at + 1}" for at in range(indicators)]
    values = pd.DataFrame(rng.lognormal(size=(units, indicators)).round(4), columns=names)
    values = values.mask(rng.random(values.shape) < 0.02)
    values.insert(0, "Unit", [f"Unit {at:06}" for at in range(units)])
    values.to_csv(path, index=False)


class Page:
    """A studio without a table, in a browser, and what both have taken of their processors."""

    def __init__(self, browser, address: str) -> None:
        self.page = browser.new_page(viewport={"width": 1280, "height": 900})
        self.thread = self.page.context.new_cdp_session(self.page)
        self.thread.send("Performance.enable", {"timeDomain": "threadTicks"})
        self.page.goto(address)
        self.page.wait_for_selector("#choose")

    def of_page(self) -> float:
        """Milliseconds of the page's thread so far."""
        metrics = self.thread.send("Performance.getMetrics")["metrics"]
        return 1e3 * next(item["value"] for item in metrics if item["name"] == "TaskDuration")

    def taken(self) -> float:
        """Milliseconds of the server's process and of the page's thread so far."""
        return 1e3 * time.process_time() + self.of_page()

    def opened(self, path: Path) -> tuple[float, float]:
        """Milliseconds until a table's ranking is there, and those of the processors."""
        self.page.evaluate(CHOICE)
        before = self.taken()
        self.page.set_input_files("#file", path)
        clock = self.page.evaluate(OPENED)
        return clock, self.taken() - before

    def stepped(self, value: float) -> tuple[float, float, float]:
        """Milliseconds of a step until its ranks, those of the processors, and those until its first ranges."""
        self.settle()
        before = self.taken()
        clock = self.page.evaluate(STEP, value)
        used = self.taken() - before
        return clock, used, clock + self.page.evaluate(RANGES)

    def settle(self) -> None:
        """Wait until no more ranges are drawn."""
        self.page.wait_for_selector("#draws[data-growing=false]", state="attached", timeout=SETTLED)
        self.page.wait_for_timeout(PAUSE)

    def scrolled(self, steps: int) -> tuple[float, float]:
        """The longest frame in milliseconds, and what one takes of the page's thread."""
        self.settle()
        before = self.of_page()
        longest = self.page.evaluate(SCROLL, steps)
        return longest, (self.of_page() - before) / steps


@contextlib.contextmanager
def studio(browser, folder: Path):
    """The page of a studio that works in a folder, served beside it."""
    with served(begun(None, folder)) as address:
        shown = Page(browser, address)
        yield shown
        shown.page.close()


def measured(browser, folder: Path, size: tuple[int, int], steps: int):
    """The figures of a table of so many units and indicators."""
    units = size[0]
    table(folder / f"table{units}.csv", *size)
    with studio(browser, folder / str(units)) as shown:
        clock, used = shown.opened(folder / f"table{units}.csv")
        yield f"open_{units}_ms", round(clock)
        yield f"open_{units}_cpu_ms", round(used)
        shown.page.evaluate(RANGES)
        times = np.array([shown.stepped(0.2 + 0.6 * at / (steps + 1)) for at in range(steps + 1)])[1:]
        for name, values in zip(("ranks", "ranks_cpu", "ranges"), times.T, strict=True):
            key = f"{name.partition('_')[0]}_{units}{'_cpu' * name.endswith('_cpu')}_ms"
            yield key, round(float(np.median(values)))
        yield f"ranks_{units}_worst_ms", round(float(times[:, 0].max()))
        longest, used = shown.scrolled(20 * steps)
        yield f"scroll_{units}_frame_ms", round(longest)
        yield f"scroll_{units}_cpu_ms", round(used, 1)


if __name__ == "__main__":
    units = {"type": int, "default": 35_000, "help": "of the largest table"}
    quick = {"action": "store_true", "help": "a size at which values mean nothing"}
    with benchmark(__doc__, LIMITS, units=units, quick=quick) as (asked, figures):
        sizes = [(20, 3)] if asked.quick else [(200, 20), (5000, 40), (asked.units, 20)]
        chromium = program("chromium") or program("chromium-browser")
        with tempfile.TemporaryDirectory() as name, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=chromium, args=FLAGS)
            for size in sizes:
                for key, value in measured(browser, Path(name), size, 1 if asked.quick else 8):
                    figures[key] = value
                    print(f"{key}: {value}", flush=True)
            browser.close()
