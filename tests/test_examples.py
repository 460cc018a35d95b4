"""Every example of the pages for plugin authors works as it stands."""

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hubrank.testing import checks_of, examples, parts_of
from hubrank.testing.samples import with_options

ROOT = Path(__file__).parents[1]
PAGES = ("docs/how-to/write-a-plugin.md",)

#: Options for parts that have some without a default.
OPTIONS = {"register": {"file": "firms.csv"}}
#: Files that an example takes for granted.
BESIDE = {"mine.toml": 'extends = "global"\n'}


def text_of(source):
    """A page."""
    return (ROOT / source).read_text(encoding="utf-8")


def modules_of(source):
    """The Python examples that are no tests."""
    return [
        each for each in examples(text_of(source)) if each.language == "python" and not each.file.startswith("tests/")
    ]


def imported(example, folder):
    """An example as a module of its own."""
    for name, text in BESIDE.items():
        (folder / name).write_text(text, encoding="utf-8")
    path = folder / (example.file or "example.py")
    path.write_text(example.code, encoding="utf-8")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = sys.modules[path.stem] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


EXAMPLES = [
    pytest.param(example, id=f"{source}:{example.file or 'example'}")
    for source in PAGES
    for example in modules_of(source)
]


@pytest.mark.long
@pytest.mark.parametrize("example", EXAMPLES)
def test_example_keeps_its_promises(example, tmp_path, monkeypatch):
    """What the example's hooks yield passes every check of its kind, in processes of its own too."""
    monkeypatch.syspath_prepend(str(tmp_path))
    parts = parts_of(imported(example, tmp_path))
    sampled = with_options(parts, {part.name: OPTIONS[part.name] for part in parts if part.name in OPTIONS})
    for each in sampled:
        for check in checks_of(each.part):
            check(*each.arguments)

    assert [each.why_not for each in sampled] == [""] * len(parts)


@pytest.mark.long
@pytest.mark.parametrize("page", PAGES)
def test_tests_of_a_page(page, tmp_path):
    """The tests that a page shows pass beside its modules."""
    written = [each for each in examples(text_of(page)) if each.file]
    for each in written:
        path = tmp_path / each.file
        path.parent.mkdir(exist_ok=True)
        path.write_text(each.code, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    passed = re.search(r"(\d+) passed", done.stdout)

    assert done.returncode == 0, done.stdout
    assert int(passed[1]) > sum(each.file.startswith("tests/") for each in written)
