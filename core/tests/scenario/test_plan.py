"""Indicators and dimensions by name: one rule for every verb."""

import pytest
from hubrank.errors import UsageError

CHANGES = """
[dimensions]
soil = { parent = "life", title = "Soil and water" }
[indicators]
a = { title = "Papers" }
b = { title = "Twice", dimension = "soil" }
c = { indicator = "value", options = { column = "b" }, title = "twice", dimension = "soil" }
"""


@pytest.mark.parametrize(
    ("text", "kinds", "key"),
    [
        ("a", (), "a"),
        (" A ", ("indicator",), "a"),
        ("papers", ("indicator",), "a"),
        ("\uff30apers", ("indicator",), "a"),
        ("SOIL AND WATER", ("dimension",), "soil"),
        ("soil", (), "soil"),
        ("index", ("dimension",), "index"),
    ],
)
def test_key(lab, text, kinds, key):
    """By key or title, in any case, with spaces around, in any Unicode form: a full-width P is a P."""
    assert lab.plan(CHANGES).key(text, *kinds) == key


@pytest.mark.parametrize(
    ("text", "kinds", "message"),
    [
        ("paper", ("indicator",), "there is no indicator 'paper'; available: a, b, c"),
        ("soil", ("indicator",), "there is no indicator 'soil'; available: a, b, c"),
        ("lif", (), "there is no indicator or dimension 'lif'; did you mean 'life'?"),
        ("Twice", (), "'Twice' is the title of 2: b, c; name one by its key"),
    ],
)
def test_no_key(lab, text, kinds, message):
    """What is not there is refused with what is; a title of two with both."""
    with pytest.raises(UsageError) as caught:
        lab.plan(CHANGES).key(text, *kinds)

    assert str(caught.value) == message
