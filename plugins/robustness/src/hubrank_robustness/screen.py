"""What a person sees of a robustness run: intervals, verdicts and groups of tied units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hubrank.front import console, plain, quiet
from hubrank.robustness import HIGH, LOW, SURE, with_intervals
from rich.table import Table

if TYPE_CHECKING:
    from hubrank.robustness import Outcome

#: How wide the intervals' bars are.
_WIDTH = 32


def show(outcome: Outcome, at: int, top: int) -> None:
    """The table that a person reads."""
    ranking = outcome.ranking
    out = console()
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
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("rank", justify="right")
    table.add_column("unit", no_wrap=True)
    table.add_column("90 % of draws", justify="right", no_wrap=True)
    table.add_column(f"1 {'·' * (_WIDTH - len(f'{worst:g}') - 3)} {worst:g}", no_wrap=True)
    table.add_column(f"top {mark}", justify="right")
    table.add_column("", no_wrap=True)
    for unit in order:
        table.add_row(
            f"{ranking.ranks[at][unit]:g}",
            plain(ranking.names[unit]),
            ranging.range_text(at, int(unit)),
            f"[cyan]{interval_bar(low[unit], median[unit], high[unit], worst)}[/cyan]",
            percent(reach[unit]),
            plain(verdict(outcome, at, int(unit))),
        )
    out.print(table)
    for each in ranging.caveats():
        if each.kind == "ranges":
            out.print(f"\n[dim]{plain(each.text)}[/dim]", soft_wrap=True)
    if not quiet():
        _groups(outcome, at, order)


def _groups(outcome: Outcome, at: int, order: Any) -> None:
    """Which of the units that are shown are statistically tied."""
    tied = outcome.tied()
    if tied is None:
        return
    groups: dict[float, list[str]] = {}
    for unit in order:
        groups.setdefault(tied[at][unit], []).append(outcome.ranking.names[unit])
    out = console()
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
