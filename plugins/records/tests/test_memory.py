"""The memory that DuckDB gets: what a scenario says, or a part of what the machine or its container has."""

import math

import pytest
from hubrank_records import options
from hubrank_records.engines import connection
from hubrank_records.options import machine_gb


@pytest.fixture
def machine(tmp_path):
    """A function that makes the files of a machine's control groups."""

    def make(cgroup, **limits):
        (tmp_path / "proc/self").mkdir(parents=True)
        (tmp_path / "proc/self/cgroup").write_text(cgroup)
        for path, text in limits.items():
            file = tmp_path / "sys/fs/cgroup" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        return tmp_path

    return make


@pytest.mark.parametrize(
    ("cgroup", "limits", "gb"),
    [
        ("0::/\n", {"memory.max": "500000000\n"}, 0.5),
        ("0::/a/b\n", {"a/b/memory.max": "max\n", "a/memory.max": "300000000\n", "memory.max": "max\n"}, 0.3),
        ("4:memory:/x\n0::/\n", {"memory/memory.limit_in_bytes": "700000000\n"}, 0.7),
        ("3:cpu,memory:/x\n", {"cpu,memory/x/memory.limit_in_bytes": "200000000\n"}, 0.2),
    ],
)
def test_the_limit_of_a_container(machine, cgroup, limits, gb):
    """It is that of the group or of one around it, of either version."""
    assert machine_gb(machine(cgroup, **limits)) == gb


@pytest.mark.parametrize("limit", ["max\n", "9223372036854771712\n"])
def test_no_limit(machine, tmp_path, limit):
    """Then it is the machine's memory, as it is where there are no control groups."""
    assert machine_gb(machine("0::/\n", **{"memory.max": limit})) == machine_gb(tmp_path / "none")


@pytest.mark.parametrize(
    ("has", "gets"), [(64, "1.8 GiB"), (1, "476.8 MiB"), (0.1, "238.4 MiB"), (math.inf, "1.8 GiB")]
)
def test_what_duckdb_gets(monkeypatch, has, gets):
    """Two GB, or half of what there is, and never less than it needs."""
    monkeypatch.setattr(options, "machine_gb", lambda: has)
    assert connection().sql("SELECT current_setting('memory_limit')").fetchall() == [(gets,)]


def test_more_than_there_is(monkeypatch, refusal):
    """A scenario may not give more than the container may use."""
    monkeypatch.setattr(options, "machine_gb", lambda: 4.0)
    instead = "leave it out, and name a spill folder for what is more"
    said = f"memory_gb: 8 is more than this machine has, or its container may use, 4; {instead}"
    assert refusal(memory_gb=8.0) == [f"options.{said}"]
