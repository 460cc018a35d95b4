"""`hubrank robustness`: its answer, the folder that it writes, and parts of a run that add up to the same bytes."""

import hashlib
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import attrs
import numpy as np
import pandas as pd
import typer
from hubrank.cli.command import (
    Draws,
    Format,
    OfEdition,
    Sample,
    ScenarioName,
    Seconds,
    asked_rows,
    complete_units,
    number_of_draws,
    write_answer,
)
from hubrank.cli.console import console, is_quiet, progress, write_text
from hubrank.i18n import listed
from hubrank.io.answer import ScreenColumn, ScreenTable
from hubrank.io.cache import Cache
from hubrank.io.escaping import csv_bytes, escape_markup
from hubrank.io.write import replace_file
from hubrank.plugin import (
    Answer,
    DataError,
    Measurement,
    Ranking,
    UsageError,
    format_count,
    format_number,
    gettext,
    gettext_noop,
)
from hubrank.plugin import format_percent as per_cent
from hubrank.plugin.calls import exception_text
from hubrank.progress import Progress
from hubrank.ranking.intervals import HIGH, LOW, SURE, SURELY, held_text, probability_text
from hubrank.results.rank import edition_of, ranked_with_vintages
from hubrank.results.save import check_target, write_run
from hubrank.uncertainty.analysis import analysis_of, run
from hubrank.uncertainty.budget import Budget
from hubrank.uncertainty.engine import Analysis
from hubrank.uncertainty.outcome import Outcome, assess
from hubrank.uncertainty.tally import Tally

from hubrank_analysis.exact import bounds_files, exact_weights, winner_answer
from hubrank_analysis.robustness_tables import design_table, robustness_table, sensitivity_files, sets_table, tables_of

#: The width of the intervals' bars.
_WIDTH = 32
#: The number of units on a page.
_SHOWN = 30
#: Words for an uncertain rank: with two thirds of the draws, with one third, and with less.
_FIRST = (gettext_noop("likely first"), gettext_noop("possibly first"), gettext_noop("unlikely to be first"))
_IN_THE_TOP = (
    gettext_noop("likely in the top {number}"),
    gettext_noop("possibly in the top {number}"),
    gettext_noop("unlikely to be in the top {number}"),
)
#: The properties that parts of a run share: SHA-256 of the scenario's choices and of the measurements, the seed, the
#: draws of all parts together, the number of parts, and whether values are of the sources' samples.
_COMMON = ("fingerprint", "seed", "draws", "parts", "sample")


def show(
    scenario: ScenarioName,
    draws: Draws = None,
    seconds: Seconds = None,
    precision: Annotated[
        float | None,
        typer.Option(metavar="ERROR", help="Draw until no probability has a larger standard error, such as 0.005."),
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Random seed.", show_default="as in the scenario")] = None,
    shards: Annotated[
        str | None,
        typer.Option(metavar="PART/PARTS", help="Make one part of the draws, such as 1/4, and write it to --output."),
    ] = None,
    merge: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Combine the parts in FOLDER instead of drawing.")
    ] = None,
    output: Annotated[Path | None, typer.Option(metavar="FOLDER", help="Write the run and all tables.")] = None,
    edition: OfEdition = None,
    format_: Format = "table",
    top: Annotated[
        int | None, typer.Option(min=1, help="Show the first N units.", show_default="30; all in JSON and CSV")
    ] = None,
    cores: Annotated[int | None, typer.Option(min=1, help="Use N cores.", show_default="all")] = None,
    time_limit: Annotated[
        float,
        typer.Option(
            "--time-limit",
            min=0,
            metavar="SECONDS",
            help="Time limit for exact best and worst ranks; 0 computes bounds from pairs only.",
        ),
    ] = 60.0,
    winner: Annotated[
        str | None,
        typer.Option(
            metavar="UNIT", help="Show only weights under which UNIT ranks first.", autocompletion=complete_units
        ),
    ] = None,
    design: Annotated[bool, typer.Option("--design", help="Also write design.csv: the choices of each draw.")] = False,
    pairs: Annotated[
        bool,
        typer.Option("--pairs", help="Compare all pairs of units for exact ranks, even for more than 4,096 units."),
    ] = False,
    sample: Sample = False,
) -> None:
    """Show how certain each rank is: its interval over the uncertain choices of the scenario."""
    budget = Budget(draws=number_of_draws(draws), seconds=seconds)
    _check(budget, precision, seed=seed, shards=shards, merge=merge is not None, output=output)
    with progress("loading") as tell:
        ranking, measurements = ranked_with_vintages(scenario, sample=sample, cache=Cache.default(), progress=tell)
    at = edition_of(ranking, edition)
    if winner is not None:
        write_answer(winner_answer(ranking, measurements, at, winner), format_)
        return
    with progress("preparing draws") as tell:
        if shards is not None and output is not None:
            analysis = analysis_of(ranking.plan, measurements, seed=seed)
            _count_part(analysis, shards, output, analysis.wanted(budget.draws), cores, tell)
            return
        if merge is not None:
            tell("adding parts")
            outcome = _merged(ranking, measurements, merge)
        else:
            outcome = assess(
                ranking, measurements, budget=budget, precision=precision, seed=seed, cores=cores, progress=tell
            )
    if outcome.draws:
        if output is not None:
            basis = _write(outcome, output, design=design, seconds=time_limit, pairs=pairs)
        elif why := exact_weights(outcome.analysis)[1]:
            basis = gettext("from the draws; {why}", why=why)
        else:
            basis = gettext("from the draws; --output computes exact ranks or bounds")
        write_answer(_answer(outcome, at, edition, top), format_)
        if format_ == "table" and not is_quiet():
            out = console()
            out.print("\n" + escape_markup(gettext("best and worst ranks: {basis}", basis=basis)))
            if output is not None:
                out.print("\n" + escape_markup(_written(output)))
    if outcome.interrupted:
        result = gettext_noop("hubrank: interrupted; results are based on the {draws} draws made so far")
        write_text(gettext(result, draws=format_count(outcome.draws)), err=True)
        raise typer.Exit(130)


def _check(
    budget: Budget,
    precision: float | None,
    *,
    seed: int | None = None,
    shards: str | None = None,
    merge: bool = False,
    output: Path | None = None,
) -> None:
    """Reject options that contradict each other, and an output folder that must not be replaced."""
    if budget.given and precision is not None:
        raise UsageError("--precision cannot be combined with --draws or --seconds; give one of them")
    if precision is not None and not 0 < precision < 0.5:
        raise UsageError(f"--precision must lie between 0 and 0.5; got {precision:g}")
    if merge and (budget.given or precision is not None or seed is not None):
        raise UsageError("--merge adds draws already made; leave out --draws, --seconds, --precision and --seed")
    if shards is not None and (output is None or precision is not None or budget.seconds is not None or merge):
        raise UsageError("--shards needs --output and cannot be combined with --precision, --seconds or --merge")
    if output is not None and shards is None:
        check_target(output)


def draw(
    ranking: Ranking,
    *,
    measurements: tuple[Measurement, ...],
    draws: int | Literal["auto"] | None = None,
    seconds: float | None = None,
    precision: float | None = None,
    seed: int | None = None,
    cores: int | None = None,
) -> Answer:
    """Simulate all uncertainties, and count the ranks.

    Args:
        ranking: The ranking of the scenario.
        measurements: The measurement for each alternative of the data lag.
        draws: The number of draws, or `auto`; by default that of the scenario.
        seconds: The time after which no further draws are made.
        precision: Instead of both, the largest standard error of a probability.
        seed: Replaces the scenario's seed.
        cores: The number of cores to use; all by default.

    Returns:
        The tables `robustness` (the latest edition first), `acceptability`, `central_weights`, `top_sets` and, if pairs
        are counted, `pairwise`; the `Outcome`.

    Raises:
        ScenarioError: The scenario has no uncertainty, or its alternatives contradict one another.
        UsageError: Both draws and a precision are given.
    """
    budget = Budget(draws=draws, seconds=seconds)
    _check(budget, precision)
    with progress("drawing") as tell:
        outcome = assess(
            ranking, measurements, budget=budget, precision=precision, seed=seed, cores=cores, progress=tell
        )
    if outcome.interrupted:
        raise KeyboardInterrupt
    tables = tables_of(outcome)
    table = _named(tables["robustness"], ranking)
    table = table.sort_values("edition", ascending=False, kind="stable", ignore_index=True)
    tables["robustness"] = table[["rank", "name", *(item for item in table if item not in ("rank", "name"))]]
    return attrs.evolve(_answer(outcome, len(ranking.editions) - 1, None, None), tables=tables)


def _answer(outcome: Outcome, at: int, edition: int | None, top: int | None) -> Answer:
    """The answer without its tables, of which the largest take their time."""
    ranking = outcome.ranking
    order = ranking.order(at)[: top or _SHOWN]

    def rows() -> pd.DataFrame:
        return asked_rows(_named(robustness_table(outcome), ranking), ranking.editions[at], edition, top)

    return Answer(
        title=gettext("robustness of {title}: {draws} draws", title=ranking.title, draws=format_count(outcome.draws)),
        notes=(
            gettext(
                "probabilities have a standard error of at most {error}", error=format_number(f"{outcome.error:.4f}")
            ),
            *outcome.composed,
            *outcome.ranged.joint_texts(at),
        ),
        record=outcome,
        page=[*_page(outcome, at, order)],
        details=[*_details(outcome, at, order)],
        data=lambda: {
            "title": ranking.title,
            "edition": ranking.editions[at],
            "draws": outcome.draws,
            "largest_standard_error": outcome.error,
            "intervals_hold_at_once": float(outcome.joint.share[at]),
            "units": rows(),
            "top_sets": sets_table(outcome, at),
        },
        rows=rows,
        about=lambda: {**ranking.about(at), "seed_of_draws": outcome.analysis.design.seed},
        left_out=0 if top is None else max(0, len(ranking.order(at)) - top),
    )


def _named(table: pd.DataFrame, ranking: Ranking) -> pd.DataFrame:
    """A table with the names of its units in a column of their own."""
    table.insert(2, "name", table["unit"].map(dict(zip(ranking.codes, ranking.names, strict=True))))
    return table


def _page(outcome: Outcome, at: int, order: Any) -> Iterator[str | ScreenTable]:
    ranking = outcome.ranking
    ranging = outcome.ranged
    ends = [outcome.joint.low[at], outcome.rank(LOW)[at], outcome.rank(0.5)[at], outcome.rank(HIGH)[at]]
    ends.append(outcome.joint.high[at])
    reach = {mark: outcome.top(mark)[at] for mark in outcome.marks}
    mark = 10 if 10 in reach else max(reach)
    verdicts = _verdicts(outcome, at, order, reach)
    title = gettext("{title}, {edition}: rank uncertainty", title=ranking.title, edition=ranking.editions[at])
    yield f"\n[bold]{escape_markup(title)}[/bold]"
    text = gettext_noop("{draws} draws; largest standard error of a probability: {error}")
    text = gettext(text, draws=format_count(outcome.draws), error=format_number(f"{outcome.error:.4f}"))
    for line in (text, *outcome.composed):
        yield f"[dim]{escape_markup(line)}[/dim]"
    yield ""
    worst = float(np.nanmax([item[order] for item in ends], initial=1))
    last = format_number(f"{worst:g}")
    names = (ScreenColumn(gettext("rank")), ScreenColumn(gettext("unit"), "name"))
    scale = ScreenColumn(f"1 {'·' * (_WIDTH - len(last) - 3)} {last}", "bar")
    intervals = (ScreenColumn(gettext("{share} interval", share=held_text())), scale)
    shares = (ScreenColumn(gettext("top {number}", number=mark)), ScreenColumn(gettext("in words"), "words", leaves=1))
    grid = ScreenTable((*names, *intervals, *shares))
    for unit, verdict in zip(order, verdicts, strict=True):
        grid.add(
            format_number(f"{ranking.ranks[at][unit]:g}"),
            escape_markup(ranking.called(int(unit))),
            ranging.range_text(at, int(unit)),
            f"[cyan]{_interval_bar([item[unit] for item in ends], worst)}[/cyan]",
            probability_text(reach[mark][unit]),
            escape_markup(verdict),
        )
    yield grid
    for item in ranging.caveats():
        if item.kind == "ranges":
            yield f"\n[dim]{escape_markup(item.text)}[/dim]"


def _details(outcome: Outcome, at: int, order: Any) -> Iterator[str]:
    """The joint results of the draws, and which of the units shown are tied within uncertainty."""
    if texts := outcome.ranged.joint_texts(at):
        yield ""
    yield from (f"[dim]{text}[/dim]" for text in texts)
    groups = [list(group[np.isin(group, order)]) for group in outcome.groups(at) or ()]
    shown = [group for group in groups if len(group) > 1]
    # of those that continue below the shown ones the first contains the others
    shown = [group for before, group in zip([[], *shown], shown, strict=False) if not set(group) <= set(before)]
    if shown:
        text = gettext_noop("order not clear in {share} of the draws (groups may overlap):")
        yield f"\n[dim]{gettext(text, share=per_cent(SURE))}[/dim]"
    for group in shown:
        yield f"[dim]  {escape_markup(listed(outcome.ranking.called(int(unit)) for unit in group))}[/dim]"


def _interval_bar(ends: Sequence[float], worst: float) -> str:
    """A unit's joint range as a thin bar from rank 1 to the worst that is shown, its interval as a thick one in it.

    Args:
        ends: The better end of its joint range, that of its interval, its median, and the worse ends; the bar is empty
            without an interval, and of the interval alone without a joint range.
        worst: The rank at the end of the scale.
    """
    first, low, middle, high, last = (
        round((rank - 1) / max(worst - 1, 1) * (_WIDTH - 1)) if rank == rank else -1 for rank in ends
    )
    if low < 0:
        return ""
    cells = [" "] * _WIDTH
    if first >= 0:
        cells[first : last + 1] = "─" * (last + 1 - first)
    cells[low : high + 1] = "━" * (high + 1 - low)
    cells[middle] = "●"
    return "".join(cells).rstrip()


def _verdicts(outcome: Outcome, at: int, order: Any, reach: Mapping[int, Any]) -> Iterator[str]:
    """Units' ranks in words: their rank or their tier, as far as that is certain; nothing without draws.

    Args:
        reach: By the number of the first places, in which share of the draws each unit is among them, `(units,)`.
    """
    bins, acceptability = outcome.bins, outcome.acceptability[at]
    for unit, rank in zip(order, outcome.ranking.ranks[at][order], strict=True):
        bin_ = bins.at(rank)
        share = acceptability[bin_, unit] if bins.low[bin_] == bins.high[bin_] == rank else 0.0
        if not outcome.ranked[at][unit]:
            yield ""
        elif share >= SURE:
            text = gettext_noop("surely rank {rank}") if share > SURELY else gettext_noop("very likely rank {rank}")
            yield gettext(text, rank=format_number(f"{rank:g}"))
        else:
            yield _reached({mark: float(shares[unit]) for mark, shares in reach.items()})


def _reached(shares: Mapping[int, float]) -> str:
    """Which top a unit reaches surely or very likely, and which better one perhaps, by the shares of the draws.

    Args:
        shares: By the number of the first places, in ascending order, in which share of the draws it is among them.
    """
    sure = next((mark for mark, share in shares.items() if share >= SURE), None)
    open_ = [(mark, share) for mark, share in shares.items() if 1 - SURE < share < SURE]
    text = []
    if sure is not None:
        surely, likely = gettext_noop("surely in the top {number}"), gettext_noop("very likely in the top {number}")
        text = [gettext(surely if shares[sure] > SURELY else likely, number=sure)]
    for mark, share in open_[-1:]:
        grade = 0 if share >= 2 / 3 else 1 if share >= 1 / 3 else 2
        text.append(gettext(_FIRST[grade]) if mark == 1 else gettext(_IN_THE_TOP[grade], number=mark))
    return listed(text) or gettext("very unlikely to be in the top {number}", number=max(shares))


def _written(folder: Path) -> str:
    """Where the run is, and that its values are not in the usual form, if so."""
    if (folder / "values.parquet").is_file():
        return gettext("written to {folder}; values.parquet, as there are many values", folder=folder)
    return gettext("written to {folder}", folder=folder)


def _write(outcome: Outcome, folder: Path, *, design: bool, seconds: float, pairs: bool) -> str:
    """Write a run's files and all tables, of an interrupted run those of its draws; the basis of extreme ranks."""
    text = gettext("from the draws; no bounds.csv: interrupted")
    with progress("writing counts") as tell:
        tables = tables_of(outcome)
        if design:
            tables["design"] = design_table(outcome.analysis, outcome.draws)
        files = {f"{name}.csv": csv_bytes(outcome.ranking.marked(table)) for name, table in tables.items()}
        if not outcome.interrupted:
            files |= sensitivity_files(outcome.analysis, outcome.ranking, tell)
            bounds, text = bounds_files(outcome.analysis, outcome.ranking, seconds, tell, pairs=pairs)
            files |= bounds
    with progress("comparing moves") as tell:
        write_run(outcome.ranged, folder, files, progress=tell)
    return text


def _common(analysis: Analysis, draws: int, parts: int) -> dict[str, Any]:
    """The properties that all parts of an analysis share: `_COMMON`."""
    digest = hashlib.sha256()
    plan = analysis.variants.plan
    table = {key: item for key, item in plan.loaded.table.items() if key not in ("files", "units")}
    digest.update(json.dumps(table, sort_keys=True, default=str).encode())
    digest.update("\n".join(plan.units.units.codes).encode())
    for measurement in analysis.variants.measurements:
        digest.update(np.ascontiguousarray(measurement.values).tobytes())
    sample = any(item.sample for item in analysis.variants.measurements[0].inputs)
    return dict(zip(_COMMON, (digest.hexdigest(), analysis.design.seed, draws, parts, sample), strict=True))


def _count_part(
    analysis: Analysis, text: str, folder: Path, draws: int | Literal["auto"], cores: int | None, tell: Progress
) -> None:
    """Count one part, such as `1/4`, and leave it in a folder; an interrupted part is not written."""
    if draws == "auto":
        raise UsageError("--shards needs --draws N, so that every part knows the number of all draws")
    found = re.fullmatch(r"(\d{1,9})/(\d{1,9})", text)
    part, parts = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= part <= parts:
        raise UsageError(f"--shards must have the form PART/PARTS, e.g. 1/4; got '{text}'")
    tell("preparing draws")
    counted = run(analysis, draws, cores=cores, shard=(part, parts), progress=tell)
    if counted.interrupted:
        write_text("hubrank: interrupted; the part is incomplete and was not written", err=True)
        raise typer.Exit(130)
    path = folder / f"counts-{part}-of-{parts}.npz"
    sink = io.BytesIO()
    arrays = {item.name: np.asarray(getattr(counted.tally, item.name)) for item in attrs.fields(Tally)}
    about = _common(analysis, draws, parts) | {"part": part}
    np.savez_compressed(sink, about=np.array(json.dumps({**about, "digest": _digest(about, arrays)})), **arrays)
    replace_file(path, sink.getvalue())
    if not is_quiet():
        done = format_count(counted.tally.draws)
        write_text(
            gettext("{done} of {wanted} draws counted into {file}", done=done, wanted=format_count(draws), file=path)
        )


def _merged(ranking: Ranking, measurements: tuple[Measurement, ...], folder: Path) -> Outcome:
    """Add up the parts of a folder, which must be all of one run, this scenario and these data."""
    paths = sorted(folder.glob("counts-*-of-*.npz"))
    if not paths:
        raise UsageError(f"{folder}: contains no parts; create them with --shards I/N --output {folder}")
    first = _read(paths[0])[1]
    analysis = analysis_of(ranking.plan, measurements, seed=first["seed"])
    if _common(analysis, first["draws"], first["parts"])["fingerprint"] != first["fingerprint"]:
        raise UsageError(f"{folder}: its parts belong to another scenario or other data")
    total, numbers = analysis.empty(), set()
    for path in paths:
        counts, common = _read(path)
        if names := [name for name in _COMMON if common[name] != first[name]]:
            raise UsageError(f"{path}: belongs to a different run than {paths[0].name}: {', '.join(names)} differ")
        if common["part"] in numbers:
            raise UsageError(f"{path}: is a copy of part {common['part']}; delete one of them")
        if wrong := [name for name, item in counts.items() if item.shape != np.shape(getattr(total, name))]:
            raise DataError(str(path), f"is not a part of a run: {wrong[0]} has another shape")
        numbers.add(common["part"])
        total.add(Tally(**{name: item if item.shape else int(item) for name, item in counts.items()}))
    if len(paths) != first["parts"]:
        raise UsageError(f"{folder}: contains {len(paths)} of {first['parts']} parts")
    return Outcome(ranking=ranking, analysis=analysis, tally=total)


def _read(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The counts of a part, and its shared properties, with its number."""
    try:
        with np.load(io.BytesIO(path.read_bytes()), allow_pickle=False) as held:
            counts = {item.name: held[item.name] for item in attrs.fields(Tally)}
            about = json.loads(str(held["about"]))
        changed = about.pop("digest") != _digest(about, counts)
    except Exception as error:  # damaged bytes may end in any
        raise DataError(str(path), f"is not a part of a run: {exception_text(error)}") from error
    if changed:
        raise DataError(str(path), "is not a part of a run: it was changed after it was written")
    return counts, about


def _digest(about: Mapping[str, Any], counts: Mapping[str, Any]) -> str:
    """The SHA-256 of a part's description and counts."""
    digest = hashlib.sha256(json.dumps(about, sort_keys=True).encode())
    for name, item in sorted(counts.items()):
        digest.update(f"{name} {item.dtype.str} {item.shape}".encode() + item.tobytes())
    return digest.hexdigest()
