"""What a reader should know: caveats, reasons, unmatched rows."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from attrs import frozen

from hubrank.i18n import count_text, enumerated, format_count, gettext, gettext_noop, joined, ngettext
from hubrank.measurement.measurement import InputReport, uncovered
from hubrank.measurement.unmatched import EXPECTED, KEYS, OTHERS, SPELLING, share_text, shares, sum_column
from hubrank.ranking.pipeline import why_screened_out
from hubrank.ranking.stages import Stages
from hubrank.ranking.values import age_text, values_file
from hubrank.scenario.tree import Node

if TYPE_CHECKING:
    import pandas as pd

    from hubrank.numeric import Array, Mask


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
    """Why a unit has no score in an edition; empty where it has one.

    Args:
        composed: All stages.
        edition: The edition's position.
        unit: The unit's position.
    """
    if not np.isnan(composed.scores[edition, unit]):
        return ""
    if not composed.considered[edition, unit]:
        told = [why_screened_out(composed.plan, composed.measured[edition, unit], unit)]
    else:
        told = [each.text for each in reasons(composed, edition, unit)]
    return "; ".join([*told, *_too_old(composed, edition, unit)])


def _too_old(composed: Stages, edition: int, unit: int) -> list[str]:
    """Which indicators a unit would have if values could be older."""
    lacking = np.isnan(composed.normalised[edition, unit])
    keys = [each.key for each, gone in zip(composed.plan.ranked, lacking, strict=True) if gone]
    said = {key: age_text(composed, edition, unit, key) for key in keys}
    return [gettext("{indicator} of {reason}", indicator=key, reason=text) for key, text in said.items() if text]


def reasons(composed: Stages, edition: int, unit: int) -> tuple[Reason, ...]:
    """Why a unit that passed the screening has no score, from the root down to what is missing.

    Args:
        composed: All stages.
        edition: The edition's position.
        unit: The unit's position.
    """
    if not np.isnan(composed.scores[edition, unit]) or not composed.considered[edition, unit]:
        return ()
    return tuple(_reasons(composed, composed.plan.tree.root, edition, unit))


def _reasons(composed: Stages, node: Node, edition: int, unit: int) -> Iterator[Reason]:
    """What a dimension lacks, and what those of its members lack that are dimensions."""
    made = composed.nodes[node.name]
    counted = np.broadcast_to(made.weights > 0, made.members.shape)[edition, unit]
    missing = counted & np.isnan(made.members[edition, unit])
    lacking = tuple(member.name for member, gone in zip(node.members, missing, strict=True) if gone)
    wanted = int(counted.sum())
    there = wanted - len(lacking)
    if node.missing.enough(there, wanted):
        text = gettext(
            "{dimension}: its score by {method} is undefined", dimension=node.name, method=node.aggregation.part.name
        )
        yield Reason(dimension=node.name, missing=(), text=text)
        return
    dimensions = {each.name: each for each in composed.plan.tree if each.name in lacking}
    plain = node.missing.rule == "unranked" or not there
    told = [name for name in lacking if not plain or name not in dimensions]
    if told:
        text = gettext("{dimension}: missing {members}", dimension=node.name, members=enumerated(told))
        if not plain:
            text = gettext(
                "{dimension}: has {there} of {wanted} members, missing {members}; {rule}",
                dimension=node.name,
                there=format_count(there),
                wanted=format_count(wanted),
                members=enumerated(told),
                rule=node.missing.needed(wanted),
            )
        yield Reason(dimension=node.name, missing=lacking, text=text)
    for each in dimensions.values():
        yield from _reasons(composed, each, edition, unit)


#: The file of a run that holds the account.
FILE = "lost.csv"


def unmatched_table(inputs: Sequence[InputReport]) -> pd.DataFrame:
    """One row an input, reason and place: the columns of `lost.csv`.

    `input`, `reason`, `scheme`, `place`, `country`, `rows`, `sum_AMOUNT` for each amount of any input, `suggestion`.
    """
    import pandas as pd

    sums = sorted({name for each in inputs for name in each.lost.columns if name.startswith("sum_")})
    there = [
        pd.concat([pd.Series(each.name, each.lost.index, name="input"), each.lost], axis=1)
        for each in inputs
        if len(each.lost)
    ]
    joined = pd.concat(there, ignore_index=True) if there else pd.DataFrame()
    return joined.reindex(columns=["input", *KEYS, "rows", *sums, "suggestion"])


def unmatched_by_reason(report: InputReport) -> Mapping[str, Mapping[str, Any]]:
    """For each reason the rows, the sum of each amount, and its share of all that the input gave."""
    made = {}
    for reason, account in report.lost.groupby("reason"):
        sums = {name: float(account[sum_column(name)].sum()) for name in report.amounts}
        found = shares(report, account)
        of_amounts = {name: found[name] for name in report.amounts if name in found}
        made[str(reason)] = {"rows": int(account["rows"].sum()), "amounts": sums, "shares": of_amounts}
    return made


def unmatched_text(inputs: Sequence[InputReport]) -> str:
    """What is lost, in one line: what may be a mistake first, then what lies outside the units; empty for nothing."""
    mistakes, outside = _losses(inputs, expected=False), _losses(inputs, expected=True)
    told = [_mistakes(mistakes)] if mistakes else []
    told += [_outside(outside)] if outside else []
    return gettext("{losses} ({file})", losses="; ".join(told), file=FILE) if told else ""


def duplicates_text(inputs: Sequence[InputReport]) -> str:
    """Which inputs have rows whose unit was found by another spelling; empty where none has."""
    told = [_rows_of(each, each.folded) for each in inputs if each.folded]
    return gettext("unit found by another spelling: {rows}", rows=", ".join(told)) if told else ""


def undated_text(inputs: Sequence[InputReport]) -> str:
    """Which inputs have rows without a year beside rows with one; empty where none has."""
    told = [_rows_of(each, each.undated) for each in inputs if each.undated]
    return gettext("without a year, so counted in every edition: {rows}", rows=", ".join(told)) if told else ""


def _rows_of(report: InputReport, number: int) -> str:
    return gettext("{rows} of {input}", rows=count_text(number, "row"), input=report.name)


def blank_text(blank: Mapping[str, Sequence[str]]) -> str:
    """Which units only an empty cell in a column of `units.where` leaves out; empty where there are none."""
    told = [
        gettext(
            "{units} without {column} ({codes})",
            units=count_text(len(codes), "unit"),
            column=column,
            codes=enumerated(codes, 3),
        )
        for column, codes in blank.items()
    ]
    return gettext("left out by units.where: {units}", units=", ".join(told)) if told else ""


@frozen(kw_only=True, eq=False)
class _Loss:
    """What an input lost for reasons of one kind.

    Attributes:
        report: The input.
        account: The rows of its account.
        amount: The amount of which the largest share is lost; empty where rows have none.
        share: That share, or the rows'.
    """

    report: InputReport
    account: pd.DataFrame
    amount: str
    share: float


def _losses(inputs: Sequence[InputReport], *, expected: bool) -> list[_Loss]:
    """What the inputs lost, the largest share first."""
    made = []
    for each in inputs:
        account = each.lost[each.lost["reason"].isin(EXPECTED) == expected]
        if len(account):
            found = shares(each, account)
            amount = max(sorted(name for name in found if name or len(found) == 1), key=found.__getitem__)
            made.append(_Loss(report=each, account=account, amount=amount, share=found[amount]))
    return sorted(made, key=lambda loss: -loss.share)


def _mistakes(losses: Sequence[_Loss]) -> str:
    """The worst input by its share, rows and largest place, and how many others there are."""
    worst = losses[0]
    rows = count_text(int(worst.account["rows"].sum()), "row")
    told = {"share": _part(worst), "rows": rows, "largest": _largest(worst)}
    if len(losses) == 1:
        return gettext("in no unit: {share} ({rows}), {largest}", **told)
    return ngettext(
        len(losses) - 1,
        "in no unit: {share} ({rows}), {largest}; and of {count} other input",
        "in no unit: {share} ({rows}), {largest}; and of {count} other inputs",
        **told,
    )


def _largest(loss: _Loss) -> str:
    """The largest place, and what would read it."""
    first = loss.account.iloc[0]
    place, meant = first["place"], first["suggestion"]
    if first["scheme"] == OTHERS or not place:
        return gettext(str(first["reason"]))
    if first["reason"] == SPELLING:
        key = f'inputs.{loss.report.name}.match = "folded"'
        return gettext("'{place}'; set {key} to read it as '{meant}'", place=place, key=key, meant=meant)
    if meant:
        return gettext("'{place}', did you mean '{meant}'?", place=place, meant=meant)
    return gettext("{reason} '{place}'", reason=gettext(str(first["reason"])), place=place)


def _outside(losses: Sequence[_Loss]) -> str:
    """The two inputs with the most outside the units, and how many others there are."""
    told = ", ".join(map(_part, losses[:2]))
    if len(losses) <= 2:
        return gettext("outside the units: {shares}", shares=told)
    return gettext("outside the units: {shares}, {count} more", shares=told, count=format_count(len(losses) - 2))


def _part(loss: _Loss) -> str:
    """A share and what it is of: `2.5 % of startups`, `93 % of pct (patents)`, `6 % of the rows (works)`."""
    told = {"share": share_text(loss.share), "amount": loss.amount, "input": loss.report.name}
    if not loss.amount:
        return gettext("{share} of the rows ({input})", **told)
    if loss.amount == loss.report.name:
        return gettext("{share} of {amount}", **told)
    return gettext("{share} of {amount} ({input})", **told)


#: How wide a sentence may be, so that it is one line of a screen.
WIDTH = 80


@frozen(kw_only=True)
class Caveat:
    """One thing that a reader should know.

    Attributes:
        kind: What it is about.
        text: The sentence, without the edition.
        edition: The year that it is about; none where it is about all.
    """

    kind: Literal[
        "sample",
        "assumed",
        "stand-in",
        "lost",
        "carried",
        "uncovered",
        "look-ahead",
        "too-old",
        "imputed",
        "missing",
        "unranked",
        "ranges",
    ]
    text: str
    edition: int | None = None

    def __str__(self) -> str:
        if self.edition is None:
            return self.text
        return gettext("{edition}, {caveat}", edition=self.edition, caveat=self.text)


def caveats(composed: Stages) -> tuple[Caveat, ...]:
    """What is true of all editions, then edition by edition; of each edition at most one of a kind."""
    return (
        *_of_inputs(composed),
        *_assumed(composed),
        *_stand_ins(composed),
        *_lost(composed),
        *(each for at in range(len(composed.editions)) for each in _of_edition(composed, at)),
    )


def imputed_cells(composed: Stages, edition: int) -> Mapping[str, int]:
    """How many ranked units' values were imputed in an edition, by indicator; only where there are any."""
    filled = np.isnan(composed.measured[edition]) & ~np.isnan(composed.imputed[edition])
    return _counts(composed, edition, filled)


def missing_cells(composed: Stages, edition: int) -> Mapping[str, int]:
    """How many ranked units lack an indicator in an edition, so that its weight was shared out."""
    return _counts(composed, edition, np.isnan(composed.normalised[edition]))


def _counts(composed: Stages, edition: int, cells: Mask) -> Mapping[str, int]:
    ranked = ~np.isnan(composed.scores[edition])
    counts = (cells & ranked[:, None]).sum(axis=0)
    return {each.key: int(count) for each, count in zip(composed.plan.ranked, counts, strict=True) if count}


def _assumed(composed: Stages) -> Iterator[Caveat]:
    if number := len(composed.plan.scenario.assumed):
        text = ngettext(
            number,
            "{count} choice was assumed; scenario.toml says which and why",
            "{count} choices were assumed; scenario.toml says which and why",
        )
        yield Caveat(kind="assumed", text=text)


def _stand_ins(composed: Stages) -> Iterator[Caveat]:
    """Which sources stand in for those whose rows are absent, and in which inputs."""
    told: dict[tuple[str, str], list[str]] = {}
    for name, bound in composed.plan.inputs.items():
        if bound.instead_of is not None and name in composed.measurement.stand_ins:
            told.setdefault((bound.instead_of.source.name, bound.source.name), []).append(name)
    for (absent, instead), names in told.items():
        said = {"absent": absent, "inputs": joined(names), "instead": instead}
        yield Caveat(kind="stand-in", text=gettext("not there: {absent} ({inputs}); {instead} stands in", **said))


def _of_inputs(composed: Stages) -> Iterator[Caveat]:
    if composed.sampled:
        yield Caveat(kind="sample", text=gettext("based on the sources' samples, not on their full data"))


def _lost(composed: Stages) -> Iterator[Caveat]:
    """Rows in no unit, in one line; rows found by another spelling or without a year; units with empty cells."""
    inputs = composed.measurement.inputs
    told = (
        unmatched_text(inputs),
        duplicates_text(inputs),
        undated_text(inputs),
        blank_text(composed.plan.units.blank),
    )
    yield from (Caveat(kind="lost", text=text) for text in told if text)


def _of_edition(composed: Stages, at: int) -> Iterator[Caveat]:
    edition = composed.editions[at]
    if carried := _other_years(composed, at, "carried"):
        yield Caveat(kind="carried", text=_line(composed, gettext_noop("carried: {entries}"), carried), edition=edition)
    if parts := uncovered(composed.plan, edition):
        said = [f"{name} {joined(years)}" for name, years in parts.items()]
        yield Caveat(
            kind="uncovered", text=_line(composed, gettext_noop("not covered: {entries}"), said), edition=edition
        )
    if ahead := _other_years(composed, at, "ahead"):
        text = _line(composed, gettext_noop("newer (look_ahead): {entries}"), ahead)
        yield Caveat(kind="look-ahead", text=text, edition=edition)
    if old := _other_years(composed, at, "too_old"):
        text = _line(composed, gettext_noop("left out, older than max_age: {entries}"), old)
        yield Caveat(kind="too-old", text=text, edition=edition)
    if imputed := imputed_cells(composed, at):
        text = _line(composed, gettext_noop("imputed: {entries}"), _for_units(imputed))
        yield Caveat(kind="imputed", text=text, edition=edition)
    if missing := missing_cells(composed, at):
        text = _line(composed, gettext_noop("missing, weight redistributed: {entries}"), _for_units(missing))
        yield Caveat(kind="missing", text=text, edition=edition)
    if count := int(np.isnan(composed.scores[at]).sum()):
        text = ngettext(count, "not ranked: {count} unit", "not ranked: {count} units")
        yield Caveat(kind="unranked", text=text, edition=edition)


def _other_years(composed: Stages, at: int, name: Literal["carried", "ahead", "too_old"]) -> list[str]:
    """`papers 2015-19 (3 units)`: how many ranked units have a value of other years, or any lack one for its age.

    Those of the years farthest from the edition come first.
    """
    if composed.measurement.ages.silent(name):
        return []
    columns = [composed.measurement.indicators.index(each.key) for each in composed.plan.ranked]
    years: Array = getattr(composed.measurement.ages, name)[at][:, columns]
    if name != "too_old":
        years = np.where(np.isnan(composed.scores[at])[:, None], np.nan, years)
    keys = [each.key for each in composed.plan.ranked]
    found = {key: own[~np.isnan(own)] for key, own in zip(keys, years.T, strict=True) if not np.isnan(own).all()}
    order = sorted(found, key=lambda key: (-np.abs(found[key] - composed.editions[at]).max(), -len(found[key])))
    units = [count_text(len(found[key]), "unit") if key == order[0] else format_count(len(found[key])) for key in order]
    return [f"{key} {_span(found[key])} ({count})" for key, count in zip(order, units, strict=True)]


def _span(years: Array) -> str:
    """The first and last of some years in short: `2015-19`."""
    first, last = int(years.min()), int(years.max())
    return str(first) if first == last else f"{first}-{last % 100:02d}"


def _for_units(counts: Mapping[str, int]) -> list[str]:
    """`papers for 3 units`, those for most units first."""
    largest = sorted(counts, key=lambda key: -counts[key])
    return [gettext("{indicator} for {units}", indicator=key, units=count_text(counts[key], "unit")) for key in largest]


def _line(composed: Stages, text: str, entries: list[str]) -> str:
    """A text with as many entries as a line holds, at least one, how many more there are, and which file has them."""
    for shown in range(len(entries), 0, -1):
        told = ", ".join(entries[:shown])
        if more := len(entries) - shown:
            file = values_file(composed)
            told = gettext("{entries}; {count} more: {file}", entries=told, count=format_count(more), file=file)
        line = gettext(text, entries=told)
        if _width(line) <= WIDTH:
            return line
    return line


def _width(text: str) -> int:
    """How many cells a text takes on a screen: two for each wide character, as Chinese ones are."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(each) in "FW" else 1 for each in text)
