"""Verbs that are asked in Python: found as the command line finds them, with its sentences where they are missing."""

import hubrank
import pandas as pd
import pytest
from hubrank.plugin import Answer, Command, PluginError, UsageError


def verb(**fields):
    """The command `audit` of a stranger."""
    return Command(name="audit", help="Audit.", function="mine:run", **fields)


def test_a_plugin_answers(installed, towns):
    """Its function gets the ranking and the options, and returns an answer."""
    told = []

    def answer(ranking, **options):
        told.append((ranking.title, options))
        return Answer(title="fine", tables={"one": pd.DataFrame({"x": [1]})})

    installed(verb(python="mine:answer"), answer=answer)
    ranked = hubrank.rank(towns, title="Towns")
    made = ranked.audit()
    ranked.ask("audit", depth=2)

    assert told == [("Towns", {"edition": 0}), ("Towns", {"depth": 2})]
    assert repr(made).splitlines() == ["fine", "x", "1"]


@pytest.mark.parametrize(
    ("commands", "kind", "said"),
    [
        ([], UsageError, "'audit' is provided by hubrank-audit, which is not installed; pip install hubrank-audit"),
        ([verb()], UsageError, "'audit' of Mine is only on the command line; run hubrank audit"),
        ([verb(python="nowhere:answer")], PluginError, "nowhere:answer cannot be imported: ModuleNotFoundError"),
        ([verb(python="mine:answer")], PluginError, "mine:answer returned int; expected an Answer"),
        ([verb(python="mine:plain")], UsageError, "'audit' of Mine: got an unexpected keyword argument 'edition'; it"),
    ],
)
def test_what_cannot_be_asked(installed, towns, commands, kind, said):
    """The sentence of the command line for a missing member; otherwise who is to blame."""
    installed(*commands, answer=lambda ranking, **options: 3, plain=lambda ranking, depth=1: 3)

    with pytest.raises(kind, match=said):
        hubrank.rank(towns).audit()


@pytest.mark.long
def test_all_that_a_ranking_is_asked(tmp_path):
    """Each question of the door reaches its member; A rose from 3 to 1 by its income alone."""
    frame = pd.DataFrame(
        {
            "unit": list("ABCABC"),
            "year": [2022] * 3 + [2023] * 3,
            "Income": [1, 5, 9, 9, 5, 1],
            "Safety": [2, 3, 4, 2, 3, 4],
        }
    )
    ranked = hubrank.rank(frame, weights={"Income": 2})
    other = ranked.with_(weights={"Safety": 9})

    assert ranked["A"].rank == 1
    assert ranked.robustness(draws=500).acceptability()["probability"].between(0, 1).all()
    assert ranked.diff().title == "Ranking: rank changes, 2022 to 2023"
    assert ranked["A"].diff().table()["key"].tolist()[0] == "income"
    assert ranked["A"].diff().record.places == 2
    assert set(ranked["B"].whatif(1).table("alone")["key"]) == {"income", "safety"}
    assert ranked.audit().table().columns[0] == "rule"
    assert ranked.compare(other).table()["difference"].abs().tolist() == [2, 2, 0]
    assert ranked.report(tmp_path / "index.html").record.read_bytes().startswith(b"<!")
