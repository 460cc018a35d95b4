"""The command line: `main` runs a command of the core or a plugin; `command` has its arguments and answers."""

# Nothing that takes long to import: an interrupt before `main` ends with a traceback.
import gc
import os
import sys

#: Of how many new objects a collection of garbage is made, and of how many such the next two: nearly all that a run
#: makes stays until its end, and looking through it time and again takes a tenth of a short run.
_COLLECTED = (200_000, 10, 10)
#: The threads of NumPy's linear algebra, unless the user says otherwise: to start more takes a tenth of a short run,
#: and draws, whose matrices are small, use one anyway.
_THREADS = ("OPENBLAS_NUM_THREADS", "1")


def main() -> None:
    """Run the command line and exit with its exit code."""
    gc.set_threshold(*_COLLECTED)
    os.environ.setdefault(*_THREADS)
    try:
        from hubrank.cli.app import run
        from hubrank.cli.console import left, turned
    except KeyboardInterrupt:
        sys.stderr.write("hubrank: interrupted\n")
        sys.exit(130)

    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # as where a process was started without it, lest a file get its number
            number = os.open(os.devnull, os.O_WRONLY if name == "stderr" else os.O_RDONLY)
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8"))
    code = left(run(sys.argv[1:]))
    turned(2)  # what plugins print on the way out is no part of the answer
    gc.freeze()  # the collection at the end would look through all that is freed with the process
    sys.exit(code)
