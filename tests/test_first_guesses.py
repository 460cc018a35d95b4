"""What users of pandas, scikit-learn, COINr, pymcdm and scikit-criteria type first: it works, or says what to write.

The table, worked out by hand as the mean of min-max scores (Income, Unemployment, Life satisfaction):

    Lima    10   4   80      0     66.7   66.7      44.4
    Oslo    40   6   90    100     33.3  100        77.8
    Paris   20   8   70     33.3    0     33.3      22.2
    Rome    30   2   60     66.7  100      0        55.6
"""

import copy
import io
import re
from typing import Any

import duckdb
import hubrank
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

TOWNS, COLUMNS = ["Lima", "Oslo", "Paris", "Rome"], ["Income", "Unemployment", "Life satisfaction"]
FIGURES = np.array([[10, 4, 80], [40, 6, 90], [20, 8, 70], [30, 2, 60]])

#: Orders: as the names say; Unemployment five times as heavy; more unemployment taken for better; of Income alone.
ORDER, HEAVY, HIGHER = "Oslo Rome Lima Paris", "Rome Lima Oslo Paris", "Oslo Paris Lima Rome"
INCOME = "Oslo Rome Paris Lima"

TABLES = {
    "rank(df)": ORDER,
    "rank(df.set_index('Town'))": ORDER,
    "rank(pd.DataFrame(X, index=towns, columns=columns))": ORDER,
    "rank(df.set_index('Town').T.T)": ORDER,
    "rank(df.to_dict('list'))": ORDER,
    "rank(df.to_dict('records'))": ORDER,
    "rank(df.set_index('Town').to_dict())": ORDER,
    "rank(df.set_index('Town').to_dict('index'))": ORDER,
    "rank({'Lima': 10, 'Oslo': 40, 'Paris': 20, 'Rome': 30})": INCOME,
    "rank(df.set_index('Town')['Income'])": INCOME,
    "rank(pd.Series([10, 40, 20, 30], index=towns))": INCOME,
    "rank(X, unit=towns, indicators=columns)": ORDER,
    "rank(X.tolist(), unit=towns, indicators=columns)": ORDER,
    "rank(df.to_records(index=False))": ORDER,
    "rank(pl.from_pandas(df))": ORDER,
    "rank(pl.from_pandas(df).lazy())": ORDER,
    "rank(pl.Series('Income', [10, 40, 20, 30]), unit=towns)": INCOME,
    "rank(pa.Table.from_pandas(df))": ORDER,
    "rank(duckdb.from_df(df))": ORDER,
    "rank(df, indicators=['Income'])": INCOME,
    "rank(df, indicators='Income')": INCOME,
    "rank([['Town', *columns], *df.values.tolist()])": ORDER,
    "rank(pd.DataFrame(X, index=towns), direction={1: -1})": ORDER,
    "rank(what=df)": ORDER,
    "rank(r)": ORDER,
    "rank(df.drop(columns='Town'), unit=towns)": ORDER,
}
WEIGHTS = {
    "rank(df, weights=[1, 5, 1])": HEAVY,
    "rank(df, weights=(1, 5, 1))": HEAVY,
    "rank(df, weights=np.array([1, 5, 1]) / 7)": HEAVY,
    "rank(df, weights={'Unemployment': 5})": HEAVY,
    "rank(df, weights=pd.Series([1, 5, 1], index=columns))": HEAVY,
    "rank(df, weights=pd.DataFrame({'indicator': columns, 'weight': [1, 5, 1]}))": HEAVY,
    "rank(df, weights=pd.DataFrame([[1, 5, 1]], columns=columns))": HEAVY,
    "rank(df, weights='equal')": ORDER,
    "rank(df, weights='entropy')": ORDER,  # each indicator has the same four scores, so that all weigh the same
    "rank(df, weights='critic')": ORDER,  # correlations 0, 0.2 and -0.4, so that weights are as 1.8 to 2.4 to 2.2
    "rank(df, weights='pca').ranking.plan.tree.root.weighting.part.name": "pca",
}
DIRECTIONS = {
    "rank(df, direction=[1, -1, 1])": ORDER,
    "rank(df, direction=[1, 1, 1])": HIGHER,
    "rank(df, direction=np.array([1, 1, 1]))": HIGHER,
    "rank(df, direction=1)": HIGHER,
    "rank(df, direction='max')": HIGHER,
    "rank(df, direction={'Unemployment': 'higher'})": HIGHER,
    "rank(df, direction={'Unemployment': 'benefit'})": HIGHER,
    "rank(df, direction={'Unemployment': 'cost'})": ORDER,
    "rank(df, direction={'Unemployment': 'min'})": ORDER,
    "rank(df, direction={'Unemployment': 'minimize'})": ORDER,
    "rank(df, direction=['max', 'min', 'max'])": ORDER,
    "rank(df, direction=[max, max, max])": HIGHER,
    "rank(df, direction=pd.Series([1, 1, 1], index=columns))": HIGHER,
    "rank(df, direction={'Unemployment'})": ORDER,
    "rank(df, direction=['Unemployment'])": ORDER,
    "rank(df, direction={'max': ['Income', 'Unemployment'], 'min': []})": HIGHER,
}
RESULTS = {
    "'Lima' in r, 'Atlantis' in r, 3 in r": (True, False, False),
    "r[0].name, r[-1].name, r['Lima'].rank": ("Oslo", "Paris", 3),
    "[unit.name for unit in r[:2]]": ["Oslo", "Rome"],
    "[unit.name for unit in r], len(r)": (["Oslo", "Rome", "Lima", "Paris"], 4),
    "r.to_frame()['name'].tolist()": ["Oslo", "Rome", "Lima", "Paris"],
    "r.head(2)['name'].tolist()": ["Oslo", "Rome"],
    "r.ranks.to_dict()": {"Lima": 3, "Oslo": 1, "Paris": 4, "Rome": 2},
    "r.scores.round(1).to_dict()": {"Lima": 44.4, "Oslo": 77.8, "Paris": 22.2, "Rome": 55.6},
    "r.to_dict()['Lima']['rank']": 3,
    "r.to_csv().splitlines()[1].split(',')[1:3]": ['"Oslo"', '"Oslo"'],
    "r.to_csv('r.csv'); pd.read_csv('r.csv')['name'].tolist()": ["Oslo", "Rome", "Lima", "Paris"],
    "r.to_excel('r.xlsx'); pd.read_excel('r.xlsx', engine='openpyxl')['name'].tolist()": [
        "Oslo",
        "Rome",
        "Lima",
        "Paris",
    ],
    "r.to_csv('r.csv', index=False)": None,
    "r.to_dict('records')[0]['name']": "Oslo",
    "r.export('r.md').exists()": True,
    "rank(df, normalization='z-score').scores.round(2).tolist()": [0.65, 0.13, -0.13, -0.65],
    "rank(df, aggregation='topsis')[0].name": "Oslo",
    "'global' in set(hubrank.scenarios()['name'])": True,
}
SAYS = {
    # tables without names, and those that can be read in two ways
    "rank(X)": "hubrank.rank(array, unit=[a name for each row], indicators=[a name for each column])",
    "rank({'a': {'x': 1, 'y': 2}, 'b': {'x': 2, 'y': 1}})": "which are the units? If they are a, b: hubrank.rank(pd.",
    "rank({'Town': ['a', 'b'], 'Income': [1, 2, 3]})": "the table cannot be made: All arrays must be of the same",
    "rank(42)": "must be a table of pandas, polars, pyarrow, DuckDB or Ibis, a dict, or a list of records; got int",
    "rank(df, unit=['a'])": "unit: 1 name for 4 rows",
    "rank(df, [1, 5, 1])": "only the table is passed without a name; write weights=[1, 5, 1]",
    "rank(df, [1, 5, 1], [1, -1, 1])": "passed without a name; write direction=[1, -1, 1]",
    "rank(df, weights=[1, 5])": "weights: 2 values for 3 indicators, in this order: Income, Unemployment, Life sat",
    "rank(df, weights='entropie')": "did you mean 'entropy'",
    "rank(df, direction=['max', 'min'])": "direction: 2 values for 3 indicators, in this order: Income, Unemp",
    "rank(df, direction='Unemploymnt')": "there is no indicator 'Unemploymnt'; did you mean 'Unemployment'?",
    "rank(df, direction={'Income': 'sideways'})": "must be 1 (higher is better) or -1 (lower is better); got 'side",
    "rank(df, weights=[1, 5, 1], weighting='entropy')": "weights: 'entropy' computes its own; give only one of weights",
    "rank('india', weighting='entropy').with_(weights={'startups': 5})": "'entropy' computes its own; weighting='f",
    "rank(df, weights=['1', '5', '1'])": "weights.Income: must be a number of 0 or more; got '1'",
    "rank(io.StringIO())": "an open file is not a table; give its path, or pd.read_csv(file)",
    "rank('Town,Income\\nLima,1')": "a text is not a table: hubrank.rank(pd.read_csv(io.StringIO(text)))",
    "rank(data=df)": "the table comes first, without a name: rank(table)",
    "hubrank.read(df)": "DataFrame: is not a run folder; hubrank.rank ranks a scenario or a table",
    # arguments of other tools, and other tools' names of methods
    "rank(df, method='topsis')": "there is no argument method; write aggregation='topsis'",
    "rank(df, agg='mean')": "there is no argument agg; write aggregation='mean'",
    "rank(df, normalize='minmax')": "there is no argument normalize; write normalisation='minmax'",
    "rank(df, weight=[1, 5, 1])": "there is no argument weight; write weights=[1, 5, 1]",
    "rank(df, types=[1, -1, 1])": "there is no argument types; write direction=[1, -1, 1]",
    "rank(df, objectives=[max, min, max])": "there is no argument objectives; write direction=[max, min, max]",
    "rank(df, directions=[1, -1, 1])": "there is no argument directions; write direction=[1, -1, 1]",
    "rank(df, criteria=['Income'])": "there is no argument criteria; write indicators=['Income']",
    "rank(df, columns=['Income'])": "there is no argument columns; write indicators=['Income']",
    "rank(df, id='Town')": "there is no argument id; write unit='Town'",
    "rank(df, index='Town')": "there is no argument index; write unit='Town'",
    "rank(df, alternatives='Town')": "there is no argument alternatives; write unit='Town'",
    "rank(df, by='Income')": "there is no argument by; write indicators='Income'",
    "rank(df, ascending=False)": "write direction={'a column': 'lower'} where less is better",
    "rank(df, titel='Towns')": "there is no argument titel; did you mean 'title'?",
    "rank(df, random_state=1)": ".robustness(seed=1, draws=999) draws new ranges",
    "rank(df, fillna=0)": "fill missing values in the table",
    "rank(df, method='topsis', w=1)": "write aggregation='topsis'; there is no argument w; write weights=1",
    "rank(df, normalisation='minmax')": "did you mean 'min-max'?",
    "rank(df, normalisation='standardize')": "did you mean 'z-score'?",
    "rank(df, aggregation='geometric_mean')": "did you mean 'geometric'?",
    "rank(df, aggregation='mean')": "did you mean 'arithmetic'?",
    "hubrank.draft(df, criteria=['Income'])": "there is no argument criteria; write indicators=['Income']",
    "r.with_(weight=[1, 5, 1])": "there is no argument weight; write weights=[1, 5, 1]",
    # attributes of frames and of other tools' results
    "r.sort_values('score')": "a ranking has no 'sort_values'; write .table().sort_values, of a frame of pandas",
    "r.loc['Lima']": "write ['a unit'], or [0] for the best; .table() is a frame of pandas",
    "r.iloc[0]": "write ['a unit'], or [0] for the best",
    "r.T": "write .table().T",
    "r.columns": "write .table().columns",
    "r.rank_": "a ranking has no 'rank_'; write .ranks",
    "r.scores_": "write .scores",
    "r.score": "write .scores",
    "r['score']": "'score' is not a unit but a column: .table()['score']",
    "r['Income']": "'Income' is not a unit but an indicator: its values are in .values()",
    "r['Limma']": "there is no unit 'Limma'; did you mean 'Lima'?",
    "r[9]": "there is no place 9: 4 units are ranked, the best is [0], the last [-1]",
    "r.fit(df)": "write .with_(aggregation='geometric'), which ranks again",
    "r.sensitivity()": "write .robustness()",
    "r.shap()": "write ['a unit'].explain()",
    "r.explian": "write ['a unit'].explain()",
    "r['Lima'].what_if(2)": "a unit has no 'what_if'; write .whatif(rank=1)",
    "r.to_csv('r.csv', sep=';')": "to_csv has no option sep; pandas has: .table().to_csv(..., sep=...)",
    "r.to_excel('r.csv')": "r.csv: a workbook's name must end in .xlsx",
    "r.export('r.docx')": "r.docx: no exporter for this suffix; available: ",
    # names of the module
    "hubrank.Index(df)": "hubrank has no 'Index'; write hubrank.rank(table)",
    "hubrank.topsis(df)": "write hubrank.rank(table, aggregation='topsis')",
    "hubrank.TOPSIS()": "write hubrank.rank(table, aggregation='topsis')",
    "hubrank.critic_weights(X)": "write hubrank.rank(table, weights='critic')",
    "hubrank.load_scenario('global')": "write hubrank.rank('a name')",
    "hubrank.read_csv('r.csv')": "write hubrank.rank('file.csv')",
    "hubrank.new_coin(df)": "write hubrank.rank(table)",
    "hubrank.mkdm(X)": "write hubrank.rank(table)",
    "hubrank.normalise(X)": "write hubrank.methods.normalise",
    "hubrank.hookimpl": "write from hubrank.plugin import hookimpl",
    "hubrank.rnak(df)": "did you mean 'rank'?",
}


@pytest.fixture(scope="module")
def names():
    """What the guesses are written with."""
    df = pd.DataFrame({"Town": TOWNS, **dict(zip(COLUMNS, FIGURES.T, strict=True))})
    names = {"hubrank": hubrank, "rank": hubrank.rank, "np": np, "pd": pd, "pl": pl, "pa": pa, "duckdb": duckdb}
    return names | {"io": io, "df": df, "X": FIGURES, "towns": TOWNS, "columns": COLUMNS, "r": hubrank.rank(df)}


def typed(code: str, names: dict[str, Any]) -> Any:
    """The value of the last of some statements."""
    *first, last = code.split("; ")
    for each in first:
        exec(each, names)  # noqa: S102  # the guesses are ours
    return eval(last, names)  # noqa: S307


@pytest.mark.parametrize(("code", "order"), (TABLES | WEIGHTS | DIRECTIONS).items())
def test_works(names, code, order):
    """The order by hand, best first."""
    made = typed(code, names)

    assert (" ".join(unit.name for unit in made) if isinstance(made, hubrank.Ranked) else made) == order


@pytest.mark.parametrize(("code", "value"), RESULTS.items())
def test_answers(names, tmp_path, monkeypatch, code, value):
    """What is asked of a ranking."""
    monkeypatch.chdir(tmp_path)

    assert typed(code, names) == value


@pytest.mark.parametrize(("code", "sentence"), SAYS.items())
def test_says_what_to_write(names, code, sentence):
    """An error of hubrank, or of an attribute, whose sentence says what to write."""
    with pytest.raises((hubrank.HubrankError, AttributeError), match=re.escape(sentence)):
        typed(code, names)


def test_as_many_as_promised():
    """Eighty first guesses and more."""
    assert len(TABLES | WEIGHTS | DIRECTIONS | RESULTS | SAYS) >= 80


def test_what_programs_ask_for_is_as_usual(names):
    """A ranking can be copied, is no sequence of anything else, and has no attribute that only others have."""
    ranked = names["r"]

    assert copy.copy(ranked)[0].name == copy.deepcopy(ranked)[0].name == "Oslo"
    assert not any(hasattr(ranked, name) for name in ("_ipython_display_", "__array__", "_repr_png_", "to_numpy"))
    assert not hasattr(hubrank, "__wrapped__")
    assert {"rank", "read", "draft", "scenarios", "methods"} <= set(dir(hubrank))
    assert len(dir(hubrank)) < 20


def test_choices_add_up(names):
    """A later choice by name goes into an earlier one in the order of columns, by a key as by a column's name."""
    ranked = hubrank.rank(names["df"], weights=[1, 1, 1], direction=["max", "max", "max"])
    changed = ranked.with_(weights={"unemployment": 5}, direction={"unemployment": "lower"})

    assert " ".join(unit.name for unit in changed) == HEAVY
    assert " ".join(unit.name for unit in hubrank.rank(names["df"], weights="critic").with_(weights=[1, 5, 1])) == HEAVY
