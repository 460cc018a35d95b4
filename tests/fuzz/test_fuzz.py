"""No input ends a command in another way than the design has: cases by chance, and those that once did."""

import pytest

from .cases import Case, tried
from .searching import FOUND, searched
from .targets import TARGETS


@pytest.mark.parametrize("target", TARGETS)
def test_few(target):
    """The same few cases each time."""
    assert searched(target, 12).found == {}


@pytest.mark.long
@pytest.mark.parametrize("target", TARGETS)
def test_many(target):
    """More of them."""
    assert searched(target, 120, part=1).found == {}


@pytest.mark.parametrize("path", sorted(FOUND.glob("*.json")), ids=lambda path: path.stem)
def test_found(path):
    """What once ended wrongly ends as the design has it."""
    assert tried(Case.of(path.read_text(encoding="utf-8"))).wrong == ""
