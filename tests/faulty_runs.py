"""Commands that die, or are rejected, at the n-th change of files; a program that `test_faults.py` starts."""

import contextlib
import errno
import io
import json
import os
import shutil
import signal
import sys
import tempfile
import traceback
from pathlib import Path

from hubrank.cli.app import run
from hubrank.io.cache import Cache
from hubrank.plugin.registry import Registry

#: What changes files, as Python's audit hooks call it.
CHANGES = {"os.rename", "os.mkdir", "os.chmod", "os.remove", "os.rmdir"}
#: What a system may say against a change of files.
ERRORS = (errno.ENOSPC, errno.EROFS, errno.EACCES)


def strike(step: int, fault: str, folder: str, struck: Path) -> None:
    """Let the change of files with this number fail in this process."""
    left = step

    def watch(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal left
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
        if not (writes or event in CHANGES) or not str(arguments[0]).startswith(folder):
            return
        left -= 1
        if left == 0:
            struck.symlink_to(fault)
            if fault == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            raise OSError(ERRORS[step % 3], os.strerror(ERRORS[step % 3]), str(arguments[0]))

    sys.addaudithook(watch)


def forked(words: list[str], said: Path, *faults: object) -> int:
    """Run a command line in a fork; how it ended, below 0 where it was killed."""
    child = os.fork()
    if not child:
        with said.open("w") as file, contextlib.redirect_stderr(file), contextlib.redirect_stdout(io.StringIO()):
            if faults:
                strike(*faults)
            try:
                code = run(words)
            except BaseException:  # noqa: BLE001  # it is reported
                traceback.print_exc()
                code = 99
        os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def content(path: Path) -> dict[str, bytes]:
    """The files of a place by name, records without their dates; None if nothing is there."""
    files = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
    found = {str(each.relative_to(path)): each.read_bytes() for each in files}
    for name in found:
        if name.endswith("record.json"):
            with contextlib.suppress(ValueError):
                found[name] = json.dumps(json.loads(found[name]) | {"created": ""}).encode()
    return found


def tried(home: Path, fault: str, words: list[str], target: Path) -> tuple[int, list[str]]:
    """Let every change fail in turn; how many there were, and what was wrong after one."""
    kept, said, struck = home / "kept", home / "said", home / "struck"
    forked([word.replace("new.toml", "old.toml") for word in words], said)
    old = content(target)
    shutil.copytree(target.parent, kept)
    if code := forked(words, said):
        raise SystemExit(f"{words} left with {code}: {said.read_text()}")
    new, wrong, step = content(target), [], 0
    while True:
        shutil.rmtree(target.parent)
        shutil.copytree(kept, target.parent)
        step += 1
        code = forked(words, said, step, fault, str(home / "out"), struck)
        if not struck.is_symlink():
            break
        struck.unlink()
        aside = next(target.parent.glob(f".hubrank-*.old/{target.name}"), target)
        found, text = content(aside if code < 0 and not target.exists() else target), said.read_text()
        state = "old" if found == old else "new" if found == new else f"half: {sorted(found)}"
        left = [*target.parent.iterdir(), *Path(tempfile.gettempdir()).iterdir()] if code > 0 else []
        fine = code == -signal.SIGKILL and "half" not in state
        if fault == "error":
            fine = (code, state) in ((2, "old"), (0, "new")) and text.count("\n") == bool(code)
        if not fine or set(left) - {target} or Cache.default().broken():
            wrong.append(f"{words[0]} {fault} at {step}: {code}, {state}, {left}: {text}")
    shutil.rmtree(kept)
    shutil.rmtree(target.parent)
    return step - 1, wrong


if __name__ == "__main__":
    place, asked, *line = sys.argv[1:]
    tempfile.tempdir = place + "/temporary"
    Path(tempfile.tempdir).mkdir()
    Registry.installed()
    run(["rank", f"{place}/new.toml", "--quiet"])
    with contextlib.redirect_stdout(sys.stderr):
        steps, problems = tried(Path(place), asked, line, Path(line[-1]))
    sys.stdout.write("\n" + json.dumps([steps, problems]))
