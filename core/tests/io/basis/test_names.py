"""Spellings of one name."""

import pytest
from hubrank.errors import folded_key, name_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("São Paulo", "sao-paulo"),
        ("SAO  PAULO ", "S\u0061\u0303o Paulo"),
        ("Łódź", "lodz"),
        ("Ørestad", "orestad"),
        ("Saint-Étienne", "saint etienne"),
        ("St. Gallen", "ST GALLEN"),
        ("Straße", "STRASSE"),
        ("\uff22erlin", "berlin"),
    ],
)
def test_looser_spellings(one, other):
    """Accents, case, spaces, punctuation and Unicode form make no difference."""
    assert folded_key(one) == folded_key(other)


@pytest.mark.parametrize(("one", "other"), [("कि", "क"), ("か", "が"), ("B1", "B2"), ("C", "D"), ("!", "?")])
def test_what_stays_apart(one, other):
    """A vowel sign or a voicing mark is no accent; figures and other letters differ; bare punctuation stays."""
    assert folded_key(one) != folded_key(other)


def test_the_stricter_key_keeps_accents():
    """What a person types for a unit is folded less."""
    assert name_key(" ZÜRICH") == name_key("Zu\u0308rich") != name_key("Zurich")
