"""The licences of all that members need, and the bill of materials."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True),
        ("BSD-3-Clause AND 0BSD AND Zlib", True),
        ("Apache-2.0 OR GPL-3.0-only", True),
        ("MIT AND GPL-3.0-only", False),
        ("MIT AND (Apache-2.0 OR GPL-3.0-only)", True),
        ("UNKNOWN", False),
        ("", False),
    ],
)
def test_each_part_or_one_choice_is_allowed(module_at, licence, allowed):
    """All that are joined by AND, one of those joined by OR; what is not known is not allowed."""
    assert module_at("scripts/licences.py").allowed(licence) == allowed


@pytest.mark.long
def test_all_that_is_needed_is_allowed_and_in_the_bill(tmp_path):
    """NumPy's five licences and pandas' one; each component of the bill has a version, those installed a licence."""
    words = [sys.executable, "scripts/licences.py", "--bill", tmp_path / "bill.json"]
    made = subprocess.run(words, cwd=ROOT, capture_output=True, encoding="utf-8")
    components = {each["name"]: each for each in json.loads((tmp_path / "bill.json").read_text())["components"]}

    assert (made.returncode, made.stderr) == (0, "")
    assert "numpy" in made.stdout
    assert components["pandas"]["licenses"] == [{"expression": "BSD-3-Clause"}]
    assert components["pandas"]["version"] in made.stdout
    assert "pytest" not in components
