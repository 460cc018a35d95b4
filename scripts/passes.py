"""Count the modules and functions that `hubrank rank SCENARIO` passes.

`python3 run.py python scripts/passes.py [SCENARIO] [--names]` runs the command (`global` by default) in this process
with an empty cache and an empty folder for temporary files, and prints how many modules and named functions of
`hubrank` and of its members were entered, in any thread. Bodies of modules and classes, comprehensions and lambdas do
not count. It runs in any checkout that has the command, so that two can be compared.
"""

import contextlib
import inspect
import io
import os
import re
import sys
import tempfile
import threading
from importlib.metadata import entry_points
from types import FrameType

#: Files of the core and of members; the match is the module's path from its package on.
OURS = re.compile(r"[/\\](hubrank(?:_\w+)?(?:[/\\][\w/\\]+)?)\.py$")


if __name__ == "__main__":
    words = sys.argv[1:]
    out = os.fdopen(os.dup(sys.stdout.fileno()), "w")  # output after a command line goes to standard error
    command = ["hubrank", "rank", next((word for word in words if not word.startswith("--")), "global")]
    functions: set[tuple[str, str]] = set()

    def _note(frame: FrameType, event: str, _argument: object) -> None:
        code = frame.f_code
        named = code.co_flags & inspect.CO_OPTIMIZED and "<" not in code.co_name
        if event == "call" and named and (found := OURS.search(code.co_filename)):
            functions.add((found[1].replace("\\", "/"), code.co_qualname))

    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"HUBRANK_CACHE": folder, "HUBRANK_LANGUAGE": "en"}
        tempfile.tempdir = folder
        threading.setprofile(_note)
        sys.setprofile(_note)
        try:
            (script,) = entry_points(group="console_scripts", name="hubrank")
            sys.argv = command
            with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
                script.load()()
        finally:
            sys.setprofile(None)
    for title, core in (("core", True), ("members", False)):
        those = {item for item in functions if item[0].startswith("hubrank/") is core}
        print(f"{title}: {len({module for module, _ in those})} modules, {len(those)} functions", file=out)
    print(f"in all: {len({module for module, _ in functions})} modules, {len(functions)} functions", file=out)
    if "--names" in words:
        print("\n".join(f"{module} {name}" for module, name in sorted(functions)), file=out)
