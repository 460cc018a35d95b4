"""Encoding, delimiter, title lines, header, year columns."""

from __future__ import annotations

import contextlib
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
from attrs import frozen

from hubrank.errors import did_you_mean, fold_name, number_of, shorten_list
from hubrank.io.cells import is_gap, plain_numeral

#: A line of the file with its cells.
Record = tuple[int, Sequence[Any]]

_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20|21)\d\d(?!\d)", re.ASCII)


def uneven(wrong: Sequence[tuple[int, int]], named: int, header: int) -> str:
    """The message for lines whose number of fields differs from that of the header."""
    lines = shorten_list([str(line) for line, _ in wrong], most=10)
    least, most = min(width for _, width in wrong), max(width for _, width in wrong)
    fields = number_of(most, "field") if least == most else f"{least} to {most} fields"
    place = "first line" if header == 1 else f"header in line {header}"
    return f"{'line' if len(wrong) == 1 else 'lines'} {lines}: {fields}; the {place} has {named}"


_LATIN_2 = ("íáéěřýžčšůúťďňó", "ąęłóżśćńź", "éáíóöőüúű", "ăâîşţ", "čšžćđ", "áíýčéžšúľťôňäóďŕĺ")
_CYRILLIC, _KANA = ("абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєґјљњћђџў",), re.compile("[\u3041-\u30fe]")
#: Encodings of texts that are not UTF-8, with letters beyond ASCII of languages written in them; any if none are.
_LETTERS: Mapping[str, Sequence[str]] = {
    "cp1252": (
        *("äöüß", "éèàêçôîûëïâùœ", "óíáéñúüç", "ãçáéíóêõâúàô", "àèéìòù", "éëïóöüè", "åäöé", "æøåéö", "íáðéóúöæþý"),
        "àéèíòóçúïü",
    ),
    "cp1250": _LATIN_2,
    "iso8859-2": _LATIN_2,
    "cp1251": _CYRILLIC,
    "koi8-r": _CYRILLIC,
    "cp1253": ("αβγδεζηθικλμνξοπρστυφχψωάέήίόύώϊϋΐΰς",),
    "cp1254": ("ıüşçğöâî",),
    "cp1255": ("אבגדהוזחטיךכלםמןנסעףפץצקרשת",),
    "cp1256": ("ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژگ",),
    "cp1257": ("ėšųžįūčąę", "āīēšņķūļģžč", "äõöüšž"),
    "cp874": (),
    **dict.fromkeys(("gb18030", "big5hkscs", "cp932", "euc-jp", "cp949"), ()),
}
#: The penalty of an encoding for a letter of no such language, on chardet's scale for pairs of letters.
_FOREIGN = 2
_JAPANESE = ("cp932", "euc-jp")
#: A letter of another alphabet beside one of ours, as only a wrong encoding has it.
_MIXED = re.compile("(?<=[a-z])[\u0370-\u0fff]|[\u0370-\u0fff](?=[a-z])")
#: The number of bytes that decide an encoding.
_SAMPLE = 100_000


def likely_encoding(content: bytes) -> tuple[str, str]:
    """The encoding that a text likely has, UTF-8 where it can be, and the first word that shows it."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16", ""
    lows, highs = content[:4000:2].count(0), content[1:4000:2].count(0)
    if lows + highs > min(len(content), 4000) // 20:
        return ("utf-16-be" if lows > highs else "utf-16-le"), ""
    name = next(iter(encodings_of(content)), "latin-1")
    word = re.search(r"(?<!\w)\w*[^\x00-\x7f]\w*", content.decode(name))
    return name, word[0] if word else ""


def encodings_of(content: bytes) -> dict[str, float]:
    """The encodings in which all of a text can be read, the likeliest first, with the logarithms of how likely.

    It is UTF-8 alone where it can be.
    """
    with contextlib.suppress(UnicodeDecodeError):
        content.decode()
        return {"utf-8": 0}
    import chardet

    sample = content[: content.rfind(b"\n", 0, _SAMPLE) + 1] or content[:_SAMPLE]
    names = {"euc_jis_2004": "euc-jp", "iso8859_2": "iso8859-2", "koi8_r": "koi8-r"}
    found: list[Any] = chardet.detect_all(
        sample, ignore_threshold=True, compat_names=False, include_encodings=list(_LETTERS), no_match_encoding="cp1252"
    )
    worth: dict[str, float] = {}
    found += [{"encoding": name, "confidence": 0} for name in (*_JAPANESE, "cp1252")]
    for item in found:
        name = names.get(str(item["encoding"]).replace("-", "_"), str(item["encoding"]))
        with contextlib.suppress(UnicodeDecodeError, LookupError):
            text = content.decode(name)
            worth.setdefault(name, _worth(text[:_SAMPLE], name, item["confidence"]))
    return dict(sorted(worth.items(), key=lambda item: -item[1]))


def _worth(text: str, name: str, confidence: float) -> float:
    """The likelihood of an encoding, from a text's pairs of letters and from whether they are of one language."""
    letters = [item for item in text.lower() if not item.isascii() and item.isalpha()]
    if name in _JAPANESE and len(_KANA.findall(text)) > 0.5 * len(letters):
        return 0
    most = max((sum(item in known for item in letters) for known in _LETTERS.get(name, ())), default=len(letters))
    most -= len(_MIXED.findall(text.lower()))
    return math.log(confidence + 1e-6) - _FOREIGN * (1 - most / max(len(letters), 1))


def likely_delimiter(records: Mapping[str, Sequence[Record]], declared: str) -> str | None:
    """The delimiter by which more lines, as it parts them, have the same number of fields than by the own, if any."""
    fits = {sign: _usual(item)[1] for sign, item in records.items()}
    best = max(fits, key=lambda sign: (fits[sign], sign == declared))
    return best if fits[best] > fits[declared] else None


def title_lines(records: Sequence[Record]) -> int:
    """The number of lines above a file's header; 0 if its first line may be the header."""
    width, _ = _usual(records)
    for line, cells in records:
        filled = _filled(cells)
        if filled >= 2 and (len(cells) == width or filled >= width - 1):
            return line - 1 if _may_be_header(cells) and line != records[0][0] else 0
    return 0


def footer_lines(records: Sequence[Record]) -> int:
    """The number of a file's lines below its last row: notes with one cell, such as a source.

    A short last line is no note, but a sign of a file that was cut off.
    """
    width, _ = _usual(records)
    last = max((line for line, cells in records if width > 1 and _filled(cells) > 1), default=records[-1][0])
    below = [(line, cells) for line, cells in records if line > last]
    if not below:
        return 0
    first = next(str(cell).strip() for cell in below[0][1] if not is_gap(cell))
    is_note = below[0][0] > last + 1 or re.search(r"^\W|:|\.$", first)
    return records[-1][0] - last if is_note else 0


def has_second_header(head: Sequence[Any], first: Sequence[Any]) -> bool:
    """Whether the line below the header is a part of it: names or years where the header has none, and no numbers."""
    unnamed = [at for at, cell in enumerate(head) if is_gap(cell)]
    below = [first[at] if at < len(first) else None for at in range(len(head))]
    if not unnamed or not _may_be_header([cell for cell in below if not is_gap(cell)], text=False):
        return False
    under = [below[at] for at in unnamed]
    gaps = any(is_gap(below[at]) for at in range(len(head)) if at not in unnamed)
    return any(not is_gap(cell) for cell in under) and (gaps or any(_is_year(cell) for cell in under))


def year_pattern(columns: Iterable[str]) -> tuple[str, list[str]]:
    """The pattern of columns named after years, such as `GDP {year}`, and these columns; empty if there are none."""
    named: dict[str, list[str]] = {}
    for column in columns:
        if _YEAR.search(column):
            named.setdefault(_YEAR.sub("{year}", column), []).append(column)
    several = {pattern: item for pattern, item in named.items() if len(item) > 1}
    named_columns = [column for item in several.values() for column in item]
    ends = {pattern[max(pattern.index("{year}") - 1, 0) :] for pattern in several}
    if len(several) > 1 and len(ends) == 1 and not any(pattern.startswith("{year}") for pattern in several):
        return "{name}" + ends.pop(), named_columns
    return max(several, key=lambda pattern: len(several[pattern]), default=""), named_columns


def _usual(records: Sequence[Record]) -> tuple[int, float]:
    """The number of fields of most lines with several, and the share of all lines that have this number."""
    widths = Counter(len(cells) for _, cells in records)
    count, width = max(((count, width) for width, count in widths.items() if width > 1), default=(0, 1))
    return width, count / max(len(records), 1)


def _filled(cells: Sequence[Any]) -> int:
    return sum(not is_gap(cell) for cell in cells)


def _may_be_header(cells: Sequence[Any], *, text: bool = True) -> bool:
    """Whether all cells are texts or years, and one of them a text where there must be one."""
    right = all(_is_year(cell) or not _is_number(cell) for cell in cells)
    return bool(cells) and right and not (text and all(map(_is_year, cells)))


def _is_year(cell: Any) -> bool:
    return bool(_YEAR.fullmatch(str(cell).strip()))


def _is_number(cell: Any) -> bool:
    return not isinstance(cell, str) or plain_numeral(cell.strip(), ".", ",") is not None


_RANGE = re.compile(r"(\d{4}) ?- ?(\d{4})", re.ASCII)


@frozen(kw_only=True)
class Wide:
    """A table with a column for each year.

    Attributes:
        years: The columns: a range of names, `"1990-2020"`, or a pattern of them, such as `"GDP {year}"`. With
            `{name}` the pattern reads several figures: `"{name} {year}"`.
        values: The name of the values; None if the pattern has `{name}`.
    """

    years: str = "{year}"
    values: str | None = None

    def __attrs_post_init__(self) -> None:
        if not _RANGE.fullmatch(self.years) and "{year}" not in self.years:
            raise ValueError(f'years: must be a range, "1990-2020", or a pattern with {{year}}; got "{self.years}"')
        if ("{name}" in self.years) == (self.values is not None):
            raise ValueError("values: the name of the values is missing; or years has a pattern with {name}")

    def found(self, columns: Iterable[str]) -> dict[str, tuple[str, int]]:
        """The columns of values, each with the name and the year of its value."""
        span = _RANGE.fullmatch(self.years)
        text = re.escape("{year}" if span else self.years)
        for key, group in (("year", r"\d{4}"), ("name", ".+?")):  # what stands twice is the same both times
            first, *more = text.split(rf"\{{{key}\}}")
            text = first + (f"(?P<{key}>{group})" + f"(?P={key})".join(more) if more else "")
        figures: dict[str, tuple[str, int]] = {}
        for column in columns:
            if match := re.fullmatch(text, column.strip()):
                year = int(match["year"])
                if span is None or int(span[1]) <= year <= int(span[2]):
                    figures[column] = (self.values or match["name"], year)
        return figures


def by_year(frame: pd.DataFrame, found: dict[str, tuple[str, int]]) -> tuple[pd.DataFrame, list[str]]:
    """One row for each row and year, with a column `year` and one for each value, and names that others have."""
    others = frame.drop(columns=list(found))
    names = list(dict.fromkeys(name for name, _ in found.values()))
    if taken := [name for name in (*names, "year") if name in others.columns]:
        return others, [f"has a column '{name}' next to the columns of years" for name in taken]
    parts = []
    for year in sorted({year for _, year in found.values()}):
        figures = {name: frame[column] for column, (name, item) in found.items() if item == year}
        parts.append(others.assign(year=year, **{name: figures.get(name, float("nan")) for name in names}))
    return pd.concat(parts), []


#: Other names that people give to a column that hubrank reads by its name, as `folded_key` writes them.
MEANT: Mapping[str, tuple[str, ...]] = {
    "year": (
        *("years", "yr", "time", "timeperiod", "date", "period", "refyear", "referenceyear"),
        *("jahr", "annee", "anno", "ano"),
    ),
    "unit": ("units", "code", "id", "unitcode", "ucode", "name"),
    "country": ("countries", "countrycode", "iso3", "iso3c", "iso3code", "isoa3", "isoalpha3", "iso"),
    "nuts": ("nutsid", "nutscode", "geo"),
    "geonames": ("geonamesid", "geonameid"),
    "ror": ("rorid",),
    "subdivision": ("iso31662",),
    "lat": ("latitude",),
    "lon": ("longitude", "lng", "long"),
}


def meant_by(name: str, columns: Iterable[str], *, alike_only: bool = False) -> list[str]:
    """The columns that may be a missing one: with the same name except case, accents, blanks, or by a usual name."""
    wanted = {fold_name(name)} | (set() if alike_only else set(MEANT.get(name, ())))
    return [column for column in columns if column != name and fold_name(column) in wanted]


def renamed(frame: pd.DataFrame, columns: Mapping[str, str], key: str) -> tuple[pd.DataFrame, list[str]]:
    """The frame with renamed columns, and the errors: missing columns, two columns of one name.

    Args:
        frame: The table.
        columns: The name in the file of each new name; one column may have several.
        key: Where the names are set, for messages: `options.columns`.
    """
    known = list(frame.columns)
    problems = [f"no column '{old}'{did_you_mean(old, known)}" for old in columns.values() if old not in known]
    unchanged = [column for column in known if column not in columns.values()]
    problems += [
        f"'{old}' and '{new}' would both be named '{new}'; name the second otherwise in {key}: other = \"{new}\""
        for new, old in columns.items()
        if new in unchanged and old in known
    ]
    result = {}
    for column in known:
        for name in [new for new, old in columns.items() if old == column] or [column]:
            result[name] = frame[column]
    return pd.DataFrame(result, index=frame.index, copy=False), list(dict.fromkeys(problems))
