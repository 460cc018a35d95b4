"""What happens exactly at a limit, at a tie and at a total of zero: values that a rule off by one would change."""

import attrs
import numpy as np
import pytest
from hubrank.plugin import Aggregator, Imputation, Normalisation, PluginError, Rescaling, ScenarioError, Treatment

UNITS = "unit,name,country\n" + "".join(
    f"{code},{name},{country}\n"
    for code, name, country in (
        ("A", "Arles", "FRA"),
        ("B", "Brest", "FRA"),
        ("C", "Celle", "DEU"),
        ("D", "Dover", "GBR"),
        ("E", "Essen", "DEU"),
        ("F", "Fulda", "DEU"),
    )
)


def six(lab, *values, years=(2024,)):
    """Six units with the same value in both indicators, so that it is the score; one row of values a year."""
    lab.write("units.csv", UNITS)
    rows = [
        f"{code},{year},{value},{value}\n"
        for year, row in zip(years, values, strict=True)
        for code, value in zip("ABCDEF", row, strict=True)
    ]
    lab.write("values.csv", "unit,year,a,b\n" + "".join(rows))


def shown(values):
    """Numbers as a list, missing values as none."""
    return [None if np.isnan(each) else each for each in values]


@pytest.mark.parametrize(
    ("ranking", "ranks"),
    [
        ("", [1, 1, 3, 4, 4, 4]),
        ('ties = "min"', [1, 1, 3, 4, 4, 4]),
        ('ties = "max"', [2, 2, 3, 6, 6, 6]),
        ('ties = "average"', [1.5, 1.5, 3, 5, 5, 5]),
        ('ties = "dense"', [1, 1, 2, 3, 3, 3]),
        ('best = "lowest"', [5, 5, 4, 1, 1, 1]),
        ('best = "lowest"\nties = "max"', [6, 6, 4, 3, 3, 3]),
        ('best = "lowest"\nties = "average"', [5.5, 5.5, 4, 2, 2, 2]),
    ],
)
def test_ties(lab, ranking, ranks):
    """Scores 9, 9, 7, 5, 5, 5: two share the places 1 and 2, three the places 4, 5 and 6."""
    six(lab, (9, 9, 7, 5, 5, 5))

    assert lab.rank(f"[ranking]\n{ranking}").ranks[0].tolist() == ranks


@pytest.mark.parametrize(("ties", "french", "german"), [("min", [1, 1], [1, 2, 2]), ("max", [2, 2], [1, 3, 3])])
def test_ties_within_a_country(lab, ties, french, german):
    """Of the same scores A and B tie in France; in Germany C is before E and F; Dover is alone in its country."""
    six(lab, (9, 9, 7, 5, 5, 5))
    ranking = lab.rank(f'[ranking]\nties = "{ties}"')
    within = ranking.ranks_within("country")[0]

    assert within[[0, 1]].tolist() == french
    assert within[[2, 4, 5]].tolist() == german
    assert within[3] == 1
    table = ranking.table(within="country")
    assert table.set_index("unit")["rank_within"].to_dict() == dict(zip("ABCDEF", within, strict=True))


def test_a_tier_ends_with_its_rank(lab):
    """Rank 3 is the last of the top 3, rank 4 the first beyond it; no one beyond the last tier is in any."""
    six(lab, (9, 8, 7, 6, 5, 4))

    assert lab.rank("[ranking]\ntiers = [1, 3]").tier(0) == ["top 1", "top 3", "top 3", "", "", ""]


def test_a_class_begins_at_its_cut(lab):
    """8 is in the class that begins at 8; who is in no class has none."""
    six(lab, (9, 8, 7.999, 6, 5.999, 4))
    changes = '[ranking]\nclasses = [{ name = "high", at_least = 8 }, { name = "middle", at_least = 6 }]'

    assert lab.rank(changes).tier(0) == ["high", "high", "middle", "middle", "", ""]


@pytest.mark.parametrize(("share", "ranked"), [(0.5, True), (0.51, False)])
@pytest.mark.parametrize(
    ("rule", "rows"),
    [
        ("at_least_share", "AAA,2024,1,30\nBBB,2024,2,\n"),  # B has one of two
        # Of B's two values one is 0; of A's one value, none: its gap is no value.
        ("at_least_nonzero_share", "AAA,2024,1,\nBBB,2024,0,2\n"),
    ],
)
def test_half_is_half(lab, rule, rows, share, ranked):
    """At least 0.5 keeps B, at least 0.51 does not; A stays."""
    lab.write("values.csv", f"unit,year,a,b\n{rows}CCC,2024,4,20\n")
    scores = lab.scores(f'[selection]\n{rule} = {share}\n[missing]\nrule = "renormalise"')

    assert np.isnan(scores["BBB"]) != ranked
    assert scores["AAA"] == (1 if rule == "at_least_nonzero_share" else 15.5)


def test_screened_out_for_zeros_though_half_is_there(lab):
    """A unit with just enough values, all 0, is listed for its zeros and not for its missing values."""
    lab.write("values.csv", "unit,year,a,b\nAAA,2024,0,\nBBB,2024,2,10\nCCC,2024,4,20\n")
    changes = '[selection]\nat_least_share = 0.5\nat_least_nonzero_share = 0.5\n[missing]\nrule = "renormalise"'
    (why,) = lab.rank(changes).unranked()["why"]

    assert "0 of 1 values are not 0" in why


THREE = """
[indicators]
c = { indicator = "value", dimension = "life" }
[missing]
rule = "renormalise"
"""


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("at_least_count = 2", [15, 11, None]),
        ("at_least_count = 3", [15, None, None]),
        ("at_least_count = 4", [15, None, None]),
        ("at_least_share = 0.66", [15, 11, None]),
        ("at_least_share = 0.67", [15, None, None]),
        ("at_least_share = 0.34", [15, 11, None]),
        ("at_least_share = 0.33", [15, 11, 40]),
    ],
)
def test_enough_members(lab, rule, expected):
    """A has three members of three, B two, C one; who has all has enough, however many are asked for."""
    lab.write("values.csv", "unit,year,a,b,c\nAAA,2024,5,30,10\nBBB,2024,2,,20\nCCC,2024,,40,\n")

    assert shown(lab.rank(THREE + rule).scores[0]) == expected


def test_a_member_of_weight_0_is_not_counted(lab):
    """Of the members that weigh something A has one of two: half, and not two of three."""
    lab.write("values.csv", "unit,year,a,b,c\nAAA,2024,5,,10\nBBB,2024,2,10,\nCCC,2024,4,20,30\n")
    changes = THREE.replace('"life" }', '"life", weight = 0 }') + "at_least_share = 0.6"

    assert shown(lab.rank(changes).scores[0]) == [None, 6, 12]


def test_nothing_to_share_out(lab):
    """A unit that has the member of weight 0 alone has no score, and its missing members are listed."""
    lab.write("values.csv", "unit,year,a,b\nAAA,2024,,30\nBBB,2024,2,10\nCCC,2024,4,20\n")
    ranking = lab.rank('[indicators]\nb = { weight = 0 }\n[missing]\nrule = "renormalise"')

    assert shown(ranking.scores[0]) == [None, 2, 4]
    assert ranking.unranked().values.tolist() == [[2024, "AAA", "Aland", "life: missing a"]]


def test_only_what_weighs_something_is_lacking(lab):
    """A lacks a and c, but c has no weight; b, which it has, is not named."""
    lab.write("values.csv", "unit,year,a,b,c\nAAA,2024,,30,\nBBB,2024,2,10,1\nCCC,2024,4,20,1\n")
    unranked = lab.rank('[indicators]\nc = { indicator = "value", dimension = "life", weight = 0 }').unranked()

    assert unranked["why"].tolist() == ["life: missing a"]


def test_a_weight_that_is_not_said_is_1(lab):
    """Beside a weight of 3 it is a quarter, for an indicator and for a dimension: (1 + 3 * (10 + 3 * 2) / 4) / 4."""
    lab.write("values.csv", "unit,year,a,b,c\nAAA,2024,1,10,2\nBBB,2024,0,0,0\nCCC,2024,0,4,0\n")
    changes = """
[dimensions]
soil = { weight = 3 }
[indicators]
b = { dimension = "soil" }
c = { indicator = "value", dimension = "soil", weight = 3 }
"""

    assert lab.scores(changes) == {"AAA": 3.25, "BBB": 0, "CCC": 0.75}


def test_weights_of_two_editions(lab):
    """Each edition's shares and what they come to, edition by edition: 2 to 1 in soil, which is 3 of 4 of life."""
    six(lab, (1, 2, 3, 4, 5, 6), (2, 3, 4, 5, 6, 7), years=(2023, 2024))
    changes = """
editions = [2023, 2024]
[dimensions]
soil = { parent = "life", weight = 3 }
[indicators]
b = { dimension = "soil", weight = 2 }
c = { indicator = "value", options = { column = "b" }, dimension = "soil" }
"""
    frame = lab.rank(changes).weights()
    rows = {(dimension, member): (weight, whole) for _, dimension, member, weight, whole in frame.values.tolist()}

    assert list(frame) == ["edition", "dimension", "member", "weight", "effective"]
    assert frame["edition"].tolist() == [2023] * 5 + [2024] * 5
    assert frame.index.tolist() == list(range(10))
    assert frame["member"].tolist()[:5] == frame["member"].tolist()[5:]
    assert rows == {
        ("index", "life"): (1, 1),
        ("life", "a"): (0.25, 0.25),
        ("life", "soil"): (0.75, 0.75),
        ("soil", "b"): (pytest.approx(2 / 3), pytest.approx(1 / 2)),
        ("soil", "c"): (pytest.approx(1 / 3), pytest.approx(1 / 4)),
    }


def test_the_table_has_the_ranges_that_the_ranking_has(lab):
    """Each unit's own low and high end are in its row, and rows are numbered through all editions."""
    six(lab, (1, 2, 3, 4, 5, 6), (6, 5, 4, 3, 2, 1), years=(2023, 2024))
    ranking = lab.rank("editions = [2023, 2024]")
    ends = np.arange(12.0).reshape(2, 6)
    table = attrs.evolve(ranking, low=ends, high=ends + 100).table()

    assert table.index.tolist() == list(range(12))
    assert table["unit"].tolist() == [*"FEDCBA", *"ABCDEF"]
    assert table["low"].tolist() == [5, 4, 3, 2, 1, 0, 6, 7, 8, 9, 10, 11]
    assert (table["high"] == table["low"] + 100).all()
    assert ranking.table()[["low", "high"]].isna().all(axis=None)


def test_the_unranked_of_each_edition(lab):
    """Who is not ranked stands under the edition in which it is not."""
    lab.write("values.csv", "unit,year,a,b\nAAA,2023,1,1\nBBB,2023,2,2\nBBB,2024,2,2\nCCC,2024,3,3\n")
    changes = "editions = [2023, 2024]"
    unranked = lab.rank(changes).unranked()

    assert list(unranked) == ["edition", "unit", "name", "why"]
    assert unranked[["edition", "unit", "name"]].values.tolist() == [[2023, "CCC", "Celand"], [2024, "AAA", "Aland"]]


@pytest.mark.parametrize(
    ("over", "says"),
    [
        ('"edition"', "in edition 2024: 5;"),
        ("2024", "in edition 2024: 5;"),
        ("2023", None),
        ('"pooled"', None),
    ],
)
def test_constant_in_the_second_edition(lab, over, says):
    """The same 5 for all in 2024 only: rejected where 2024 is a scale of its own."""
    lab.write("units.csv", UNITS)
    rows = [f"{code},2023,{at + 1},{at}\n{code},2024,5,{at}\n" for at, code in enumerate("ABCDEF")]
    lab.write("values.csv", "unit,year,a,b\n" + "".join(rows))
    changes = f'editions = [2023, 2024]\n[normalisation]\nmethod = "range"\nfitted_on = {over}'
    if says is None:
        assert np.isfinite(lab.rank(changes).scores).all()
        return
    with pytest.raises(ScenarioError, match=f"indicators.a: is the same for all units {says}"):
        lab.rank(changes)


def test_constant_in_all_editions_together(lab):
    """On one scale for all editions no edition is named; every constant indicator is, with its value."""
    six(lab, (5,) * 6, (5,) * 6, years=(2023, 2024))
    scale = '[normalisation]\nmethod = "range"\nfitted_on = "pooled"'
    changes = f"editions = [2023, 2024]\n{scale}\n[indicators.b]\ndirection = -1"
    with pytest.raises(ScenarioError) as caught:
        lab.rank(changes)

    assert sorted(str(each).partition(";")[0] for each in caught.value.problems) == [
        "indicators.a: is the same for all units: 5",
        "indicators.b: is the same for all units: 5",
    ]


@pytest.mark.parametrize(("others", "refused"), [("", False), ("BBB,2024,3,2\n", True)])
def test_a_single_value_is_not_constant(lab, others, refused):
    """One unit's value alone differs from nothing; two equal ones do not differ."""
    lab.write("values.csv", "unit,year,a,b\nAAA,2024,3,1\nCCC,2024,,4\n" + others)
    ends = Normalisation(name="spread", fit=lambda *_: None, apply=lambda values, *_: values, needs_spread=True)
    spread = lab.plugin("mine", normalisations=[ends])
    changes = '[normalisation]\nmethod = "spread"\n[missing]\nrule = "renormalise"'
    if refused:
        with pytest.raises(ScenarioError, match=r"indicators.a: is the same .* in edition 2024: 3;"):
            lab.rank(changes, spread)
    else:
        assert shown(lab.rank(changes, spread).scores[0]) == [2, None, 4]


def test_a_constant_that_the_method_turns_itself(lab):
    """A method that reverses values itself gets the raw value."""
    lab.write("values.csv", "unit,year,a,b\nAAA,2024,7,1\nBBB,2024,7,2\nCCC,2024,7,3\n")
    own = Normalisation(
        name="own", fit=lambda *_: None, apply=lambda values, *_: values, needs_spread=True, oriented=False
    )
    changes = '[normalisation]\nmethod = "own"\n[indicators.a]\ndirection = -1'
    with pytest.raises(ScenarioError, match="in edition 2024: 7;"):
        lab.rank(changes, lab.plugin("mine", normalisations=[own]))


def test_a_bound_is_treated_with_its_own_options_and_member(lab):
    """Bounds 1 and 5 as measured are 3 and 15 when c is trebled, whatever c's neighbours are treated by."""
    lab.write("values.csv", "unit,year,a,b\nAAA,2024,1,1\nBBB,2024,3,1\nCCC,2024,5,1\n")
    seen = []

    def by_name(values, context, options):
        seen.append([member.name for member in context.members])
        return values * 3

    named = Treatment(name="by-name", apply=by_name, pointwise=True)
    changes = """
[indicators]
b = { treatment = { step = "times", by = 7 } }
[indicators.c]
indicator = "value"
options = { column = "a" }
dimension = "life"
treatment = "by-name"
normalisation = { method = "posts", at = [1, 5], bounds_in = "measured" }
"""
    ranking = lab.rank(changes, lab.plugin("mine", treatments=[named]))
    at = [each.key for each in ranking.plan.ranked].index("c")

    assert ranking.normalised[0, :, at].tolist() == [0, 0.5, 1]
    assert seen == [["c"]] * 3


def spoilt(values, *_):
    """Values of which B's in the second edition is no number."""
    made = np.array(values, dtype=float)
    made[1, 1] = np.inf
    return made


SPOILING = {
    "imputation": Imputation(name="odd", apply=spoilt),
    "treatment": Treatment(name="odd", apply=spoilt),
    "normalisation": Normalisation(name="odd", apply=spoilt, fit=lambda *_: None),
    "rescaling": Rescaling(name="odd", apply=spoilt),
    "aggregator": Aggregator(
        name="odd",
        apply=lambda scores, *_: np.where(scores[..., 0] == 7, np.inf, scores[..., 0]),
        may_be_undefined=True,
    ),
}


@pytest.mark.parametrize(
    ("kind", "changes", "where"),
    [
        ("imputation", 'imputation.method = "odd"', "indicator 'a'"),
        (
            "treatment",
            'treatment.steps = [{ step = "times", by = 1 }, { step = "times", by = 2 }, "odd"]',
            "indicator 'a'",
        ),
        ("normalisation", 'indicators.b.normalisation = "odd"', "indicator 'b'"),
        ("rescaling", 'dimensions.life.post_processing = ["round", "round", "odd"]', "dimension 'life'"),
        ("rescaling", 'ranking.post_processing = ["round", "round", "odd"]', "the final score"),
        ("aggregator", 'dimensions.soil.aggregation = "odd"\nindicators.b.dimension = "soil"', "dimension 'soil'"),
    ],
)
def test_no_number_is_reported_with_unit_edition_and_place(lab, kind, changes, where):
    """Whichever stage makes infinity of B in 2024, the message names the method, B, 2024 and the place."""
    lab.write("values.csv", "unit,year,a,b\nAAA,2023,1,1\nBBB,2023,2,2\nCCC,2023,,3\nAAA,2024,5,\nBBB,2024,6,7\n")
    changes = f'editions = [2023, 2024]\n{changes}\n[missing]\nrule = "renormalise"'
    with pytest.raises(PluginError) as caught:
        lab.rank(changes, lab.plugin("mine", **{f"{kind}s": [SPOILING[kind]]}))

    assert (
        str(caught.value) == f"mine: {kind} 'odd': apply returned no finite number for BBB in edition 2024 of {where}"
    )


@pytest.mark.parametrize("allowed", [True, False])
def test_an_aggregator_that_may_leave_a_unit_without_a_score(lab, allowed):
    """Only who says so may; then the unit is not ranked."""
    few = Aggregator(
        name="few",
        apply=lambda scores, *_: np.where(scores[..., 0] > 2, np.nan, scores[..., 0]),
        may_be_undefined=allowed,
    )
    changes = '[dimensions]\nlife = { aggregation = "few" }'
    plugin = lab.plugin("mine", aggregators=[few])
    if allowed:
        assert shown(lab.rank(changes, plugin).ranks[0]) == [2, 1, None]
        return
    with pytest.raises(PluginError, match="'few': apply returned no finite number for CCC in edition 2024"):
        lab.rank(changes, plugin)


def test_a_notebook_shows_twenty_and_says_how_many_are_left(lab):
    """Of 22 units two are left; of the three that moved one is new, one stayed and one is up by two."""
    codes = [f"U{at:02}" for at in range(22)]
    lab.write("units.csv", "unit,name\n" + "".join(f"{code},{code}\n" for code in codes))
    before = {"U01": 97, "U02": 99, "U03": 98, **{code: 50 - at for at, code in enumerate(codes) if at > 3}}
    now = {"U00": 100, "U01": 99, "U02": 98, **{code: 50 - at for at, code in enumerate(codes) if at > 2}}
    rows = [
        f"{code},{year},{value},{value}\n" for year, by in ((2023, before), (2024, now)) for code, value in by.items()
    ]
    lab.write("values.csv", "unit,year,a,b\n" + "".join(rows))
    shown = lab.rank("editions = [2023, 2024]")._repr_html_()

    assert shown.count("<tr>") == 21
    assert "<tr><th>rank</th><th>since 2023</th><th>name</th><th>score</th></tr>" in shown
    assert "<tr><td>1</td><td>new</td><td>U00</td><td>100.00</td></tr>" in shown
    assert "<tr><td>2</td><td>▲ 1</td><td>U01</td><td>99.00</td></tr>" in shown
    assert "<tr><td>3</td><td>▼ 2</td><td>U02</td><td>98.00</td></tr>" in shown
    assert shown.endswith("</table><p>... and 2 more</p>")
