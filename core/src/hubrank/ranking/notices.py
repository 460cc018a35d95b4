"""Notes for readers: caveats, reasons, unmatched rows."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from attrs import frozen

from hubrank.i18n import clauses, count_text, enumerated, format_count, gettext, gettext_noop, joined, listed, ngettext
from hubrank.measurement.measurement import InputReport, uncovered
from hubrank.measurement.unmatched import EXPECTED, KEYS, OTHERS, SPELLING, share_text, shares, sum_column
from hubrank.numeric import Mask
from hubrank.ranking.pipeline import why_screened_out
from hubrank.ranking.stages import Stages
from hubrank.ranking.values import age_text
from hubrank.scenario.tree import Node


@frozen(kw_only=True)
class Reason:
    """Why a dimension of a unit has no score.

    Attributes:
        dimension: Its name.
        missing: The members that the unit lacks there, if they are the reason; with all that are named in the reasons
            of its dimensions the unit has a score.
        text: The sentence, with the rule.
    """

    dimension: str
    missing: tuple[str, ...]
    text: str


def why(composed: Stages, edition: int, unit: int) -> str:
    """Why a unit has no score in an edition, both by their positions; empty if it has one."""
    if not np.isnan(composed.scores[edition, unit]):
        return ""
    if composed.considered[edition, unit]:
        texts = [reason.text for reason in reasons(composed, edition, unit)]
    else:
        texts = [why_screened_out(composed.plan, composed.measured[edition, unit], edition, unit)]
    for at in np.flatnonzero(np.isnan(composed.normalised[edition, unit])):
        indicator = composed.plan.ranked[at]
        if age := age_text(composed, edition, unit, indicator.key):
            texts.append(gettext("{indicator}: {reason}", indicator=gettext(indicator.title), reason=age))
    return clauses(texts)


def reasons(composed: Stages, edition: int, unit: int) -> tuple[Reason, ...]:
    """The reason why a unit that passed the screening has no score, from the root down to the missing values.

    Editions and units are given by their positions.
    """
    if not np.isnan(composed.scores[edition, unit]) or not composed.considered[edition, unit]:
        return ()
    return tuple(_reasons(composed, composed.plan.tree.root, edition, unit))


def _reasons(composed: Stages, node: Node, edition: int, unit: int) -> Iterator[Reason]:
    """The missing members of a dimension, and recursively those of its missing dimensions."""
    scores = composed.nodes[node.name]
    counted = np.broadcast_to(scores.weights > 0, scores.members.shape)[edition, unit]
    missing = counted & np.isnan(scores.members[edition, unit])
    lacking = tuple(member.name for member, gone in zip(node.members, missing, strict=True) if gone)
    wanted = int(counted.sum())
    there = wanted - len(lacking)
    title, titles = gettext(node.title if node.parent else "index"), composed.plan.titles()
    if node.missing.enough(there, wanted):
        method = node.aggregation.part.name
        text = gettext("{dimension}: its score by {method} is undefined", dimension=title, method=method)
        yield Reason(dimension=node.name, missing=(), text=text)
        return
    dimensions = {item.name: item for item in composed.plan.tree if item.name in lacking}
    plain = node.missing.rule == "unranked" or not there
    names = [name for name in lacking if not plain or name not in dimensions]
    members = enumerated([titles[name] for name in names])
    if names and plain:
        text = gettext(
            "{dimension}: missing {members}", dimension=title, members=enumerated([titles[name] for name in names])
        )
        yield Reason(dimension=node.name, missing=lacking, text=text)
    elif names:
        text = gettext(
            "{dimension}: has {there} of {wanted} members, missing {members}; {rule}",
            dimension=title,
            there=format_count(there),
            wanted=format_count(wanted),
            members=members,
            rule=node.missing.needed(wanted),
        )
        yield Reason(dimension=node.name, missing=lacking, text=text)
    for item in dimensions.values():
        yield from _reasons(composed, item, edition, unit)


#: The file of a run that holds the account.
FILE = "unassigned.csv"


def unmatched_table(inputs: Sequence[InputReport]) -> pd.DataFrame:
    """One row per input, reason and place: the columns of `unassigned.csv`.

    `input`, `reason`, `scheme`, `place`, `country`, `rows`, `sum_AMOUNT` for each amount of any input, `suggestion`.
    """
    sums = sorted({name for report in inputs for name in report.unassigned.columns if name.startswith("sum_")})
    accounts = [report.unassigned.assign(input=report.name) for report in inputs if len(report.unassigned)]
    whole = pd.concat(accounts, ignore_index=True) if accounts else pd.DataFrame()
    return whole.reindex(columns=["input", *KEYS, "rows", *sums, "suggestion"])


def unmatched_by_reason(report: InputReport) -> Mapping[str, Mapping[str, Any]]:
    """For each reason the rows, the sum of each amount, and its share of all that the input gave."""
    by_reason = {}
    for reason, account in report.unassigned.groupby("reason"):
        sums = {name: float(account[sum_column(name)].sum()) for name in report.amounts}
        of_amounts = {name: share for name, share in shares(report, account).items() if name in report.amounts}
        by_reason[str(reason)] = {"rows": int(account["rows"].sum()), "amounts": sums, "shares": of_amounts}
    return by_reason


def unmatched_text(inputs: Sequence[InputReport]) -> str:
    """The unassigned rows in one line: possible errors first, then rows outside the units; empty if none."""
    mistakes, outside = _losses(inputs, expected=False), _losses(inputs, expected=True)
    texts = [_mistakes_text(mistakes)] if mistakes else []
    texts += [_outside_text(outside)] if outside else []
    return clauses(texts)


def rows_text(text: str, counts: Mapping[str, int]) -> str:
    """A text about rows of some inputs; empty if there are none.

    Args:
        text: The translated text with a place for `{rows}`.
        counts: The number of rows, by input.
    """
    texts = [
        gettext("{rows} of {input}", rows=count_text(count, "row"), input=gettext(name))
        for name, count in counts.items()
        if count
    ]
    return gettext(text, rows=listed(texts)) if texts else ""


@frozen(kw_only=True, eq=False)
class _Loss:
    """The unassigned rows of an input for reasons of one kind: the largest share, and in words of which amount."""

    report: InputReport
    account: pd.DataFrame
    share: float
    text: str


def _losses(inputs: Sequence[InputReport], *, expected: bool) -> list[_Loss]:
    """The unassigned rows of the inputs, the largest share first: of an amount, or of rows without any.

    The form is `2.5 % of startups`, `93 % of pct (patents)` or `6 % of the rows (works)`.
    """
    losses = []
    for report in inputs:
        account = report.unassigned[report.unassigned["reason"].isin(EXPECTED) == expected]
        lost = shares(report, account) if report.outside is None or not expected else report.outside
        if len(account) and lost:
            amount = max(sorted(name for name in lost if name or len(lost) == 1), key=lost.__getitem__)
            words = {"share": share_text(lost[amount]), "amount": gettext(amount), "input": gettext(report.name)}
            if not amount:
                text = gettext("{share} of the rows ({input})", **words)
            elif amount == report.name:
                text = gettext("{share} of {amount}", **words)
            else:
                text = gettext("{share} of {amount} ({input})", **words)
            losses.append(_Loss(report=report, account=account, share=lost[amount], text=text))
    return sorted(losses, key=lambda loss: -loss.share)


def _mistakes_text(losses: Sequence[_Loss]) -> str:
    """The worst input by its share, rows and largest place, and the number of others."""
    worst = losses[0]
    rows = count_text(int(worst.account["rows"].sum()), "row")
    words = {"share": worst.text, "rows": rows, "largest": _largest_text(worst)}
    if len(losses) == 1:
        return gettext("not matched to a unit: {share} ({rows}), {largest}", **words)
    return ngettext(
        len(losses) - 1,
        "not matched to a unit: {share} ({rows}), {largest}; and of {count} other input",
        "not matched to a unit: {share} ({rows}), {largest}; and of {count} other inputs",
        **words,
    )


def _outside_text(losses: Sequence[_Loss]) -> str:
    """The inputs with the largest losses, two if a line holds both, and the number of others."""
    for told in (2, 1):
        names, more = listed(loss.text for loss in losses[:told]), len(losses) - told
        text = gettext("not assigned to a unit: {shares}", shares=names)
        if more > 0:
            text = gettext("not assigned to a unit: {shares}, {count} more", shares=names, count=format_count(more))
        if _width(text) <= WIDTH:
            break
    return text


def _largest_text(loss: _Loss) -> str:
    """The largest place, and what would read it."""
    first = loss.account.iloc[0]
    place, meant = first["place"], first["suggestion"]
    if first["scheme"] == OTHERS or not place:
        return gettext(str(first["reason"]))
    if first["reason"] == SPELLING:
        key = f'inputs.{loss.report.name}.match = "folded"'
        return gettext("'{place}'; set {key} to read it as '{meant}'", place=place, key=key, meant=meant)
    if meant:
        return gettext("'{place}' (meant '{meant}'?)", place=place, meant=meant)
    return gettext("{reason} '{place}'", reason=gettext(str(first["reason"])), place=place)


#: The width of a sentence that fits one line of a screen.
WIDTH = 80
#: The fewest letters left of a title that is cut.
_LEAST = 6

#: The subjects of caveats.
Kind = Literal[
    "check",
    "sample",
    "assumed",
    "stand-in",
    "unassigned",
    "carried",
    "uncovered",
    "look-ahead",
    "too-old",
    "imputed",
    "missing",
    "unranked",
    "ranges",
    "data-check",
]


@frozen(kw_only=True)
class Caveat:
    """One note for readers.

    Attributes:
        kind: Its subject.
        text: The sentence, without the edition.
        edition: The year that it is about; None for all.
    """

    kind: Kind
    text: str
    edition: int | None = None

    def __str__(self) -> str:
        if self.edition is None:
            return self.text
        return gettext("{edition}, {caveat}", edition=self.edition, caveat=self.text)


def _stand_ins(composed: Stages) -> Iterator[Caveat]:
    """The fallback sources used, with their inputs."""
    stand_ins: dict[tuple[str, str], list[str]] = {}
    for name, bound in composed.plan.inputs.items():
        if bound.instead_of is not None and name in composed.measurement.stand_ins:
            stand_ins.setdefault((bound.instead_of.source.name, bound.source.name), []).append(name)
    for (absent, instead), names in stand_ins.items():
        words = {"absent": absent, "inputs": joined(map(gettext, names)), "instead": instead}
        yield Caveat(
            kind="stand-in", text=gettext("not available: {absent} ({inputs}); {instead} is used instead", **words)
        )


def caveats(composed: Stages) -> Iterator[Caveat]:
    """Notes on all editions, then edition by edition, at most one of a kind for each edition.

    Notes on all editions are points for the author to check, samples, assumptions, fallbacks, and unassigned rows.
    """
    plan, inputs = composed.plan, composed.measurement.inputs
    for item in plan.scenario.check:
        yield Caveat(kind="check", text=gettext("please check: {assumption}", assumption=item))
    if composed.sampled:
        yield Caveat(kind="sample", text=gettext("based on the sources' samples, not on their full data"))
    if number := len(plan.scenario.assumed):
        text = ngettext(
            number,
            "{count} assumption was made; the scenario gives the reason",
            "{count} assumptions were made; the scenario gives the reasons",
        )
        yield Caveat(kind="assumed", text=text)
    yield from _stand_ins(composed)
    blank = []  # which units only an empty cell in a column of `units.where` leaves out
    for column, codes in plan.units.blank.items():
        units, some = count_text(len(codes), "unit"), enumerated(codes, 3)
        blank.append(gettext("{units} without {column} ({codes})", units=units, column=column, codes=some))
    lost = (
        unmatched_text(inputs),
        rows_text(gettext_noop("unit found by another spelling: {rows}"), {item.name: item.folded for item in inputs}),
        rows_text(
            gettext_noop("without a year, so counted in every edition: {rows}"),
            {item.name: item.undated for item in inputs},
        ),
        gettext("left out by units.where: {units}", units=listed(blank)) if blank else "",
    )
    yield from (Caveat(kind="unassigned", text=text) for text in lost if text)
    for at in range(len(composed.editions)):
        yield from _of_edition(composed, at)


def _of_edition(composed: Stages, at: int) -> Iterator[Caveat]:
    edition, part_of = composed.editions[at], composed.plan.part_of([item.key for item in composed.plan.ranked])[at]
    missing = np.isnan(composed.normalised[at]) & part_of
    imputed = np.isnan(composed.measured[at]) & ~np.isnan(composed.imputed[at])
    years = uncovered(composed.plan, edition)
    notices: list[tuple[Kind, str, list[_Entry]]] = [
        ("carried", gettext_noop("older values used: {entries}"), _other_years(composed, at, "carried")),
        (
            "uncovered",
            gettext_noop("not covered: {entries}"),
            [("", f"{gettext(name)} {joined(text)}") for name, text in years.items()],
        ),
        ("look-ahead", gettext_noop("newer values used (look_ahead): {entries}"), _other_years(composed, at, "ahead")),
        ("too-old", gettext_noop("left out, older than max_age: {entries}"), _other_years(composed, at, "too_old")),
        ("imputed", gettext_noop("imputed: {entries}"), _for_units(composed, at, imputed)),
        ("missing", gettext_noop("missing, weight redistributed: {entries}"), _for_units(composed, at, missing)),
    ]
    for kind, text, entries in notices:
        if entries:
            yield Caveat(kind=kind, text=_line(text, entries), edition=edition)
    if count := int(np.isnan(composed.scores[at]).sum()):
        text = ngettext(count, "not ranked: {count} unit", "not ranked: {count} units")
        yield Caveat(kind="unranked", text=text, edition=edition)


#: An indicator's title, and the note on it.
_Entry = tuple[str, str]


def _other_years(composed: Stages, at: int, name: Literal["carried", "ahead", "too_old"]) -> list[_Entry]:
    """`Papers of 2015-19 (3 units)`: the number of ranked units with a value of other years, or without one in range.

    Those of the years farthest from the edition come first.
    """
    if composed.measurement.ages.silent(name):
        return []
    found = {}
    for indicator in composed.plan.ranked:
        years = getattr(composed.measurement.ages, name)[at][:, composed.measurement.indicators.index(indicator.key)]
        there = ~np.isnan(years) if name == "too_old" else ~np.isnan(years) & ~np.isnan(composed.scores[at])
        if there.any():
            found[indicator.key] = years[there]
    order = sorted(found, key=lambda key: (-np.abs(found[key] - composed.editions[at]).max(), -len(found[key])))
    entries, titles = [], composed.plan.titles()
    for key in order:
        first, last, units = int(found[key].min()), int(found[key].max()), len(found[key])
        span = str(first) if first == last else f"{first}-{last % 100:02d}"
        count = count_text(units, "unit") if key == order[0] else format_count(units)
        entry = gettext("{indicator} of {years} ({units})", indicator=titles[key], years=span, units=count)
        entries.append((titles[key], entry))
    return entries


def _for_units(composed: Stages, at: int, cells: Mask) -> list[_Entry]:
    """`Papers for 3 units`: the number of ranked units with such a cell, the largest first."""
    counts = (cells & ~np.isnan(composed.scores[at])[:, None]).sum(axis=0)
    found = [place for place in np.argsort(-counts, kind="stable") if counts[place]]
    titles = [gettext(composed.plan.ranked[place].title) for place in found]
    units = [count_text(int(counts[place]), "unit") for place in found]
    return [
        (title, gettext("{indicator} for {units}", indicator=title, units=count))
        for title, count in zip(titles, units, strict=True)
    ]


def _line(text: str, entries: list[_Entry]) -> str:
    """A text with as many entries as fit a line, and the number of others; a title that is too long is cut."""
    for shown in range(len(entries), 0, -1):
        some = listed(entry for _, entry in entries[:shown])
        if more := len(entries) - shown:
            some = gettext("{entries}; {count} more", entries=some, count=format_count(more))
        line = gettext(text, entries=some)
        if _width(line) <= WIDTH:
            return line
    title, cut = entries[0][0], line
    for letters in range(len(title) - 1, _LEAST, -1):
        if _width(cut) <= WIDTH:
            break
        cut = line.replace(title, f"{title[:letters].rstrip()}…", 1)
    return cut


def _width(line: str) -> int:
    """The number of cells that a line takes; wide letters, as Chinese ones are, take two."""
    return len(line) + sum(unicodedata.east_asian_width(letter) in "FW" for letter in line)
