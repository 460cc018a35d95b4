"""An interrupt is heard within a call, and a run leaves the process as it was."""

import os
import signal
import sys
import threading

import pytest

from .conftest import parts, words_for

pytestmark = pytest.mark.long

posix = pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="there is no signal for a thread")


@posix
@pytest.mark.parametrize("body", ["time.sleep(60)", "try: time.sleep(60)\n    except BaseException: pass"])
def test_interrupt_within_a_part(place, said, tmp_path, body):
    """Ctrl-C in a function of a plugin ends the command line, even where the plugin swallows it."""
    place("import time\n" + parts(body))
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    press = threading.Timer(1.5, signal.pthread_kill, [threading.main_thread().ident, signal.SIGINT])
    press.start()
    try:
        code, out, err = said(*words_for("aggregator", tmp_path))
    finally:
        signal.signal(signal.SIGINT, before)
        press.join()

    assert (code, out) == (130, "")
    assert "hubrank-odd" not in err


def test_handlers_and_output_are_left_as_they_were(place, said, tmp_path):
    """After a run the handlers of signals and standard output are those of before."""
    place(parts("raise SystemExit(0)"))

    def state():
        return signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM), sys.stdout, os.fstat(1).st_ino

    before = state()
    said(*words_for("aggregator", tmp_path))

    assert state() == before
