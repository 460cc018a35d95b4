"""Dates as people write them: `31.12.2023`, `12/31/2023`, `Dec 2023`, `2023-Q4`, `2023M12`, `2023/24`, `2023年12月`."""

from __future__ import annotations

import functools
import re
from collections.abc import Hashable, Sequence
from typing import Any

from hubrank.errors import without_accents

#: Year, month and day; 0 if a date does not say it. Of a quarter, half or week it is the month in which it ends.
Date = tuple[int, int, int]

#: Months in English, German, French and Spanish, from their third letter on.
_MONTHS = (
    *("january januar janner janvier enero", "february februar fevrier febrero", "march marz maerz mars marzo"),
    *("april avril abril", "may mai mayo", "june juni juin junio", "july juli juillet julio", "august aout agosto"),
    *("september septembre septiembre setiembre", "october oktober octobre octubre", "november novembre noviembre"),
    "december dezember decembre diciembre",
)
_YEAR, _TWO = r"(?P<year>(?:1[5-9]|20|21)\d\d)", r"(?P<two>\d\d)"
_TIME = r"(?:(?:t|,? )\d{1,2}:\d\d.*)?"
_PART = r"(?P<part>quarter|quartal|trimestre|halbjahr|semestre|half|[qthsmw]|kw)"
_STEPS = {"h": 6, "s": 6, "q": 3, "t": 3, "m": 1}
_PATTERNS = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        rf"{_YEAR}([-./ ])(?P<month>\d{{1,2}})\2(?P<day>\d{{1,2}}){_TIME}",
        rf"{_YEAR}[-/](?P<month>\d{{1,2}})",
        rf"(?P<first>\d{{1,2}})(?P<sign>[-./]) ?(?P<second>\d{{1,2}})(?P=sign) ?(?:{_YEAR}|{_TWO}){_TIME}",
        rf"(?P<month>\d{{1,2}})[-/]{_YEAR}",
        rf"{_YEAR}[-./ ]?{_PART}\.? ?(?P<count>\d{{1,2}})",
        rf"{_PART}\.? ?(?P<count>\d{{1,2}})[-./ ]*{_YEAR}",
        rf"(?P<count>\d{{1,2}})(?:\.|st|nd|rd|th|er|e|o)? ?{_PART}[-./ ]*(?:de |of )?{_YEAR}",
        rf"{_YEAR}(?P<year_sign>年)(?:(?P<month>\d{{1,2}})月(?:(?P<day>\d{{1,2}})[日号])?)?",
        rf"(?:(?P<day>\d{{1,2}})(?:\.|[a-z]{{2}})?[- ]?(?:de |of )?)?(?P<name>[a-z]{{3,}})[- ,/.]*(?:del? )?{_YEAR}",
        rf"(?:(?P<day>\d{{1,2}})\.?[- ]?)?(?P<name>[a-z]{{3,}})(?:[-/.] ?| ?['’]|(?<=\d [a-z]{{3}}) ){_TWO}",
        rf"(?P<name>[a-z]{{3,}})\.? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? {_YEAR}",
        rf"{_YEAR}[- ]?(?P<name>[a-z]{{3,}})(?:[- ]?(?P<day>\d{{1,2}}))?",
        rf"(?:fy|ay|sy|ws|season|saison|schuljahr)? ?{_YEAR} ?[-/–] ?(?P<next>\d{{2}}|\d{{4}})",
    )
)
#: The year before the first of a reign, as Taiwan and Japan count years.
_REIGNS = {"民國": 1911, "民国": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
_REIGN = re.compile(rf"({'|'.join(_REIGNS)}) ?(\d{{1,3}}|元) ?年")
#: A date whose second number is no month.
_US = re.compile(r"\d{1,2}/(?:1[3-9]|2\d|3[01])/\d")
#: Texts allowed before a date.
_BEFORE = re.compile(r"(?:(?:as (?:of|at|on)|stand|per|au|a|al|vom|on|at)\b|截至)[: ]*")


def date_in(value: Any, *, month_first: bool = False) -> Date | None:
    """The date that a text or a cell of a workbook holds; None if it holds none, or a year alone.

    A span such as `2023/24` is of its first year. `3/4/2023` is in April, or in March with `month_first`.
    """
    if isinstance(value, str):
        return _read(value, month_first)
    parts = tuple(getattr(value, name, None) for name in ("year", "month", "day"))
    year, month, day = parts
    return (year, month, day) if isinstance(year, int) and isinstance(month, int) and isinstance(day, int) else None


def dates_in(values: Sequence[Any], *, month_first: bool | None = None) -> list[Date | None]:
    """The dates of a column's cells, month first if a cell shows it, unless options say so."""
    if month_first is None:
        month_first = any(isinstance(value, str) and _US.match(value.strip()) for value in values)
    return [date_in(value, month_first=month_first) for value in values]


def newest_rows(units: Sequence[Hashable], dates: Sequence[Date | None], *, each_year: bool = False) -> list[int]:
    """The positions of the rows that count where units have several dates: the newest of each unit and year.

    Where the newest year lacks some units it is the newest of each unit alone, except `each_year`. Rows of one unit
    and date all stay, and those without a date.
    """
    keys: list[tuple[Hashable, ...] | None]
    keys = [None if date is None else (unit, date[0]) for unit, date in zip(units, dates, strict=True)]
    last = max((date[0] for date in dates if date is not None), default=0)
    whole = {unit for unit, date in zip(units, dates, strict=True) if date is not None and date[0] == last}
    if whole != set(units) and not each_year:
        keys = [key and key[:1] for key in keys]
    newest: dict[Any, Date] = {}
    for key, date in zip(keys, dates, strict=True):
        if key is not None and date is not None:
            newest[key] = max(date, newest.get(key, date))
    return [at for at, key in enumerate(keys) if key is None or dates[at] == newest[key]]


@functools.lru_cache(maxsize=100_000)
def _read(text: str, month_first: bool) -> Date | None:
    western = _REIGN.sub(lambda found: f"{_REIGNS[found[1]] + int(found[2].replace('元', '1'))}年", text)
    bare = " ".join(without_accents(western.casefold()).split())
    bare = _BEFORE.sub("", bare, count=1) if _BEFORE.match(bare) else bare
    if not 4 <= len(bare) <= 40 or not any(sign.isdecimal() for sign in bare):
        return None
    found = (match.groupdict() for pattern in _PATTERNS if (match := pattern.fullmatch(bare)))
    return next((date for parts in found if (date := _date(parts, month_first)) is not None), None)


def _date(parts: dict[str, str | None], month_first: bool) -> Date | None:
    """The date that a pattern found; None if it is impossible, such as in a thirteenth month."""
    numbers = {name: int(text) for name, text in parts.items() if text and text.isdecimal()}
    year = numbers.get("year", 2000 + numbers.get("two", 0))
    month, day, count = numbers.get("month", 0), numbers.get("day", 0), numbers.get("count", 0)
    if "two" in numbers and numbers["two"] > _LAST:
        year -= 100
    if "next" in numbers:
        return (year, 0, 0) if numbers["next"] in (year + 1, (year + 1) % 100) else None
    if "first" in numbers:
        first, second = numbers["first"], numbers["second"]
        turned = second > 12 or (month_first and parts["sign"] == "/" and first <= 12)
        month, day = (first, second) if turned else (second, first)
    elif parts.get("name"):
        month = next((at for at, names in enumerate(_MONTHS, 1) if _names(names, str(parts["name"]))), 13)
    elif part := parts.get("part"):
        step = _STEPS.get("h" if part in ("half", "halbjahr", "semestre") else part[0])
        month = -(-count * 12 // 53) if part in ("w", "kw") else count * (step or 13)
        return (year, month, 0) if 1 <= month <= 12 else None
    return (year, month, day) if month <= 12 and day <= 31 and (month or parts.get("year_sign")) else None


#: The last year of this century that two digits mean.
_LAST = 50


def _names(names: str, word: str) -> bool:
    return any(name.startswith(word) for name in names.split())
