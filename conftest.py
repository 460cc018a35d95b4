"""Which tests run by default, and on how many cores; the Chromium that they share."""

import gc
import os
import re
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from gettext import NullTranslations
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

#: An example that takes long on a busy machine is no failure; examples of a test may share its folder.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
settings.load_profile("any machine")

#: Up to this number of test files, one core is faster than starting a second process.
FEW = 8

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
FLAGS += ["--disable-background-networking", "--disable-component-update"]
LEFT_OUT = pytest.StashKey[int]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--long` and `--fuzz`."""
    parser.addoption("--long", action="store_true", help="run the long tests too")
    parser.addoption("--fuzz", type=int, help="so many spoilt inputs of each target in tests/test_fuzz.py")


def pytest_configure(config: pytest.Config) -> None:
    """None is left out yet; tables are laid out as on a wide screen, though no test has a terminal, and in English."""
    config.stash[LEFT_OUT] = 0
    os.environ.setdefault("HUBRANK_WIDTH", "500")
    os.environ["HUBRANK_LANGUAGE"] = "en"
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # of tests side by side: threads for small matrices only wait


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """No further process for a few files; else as many as there are cores."""
    paths = [config.invocation_params.dir / argument.partition("::")[0] for argument in config.args]
    files = (file for path in paths for file in ([path] if path.is_file() else path.rglob("test_*.py")))
    return 0 if len(list(islice(files, FEW))) < FEW else None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """What is collected stays to the end, so that no search for garbage looks at it."""
    gc.disable()
    collected = yield
    gc.freeze()
    gc.enable()
    return collected


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long tests out, unless `--long`, `-m` or a test's own name asks for them.

    Where no folder, file or word of a name is asked for, all cases but a test's first are left out too, and browsers.
    """
    named = {argument for argument in config.args if "::" in argument}
    if config.getoption("--long") or config.getoption("markexpr") or named:
        return
    by_test = defaultdict(list)
    some = config.args == config.getini("testpaths") and not config.getoption("keyword")
    for item in items:
        if not item.get_closest_marker("long") and not (some and "browser" in item.fixturenames):
            by_test[item.nodeid.partition("[")[0]].append(item)
    kept = {each for cases in by_test.values() for each in cases[: 1 if some else None]}
    left_out = [item for item in items if item not in kept]
    if left_out:
        items[:] = [item for item in items if item in kept]
        config.hook.pytest_deselected(items=left_out)
        config.stash[LEFT_OUT] = len(left_out)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Report the number left out to the parent process; each process leaves out the same."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = session.config.stash[LEFT_OUT]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    """Hear it."""
    count = getattr(node, "workeroutput", {}).get("left_out", 0)
    node.config.stash[LEFT_OUT] = max(count, node.config.stash[LEFT_OUT])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how many were left out, and how they are run."""
    if count := config.stash[LEFT_OUT]:
        terminalreporter.write_line(f"{count} tests left out; --long runs them too")


@pytest.fixture(scope="session", autouse=True)
def _temporary_files(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Temporary files lie in pytest's own folder, of which it keeps three; processes that are killed leave some.

    So does the cache, which is that of all workers, so that what a person has there is neither read nor changed.
    """
    folder = tmp_path_factory.getbasetemp()
    tempfile.tempdir = os.environ["TMPDIR"] = str(folder)
    shared = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    os.environ["HUBRANK_CACHE"] = str(shared / "cache")


class Bracketed(NullTranslations):
    """A made-up language: texts are in brackets, except the values put in."""

    def gettext(self, message: str) -> str:
        """A text with brackets around its words: `{units} ranked` is `{units}⟦ ranked⟧`."""
        parts = re.split(r"(\{\w+\})", message)
        return "".join(f"⟦{part}⟧" if part[:1] != "{" and re.search(r"[^\W\d_]", part) else part for part in parts)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """A text that depends on a number, in the same way."""
        return self.gettext(msgid1 if n == 1 else msgid2)

    def pgettext(self, _context: str, message: str) -> str:
        """A text of a page."""
        return self.gettext(message)

    def npgettext(self, _context: str, msgid1: str, msgid2: str, n: int) -> str:
        """A text of a page that depends on a number."""
        return self.ngettext(msgid1, msgid2, n)


@pytest.fixture
def bracketed(monkeypatch: pytest.MonkeyPatch) -> None:
    """German is Bracketed, and the only language beside English; numbers have German marks."""
    from hubrank import i18n

    monkeypatch.setattr(i18n, "catalogue", lambda tag: NullTranslations() if tag == "en" else Bracketed())
    monkeypatch.setattr(i18n, "languages", lambda: ("en", "de"))


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """A function that puts a distribution of one module on the path, for a cache of its own."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    monkeypatch.syspath_prepend(str(tmp_path))

    def put(code: str, name: str = "hubrank-odd", *, group: str = "hubrank", requires: str = "") -> None:
        module = name.replace("-", "_")
        (tmp_path / f"{module}.py").write_text(code, encoding="utf-8")
        info = tmp_path / f"{module}-0.1.dist-info"
        info.mkdir()
        about = f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.1\n{requires}"
        (info / "METADATA").write_text(about, encoding="utf-8")
        (info / "entry_points.txt").write_text(f"[{group}]\nodd = {module}\n", encoding="utf-8")
        monkeypatch.delitem(sys.modules, module, raising=False)

    return put


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """A headless Chromium with a profile of its own; one for all tests of a process, which playwright wants."""
    if CHROMIUM is None:
        pytest.skip("there is no Chromium; .ci/run installs it")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright drives the browser")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=CHROMIUM, headless=True, args=FLAGS)
        yield chromium
        chromium.close()
