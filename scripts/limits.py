"""Write `docs/limits.md` from the class `Limits`: `python scripts/limits.py`."""

import math
from pathlib import Path

import attrs
from hubrank.cli.commands.parts import meanings
from hubrank.io.limits import LIMITS, Limits

PAGE = Path(__file__).parents[1] / "docs" / "limits.md"

HEAD = f"""# Limits

What comes in is measured before memory is taken for it. A file, a scenario or a ranking that exceeds a limit is
refused in one sentence that says the limit's name, the number found, the number allowed and how to raise it; the exit
code is 2. Every default is one that honest files pass.

Three ways set a limit, the first before the others:

- `--limit NAME=NUMBER` on the command line, as often as needed and wherever it stands: `--limit cells=1e10`.
- `{LIMITS}` in the environment, for every run and for Python: `{LIMITS}="cells=1e10,editions=50"`.
- `[limits]` in a scenario: `cells = 1e10`. What a person has set by one of the first two, no scenario changes; a
  service that takes scenarios from strangers sets those that matter to it in the environment.

A number is written as `1000000`, `1_000_000` or `1e6`; `inf` allows everything. In Python, `hubrank.limited` sets
limits for what is done within it, as `--limit` does: `with limited(cells=1e10): ...`.

This page is made from the code by `python3 run.py python scripts/limits.py`.

| limit | default | of what | in a scenario |
| --- | ---: | --- | --- |
"""


def page() -> str:
    """The page, as it should be."""
    message, rows = meanings(Limits), []
    for limit in attrs.fields(Limits):
        value = float(limit.default or 0)
        number, settable = "any" if math.isinf(value) else f"{value:,.0f}", limit.metadata["by_scenario"]
        rows.append(f"| `{limit.name}` | {number} | {message[limit.name]} | {'yes' if settable else 'no'} |\n")
    return HEAD + "".join(rows)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
