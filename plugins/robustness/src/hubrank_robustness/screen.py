"""What a person sees of a robustness run: intervals, verdicts and groups of tied units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hubrank.front import Column, Grid, Page, plain, quiet
from hubrank.robustness import HIGH, LOW, SURE, with_intervals

if TYPE_CHECKING:
    import pandas as pd
    from hubrank.robustness import Outcome

#: How wide the intervals' bars are.
_WIDTH = 32


def show(out: Page, outcome: Outcome, at: int, top: int) -> None:
    """The table that a person reads."""
    ranking = outcome.ranking
    ranging = with_intervals(ranking, outcome)
    order = ranking.order(at)[:top]
    low, high, median = outcome.rank(LOW)[at], outcome.rank(HIGH)[at], outcome.rank(0.5)[at]
    mark = 10 if 10 in outcome.marks else outcome.marks[-1]
    reach = outcome.top(mark)[at]
    out.print(f"\n[bold]{plain(ranking.title)}, {ranking.editions[at]}: rank uncertainty[/bold]")
    said = f"{outcome.draws:,} draws; largest standard error of a probability: {outcome.error:.4f}"
    for line in (said, *outcome.composed):
        out.print(f"[dim]{plain(line)}[/dim]")
    out.print()
    worst = float(high[order].max())
    scale = Column(f"1 {'·' * (_WIDTH - len(f'{worst:g}') - 3)} {worst:g}", "bar")
    first = (Column("rank"), Column("unit", "name"), Column("90 % of draws"), scale)
    grid = Grid((*first, Column(f"top {mark}"), Column("in words", "words", leaves=1)))
    for unit in order:
        grid.add(
            f"{ranking.ranks[at][unit]:g}",
            plain(ranking.names[unit]),
            ranging.range_text(at, int(unit)),
            f"[cyan]{interval_bar(low[unit], median[unit], high[unit], worst)}[/cyan]",
            percent(reach[unit]),
            plain(verdict(outcome, at, int(unit))),
        )
    out.table(grid)
    for each in ranging.caveats():
        if each.kind == "ranges":
            out.print(f"\n[dim]{plain(each.text)}[/dim]")
    if not quiet():
        _groups(out, outcome, at, order)


def rows(outcome: Outcome, at: int) -> pd.DataFrame:
    """The rows of `robustness.csv` of an edition, with names."""
    from hubrank_robustness.tables import robustness_table

    ranking = outcome.ranking
    table = robustness_table(outcome)
    table = table[table["edition"] == ranking.editions[at]].reset_index(drop=True)
    table.insert(2, "name", [ranking.names[ranking.codes.index(code)] for code in table["unit"]])
    return table


def as_json(outcome: Outcome, at: int) -> dict[str, Any]:
    """What scripts read: how much was drawn, and the rows of `robustness.csv` of an edition."""
    return {
        "title": outcome.ranking.title,
        "edition": outcome.ranking.editions[at],
        "draws": outcome.draws,
        "largest_standard_error": outcome.error,
        "units": rows(outcome, at).to_dict("records"),
    }


def _groups(out: Page, outcome: Outcome, at: int, order: Any) -> None:
    """Which of the units that are shown are statistically tied."""
    tied = outcome.tied()
    if tied is None:
        return
    groups: dict[float, list[str]] = {}
    for unit in order:
        groups.setdefault(tied[at][unit], []).append(outcome.ranking.names[unit])
    lines = [", ".join(names) for names in groups.values() if len(names) > 1]
    if lines:
        out.print("\n[dim]statistically tied (the first is not ahead of any of the others in 95 % of the draws):[/dim]")
    for line in lines:
        out.print(f"[dim]  {plain(line)}[/dim]")


def interval_bar(low: float, median: float, high: float, worst: float, width: int = _WIDTH) -> str:
    """An interval of ranks as a bar from rank 1 to the worst that is shown, its median as a dot."""
    span = max(worst - 1, 1)
    left, middle, right = (round((rank - 1) / span * (width - 1)) for rank in (low, median, high))
    cells = [" "] * left + ["━"] * (right - left + 1)
    cells[middle] = "●"
    return "".join(cells)


def verdict(outcome: Outcome, at: int, unit: int) -> str:
    """In words what a unit's ranks come to: its place or its tier, as far as it is sure."""
    rank = outcome.ranking.ranks[at][unit]
    low, high = outcome.rank(1 - SURE)[at][unit], outcome.rank(SURE)[at][unit]
    if low == high == rank:
        return f"surely rank {rank:g}"
    shares = {mark: float(outcome.top(mark)[at][unit]) for mark in outcome.marks}
    sure = next((mark for mark, share in shares.items() if share >= SURE), None)
    open_ = [(mark, share) for mark, share in shares.items() if 1 - SURE < share < SURE]
    said = f"surely in the top {sure}" if sure is not None else ""
    if open_:
        mark, share = open_[-1]
        name = "first" if mark == 1 else f"in the top {mark}"
        word = "likely" if share >= 2 / 3 else "possibly" if share >= 1 / 3 else "unlikely to be"
        said += f"{', ' if said else ''}{word} {name}"
    return said or f"surely not in the top {max(shares)}"


def percent(share: float) -> str:
    """A probability for people: nothing is said to be certain that was only drawn."""
    if share != share:  # not a number
        return "-"
    if 0.995 <= share < 1:
        return "> 99 %"
    if 0 < share < 0.005:
        return "< 1 %"
    return f"{100 * share:.0f} %"
