"""What a narrow screen keeps of a table, and how names are shortened."""

import pytest
from hubrank.cli.tables import Widths, arranged, shortened, told_apart
from hubrank.io.answer import ScreenColumn
from hubrank.io.escaping import strip_control


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("London", 6, "London"),
        # Nine cells: four before the mark, four behind it.
        ("Rotterdam-The Hague", 9, "Rott…ague"),
        # A space beside the mark goes.
        ("Washington Baltimore", 12, "Washin…imore"),
        # Wide characters take two cells: two before (4), the mark (1), two behind (4).
        ("東京都特別区部", 9, "東京…区部"),
        # One cell stays empty, where a wide character would be cut in two.
        ("東京都特別区部", 8, "東京…部"),
        # A combining accent stays with its letter, and takes no cell.
        ("e\u0301e\u0301e\u0301e\u0301e\u0301e\u0301", 5, "e\u0301e\u0301…e\u0301e\u0301"),
        # No number is cut, on either side of the mark.
        ("2023 to 2024, counted", 19, "2023 to…, counted"),
        ("Counted to 2,345.5", 12, "Counte…"),
        # No room for a mark.
        ("London", 2, "Lo"),
    ],
)
def test_shortened_in_the_middle(text, width, shown):
    """Cells are counted as a terminal counts them."""
    assert shortened(text, width) == shown


def test_names_that_would_look_identical_stay_whole():
    """Two differ only in their middle; an indent is kept."""
    texts = ["  Large companies of industries", "Bank of the north of Aland", "Bank of the south of Aland"]

    assert told_apart(texts, 14) == ["  Large…tries", *texts[1:]]


RANKED = (
    ScreenColumn("rank"),
    ScreenColumn("since 2023", leaves=3),
    ScreenColumn("unit", "name"),
    ScreenColumn("country", "text", leaves=2),
    ScreenColumn("score"),
    ScreenColumn("", "bar"),
    ScreenColumn("tier", "text", leaves=1),
)
#: rank 4, since 10 (5 folded), unit 40, country 7, score 6, bar 20, tier 7; six missing values of 2 are 12.
SIZES = [Widths(*each) for each in ((4, 4, 4), (10, 5, 5), (40, 40, 9), (7, 7, 3), (6, 6, 6), (20, 20, 20), (7, 7, 3))]


@pytest.mark.parametrize(
    ("room", "kept", "unit"),
    [
        # 94 + 12 = 106 fit.
        (106, "rank since unit country score bar tier", 40),
        # Without the bar 74 + 10 = 84.
        (105, "rank since unit country score tier", 40),
        # Headings fold: since takes 5, and one is left to shorten.
        (78, "rank since unit country score tier", 39),
        # The unit keeps 20 before anything else leaves: 4 + 5 + 20 + 7 + 6 + 7 + 10 = 59.
        (59, "rank since unit country score tier", 20),
        # Then the tier leaves, the country, and the move: 4 + 5 + 20 + 7 + 6 + 8 = 50, 41, 34.
        (58, "rank since unit country score", 28),
        (49, "rank since unit score", 28),
        (40, "rank unit score", 26),
        # Nothing can leave any more: the name is shortened to what is there.
        (26, "rank unit score", 12),
    ],
)
def test_columns_leave_by_importance(room, kept, unit):
    """Bars first, then the tier, the country and the move; rank, name and score never."""
    (part,) = arranged(RANKED, SIZES, room)
    names = [RANKED[at].name.split(" ")[0] or "bar" for at in part]

    assert names == kept.split()
    assert part[2] == unit


def test_a_table_of_many_numbers_is_shown_in_parts():
    """Ten numbers of 8 cells beside a name of 10: at 40 columns three by three, each with the names."""
    columns = (ScreenColumn("name", "name"), *(ScreenColumn(f"n{at}") for at in range(10)))
    sizes = [Widths(10, 10, 10), *(Widths(8, 8, 8) for _ in range(10))]
    parts = list(arranged(columns, sizes, 40))

    assert [list(part) for part in parts] == [[0, 1, 2, 3], [0, 4, 5, 6], [0, 7, 8, 9], [0, 10]]
    assert all(sum(part.values()) + 2 * (len(part) - 1) <= 40 for part in parts)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("\x1b[31mred\x1b[0m", " [31mred [0m"),
        ("\x1b]8;;http://x\x07link\x1b]8;;\x1b\\", " ]8;;http://x link ]8;; \\"),
        ("\x9b2Jgone", " 2Jgone"),
        ("a\u202eb\u2066c\u2069\u200fd", "abcd"),
        ("a\u2028b\tc\nd", "a b c d"),
        ("\U000e0041hidden\U000e007f", "hidden"),
        ("\ud800", "?"),
        # Joiners belong to words of Persian and Hindi; letters of any script stay.
        ("می\u200cخواهم, क्\u200dष, 東京, é", "می\u200cخواهم, क्\u200dष, 東京, é"),
    ],
)
def test_what_steers_a_terminal_goes(text, left):
    """Control characters become spaces; what turns or hides text goes."""
    assert strip_control(text) == left


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("cp1252", "+ 1 ### Lódz–Gdansk … São ??? ß"),
        ("latin-1", "+ 1 ### Lódz-Gdansk ... São ??? ß"),
        ("ascii", "+ 1 ### Lodz-Gdansk ... Sao ??? ss"),
    ],
)
def test_what_stands_for_letters_that_an_encoding_lacks(encoding, shown):
    """Signs of the same width, letters without their accents, and a question mark if there is none."""
    assert "▲ 1 ██▌ Łódź–Gdańsk … São 東京都 ß".encode(encoding, "hubrank").decode(encoding) == shown
