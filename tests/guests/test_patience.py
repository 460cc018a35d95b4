"""A call takes no longer and no more memory than it may, and an interrupt is heard within it."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from .conftest import USES, parts, words_for

pytestmark = pytest.mark.long

posix = pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="there is no alarm")


@posix
@pytest.mark.parametrize("body", ["time.sleep(60)", "while True: pass", "os.read(os.pipe()[0], 1)"])
@pytest.mark.parametrize("kind", ["aggregator", "source", "exporter"])
def test_hang_in_a_part(place, said, tmp_path, monkeypatch, kind, body):
    """A function that never ends is ended, and told."""
    monkeypatch.setenv("HUBRANK_LIMITS", "plugin_seconds=1")
    place("import time\n" + parts(body))
    code, out, err = said(*words_for(kind, tmp_path))

    assert (code, out) == (3, "")
    assert err == (
        f"hubrank: hubrank-odd: {kind} 'odd': {USES[kind][1]}: took longer than 1 second, the limit plugin_seconds\n"
    )


@posix
def test_hang_at_import(place, said, monkeypatch):
    """It concerns those who use the plugin."""
    monkeypatch.setenv("HUBRANK_LIMITS", "load_seconds=1")
    place("import time\ntime.sleep(60)\n")
    code, out, err = said("list", "aggregators")

    assert code == 0
    assert "arithmetic" in out
    assert err == "could not be loaded: hubrank-odd (took longer than 1 second, the limit load_seconds)\n"


@posix
def test_hang_that_swallows_the_alarm(place, tmp_path):
    """One that catches everything and goes on ends the command line with its message."""
    forever = "while True:\n        try:\n            time.sleep(60)\n        except BaseException:\n            pass"
    place("import time\n" + parts(forever))
    words = ["hubrank", *words_for("aggregator", tmp_path)]
    program = (
        "import sys, hubrank.contract.guests as guests; guests.ALARMS = 1; "
        f"sys.argv = {words!r}; from hubrank.front import main; main()"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])}
    env["HUBRANK_LIMITS"] = "plugin_seconds=2"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, env=env)

    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == (
        "hubrank: hubrank-odd: aggregator 'odd': took longer than 2 seconds, the limit plugin_seconds\n"
    )


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


@pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded on Linux alone")
def test_memory_of_a_part(place, said, tmp_path, monkeypatch):
    """A function that takes more than it may is told."""
    monkeypatch.setenv("HUBRANK_LIMITS", "plugin_memory=1e9")
    place(parts("np.ones(10**12)"))
    code, out, err = said(*words_for("aggregator", tmp_path))

    assert (code, out) == (3, "")
    assert err == (
        "hubrank: hubrank-odd: aggregator 'odd': apply: took more than 1,000,000,000 bytes, the limit plugin_memory\n"
    )


def test_handlers_and_output_are_left_as_they_were(place, said, tmp_path):
    """After a run the handlers of signals and standard output are those of before."""
    place(parts("raise SystemExit(0)"))

    def state():
        return signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM), sys.stdout, os.fstat(1).st_ino

    before = state()
    said(*words_for("aggregator", tmp_path))

    assert state() == before
