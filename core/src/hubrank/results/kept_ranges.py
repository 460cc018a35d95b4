"""Ranges of ranks in the cache, under a key of all that the draws behind them depend on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attrs
import numpy as np
import pandas as pd

from hubrank.io.cache import key_of
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


def ranges_key(plan: Plan, measurements: Sequence[Measurement], budget: Budget | None) -> str:
    """The key of the ranges of a plan's ranks; empty if something that they depend on could change unseen.

    So it is of draws that a clock ends, or to which someone listens.

    Args:
        measurements: The measurements, for each alternative of the data lag.
        budget: What ends the draws, if it is not the scenario.
    """
    if budget is not None and (budget.seconds is not None or budget.listener is not None):
        return ""
    with chosen(plan.scenario.limits.changes):
        allowed = limits()
    frame = plan.units.units.frame
    try:
        return key_of(
            "ranges",
            made_by(),
            [budget and budget.draws, plain(allowed), plain(plan.scenario), plan.sample],
            [[plain(part), *_code(part)] for part in parts_of(plan)],
            [[*map(str, frame.columns)], frame_digest(frame)],
            [*map(_digest, measurements)],
        )
    except (UnknownError, TypeError):
        return ""


def stored(ranking: Ranking) -> tuple[pd.DataFrame, dict[str, Any]]:
    """The ranges of a ranking as the cache keeps them: a row per edition and unit, and what is known of all."""
    joint, drawn = ranking.joint, ranking.drawn
    assert joint is not None and drawn is not None  # noqa: S101  # it has ranges
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
    return pd.DataFrame({name: np.ravel(values) for name, values in columns.items()}), about


def restored(ranking: Ranking, frame: pd.DataFrame, about: Mapping[str, Any]) -> Ranking:
    """A ranking with the ranges from what `stored` has made of them."""
    cells: dict[str, Any] = {str(name): frame[name].to_numpy().reshape(ranking.ranks.shape) for name in frame}
    joint = {name: cells[f"joint_{name}"] for name in _JOINT}
    arrays: dict[str, Any] = {name: cells[name] for name in _ARRAYS}
    return attrs.evolve(
        ranking,
        **arrays,
        joint=Joint(**joint, share=np.array(about["share"]), confident=about["confident"]),
        drawn=Drawn(draws=about["drawn"]["draws"], off=tuple(about["drawn"]["off"])),
    )


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
