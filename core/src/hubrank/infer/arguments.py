"""Names of arguments that users of other tools type first, and what to write."""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, TypeVar, cast

from hubrank.errors import HubrankError, UsageError, did_you_mean

_Function = TypeVar("_Function", bound=Callable[..., Any])

#: The names of our arguments in pandas, scikit-learn, COINr, pymcdm, scikit-criteria and others.
_OTHERS = {
    "aggregation": "method agg aggregate aggregator aggfunc how mcdm",
    "normalisation": "normalise normalize norm normalizer normaliser scaler scaling scale standardize standardise",
    "weights": "weight w wts importance weights_method",
    "weighting": "weighting_method weighter",
    "direction": (
        "directions types type objectives objective impacts impact polarity polarities sign signs criterion_type"
    ),
    "indicators": "criteria criterion columns cols features variables attributes indicator by values",
    "unit": "id ids index key units alternatives alternative entity entities id_column id_col index_col uCode rows",
    "name": "names labels label uName",
    "groups": "group groupby group_by",
    "year": "time date years edition editions period",
    "dimensions": "dimension pillars pillar parents parent hierarchy domains structure",
    "exclude": "drop ignore leave_out",
    "treatment": "winsorize winsorise outliers treat treatments",
    "weight_uncertainty": "uncertainty noise",
    "doubt": "doubts robustness uncertainties",
    "draws": "n_draws n_simulations simulations iterations",
    "seconds": "timeout time_limit budget",
    "progress": "callback on_progress",
    "title": "caption heading",
}
_OURS = {other: ours for ours, others in _OTHERS.items() for other in others.split()}
#: Arguments of other tools that have no counterpart here.
_ELSEWHERE = {
    "ascending": "the best is always first; write direction={'a column': 'lower'} where less is better",
    **dict.fromkeys(("random_state", "seed", "draws", "n_jobs"), ".robustness(seed=1, draws=999) draws new ranges"),
    **dict.fromkeys(
        ("impute", "imputation", "missing", "fillna", "na_option", "imputer"),
        "the weight of a missing value goes to the others; fill missing values in the table, or write [imputation] "
        "into the TOML that .scenario.to_toml() gives",
    ),
    **dict.fromkeys(("inplace", "copy"), "what is given stays as it is"),
}
#: Arguments that stand without a name in pymcdm: table, weights, types.
_WITHOUT_NAMES = ("weights", "direction")


def meant(given: Mapping[str, Any], known: Collection[str], unnamed: tuple[Any, ...] = ()) -> dict[str, Any]:
    """Arguments by our names, either spelling of normalisation being one.

    Args:
        given: The arguments.
        known: Our names.
        unnamed: Arguments that stand without a name, and must have one.

    Raises:
        UsageError: Some are no arguments; the message says what to write instead.
    """
    ours = {"normalisation" if name == "normalization" else name: value for name, value in given.items()}
    pairs = zip(_WITHOUT_NAMES, unnamed, strict=False)
    wrong = [f"only the table is passed without a name; write {name}={_shown(value)}" for name, value in pairs]
    wrong += _unknown({name: value for name, value in ours.items() if name not in known}, known)
    if wrong:
        raise UsageError("; ".join(wrong))
    return ours


def _unknown(given: Mapping[str, Any], known: Collection[str]) -> Iterator[str]:
    for name, value in given.items():
        if name in _ELSEWHERE:
            yield f"there is no argument {name}: {_ELSEWHERE[name]}"
        elif (other := _OURS.get(name)) in known:
            yield f"there is no argument {name}; write {other}={_shown(value)}"
        else:
            yield f"there is no argument {name}{did_you_mean(name, known)}"


def _shown(value: Any) -> str:
    text = re.sub(r"<[\w-]*+ ?function (\w++)[^>]*+>", r"\1", repr(value))  # max itself
    return text if len(text) <= 60 and text.isprintable() and "<" not in text else "..."


def guided(function: _Function) -> _Function:
    """The function, with advice if its first argument is followed by others that it does not take.

    Its errors are those of hubrank without the internal ones that led to them.
    """
    first, *names = inspect.signature(function).parameters

    @functools.wraps(function)
    def called(*args: Any, **kwargs: Any) -> Any:
        if not args and first not in kwargs:
            raise UsageError(f"the table comes first, without a name: {function.__name__}(table)")
        try:
            return function(*args[:1], **meant(kwargs, [first, *names], args[1:]))
        except HubrankError as error:
            raise error from None

    return cast("_Function", called)
