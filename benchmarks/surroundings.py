"""What every benchmark tells beside its figures: the machine that it ran on, and their share of a limit."""

import argparse
import json
import os
import platform
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def parser(text):
    """What reads a benchmark's command line; each can print JSON."""
    result = argparse.ArgumentParser(description=text)
    result.add_argument("--json", action="store_true", help="print one JSON object last")
    return result


def machine():
    """The processor's model, how many cores this process may use, and the load of the last minute, with no work yet."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None
    message = Path("/proc/cpuinfo")
    lines = message.read_text().splitlines() if message.is_file() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    cpu = models[0] if models else platform.processor() or platform.machine()
    return {"cpu": cpu, "cores": cores, "load_at_start": load}


def conclude(figures, ran_on, limits=None, *, as_json):
    """Print the machine and the shares, and last, where it is asked for, one JSON object of everything.

    Args:
        figures: The figures by name.
        ran_on: What `machine` told before the work began.
        limits: Of a cost the most that it may be, of a rate what the machine could do at best, by figure.
        as_json: Whether the object is asked for.
    """
    limits = {name: limit for name, limit in (limits or {}).items() if figures.get(name) is not None}
    shares = {name: round(figures[name] / limit, 3) for name, limit in limits.items()}
    for name, share in shares.items():
        print(f"{name}: {100 * share:.0f} % of {limits[name]:,}")
    print(f"on {ran_on['cpu']}, {ran_on['cores']} cores, load {ran_on['load_at_start']} at the start")
    if as_json:
        print(json.dumps({**figures, "share_of_limit": shares, "machine": ran_on}))


def uv():
    """The uv on the PATH, else the one that run.py has fetched; none where there is neither."""
    own = ROOT / ".tool" / ("Scripts" if os.name == "nt" else "bin")
    return shutil.which("uv") or shutil.which("uv", path=str(own))
