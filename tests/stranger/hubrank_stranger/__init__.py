"""An exporter and an aggregator."""

import numpy as np
from hubrank.plugin import Aggregator, Exporter, hookimpl


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


@hookimpl
def hubrank_aggregators():
    """The quadratic mean."""
    yield Aggregator(name="quadratic", title="the quadratic mean", apply=quadratic, script=SCRIPT, formula=formula)


@hookimpl
def hubrank_exporters():
    """The first three."""
    yield Exporter(name="podium", suffix=".podium.txt", title="the first three", write=podium)
