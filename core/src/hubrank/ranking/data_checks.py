"""Data checks: values that are probably errors, each with its evidence and a remedy."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from attrs import frozen

from hubrank.i18n import enumerated, format_count, format_number, gettext, gettext_noop
from hubrank.numeric import Array, Mask, written
from hubrank.ranking.notices import Caveat
from hubrank.ranking.stages import Stages

#: From so few units on nothing can be called usual.
_FEW = 8
#: The most cells of a check that are named.
_NAMED = 5
#: Codes for missing values; -9 and 99 are counts and percentages too often.
_NEAR_CODES = (-1.0, -9.0)
_CODES = np.array([-99, -999, -9999, -99999, -999999, 999, 9999, 99999, 999999], dtype=float)
#: The least factor of a code over any other value: counts have long tails, in which 999 may occur.
_FAR = 10
#: In powers of ten: values in one unit of measure lie within a range, those in another a whole power apart.
_RANGE, _GAP = 1.5, 1.0
#: By these powers of ten a wrong unit of measure is off (cents, per cent, thousands), by about so much exactly.
_FACTORS, _SLACK = (2, 3), 0.1
#: The most units that are outliers; more are a distribution.
_MOST_UNITS = 3
#: The share of units that must agree, so that one of them may differ.
_NEARLY_ALL = 0.95
#: The factor of the others' range that means another scale: 1 beside 100 does, 40 beside 100 does not.
_SCALES = 20
#: Names and codes of totals, where most units are not such.
_TOTALS = {
    *("total", "grand total", "all countries", "all units", "world", "wld", "owid_wrl", "oecd", "european union"),
    *(f"{name}{year}{end}" for name in ("eu", "eu-") for year in (27, 28) for end in ("", "_2020")),
    *("euro area", "ea19", "ea20", "africa", "asia", "europe", "america", "north america", "south america"),
    *("latin america", "oceania"),
}
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)

#: The evidence for each kind, as text.
TEXTS = {
    "missing-code": gettext_noop(
        "{about}: {value} looks like a code for a missing value; the others are {low} to {high} ({cells})"
    ),
    "scale-outlier": gettext_noop("{about}: {value} is off by a factor of about {factor}; usual is {usual} ({cells})"),
    "unit-change": gettext_noop("{about}: all units change by a factor of {factor} from {before} to {after}"),
    "clipped": gettext_noop("{about}: the goalposts {low} and {high} clip nearly all values ({cells})"),
    "unnormalised": gettext_noop("{about}: a range of {own}, while the other members of {dimension} have {usual}"),
    "negative-denominator": gettext_noop("{about}: its denominator, {denominator}, is below 0 ({cells})"),
    "total-among-parts": gettext_noop("{about}: looks like a total of other units, by its name or its values"),
    "same-editions": gettext_noop("{about}: the same values in all editions"),
    "invisible-character": gettext_noop("{about}: units that differ only in invisible characters ({cells})"),
    "class-boundary": gettext_noop(
        "{about}: scores shown as {bound}, its lower bound, are below it before rounding ({cells})"
    ),
    "estimated-among-counted": gettext_noop("{about}: {number} of {all} values are estimated ({cells})"),
    "cumulative": gettext_noop(
        "{about}: its years are added up, but in {number} of {all} units they never fall, as cumulative values do"
    ),
}
#: And what to do about it.
REMEDIES = {
    "missing-code": gettext_noop("leave such cells empty, or name the code in reading.na"),
    "scale-outlier": gettext_noop("check the unit of measure of these cells"),
    "unit-change": gettext_noop("bring all years to one unit of measure"),
    "clipped": gettext_noop("write goalposts in the indicator's own unit of measure"),
    "unnormalised": gettext_noop("normalise it, or bring it to the others' scale"),
    "negative-denominator": gettext_noop("correct the denominator, or leave these cells empty"),
    "total-among-parts": gettext_noop("leave totals out with units.exclude"),
    "same-editions": gettext_noop("give its table a column year, or rank one edition"),
    "invisible-character": gettext_noop("remove these characters, so that both are one unit"),
    "class-boundary": gettext_noop("set ranking.decimals, so that classes follow the scores shown"),
    "estimated-among-counted": gettext_noop("say so in the description, or give it noise in [robustness]"),
    "cumulative": gettext_noop("if it is cumulative, read it as a stock, or give what each year adds"),
}


@frozen(kw_only=True)
class DataCheck:
    """Values that are probably errors.

    Attributes:
        kind: The kind of error.
        about: The indicator's key; of units the code, of classes the name.
        cells: Units and editions (none for all), five at most.
        count: The number of cells.
        words: The numbers and texts in its sentence.
    """

    kind: str
    about: str
    cells: tuple[tuple[str, int | None], ...] = ()
    count: int = 0
    words: Mapping[str, Any]

    @property
    def key(self) -> str:
        """The key by which a scenario acknowledges it."""
        return f"{self.kind}: {self.about}"

    @property
    def text(self) -> str:
        """The sentence with the evidence."""
        words = {name: _number(word) if isinstance(word, float) else word for name, word in self.words.items()}
        cells = [f"{unit} {edition}" if edition else unit for unit, edition in self.cells]
        some = enumerated([*cells, *[""] * (self.count - len(cells))], _NAMED)
        return gettext(TEXTS[self.kind], about=self.about, cells=some, **words)

    @property
    def remedy(self) -> str:
        """The advice for it."""
        return gettext(REMEDIES[self.kind])

    @property
    def sentence(self) -> str:
        """The evidence with the advice."""
        return f"{self.text}; {self.remedy}"


def unacknowledged(ranking: Stages, checks: Sequence[DataCheck]) -> Iterator[Caveat]:
    """The notes beside a ranking: the checks that its scenario does not acknowledge, and unused reasons."""
    known = ranking.plan.scenario.acknowledged
    for check in checks:
        if check.key not in known:
            yield Caveat(kind="data-check", text=check.sentence)
    if idle := sorted(known.keys() - {check.key for check in checks}):
        yield Caveat(kind="data-check", text=gettext("acknowledged, but not found: {checks}", checks=enumerated(idle)))


def _number(value: float) -> str:
    return format_count(int(value)) if value == int(value) else format_number(f"{value:,.4g}")


def _check(ranking: Stages, kind: str, about: str, mask: Mask, **words: Any) -> DataCheck:
    """A check whose cells are those of a mask, `(editions, units)`."""
    editions, units = np.nonzero(mask)
    some = zip(units[:_NAMED], editions[:_NAMED], strict=True)
    cells = tuple((ranking.codes[unit], ranking.editions[edition]) for unit, edition in some)
    return DataCheck(kind=kind, about=about, cells=cells, count=len(units), words=words)


def coded_as_missing(column: Array) -> Mask:
    """Which values probably mean that one is missing: codes far from all others, or -1 among positive ones."""
    far, near = np.isin(column, _CODES), np.isin(column, _NEAR_CODES)
    rest = column[~(far | near) & ~np.isnan(column)]
    if len(rest) < _FEW:
        return np.zeros(column.shape, dtype=bool)
    far &= (column / _FAR < min(rest.min(), 0)) | (column / _FAR > np.abs(rest).max())
    return np.asarray(far | (near & (rest.min() > 0)), dtype=bool)


def _figures(ranking: Stages) -> Iterator[DataCheck]:
    """Codes for missing values, and cells far from a tight column or, where it is wide, from the unit's own years."""
    values, indicators = ranking.measurement.values, ranking.measurement.indicators
    coded = np.isin(values, (*_CODES, *_NEAR_CODES))
    for at in np.flatnonzero(coded.any(axis=(0, 1))):
        column = values[..., at]
        mask = coded[..., at] = coded_as_missing(column)
        if mask.any():
            low, high = float(np.nanmin(column[~mask])), float(np.nanmax(column[~mask]))
            words = {"value": float(column[mask][0]), "low": low, "high": high}
            yield _check(ranking, "missing-code", indicators[at], mask, **words)
    logs = np.log10(np.abs(values), out=np.full(values.shape, np.nan), where=~coded & (values != 0))
    years = (~np.isnan(logs)).sum(axis=0)
    own = logs[0]
    if len(logs) > 1:
        own = np.take_along_axis(np.sort(logs, axis=0), np.maximum(years - 1, 0)[None] // 2, axis=0)[0]
    for at in np.flatnonzero((years > 0).sum(axis=0) >= _FEW):
        column = np.ascontiguousarray(logs[..., at])
        several = [own[:, at]] if len(logs) > 1 else []
        for usual in (np.median(column[~np.isnan(column)]), *several):
            mask, factor = _apart(column - usual)
            if factor:
                units = np.broadcast_to(usual, len(own))
                words = {"usual": 10.0 ** float(units[mask.any(axis=0)][0]), "factor": 10.0**factor}
                value = float(values[mask, at][0])
                yield _check(ranking, "scale-outlier", indicators[at], mask, value=value, **words)
                break


def _apart(moved: Array) -> tuple[Mask, int]:
    """The few cells, `(editions, units)`, that a factor brings among the others, and its power of ten; 0 for none."""
    mask = np.abs(moved) > _GAP
    if not mask.any():
        return mask, 0
    outside, rest = moved[mask], moved[~mask & ~np.isnan(moved)]
    few = mask.any(axis=0).sum() <= _MOST_UNITS and len(outside) <= len(rest) / _FEW
    low, high = (rest.min(), rest.max()) if few else (0.0, np.inf)
    if high - low <= _RANGE and (outside.min() - high >= _GAP or low - outside.max() >= _GAP):
        for factor in _FACTORS:
            back = outside - factor * np.sign(outside)
            if low - _SLACK <= back.min() and back.max() <= high + _SLACK:
                return mask, factor
    return mask, 0


def _unit_changes(ranking: Stages) -> Iterator[DataCheck]:
    values = ranking.measurement.values
    if len(values) < 2:
        return
    logs = np.log10(np.abs(values), out=np.full(values.shape, np.nan), where=values != 0)
    steps = np.sort(np.diff(logs, axis=0), axis=1)
    there = (~np.isnan(steps)).sum(axis=1)
    last = np.maximum(there - 1, 0)
    ends = [np.floor(last * (1 - _NEARLY_ALL)), np.ceil(last * _NEARLY_ALL)]
    low, high = (np.take_along_axis(steps, end.astype(int)[:, None], axis=1)[:, 0] for end in ends)
    power = np.rint(low)
    moved = (np.abs(power) >= 1) & (np.abs(low - power) <= _SLACK) & (np.abs(high - power) <= _SLACK)
    moved &= there >= _FEW
    for at in np.flatnonzero(moved.any(axis=0)):
        step = int(np.argmax(moved[:, at]))
        before, after = ranking.editions[step : step + 2]
        words = {"factor": float(10.0 ** power[step, at]), "before": before, "after": after}
        yield DataCheck(kind="unit-change", about=ranking.measurement.indicators[at], words=words)


def _scales(ranking: Stages) -> Iterator[DataCheck]:
    """Goalposts that clip nearly all values, and members on a scale of their own beside those that were normalised."""
    for at, item in enumerate(ranking.plan.ranked):
        options = item.normalisation.options
        if not (item.normalisation.part.is_own("goalposts") and options.cap):
            continue
        treated, normalised = ranking.treated[..., at], ranking.normalised[..., at]
        at_end = np.isin(normalised, options.range)
        there = ~np.isnan(normalised)
        if there.any(axis=0).sum() < _FEW or at_end.sum() < _NEARLY_ALL * there.sum():
            continue
        if len(np.unique(treated[at_end])) > 2:  # of a column of 0 and 1 nothing is lost
            low, high = (float(end) if isinstance(end, int | float) else end for end in options.goalposts)
            yield _check(ranking, "clipped", item.key, at_end, low=low, high=high)
    own_scale = {item.key for item in ranking.plan.ranked if item.normalisation.part.is_own("none")}
    for node in ranking.plan.tree:
        keys = [member.name for member in node.members]
        if not own_scale & {*keys} or len(keys) < 2 or node.form is None or not node.form.linear:
            continue
        members = ranking.nodes[node.name].members
        ranges = np.fmax.reduce(members, axis=(0, 1)) - np.fmin.reduce(members, axis=(0, 1))
        for at, key in enumerate(keys):
            usual = float(np.median(np.delete(ranges, at)))
            small, large = sorted((own := float(ranges[at]), usual))
            if key in own_scale and large > _SCALES * small > 0:
                words = {"own": own, "usual": usual, "dimension": node.name}
                yield DataCheck(kind="unnormalised", about=key, words=words)


def _units(ranking: Stages) -> Iterator[DataCheck]:
    """Units called a total, where most are not, or whose counts are the others' sums, in two columns or more.

    And units whose codes or names differ from others' by characters that cannot be seen.
    """
    values, ranked = ranking.measurement.values, ~np.isnan(ranking.scores)
    called = (ranking.codes,) if ranking.names == ranking.codes else (ranking.codes, ranking.names)
    total = np.logical_or.reduce([_is_total(texts) for texts in called])
    total &= 4 * total.sum() < len(total)
    with np.errstate(invalid="ignore"):
        counts = ((values >= 0) & (values == np.rint(values)) | np.isnan(values)).all(axis=1)
        counts &= (values > 0).sum(axis=1) >= _FEW
        whole = (
            counts[:, None] & (values == np.nansum(values, axis=1)[:, None] / 2) if counts.any() else counts[:, None]
        )
    sums_of_others = (2 * whole.sum(axis=2) > np.maximum(counts.sum(axis=1)[:, None], 2)).any(axis=0)
    for unit in np.flatnonzero((total | sums_of_others) & ranked.any(axis=0)):
        mask = ranked & (np.arange(len(total)) == unit)
        yield _check(ranking, "total-among-parts", ranking.codes[unit], mask)
    for texts in called:
        every = "".join(texts)
        if every.isascii() and (every.isprintable() or not _INVISIBLE.search(every)):
            continue
        seen: dict[str, int] = {}
        for at, text in enumerate(texts):
            plain = " ".join(_INVISIBLE.sub("", unicodedata.normalize("NFC", text)).split())
            first = seen.setdefault(plain, at)
            if texts[first] != text:
                cells = ((ranking.codes[first], None), (ranking.codes[at], None))
                yield DataCheck(kind="invisible-character", about=plain, cells=cells, count=2, words={})


def _is_total(texts: Sequence[str]) -> Mask:
    """Which texts are names of a total, in any case; folded all at once, since one by one a million takes long."""
    folded = "\n".join(texts).casefold().split("\n")
    if len(folded) > len(texts):  # some have line ends
        folded = [text.casefold() for text in texts]
    return np.array([text in _TOTALS for text in folded])


def _is_cumulative(rising: int, units: int) -> bool:
    return units >= _FEW and rising >= _NEARLY_ALL * units


def _class_boundaries(ranking: Stages) -> Iterator[DataCheck]:
    choice = ranking.plan.scenario.ranking
    for item in choice.classes if choice.decimals is None else ():
        near = (ranking.scores < item.at_least) & (ranking.scores > item.at_least - 0.01)
        mask = np.zeros(near.shape, dtype=bool)
        mask[near] = [float(written(float(score))) >= item.at_least for score in ranking.scores[near]]
        if mask.any():
            yield _check(ranking, "class-boundary", item.name, mask, bound=float(item.at_least))


def _sources(ranking: Stages) -> Iterator[DataCheck]:
    """Checks of derived indicators: negative denominators, the same values in all editions, estimates among counts.

    And of cumulative counts whose years are added up.
    """
    measured, values, ages = ranking.measurement, ranking.measurement.values, ranking.measurement.ages
    same = np.zeros(values.shape[-1], dtype=bool)
    if len(values) > 1:
        same = ((values == values[0]) | (np.isnan(values) & np.isnan(values[0]))).all(axis=(0, 1))
        same &= np.isnan(ages.carried).all(axis=(0, 1)) & np.isnan(ages.ahead).all(axis=(0, 1))
    estimated = np.array(["estimat" in text.casefold() for text in measured.methods.texts])
    rising = {item.name: item.rising for item in measured.inputs}
    for item in ranking.plan.indicators:
        columns = item.bound.asked("inputs") if item.inputs else {}
        read = [rising.get(name, {}).get(column) for role, name in item.inputs.items() for column in columns[role]]
        number, units = next((found for found in read if found and _is_cumulative(*found)), (0, 0))
        if number:
            words = {"number": float(number), "all": float(units)}
            yield DataCheck(kind="cumulative", about=item.key, words=words)
        if item.bound.part.is_own("ratio"):
            below = values[..., measured.indicators.index(item.made_from[1])] < 0
            if below.any():
                yield _check(ranking, "negative-denominator", item.key, below, denominator=item.made_from[1])
        at = measured.indicators.index(item.key)
        there = ~np.isnan(values[..., at])
        windows = {ranking.plan.inputs[name].choice.window for name in item.inputs.values()}
        if same[at] and windows and "all" not in windows and len(np.unique(values[0, :, at])) > _FEW:
            yield _check(ranking, "same-editions", item.key, there)
        if item.inputs and estimated.any():
            mask = estimated[measured.methods.codes[..., at]] & there
            if 0 < (number := int(mask.sum())) < there.sum():
                words = {"number": float(number), "all": float(there.sum())}
                yield _check(ranking, "estimated-among-counted", item.key, mask, **words)


def data_checks(ranking: Stages) -> tuple[DataCheck, ...]:
    """All probable errors in the data of a ranking, one for each kind and subject, by kind and name."""
    looks = (_figures, _unit_changes, _scales, _sources, _units, _class_boundaries)
    found = (check for look in looks for check in look(ranking))
    return tuple(sorted(found, key=lambda check: (list(TEXTS).index(check.kind), check.about)))
