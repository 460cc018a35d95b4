"""On which line a key of a TOML text stands."""

import pytest
from hubrank.io.toml import line_of

TEXT = """title = "x"   # 1
window = 5

[inputs.works]
source = "desk"
options.top = 1

# [indicators]
[indicators.papers]  # a comment
weight = 2
normalisation = { method = "min-max",
  range = [1, 2] }

[indicators]
"odd key" = { weight = 1 }
patents = { weight = 1 }
dimensions.life.weight = 2

[[ranking.classes]]
name = "high"
"""


@pytest.mark.parametrize(
    ("where", "depth", "line"),
    [
        ("title", 1, 1),
        ("inputs.works", 2, 4),
        ("inputs.works.source", 3, 5),
        ("inputs.works.options.top", 4, 6),
        ("indicators.papers", 2, 9),
        ("indicators.papers.weight", 3, 10),
        ("indicators.papers.normalisation.range", 3, 11),
        ("indicators.patents.weight", 2, 16),
        ("indicators.odd key.weight", 2, 15),
        ("indicators.unheard-of", 1, 14),
        ("ranking.classes[0].name", 3, 20),
        ("nowhere.at.all", 0, None),
        ("", 0, None),
    ],
)
def test_line(where, depth, line):
    """The line of the deepest part of the key that stands there; an inline table has its own line."""
    assert line_of(TEXT, where) == (depth, line)
