"""The Handbook's standard methods, and helpers for authors of methods.

A method takes an array `(draws..., editions, units, members)`, a context and options, and returns an array. Each step
of the Handbook has a file (`imputation`, `treatment`, `normalisation`, `weighting`, `aggregation`, `rescaling`);
`builtins` and `derived` yield them by the same hooks as plugins. `functions` has them for plain arrays, for a notebook
or a scikit-learn pipeline. Authors import only the names below.
"""

from hubrank.methods import toolkit
from hubrank.methods.functions import (
    aggregate,
    arithmetic_mean,
    geometric_mean,
    impute,
    min_max,
    normalise,
    treat,
    weights_of,
    winsorise,
    z_score,
)
from hubrank.methods.imputation import same_dimension
from hubrank.methods.ranks import ranks
from hubrank.methods.toolkit import (
    Kind,
    above,
    above_key,
    at_least,
    between,
    correlations,
    inside,
    kurtosis,
    rising,
    skewness,
)
from hubrank.numeric import NOISE, round_to, shares

__all__ = [
    "NOISE",
    "Kind",
    "above",
    "above_key",
    "aggregate",
    "arithmetic_mean",
    "at_least",
    "between",
    "correlations",
    "geometric_mean",
    "impute",
    "inside",
    "kurtosis",
    "min_max",
    "normalise",
    "ranks",
    "rising",
    "round_to",
    "same_dimension",
    "shares",
    "skewness",
    "toolkit",
    "treat",
    "weights_of",
    "winsorise",
    "z_score",
]
