"""Names that users of other tools type first, and the names to use instead."""

from __future__ import annotations

import importlib.util
from collections.abc import Collection, Mapping

from hubrank.errors import did_you_mean, nearest

#: The replacements of attributes of a pandas frame, and of the results of other tools.
_OF_RANKING = {
    ".ranks": "rank rank_ order position positions",
    ".scores": "score score_ scores_ e_ composite",
    "['a unit'], or [0] for the best; .table() is a frame of pandas": "loc iloc at iat get",
    ".head(10)": "top top_n first_n nlargest",
    ".table()": "df frame data result results_ get_results summary units names pillars dimensions "
    "to_pandas to_polars to_dataframe as_dataframe as_frame",
    "[0]": "best winner first",
    ".editions": "year years",
    ".ranking.title": "title",
    ".values()": "values_ matrix indicators normalised normalized",
    ".weights()": "weights_ importance importances feature_importances_",
    ".with_(aggregation='geometric'), which ranks again": (
        "fit fit_transform transform predict evaluate run compute rerank set_params"
    ),
    ".robustness()": "sensitivity sensitivity_analysis uncertainty monte_carlo simulate smaa",
    "['a unit'].explain()": "explain contributions shap shap_values decompose",
    "['a unit'].whatif(rank=1)": "whatif what_if target",
    ".audit()": "corr correlation correlations multicollinearity vif",
    ".diff()": "changes moves change",
    ".report('page.html')": "html to_html show dashboard view",
    ".save('folder')": "write dump to_pickle",
}
_OF_UNIT = {
    ".rank": "ranks rank_ position place",
    ".score": "scores scores_",
    ".explain()": "contributions shap decompose why",
    ".whatif(rank=1)": "what_if target improve",
    ".range": "low high interval ci",
    ".values()": "indicators data to_frame to_dict table",
    "r.plot.waterfall('a unit'), of the ranking": "plot waterfall",
}
_OF_PLOT = {
    "bar": "barh column columns stacked",
    "range": "errorbar error interval intervals ci forest dot point strip",
    "bump": "line lines slope trend history parallel",
    "radar": "spider polar star",
    "heatmap": "heat matrix imshow",
    "box": "violin hist histogram distribution density kde dist",
    "map": "choropleth geo geomap world",
    "scatter": "points bubble pairs",
    "tree": "treemap sunburst icicle weights hierarchy framework",
    "waterfall": "contributions explain shap breakdown",
}
#: The replacements of functions and classes of other tools.
_OF_MODULE = {
    "hubrank.rank(table)": (
        "Index CompositeIndex CompositeIndicator Composite Ranker Ranking ranking Rank index score scores fit compute "
        "evaluate mkdm new_coin Coin composite composite_index from_pandas from_dataframe from_frame"
    ),
    "hubrank.rank('file.csv')": "read_csv read_excel read_table read_file from_csv from_file",
    "hubrank.rank('a name')": "load load_scenario scenario open_scenario get_scenario run example build_example_coin",
    "hubrank.read('folder')": "open load_run open_run read_run",
    "hubrank.scenarios()": "list list_scenarios get_scenarios available datasets",
    "hubrank.rank(table).robustness()": "robustness sensitivity uncertainty monte_carlo smaa",
    "hubrank.rank(table).compare(other)": "compare comparison",
    "hubrank.rank(table).audit()": "audit correlations cronbach_alpha",
    "hubrank.rank(table).report('page.html')": "report html dashboard",
    "hubrank.rank(table).plot.bar()": "plot plot_bar bar chart barplot plot_coin iplot_bar",
    "hubrank.rank(table, weights='equal')": "weights equal_weights get_weights",
}


def of_ranking(name: str, known: Collection[str]) -> AttributeError:
    """The message for an unknown attribute of a ranking, with the name to use instead."""
    import pandas as pd

    frame = {item: f".table().{item}, of a frame of pandas" for item in dir(pd.DataFrame)}
    return _error("a ranking", name, frame | _by_name(_OF_RANKING), known)


def of_unit(name: str, known: Collection[str]) -> AttributeError:
    """The message for an unknown attribute of a unit, with the name to use instead."""
    return _error("a unit", name, _by_name(_OF_UNIT), known)


def plot_hint(name: str, drawn: Collection[str]) -> str:
    """The name to use instead of an unknown plot."""
    kind = name.casefold().removesuffix("chart").removesuffix("plot").strip("_")
    other = kind if kind in drawn else _by_name(_OF_PLOT).get(kind)
    return f"; write .plot.{other}()" if other in drawn else did_you_mean(name, drawn)


def of_module(name: str, known: Collection[str]) -> AttributeError:
    """The message for an unknown name in `hubrank`; not for submodules, which are imported next."""
    names = _by_name(_OF_MODULE)
    if not name.startswith("_") and name not in names and not importlib.util.find_spec(f"hubrank.{name}"):
        names |= _of_package(name)
    return _error("hubrank", name, names, known)


def _of_package(name: str) -> dict[str, str]:
    """How names of authors, functions of methods, and installed methods are written."""
    from hubrank import methods, plugin
    from hubrank.plugin.registry import Registry

    names = {item: f"from hubrank.plugin import {item}" for item in dir(plugin)}
    names |= {item: f"hubrank.methods.{item}" for item in methods.__all__}
    registry, method = Registry.installed(), name.casefold().removesuffix("_weights").replace("_", "-")
    for kind, write in (("normalisation", "normalisation"), ("weighting", "weights"), ("aggregator", "aggregation")):
        if method in registry.names(kind):
            names.setdefault(name, f"hubrank.rank(table, {write}='{method}')")
    return names


def _by_name(table: Mapping[str, str]) -> dict[str, str]:
    return {name: write for write, names in table.items() for name in names.split()}


def _error(what: str, name: str, names: Mapping[str, str], known: Collection[str]) -> AttributeError:
    """The replacement of a name, or of a similar one; nothing for names that programs ask for."""
    public = [item for item in known if not item.startswith("_")]
    if name.startswith("_"):
        return AttributeError(f"{what} has no '{name}'")
    near = name if name in names else nearest(name, [*public, *names])
    hint = did_you_mean(name, public) if near is None or near in public else f"; write {names[near]}"
    return AttributeError(f"{what} has no '{name}'{hint}")
