"""Ranking; compose()."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import attrs
import numpy as np
import pandas as pd
from attrs import frozen

from hubrank.errors import ScenarioError, UsageError, did_you_mean
from hubrank.i18n import (
    ENGLISH,
    clauses,
    current_language,
    format_count,
    format_number,
    gettext,
    joined,
    listed,
    ngettext,
    paragraphs,
    use_language,
    with_reason,
)
from hubrank.io.answer import interval_picture, table_html
from hubrank.measurement.measurement import Measurement
from hubrank.methods.ranks import ranks
from hubrank.numeric import NOISE, Array, Mask, Positions, Texts, round_to, snap, written
from hubrank.plugin.registry import __version__
from hubrank.ranking import data_checks, notices, provenance, values
from hubrank.ranking.intervals import MARK, Drawn, Joint, Note, robust_text
from hubrank.ranking.kept import KeptDraws
from hubrank.ranking.pipeline import Weigh, run_pipeline
from hubrank.ranking.stages import Stages
from hubrank.scenario.choices import alternative_text, source_text
from hubrank.scenario.figure_errors import BoundError
from hubrank.scenario.plan import Plan
from hubrank.scenario.schema import RankingSettings
from hubrank.scenario.tree import RANKING_COLUMNS, SAMPLE, WITHIN

#: The number of rows that a notebook shows.
_NOTEBOOK_ROWS = 20
#: The most indicators whose errors are listed below the ranking, one by one.
_LISTED = 3


@frozen(kw_only=True, eq=False)
class Ranking(Stages):
    """A ranking with all its stages. Screens, pages, exporters and commands read its methods and recompute nothing.

    Its texts are in the reader's language at the time; its tables, which programs read, are in English.

    Attributes:
        ranks: `(editions, units)`; NaN for the unranked.
        low: The lower end of each rank's interval, if there is one.
        high: The upper end.
        ranked_share: The share of the draws that rank each unit, `(editions, units)`; its interval is of these.
        agreement: The share of draws that change each unit's rank since the edition before in the same direction as the
            ranking, `(editions, units)`, if there were draws; NaN if its rank did not change.
        robust: Which rank changes are robust, `(editions, units)`.
        drawn: The number of draws, and how precise they make the bounds, if there are intervals.
        kept_draws: What draws have made, for rankings after it that have the same; None if nothing is kept.
        ranges_note: A note on the draws behind the intervals: why there are none, or fewer draws.
    """

    ranks: Array
    low: Array | None = None
    high: Array | None = None
    _joint: Joint | Callable[[], Joint] | None = None
    ranked_share: Array | None = None
    agreement: Array | None = None
    robust: Mask | None = None
    drawn: Drawn | None = None
    kept_draws: KeptDraws | None = None
    ranges_note: Note | str = ""

    @property
    def undrawn(self) -> bool:
        """Whether its ranges could be drawn and were not."""
        return self.low is None and self.plan.uncertainties is not None and not self.ranges_note

    @property
    def joint(self) -> Joint | None:
        """The joint results of the draws for all units, if there are intervals; perhaps computed only now."""
        return self._joint() if callable(self._joint) else self._joint

    why = notices.why
    age_text = values.age_text
    flags = values.flags
    origins = provenance.origins
    steps = provenance.steps

    def _repr_html_(self) -> str:
        """The form that a notebook shows."""
        at = len(self.editions) - 1
        order = self.order(at)
        ranges = self.low is not None
        since = gettext("since {edition}", edition=self.editions[at - 1])
        heads = [gettext("rank"), gettext("range"), since, gettext("name"), gettext("country"), gettext("score"), ""]
        shown = [True, ranges, at > 0, True, any(self.countries), True, ranges]
        rows = [list(itertools.compress(self._cells(at, int(unit)), shown)) for unit in order[:_NOTEBOOK_ROWS]]
        title = gettext("{title}, {edition}", title=self.title, edition=self.editions[at])
        return table_html(title, list(itertools.compress(heads, shown)), rows, max(0, len(order) - _NOTEBOOK_ROWS))

    def _cells(self, at: int, unit: int) -> list[str]:
        picture = ""
        if self.low is not None and self.high is not None and not np.isnan(self.low[at, unit]):
            rank, low, high = (float(item[at, unit]) for item in (self.ranks, self.low, self.high))
            joint: tuple[float, ...] = ()
            worst = self.high[at]
            if self.joint is not None:
                joint = float(self.joint.low[at, unit]), float(self.joint.high[at, unit])
                worst = np.fmax(worst, self.joint.high[at])
            picture = interval_picture(rank, low, high, float(np.nanmax(worst)), joint)
        return [
            format_number(f"{self.ranks[at, unit]:g}"),
            self.range_text(at, unit),
            self.moved_text(at, unit),
            self.names[unit],
            self.countries[unit],
            self.score_text(at, unit),
            picture,
        ]

    def score_text(self, edition: int, unit: int, dimension: str | None = None) -> str:
        """A unit's score as people read it, with the scenario's decimals; empty if it has none.

        Args:
            edition: The edition's position.
            dimension: The dimension whose score it is; that of the whole index by default.
        """
        scores = self.scores if dimension is None else self.nodes[dimension].scores
        choice = self.plan.scenario.ranking
        return format_number(written(float(scores[edition, unit]), choice.decimals, choice.rounding))

    def rounded_scores(self, edition: int) -> Array:
        """The scores of an edition (its position) as they are ranked: rounded if the scenario asks for it."""
        return _rounded(self.scores[edition], self.plan.scenario.ranking)

    def range_text(self, edition: int, unit: int) -> str:
        """The interval of a unit's rank: `2 to 7`, or `3` if both ends are; empty if there is none.

        `*` follows if the rank lies outside; a caveat gives the reason.
        """
        if self.low is None or self.high is None or np.isnan(self.ranks[edition, unit]):
            return ""
        low, high = float(self.low[edition, unit]), float(self.high[edition, unit])
        if np.isnan(low) or np.isnan(high):
            return ""
        ends = format_number(f"{low:g}"), format_number(f"{high:g}")
        text = ends[0] if low == high else gettext("{low} to {high}", low=ends[0], high=ends[1])
        return f"{text}{MARK}" if self.outside[edition, unit] else text

    @functools.cached_property
    def outside(self) -> Mask:
        """Which ranks lie outside their own intervals, `(editions, units)`."""
        if self.low is None or self.high is None:
            return np.zeros(self.ranks.shape, dtype=bool)
        return np.asarray((self.ranks < self.low) | (self.ranks > self.high))

    @property
    def evidence_tiers(self) -> Array:
        """The groups that nearly all draws, or confidence sets, keep apart, `(editions, units)`, from 1; else NaN."""
        return np.full(self.ranks.shape, np.nan) if self.joint is None else self.joint.tiers

    def range_texts(self, edition: int) -> list[str]:
        """An edition's (its position) draws and their precision, and how often its intervals hold at once."""
        if self.joint is None or self.ranked_share is None:
            return []
        share = self.ranked_share[edition, self.order(edition)]
        count = int(((share > 0) & (share < 1)).sum())
        given = ngettext(
            count,
            "{count} unit is not ranked in every draw; its range covers the draws that rank it",
            "{count} units are not ranked in every draw; their ranges cover the draws that rank them",
        )
        drawn = "" if self.drawn is None else self.drawn.text(edition)
        return [text for text in (drawn, given if count else "", self.joint.held_text(edition, len(share))) if text]

    def joint_texts(self, edition: int) -> list[str]:
        """The joint results of an edition's (its position) draws; nothing without draws.

        How often their intervals hold together, which evidence tiers there are, which first units are certain.
        """
        if self.joint is None:
            return []
        tiers = self.plan.scenario.ranking.tiers
        groups = self.joint.tiers_text(edition, self.ranks[edition])
        return [*self.range_texts(edition), *([groups] if groups else []), *self.joint.set_texts(edition, tiers)]

    def moved_text(self, edition: int, unit: int) -> str:
        """A unit's rank change since the edition before, in brackets if it is not robust; empty in the first."""
        before, now = float(self.ranks[edition - 1, unit]), float(self.ranks[edition, unit])
        if edition == 0 or np.isnan(now):
            return ""
        return move_text(before, now, doubtful=bool(self.doubtful[edition, unit]))

    @functools.cached_property
    def doubtful(self) -> Mask:
        """Which moves since the edition before are not robust, `(editions, units)`; none without draws."""
        if self.agreement is None or self.robust is None:
            return np.zeros(self.ranks.shape, dtype=bool)
        return ~np.isnan(self.agreement) & ~self.robust

    def doubt_text(self, edition: int) -> str:
        """The meaning of a change in brackets in an edition, and the number without; empty if nothing changed."""
        if self.agreement is None or self.robust is None:
            return ""
        moves, robust = int((~np.isnan(self.agreement[edition])).sum()), int(self.robust[edition].sum())
        if not moves:
            return ""
        if not robust:
            return gettext("in brackets: not robust; none of {moves} rank changes is", moves=format_count(moves))
        return ngettext(
            robust,
            "in brackets: not robust; {count} of {moves} rank changes is robust: {claim}",
            "in brackets: not robust; {count} of {moves} rank changes are robust: {claim}",
            moves=format_count(moves),
            claim=robust_text(),
        )

    @property
    def description(self) -> list[str]:
        """The scenario's description in the reader's language, a text for each paragraph."""
        return paragraphs(gettext(self.plan.scenario.description))

    def caveats(self) -> tuple[notices.Caveat, ...]:
        """Notes for readers: on all editions, then edition by edition; on data checks and intervals last."""
        texts = [str(self.ranges_note)] if self.ranges_note else []
        uncertainties = self.plan.uncertainties
        if self.low is not None and uncertainties is not None:
            own = [
                f"{alternative_text(source.labels[source.own])} ({source_text(source.name)})"
                for source in uncertainties.discrete
                if source.added
            ]
            if uncertainties.errors:
                texts += self._errors_told(uncertainties.errors)
            if own:
                text = gettext(
                    "the draws include the scenario's own {choices}, which its alternatives do not list",
                    choices=listed(own),
                )
                texts.append(text)
            if count := int((np.isnan(self.low) & ~np.isnan(self.ranks)).sum()):
                text = ngettext(
                    count,
                    "none for {count} rank that occurs in no draw",
                    "none for {count} ranks that occur in no draw",
                )
                texts.append(text)
            counts = zip(self.editions, self.outside.sum(axis=1), strict=True)
            where = [
                gettext("{ranks} in {edition}", ranks=format_count(int(count)), edition=edition)
                for edition, count in counts
                if count
            ]
            if where:  # what moves a unit away from its own rank in nearly all draws
                names = [source.name for source in uncertainties.discrete]
                names += [*(["weights"] if uncertainties.weights else []), *filter(None, [uncertainties.figures])]
                text = gettext(
                    "{mark} marks ranks outside their own range ({where}): "
                    "nearly every draw of {sources} moves them the same way",
                    mark=MARK,
                    where=listed(where),
                    sources=joined([source_text(name) for name in names]),
                )
                texts.append(text)
        ranges = gettext("ranges: {told}", told=clauses(texts))
        last = [notices.Caveat(kind="ranges", text=ranges)] if texts else []
        return (*notices.caveats(self), *data_checks.unacknowledged(self, self.data_checks), *last)

    def _errors_told(self, errors: Sequence[BoundError]) -> Iterator[str]:
        """The sources of errors of values, and values without errors; for many indicators their number."""
        exact = {item.indicator: int(self.measurement.exact(item.indicator).sum()) for item in errors}
        if len(errors) > _LISTED:
            yield gettext("the draws include errors of the values of {count} indicators", count=len(errors))
            if count := sum(exact.values()):
                yield ngettext(
                    count,
                    "{count} value has no error and is taken as exact",
                    "{count} values have no error and are taken as exact",
                )
            return
        titles = self.plan.titles()
        told = listed(with_reason(titles[item.indicator], item.text) for item in errors)
        yield gettext("the draws include errors of values: {errors}", errors=told)
        for item in errors:
            if count := exact[item.indicator]:
                yield ngettext(
                    count,
                    "{count} value of {indicator} has no error and is taken as exact",
                    "{count} values of {indicator} have no error and are taken as exact",
                    indicator=titles[item.indicator],
                )

    @functools.cached_property
    def data_checks(self) -> tuple[data_checks.DataCheck, ...]:
        """Values that are probably errors, those too that the scenario acknowledges."""
        return data_checks.data_checks(self)

    def called(self, unit: int) -> str:
        """A unit's name on a screen, by its position: in Chinese its first alias of Chinese letters alone, if any.

        A name of several places, such as `Osaka-Kobe-Kyoto`, stays: an alias may be of one of them.
        """
        name, aliases = self.names[unit], self.plan.units.units.frame.get("aliases")
        if current_language() != "zh" or aliases is None or "-" in name:
            return name
        others = str(aliases.iloc[unit]).split("|")
        return next((item for item in others if re.fullmatch(r"[\u4e00-\u9fff·]+", item)), name)

    def caveats_of(self, edition: int) -> list[notices.Caveat]:
        """The notes for readers of an edition (its position): on it and on all."""
        return [item for item in self.caveats() if item.edition in (None, self.editions[edition])]

    def about(self, edition: int) -> dict[str, Any]:
        """The metadata of an edition's values (its position) for programs.

        `version` of hubrank, `seed` of methods, `seed_of_draws`, the number of `draws` and the ranks by which bounds
        may be off, `caveats`, and `origins`, each with its inputs.
        """
        return {
            "version": __version__,
            "seed": self.plan.scenario.seed,
            "seed_of_draws": getattr(self.plan.scenario.robustness, "seed", None),
            "draws": None if self.drawn is None else self.drawn.draws,
            "bounds_off": None if self.drawn is None else self.drawn.off[edition],
            "caveats": [item.text for item in self.caveats_of(edition)],
            "origins": [attrs.asdict(item.origin) | {"gave": item.gave} for item in self.origins()],
        }

    def packages(self) -> Mapping[str, str]:
        """The distributions whose parts made the ranking, with their versions."""
        return provenance.packages(self.plan)

    def indicators(self) -> pd.DataFrame:
        """One row per edition and indicator: its description, its weights, and its coverage of the ranked units."""
        return self.marked(provenance.indicators_table(self, self.weights()))

    def weight_by_age(self, edition: int) -> dict[int, float]:
        """The share of the weight by the age of values in an edition (its position)."""
        return provenance.weight_by_age(self, self.weights(), edition)

    def values(self) -> pd.DataFrame:
        """One row per edition, unit and indicator, stage by stage: the columns of `values.csv`."""
        return self.marked(values.values_table(self))

    def treatment(self) -> pd.DataFrame:
        """One row per edition, indicator and stage of treatment: the columns of `treatment.csv`."""
        return self.marked(values.treatment_table(self))

    def unassigned(self) -> pd.DataFrame:
        """One row per input, reason and place of rows that belong to no unit: the columns of `unassigned.csv`."""
        return self.marked(notices.unmatched_table(self.measurement.inputs))

    def tier(self, edition: int) -> list[str]:
        """Each unit's tier or class in an edition (its position); empty if it is in none."""
        choice = self.plan.scenario.ranking
        if choice.classes:
            scores = self.rounded_scores(edition)
            classes = sorted(choice.classes, key=lambda item: -item.at_least)
            return [next((item.name for item in classes if score >= item.at_least), "") for score in scores]
        texts = np.full(len(self.codes), "", dtype=object)
        for tier in reversed(choice.tiers):
            texts[self.ranks[edition] <= tier] = gettext("top {rank}", rank=tier)
        return list(texts)

    def ranks_within(self, column: str, scores: Array | None = None) -> Array:
        """Ranks among the units with the same value in a column of the unit set, `(editions, units)`.

        Args:
            column: The column; units where it is empty get no rank.
            scores: Other scores than the final ones, `(editions, units)`.

        Raises:
            UsageError: The unit set has no such column.
        """
        if column not in self.plan.units.units:
            others = did_you_mean(column, map(str, self.plan.units.units.frame))
            raise UsageError(f"{column}: the units have no such column{others}")
        groups = self.plan.context(()).groups(column)
        scores = self.scores if scores is None else scores
        within = np.full(scores.shape, np.nan)
        for group in range(groups.max() + 1):
            within[:, groups == group] = ranks_of(scores[:, groups == group], self.plan.scenario.ranking)
        return within

    def order(self, edition: int) -> Positions:
        """The positions of the ranked units of an edition, best first, ties by name."""
        ranks = self.ranks[edition]
        ranked = np.flatnonzero(~np.isnan(ranks))
        order = ranked[np.argsort(ranks[ranked])]
        same = ranks[order[1:]] == ranks[order[:-1]]
        tied = np.flatnonzero(np.append(same, False) | np.append(False, same))  # only there do names decide
        order[tied] = sorted(order[tied].tolist(), key=lambda unit: (ranks[unit], self.names[unit], unit))
        return order

    def table(self, within: str | None = None) -> pd.DataFrame:
        """One row per edition and ranked unit, best first: the columns of `ranking.csv`.

        Args:
            within: A column of the unit set; the last column, `rank_within`, is the rank among units with its value.
        """
        frames = []
        # made texts of a table in the units' order, in which they lie in memory, and of few only the few
        codes, names = (pd.Series(np.array(item, dtype=object)).array for item in (self.codes, self.names))
        countries = _repeated(self.countries)
        for at, edition in enumerate(self.editions):
            order = self.order(at)
            with use_language(ENGLISH):
                tiers = self.tier(at)
            nothing = np.full(len(self.codes), np.nan)
            agreement = nothing if self.agreement is None else self.agreement[at]
            robust = np.full(len(self.codes), None, dtype=object)
            if self.robust is not None:
                robust[~np.isnan(agreement)] = self.robust[at][~np.isnan(agreement)]
            cells = (
                np.full(len(self.codes), edition),
                codes,
                names,
                countries,
                self.ranks[at],
                nothing if self.low is None else self.low[at],
                nothing if self.high is None else self.high[at],
                nothing if self.joint is None else self.joint.low[at],
                nothing if self.joint is None else self.joint.high[at],
                _repeated(np.array(["", MARK], dtype=object)[self.outside[at].astype(int)]),
                nothing if self.ranked_share is None else self.ranked_share[at],
                self.scores[at],
                _repeated(tiers),
                self.evidence_tiers[at],
                nothing if at == 0 else self.ranks[at - 1] - self.ranks[at],
                agreement,
                robust,
            )
            ordered = (nothing[: len(order)].copy() if item is nothing else item[order] for item in cells)
            columns: dict[str, Any] = dict(zip(RANKING_COLUMNS, ordered, strict=True))
            columns |= {name: self.nodes[name].scores[at][order] for name in self.dimensions}
            if within is not None:
                columns[WITHIN] = self.ranks_within(within)[at][order]
            frames.append(pd.DataFrame(columns, copy=False))
        return self.marked(frames[0] if len(frames) == 1 else pd.concat(frames, ignore_index=True))

    @property
    def dimensions(self) -> list[str]:
        """The dimensions in the order of the columns of `ranking.csv`."""
        return [node.name for node in self.plan.tree if node.parent is not None]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of `ranking.csv`."""
        return (*RANKING_COLUMNS, *self.dimensions, *([SAMPLE] if self.sampled else []))

    def unranked(self) -> pd.DataFrame:
        """One row per edition and unit without a rank: the columns of `unranked.csv`."""
        rows = []
        for at, edition in enumerate(self.editions):
            with use_language(ENGLISH):
                whys = [(int(unit), self.why(at, int(unit))) for unit in np.flatnonzero(np.isnan(self.ranks[at]))]
            rows += [(edition, self.codes[unit], self.names[unit], why) for unit, why in whys]
        return self.marked(pd.DataFrame(rows, columns=["edition", "unit", "name", "why"]))

    def weights(self) -> pd.DataFrame:
        """One row per edition, dimension and member: the columns of `weights.csv`."""
        effective = {self.plan.tree.root.name: np.ones(len(self.editions))}
        rows = []
        for node in reversed(self.plan.tree.nodes):
            shares = self.nodes[node.name].shares.mean(axis=-2)
            shares = np.broadcast_to(shares, (len(self.editions), shares.shape[-1]))
            for at, member in enumerate(node.members):
                effective[member.name] = effective[node.name] * shares[:, at]
                rows += [
                    (edition, node.name, member.name, shares[row, at], effective[member.name][row])
                    for row, edition in enumerate(self.editions)
                ]
        frame = pd.DataFrame(rows, columns=["edition", "dimension", "member", "weight", "effective"])
        return self.marked(frame.sort_values("edition", kind="stable", ignore_index=True))

    def marked(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Tables of values from samples note it in every row, in the last column `sample`."""
        return frame.assign(**{SAMPLE: "yes"}) if self.sampled else frame


def ranks_of(scores: Array, choice: RankingSettings) -> Array:
    """Ranks of scores `(..., units)`; 1 is the best, NaN stays NaN.

    Scores that differ by the noise of computing them tie (`hubrank.numeric.NOISE`).

    Args:
        choice: Rounding, ties, and which end is best.
    """
    given = scores if choice.decimals is None else _rounded(scores, choice)
    return ranks(given, choice.ties, choice.best, noise=NOISE)


def move_text(before: float, now: float, *, doubtful: bool) -> str:
    """A rank change: `▲ 2` up, `▼ 1` down, `=`, `new`.

    If it is not robust it is in brackets, the usual mark of a value that is not reliable: `(▲ 2)`.
    """
    if np.isnan(before):
        text = gettext("new")
    elif before == now:
        text = "="
    else:
        text = f"{'▲' if now < before else '▼'} {format_number(f'{abs(before - now):g}')}"
    return f"({text})" if doubtful else text


def _rounded(scores: Array, choice: RankingSettings) -> Array:
    return round_to(snap(scores), choice.decimals, choice.rounding)


def _repeated(texts: Sequence[str] | Texts) -> Any:
    """A column of texts of which few differ."""
    kind, distinct = pd.factorize(np.asarray(texts, dtype=object))
    return pd.Series(distinct).array.take(kind)


def compose(
    plan: Plan, measurement: Measurement, weights: Weigh | None = None, before: Stages | None = None
) -> Ranking:
    """Rank the units of every edition.

    Args:
        weights: Gives each dimension's weights, if they differ from those of its weighting.
        before: The stages of another plan; those that this one has in common with it are not made again.

    Returns:
        The ranking with all its stages, each `(editions, units, indicators)`.

    Raises:
        ScenarioError: A method cannot take the values, an indicator is the same for all units, or no unit is left.
        PluginError: A method broke its contract.
    """
    plan = plan.with_stand_ins(measurement.stand_ins)
    try:
        stages = run_pipeline(plan, measurement, weights, before)
    except ScenarioError as error:
        raise plan.loaded.error(error.problems) from error
    return Ranking(**attrs.asdict(stages, recurse=False), ranks=ranks_of(stages.scores, plan.scenario.ranking))


def refuse_unranked(ranking: Ranking, edition: int, unit: int) -> None:
    """Refuse to explain a unit without a rank.

    Raises:
        UsageError: It has no rank.
    """
    with use_language(ENGLISH):
        reason = ranking.why(edition, unit)
    if reason:
        raise UsageError(f"{ranking.names[unit]} is not ranked in {ranking.editions[edition]}: {reason}")
