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
    if not ready(environment, whole):
        if problem := synchronise(environment, whole):
            return fail(problem)
        (environment / stamp(whole)).write_text(fingerprint())
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


def stamp(whole: bool) -> str:
    """The file that holds the fingerprint which the environment was made for, whole or for `hubrank` alone."""
    return "workspace-whole.stamp" if whole else "workspace.stamp"


def ready(environment: pathlib.Path, whole: bool) -> bool:
    """Whether the environment holds what is needed; the whole of it holds what `hubrank` needs too."""
    stamps = [environment / stamp(each) for each in {whole, True}]
    return any(file.is_file() and file.read_text() == fingerprint() for file in stamps)


def synchronise(environment: pathlib.Path, whole: bool) -> str | None:
    """Install the workspace with uv, development tools and optional peers only where all is wanted.

    What else somebody installed into the environment stays; only members that are no more leave.

    Returns:
        The problem, if there is one.
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
    compileall = [
        str(environment / BIN / "python"),
        "-m",
        "compileall",
        "-q",
        *(str(ROOT / name) for name in SOURCES if (ROOT / name).is_dir()),
    ]
    subprocess.run(compileall, env=variables)
    return None


def former(environment: pathlib.Path) -> list[str]:
    """What the environment has installed of this workspace that is no member any more, or has another name now."""
    import tomllib
    from importlib.metadata import distributions

    members = {tomllib.loads(file.read_text(encoding="utf-8"))["project"]["name"] for file in projects()}
    places = [str(path) for path in environment.glob("Lib/site-packages" if os.name == "nt" else "lib/*/site-packages")]
    return [
        each.name
        for each in distributions(path=places)
        if within(each.read_text("direct_url.json")) and each.name not in members
    ]


def within(direct_url: str | None) -> bool:
    """Whether something was installed from a member's place in this workspace."""
    import json
    from urllib.parse import urlsplit
    from urllib.request import url2pathname

    where = json.loads(direct_url or "{}").get("url", "")
    if not where.startswith("file://"):
        return False
    folder = pathlib.Path(url2pathname(urlsplit(where).path))
    return any(folder.is_relative_to(ROOT / each) for each in SOURCES)


def make_uv() -> str | None:
    """Put uv into .tool/ with the standard library's venv and pip."""
    tool = ROOT / ".tool"
    uv = tool / BIN / ("uv.exe" if os.name == "nt" else "uv")
    if not uv.exists():
        print("fetching uv ...", file=sys.stderr, flush=True)
        made = subprocess.run([sys.executable, "-m", "venv", str(tool)], capture_output=True)
        if made.returncode != 0:
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
