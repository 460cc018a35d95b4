"""Fetch the trial's pages or its dump in a process of its own, which may kill itself when a file is put in its place.

Arguments: at which of these moments, counted from 1 (0 for never), whether `before` or `after`, and `pages` or `dump`.
"""

import os
import signal
import sys
from pathlib import Path
from types import SimpleNamespace

import tenacity
from hubrank_fetching.session import Session

from conftest import SERVICE, rows_of

moment, when, what = int(sys.argv[1]), sys.argv[2], sys.argv[3]
tenacity.nap.time = SimpleNamespace(sleep=lambda _: None)
put, moments = Path.replace, iter(range(1, 100))


def dying(path, target):
    """Put a file in its place, or die on the way."""
    now = next(moments) == moment
    if now and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    made = put(path, target)
    if now:
        os.kill(os.getpid(), signal.SIGKILL)
    return made


Path.replace = dying
session = Session(SERVICE, online=True)
print(rows_of(session) if what == "pages" else session.download("dump").size)
