"""Units by what people call them: one rule for every command."""

import pytest
from hubrank.errors import UsageError
from hubrank.plugin.units import UnitIndex

CODES = ("CAM", "BOS", "VAL", "VLC", "ZRH", "zrh", "ORE")
NAMES = ("Cambridge", "Boston", "Valencia", "Valencia", "Zürich", "Zurich West", "Ørestad")
ALIASES = (("Cantabrigia",), ("Cambridge", "Bos"), (), ("CAM",), ("Zurigo",), ("Zurigo",), ())


@pytest.fixture
def index():
    """Units whose codes, names and aliases cross."""
    return UnitIndex(codes=CODES, names=NAMES, aliases=ALIASES)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("CAM", "CAM"),
        ("cam", "CAM"),
        ("cambridge", "CAM"),
        ("Cantabrigia", "CAM"),
        ("bos", "BOS"),
        ("  Boston\n", "BOS"),
        ("Zu\u0308rich", "ZRH"),
        ("\uff22oston", "BOS"),
        ("ØRESTAD", "ORE"),
        ("zrh", "zrh"),
        ("ZRH", "ZRH"),
    ],
)
def test_a_unit_is_found(index, text, code):
    """By code, name, alias in this order, in any case, with spaces around, in any Unicode form.

    u and a combining diaeresis are one letter ü; a full-width B is a B. An exact code distinguishes ZRH from zrh.
    """
    assert CODES[index.position(text)] == code


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Valencia", "'Valencia' is the name of 2 units: VAL, VLC"),
        ("zurigo", "'zurigo' is the name of 2 units: ZRH, zrh"),
        ("Zrh", "'Zrh' is the name of 2 units: ZRH, zrh"),
        ("Bostom", "there is no unit 'Bostom'; did you mean 'Boston'?"),
        ("", "there is no unit ''; available: "),
    ],
)
def test_no_unit_is_found(index, text, message):
    """An unknown name is rejected with what is near, a shared one with all that share it."""
    with pytest.raises(UsageError) as caught:
        index.position(text)

    assert str(caught.value).startswith(message)


def test_keys(index):
    """Every key with the units of the first level that has it: BOS's alias Cambridge is CAM's name."""
    keys = index.keys()

    assert {key: [CODES[at] for at in keys.get(key)] for key in keys.first} == {
        "cam": ["CAM"],
        "cambridge": ["CAM"],
        "cantabrigia": ["CAM"],
        "bos": ["BOS"],
        "boston": ["BOS"],
        "val": ["VAL"],
        "vlc": ["VLC"],
        "valencia": ["VAL", "VLC"],
        "zrh": ["ZRH", "zrh"],
        "zürich": ["ZRH"],
        "zurich west": ["zrh"],
        "zurigo": ["ZRH", "zrh"],
        "ore": ["ORE"],
        "ørestad": ["ORE"],
    }
