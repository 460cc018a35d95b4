"""Order never decides: units, rows, columns and TOML tables in any order give the same bytes, on any machine."""

import contextlib
import csv
import io
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hubrank.contract.registry import Registry
from hubrank.measuring import parts
from hubrank.measuring.cache import Cache
from hubrank.robustness.assessing import assess, with_intervals
from hubrank.runs.record import write_run
from hubrank.runs.running import rank
from hubrank.scenario import loading, unit_sets

REGISTRY = Registry.installed()
#: What tells of the files that were read and when, in place of what was made of them.
RECORD = "record.json"


def shuffled(table, rng):
    """A table of tables with the keys of each in another order; lists keep theirs."""
    if isinstance(table, dict):
        keys = rng.sample(list(table), len(table))
        return {key: shuffled(table[key], rng) for key in keys}
    return [shuffled(each, rng) for each in table] if isinstance(table, list) else table


def other_frame(frame, seed):
    """A frame with its rows and columns in another order."""
    rows = frame.sample(frac=1, random_state=seed)
    return rows.sample(frac=1, axis="columns", random_state=seed).reset_index(drop=True)


@contextlib.contextmanager
def another_order(monkeypatch, seed, *, toml=False, units=False, rows=False):
    """Within, scenarios, units or rows come in another order than they are written in."""
    with monkeypatch.context() as patch:
        if toml:
            read = loading.tomli.loads
            patch.setattr(loading.tomli, "loads", lambda text: shuffled(read(text), random.Random(seed)))
        if units:
            frames = unit_sets._frames
            patch.setattr(unit_sets, "_frames", lambda *given: tuple(other_frame(each, seed) for each in frames(*given)))
        if rows:
            pieces = parts.pieces
            patch.setattr(parts, "pieces", lambda *given: (other_frame(each, seed) for each in pieces(*given)))
        yield


def run_of(scenario, folder, *, engine="numpy", cores=None, cache=None, sample=True):
    """A run folder with ranges, and what was drawn."""
    ranking = rank(scenario, REGISTRY, sample=sample, cache=cache)
    if ranking.plan.uncertainties is not None:
        outcome = assess(ranking, (ranking.measurement,), draws=2000, engine=engine, cores=cores)
        ranking = with_intervals(ranking, outcome)
    write_run(ranking, folder)
    return ranking


def files_of(folder, *, listed=True):
    """What a run folder says, without its copies of inputs and the date; lines sorted where lists follow the TOML."""
    made = {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    record = json.loads(made.pop(RECORD))
    scenario = made.pop("scenario.toml")
    del record["created"]
    if listed:
        return made | {RECORD: record, "scenario.toml": scenario}
    record["inputs"] = sorted(record["inputs"], key=lambda each: each["name"])
    return {name: _sorted(text) for name, text in made.items()} | {RECORD: record}


def _sorted(text):
    """The rows of a table, its columns by their names."""
    lines = list(csv.DictReader(io.StringIO(text)))
    return sorted(json.dumps(each, sort_keys=True) for each in lines)
