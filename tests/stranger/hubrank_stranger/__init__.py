"""An exporter, an aggregator and a draw counter."""

import numpy as np
from hubrank import Aggregator, DrawCounter, Exporter, hookimpl


def quadratic(scores, weights, context, options):
    """The root of the weighted mean of squares."""
    return np.sqrt((weights * scores**2).sum(axis=-1))


SCRIPT = "(scores, weights) => Math.sqrt(scores.reduce((sum, score, at) => sum + weights[at] * score ** 2, 0))"


def formula(scores, weights, options):
    """The same for Excel, whose weights a reader can overwrite."""
    squares = "+".join(f"{weight}*{score}^2" for score, weight in zip(scores, weights, strict=True))
    return f"SQRT(({squares})/({'+'.join(weights)}))"


def podium(ranking, path):
    """The names of the first three of the newest edition, a line each."""
    newest = ranking.table().query("edition == edition.max()")
    path.write_text("".join(f"{name}\n" for name in newest["name"][:3]), encoding="utf-8")


def halves(analysis, draws, address):
    """Every other block of draws, then the blocks between."""
    from hubrank.robustness import run

    total = run(analysis, draws, shard=(1, 2)).tally
    total.add(run(analysis, draws, shard=(2, 2)).tally)
    return total


@hookimpl
def hubrank_aggregators():
    """The quadratic mean."""
    yield Aggregator(name="quadratic", title="the quadratic mean", apply=quadratic, script=SCRIPT, formula=formula)


@hookimpl
def hubrank_exporters():
    """The first three."""
    yield Exporter(name="podium", suffix=".podium.txt", title="the first three", write=podium)


@hookimpl
def hubrank_draw_counters():
    """In two halves."""
    yield DrawCounter(name="halves", title="one half after the other", count=halves)
