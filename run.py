"""Set everything up, then run a command of the workspace: `python3 run.py hubrank rank global`.

It needs Python 3.11 with venv and nothing else: uv goes into `.tool/` once, the workspace into `.venv/`.
"""

import hashlib
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent
BIN = "Scripts" if os.name == "nt" else "bin"
SOURCES = ("core", "plugins", "indicators", "scenarios")
MEMBERS = ("core", "plugins/*", "indicators/*", "scenarios")


def main() -> int:
    """Run the words of the command line inside the workspace's environment."""
    if sys.version_info < (3, 11):
        return fail(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}")
    if len(sys.argv) < 2:
        return fail("say what to run, as in: python3 run.py hubrank rank global")
    environment = pathlib.Path(os.environ.get("VIRTUAL_ENV") or ROOT / ".venv")
    whole = sys.argv[1] != "hubrank"
    stamps = [environment / f"workspace{name}.stamp" for name in ("-whole", "")[: 1 if whole else 2]]
    wanted = fingerprint()
    if not any(file.is_file() and file.read_text() == wanted for file in stamps):  # the whole holds `hubrank` too
        if problem := synchronise(environment, whole):
            return fail(problem)
        stamps[-1].write_text(wanted)
    path = os.pathsep.join([str(environment / BIN), os.environ.get("PATH", "")])
    program = shutil.which(sys.argv[1], path=path)
    if program is None:
        return fail(f"there is no command '{sys.argv[1]}' in the workspace")
    variables = {**os.environ, "PATH": path, "VIRTUAL_ENV": str(environment)}
    if os.name == "nt":
        return subprocess.call([program, *sys.argv[2:]], env=variables)
    return os.execve(program, [program, *sys.argv[2:]], variables)


def fingerprint() -> str:
    """What the environment depends on: every member's pyproject.toml and this Python."""
    digest = hashlib.sha256(sys.version.encode())
    for file in [ROOT / "pyproject.toml", *projects()]:
        digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
    return digest.hexdigest()


def projects() -> list[pathlib.Path]:
    """Every member's pyproject.toml."""
    return [file for pattern in MEMBERS for file in sorted(ROOT.glob(f"{pattern}/pyproject.toml"))]


def synchronise(environment: pathlib.Path, whole: bool) -> str | None:
    """Install the workspace with uv, development tools and optional peers only where all is wanted; or the problem.

    What else somebody installed into the environment stays; only members that are no more leave.
    """
    uv = shutil.which("uv") or make_uv()
    if uv is None:
        return "python3-venv is missing; install it (on Debian: apt-get install python3-venv)"
    variables = {**os.environ, "UV_PROJECT_ENVIRONMENT": str(environment), "UV_PYTHON": sys.executable}
    variables.pop("VIRTUAL_ENV", None)
    print("setting up the workspace ...", file=sys.stderr, flush=True)
    extent = ["--all-groups", "--all-extras"] if whole else ["--no-default-groups"]
    sync = [uv, "sync", "--quiet", "--inexact", "--all-packages", "--compile-bytecode", *extent]
    if subprocess.run(sync, cwd=ROOT, env=variables).returncode != 0:
        return "the workspace could not be set up; uv says why above"
    if left := former(environment):
        remove = [uv, "pip", "uninstall", "--quiet", "--python", str(environment), *left]
        if subprocess.run(remove, cwd=ROOT, env=variables).returncode != 0:
            return "members that are no more could not be removed; uv says why above"
    folders = [str(ROOT / name) for name in SOURCES if (ROOT / name).is_dir()]
    subprocess.run([str(environment / BIN / "python"), "-m", "compileall", "-q", *folders], env=variables)
    return None


def former(environment: pathlib.Path) -> list[str]:
    """What the environment has installed from this workspace's folders that is no member any more."""
    import json
    import tomllib
    from importlib.metadata import distributions
    from urllib.parse import urlsplit
    from urllib.request import url2pathname

    members = {tomllib.loads(file.read_text(encoding="utf-8"))["project"]["name"] for file in projects()}
    places = [str(path) for path in environment.glob("Lib/site-packages" if os.name == "nt" else "lib/*/site-packages")]
    names = []
    for item in distributions(path=places):
        where = json.loads(item.read_text("direct_url.json") or "{}").get("url", "")
        folder = pathlib.Path(url2pathname(urlsplit(where).path))
        ours = where.startswith("file://") and any(folder.is_relative_to(ROOT / name) for name in SOURCES)
        names += [item.name] if ours and item.name not in members else []
    return names


def make_uv() -> str | None:
    """Put uv into .tool/ with the standard library's venv and pip."""
    tool = ROOT / ".tool"
    uv = tool / BIN / ("uv.exe" if os.name == "nt" else "uv")
    if not uv.exists():
        print("fetching uv ...", file=sys.stderr, flush=True)
        done = subprocess.run([sys.executable, "-m", "venv", str(tool)], capture_output=True)
        if done.returncode != 0:
            shutil.rmtree(tool, ignore_errors=True)
            return None
        subprocess.run([str(tool / BIN / "python"), "-m", "pip", "install", "--quiet", "uv"], check=True)
    return str(uv)


def fail(message: str) -> int:
    """Say in one line what is wrong."""
    print(f"run.py: {message}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
