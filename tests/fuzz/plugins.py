"""A right record of every kind that a plugin brings, field by field as code, and the scenario's tables that use it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ROWS = (
    "pd.DataFrame({'unit': ['AAA', 'BBB', 'CCC', 'DDD', 'EEE'], 'year': 2024, 'health': [3.0, 1, 2, 5, 4], "
    "'income': [1.0, 2, 3, 4, 5]})"
)

#: By hook and class: the fields of a record that works.
PARTS: Mapping[str, Mapping[str, str]] = {
    "hubrank_unit_sets UnitSet": {
        "name": "'odd'",
        "title": "'Odd'",
        "units": "lambda: pd.DataFrame({'unit': ['AAA', 'BBB', 'CCC', 'DDD', 'EEE']})",
        "places": "lambda: pd.DataFrame({'unit': ['AAA', 'BBB', 'CCC', 'DDD', 'EEE']})",
    },
    "hubrank_data_sources DataSource": {
        "name": "'odd'",
        "title": "'Odd'",
        "read": f"lambda request: iter([{ROWS}])",
        "sample": f"lambda table, options: {ROWS}",
        "tables": "(hubrank.Table(name='odd', kind='stock', origin='odd', "
        "columns={'unit': '', 'year': '', 'health': '', 'income': ''}),)",
        "origins": "(hubrank.Origin(name='odd', producer='odd', title='odd', licence='CC0-1.0'),)",
    },
    "hubrank_indicators Indicator": {
        "name": "'odd'",
        "title": "'Odd'",
        "unit_of_measure": "'-'",
        "inputs": "{'values': {'health': float}}",
        "measure": "lambda inputs, units, options: inputs['values'].latest('health')",
        "direction": "1",
        "rows": "()",
        "unit_columns": "()",
        "options": "hubrank.NoOptions",
        "description": "''",
        "references": "()",
    },
    "hubrank_imputations Imputation": {
        "name": "'odd'",
        "title": "''",
        "apply": "lambda values, context, options: np.nan_to_num(values)",
        "options": "hubrank.NoOptions",
        "random": "False",
        "from_own": "False",
        "years": "None",
    },
    "hubrank_treatments Treatment": {
        "name": "'odd'",
        "title": "''",
        "apply": "lambda values, context, options: values",
        "options": "hubrank.NoOptions",
        "pointwise": "False",
        "stages": "None",
    },
    "hubrank_normalisations Normalisation": {
        "name": "'odd'",
        "title": "''",
        "fit": "lambda reference, context, options: None",
        "apply": "lambda values, fitted, context, options: values",
        "options": "hubrank.NoOptions",
        "levels": "()",
        "oriented": "True",
        "needs_spread": "False",
    },
    "hubrank_weightings Weighting": {
        "name": "'odd'",
        "title": "''",
        "apply": "lambda scores, context, options: np.ones(scores.shape[-1])",
        "options": "hubrank.NoOptions",
        "data_driven": "False",
    },
    "hubrank_aggregators Aggregator": {
        "name": "'odd'",
        "title": "''",
        "apply": "lambda scores, weights, context, options: scores.mean(axis=-1)",
        "options": "hubrank.NoOptions",
    },
    "hubrank_rescalings Rescaling": {
        "name": "'odd'",
        "title": "''",
        "apply": "lambda scores, context, options: scores",
        "options": "hubrank.NoOptions",
    },
}

#: What the scenario says so that the record is used.
SETTINGS: Mapping[str, Mapping[str, Any]] = {
    "hubrank_unit_sets UnitSet": {"units": {"set": "odd"}},
    "hubrank_data_sources DataSource": {"inputs": {"values": {"source": "odd", "table": "odd"}}},
    "hubrank_indicators Indicator": {
        "indicators": {"odd": {"dimension": "life"}, "income": {"indicator": "value", "dimension": "work"}}
    },
    "hubrank_imputations Imputation": {"imputation": {"method": "odd"}},
    "hubrank_treatments Treatment": {"treatment": ["odd"]},
    "hubrank_normalisations Normalisation": {"normalisation": {"method": "odd"}},
    "hubrank_weightings Weighting": {"weighting": {"method": "odd"}},
    "hubrank_aggregators Aggregator": {"aggregation": {"method": "odd"}},
    "hubrank_rescalings Rescaling": {"ranking": {"post_processing": [{"method": "odd"}]}},
}
