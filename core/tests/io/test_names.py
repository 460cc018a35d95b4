"""Spellings of one name."""

import pytest
from hubrank.errors import casefold_name, fold_name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("São Paulo", "sao-paulo"),
        ("SAO  PAULO ", "S\u0061\u0303o Paulo"),
        ("Łódź", "lodz"),
        ("Saint-Étienne", "saint etienne"),
        ("Straße", "STRASSE"),
        ("\uff22erlin", "berlin"),
    ],
)
def test_looser_spellings(one, other):
    """Accents, case, spaces, punctuation and Unicode form make no difference."""
    assert fold_name(one) == fold_name(other)


@pytest.mark.parametrize(("one", "other"), [("कि", "क"), ("か", "が"), ("B1", "B2"), ("C", "D"), ("!", "?")])
def test_what_stays_apart(one, other):
    """A vowel sign or a voicing mark is no accent; values and other letters differ; bare punctuation stays."""
    assert fold_name(one) != fold_name(other)


def test_the_stricter_key_keeps_accents():
    """What a user types for a unit is folded less."""
    assert casefold_name(" ZÜRICH") == casefold_name("Zu\u0308rich") != casefold_name("Zurich")
