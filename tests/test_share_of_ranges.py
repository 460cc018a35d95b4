"""The share of the draws that ranges hold is set in one place: the ends move with it, and every text that says it."""

import base64
import gzip
import re
import subprocess
import sys

import pytest
from hubrank.testing import write_random_scenario

HALF = """
import sys

from hubrank.ranking import intervals

intervals.LOW, intervals.HIGH = 0.25, 0.75

from hubrank.cli.app import run

for words in (
    ["rank", "scenario.toml", "--output", "run"],
    ["robustness", "scenario.toml", "--time-limit", "0"],
    ["outlook", "scenario.toml", "--back-test"],
    ["export", "scenario.toml", "--output", "made.md"],
    ["export", "scenario.toml", "--output", "made.range.svg"],
    ["report", "scenario.toml", "--output", "page.html"],
):
    if run(words):
        sys.exit(f"{words} failed")
"""


@pytest.mark.long
def test_half_of_the_draws(tmp_path):
    """With 0.25 and 0.75 all say 50 %, none 90 %, and the page gets both ends."""
    write_random_scenario(
        tmp_path,
        units=8,
        editions=tuple(range(2018, 2025)),
        robustness={"weight_uncertainty": 0.5, "draws": 300},
        ranking={"decimals": 1},
    )
    done = subprocess.run(
        [sys.executable, "-c", HALF], cwd=tmp_path, check=False, capture_output=True, text=True, encoding="utf-8"
    )
    markdown = (tmp_path / "made.md").read_text(encoding="utf-8")
    data = re.search(r'id="payload">([^<]+)<', (tmp_path / "page.html").read_text(encoding="utf-8"))
    chart = (tmp_path / "made.range.svg").read_text(encoding="utf-8")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("50 % interval") >= 2
    assert "projected ranks (50 % intervals)" in done.stdout
    assert "share of ranks inside the 50 % interval" in done.stdout
    assert "50 % interval" in markdown
    assert "50 % interval" in chart
    assert re.search(rb'"range": ?\[0.25, ?0.75\]', gzip.decompress(base64.b64decode(data[1])))
    for text in (done.stdout, markdown, chart):
        assert "90 % of draws" not in text.replace("less than 90 % of draws", "")
        assert "90 % interval" not in text
