"""What a ranking's reader should know beside the figures, as tables: notes and sources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hubrank import gettext

if TYPE_CHECKING:
    import pandas as pd
    from hubrank import Ranking

#: What is said of an origin, in the order of the columns.
ORIGIN = ("name", "producer", "title", "licence", "licence_url", "url", "published", "accessed", "citation", "note")


def notes(ranking: Ranking) -> pd.DataFrame:
    """One row a note: `edition` (empty where it is about all), `about` and `note`."""
    import pandas as pd

    frame = pd.DataFrame(list(_notes(ranking)), columns=["edition", "about", "note"])
    return ranking.marked(frame.astype({"edition": "Int64"}))


def sources(ranking: Ranking) -> pd.DataFrame:
    """One row an origin: what is known of it, and `gave`, the inputs that have rows of it."""
    import pandas as pd

    rows = [[*(getattr(each.origin, key) for key in ORIGIN), each.gave] for each in ranking.origins()]
    return ranking.marked(pd.DataFrame(rows, columns=[*ORIGIN, "gave"]))


def titles(ranking: Ranking) -> dict[str, str]:
    """What dimensions and indicators are called in the language that is spoken, by their keys."""
    found = {node.name: gettext(node.title) for node in ranking.plan.tree}
    return found | {each.key: gettext(each.title) for each in ranking.plan.ranked}


def made_with(ranking: Ranking) -> str:
    """The distributions whose parts made the ranking, with their versions."""
    return ", ".join(f"{name} {version}".strip() for name, version in ranking.packages().items())


def _notes(ranking: Ranking) -> Iterator[tuple[int | None, str, str]]:
    yield None, "title", ranking.title
    yield from ((None, "description", each) for each in ranking.description)
    for at, edition in enumerate(ranking.editions):
        if doubt := ranking.doubt_text(at):
            yield edition, "moves", doubt
    yield from ((each.edition, each.kind, each.text) for each in ranking.caveats())
    yield from ((None, "method", f"{step}: {said}") for step, said in ranking.steps())
    yield from ((None, "reference", each) for each in ranking.plan.scenario.references)
    yield None, "made with", made_with(ranking)
