"""Ranges of ranks in the cache, under a key of all that the draws behind them depend on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
import pandas as pd
from attrs import frozen

from hubrank.io.cache import Cache, key_of
from hubrank.io.limits import chosen, limits
from hubrank.measurement.kept import UnknownError, arrays_of, code_of, frame_digest, made_by, plain, words_of
from hubrank.measurement.measurement import Errors, Measurement
from hubrank.plugin.registry import Part
from hubrank.ranking.intervals import Drawn, Joint
from hubrank.ranking.provenance import parts_of
from hubrank.ranking.ranking import Ranking
from hubrank.scenario.plan import Plan

if TYPE_CHECKING:
    from hubrank.uncertainty.budget import Budget

#: The arrays `(editions, units)` of a ranking with ranges, and of its joint results.
_ARRAYS = ("low", "high", "ranked_share", "agreement", "robust")
_JOINT = ("low", "high", "same_first", "tiers", "behind_first", "ahead_below")


@frozen(kw_only=True)
class KeptRanges:
    """The place of a ranking's ranges in the cache; none if they are not kept."""

    cache: Cache | None
    key: str

    @classmethod
    def of(
        cls, ranking: Ranking, measurements: Sequence[Measurement], budget: Budget | None, cache: Cache | None
    ) -> KeptRanges:
        """The place of the ranges of a ranking's plan; none of draws that a clock ends, or to which someone listens.

        Args:
            measurements: The measurements, for each alternative of the data lag.
            budget: What ends the draws, if it is not the scenario.
        """
        again = budget is None or (budget.seconds is None and budget.listener is None)
        if cache is None or not again:
            return cls(cache=None, key="")
        return cls(cache=cache, key=_key(ranking.plan, measurements, budget and budget.draws))

    def known(self, ranking: Ranking) -> Ranking | None:
        """The ranking with the kept ranges; None if there are none."""
        content = None if self.cache is None or not self.key else self.cache.get(self.key)
        if content is None:
            return None
        frame, about = content
        cells: dict[str, Any] = {str(name): frame[name].to_numpy().reshape(ranking.ranks.shape) for name in frame}
        joint = {name: cells[f"joint_{name}"] for name in _JOINT}
        arrays: dict[str, Any] = {name: cells[name] for name in _ARRAYS}
        return attrs.evolve(
            ranking,
            **arrays,
            joint=Joint(**joint, share=np.array(about["share"]), confident=about["confident"]),
            drawn=Drawn(draws=about["drawn"]["draws"], off=tuple(about["drawn"]["off"])),
        )

    def keep(self, ranking: Ranking) -> None:
        """Keep the ranges of a ranking, unless it has a note on its draws."""
        if self.cache is None or not self.key or ranking.ranges_note:
            return
        joint, drawn = ranking.joint, ranking.drawn
        if joint is None or drawn is None:
            return
        columns = {name: getattr(ranking, name) for name in _ARRAYS}
        columns |= {f"joint_{name}": getattr(joint, name) for name in _JOINT}
        about = {
            "source": ranking.plan.loaded.name,
            "table": "ranges",
            "units": ranking.plan.units.name,
            "share": joint.share.tolist(),
            "confident": bool(joint.confident),
            "drawn": attrs.asdict(drawn),
        }
        self.cache.put(self.key, pd.DataFrame({name: np.ravel(values) for name, values in columns.items()}), about)


def _key(plan: Plan, measurements: Sequence[Measurement], draws: object) -> str:
    """The key of the ranges of a plan's ranks; empty if something that they depend on could change unseen."""
    with chosen(plan.scenario.limits.changes):
        allowed = limits()
    frame = plan.units.units.frame
    try:
        return key_of(
            "ranges",
            made_by(),
            [draws, plain(allowed), plain(plan.scenario), plan.sample],
            [[plain(part), *_code(part)] for part in parts_of(plan)],
            [[*map(str, frame.columns)], frame_digest(frame)],
            [*map(_digest, measurements)],
        )
    except (UnknownError, TypeError):
        return ""


def _code(part: Part) -> Iterator[str]:
    """The code of a method of a plugin; what sources and indicators do is in the measurement."""
    if not part.built_in and part.kind not in ("source", "indicator", "unit set"):
        for item in attrs.fields(type(part.record)):
            value = getattr(part.record, item.name)
            if callable(value):
                yield value.__qualname__ if isinstance(value, type) else code_of(value)


def _digest(measurement: Measurement) -> str:
    """The digest of all that was measured, however its rows were read."""
    arrays: dict[str, Any] = dict(arrays_of(measurement))
    for key, item in measurement.errors.items():
        if isinstance(item, Errors) and item.covariance is not None:
            arrays[f"shared {key}"] = item.covariance
    digest = hashlib.sha256(repr(words_of(measurement)).encode())
    for name, array in arrays.items():
        digest.update(f"{name} {array.dtype} {array.shape}".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()
