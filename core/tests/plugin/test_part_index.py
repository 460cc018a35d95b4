"""The index of installed parts saves imports, and never hides what has changed."""

import os
import sys
import time

import pytest
from hubrank.i18n import Title
from hubrank.io.cache import Cache
from hubrank.plugin import PluginError, part_index, registry
from hubrank.plugin.registry import NotFoundError, Registry

from .test_registry import install

CODE = (
    "import os\n"
    "from hubrank.i18n import Title\n"
    "from hubrank.plugin import Indicator, hookimpl\n\n\n"
    "@hookimpl\ndef hubrank_indicators():\n"
    '    for name in os.environ.get("PRIZES", "prizes").split():\n'
    '        yield Indicator(name=name, title=Title.from_toml({"en": "Prizes", "de": "Preise"}),'
    ' unit_of_measure="", measure=print)\n'
)
MODULE = "hubrank_prizes"


def _age(folder):
    """Make all files of a folder, and itself, as old as those of an installed plugin."""
    old = time.time() - 3600
    for path in [*folder.rglob("*"), folder]:
        os.utime(path, (old, old))


@pytest.fixture
def begin(monkeypatch):
    """What a new process finds: nothing of the plugin is imported, and nothing is known."""

    def begin():
        for item in (registry._entries, registry._commands, registry._imported, registry._listed, registry._of_kind):
            item.cache_clear()
        registry._installed.cache_clear()
        registry._of_commands.cache_clear()
        for name in (MODULE, "prizes_helper"):
            monkeypatch.delitem(sys.modules, name, raising=False)
        return Registry.installed()

    yield begin
    monkeypatch.undo()
    begin()


@pytest.fixture
def plugin(tmp_path, monkeypatch, begin):
    """A plugin that is in the index, as its file; this process began after all files were written."""
    folder = tmp_path / "path"
    folder.mkdir()
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    install(folder, monkeypatch, "hubrank-prizes", CODE)
    monkeypatch.setattr(sys, "path", [item for item in sys.path if item])  # tests may write where they run
    monkeypatch.setattr(part_index, "_BEGUN", time.time_ns() + 10**12)
    _age(folder)
    begin()
    return folder / f"{MODULE}.py"


def test_a_plugin_is_imported_when_it_is_used(plugin, begin):
    """Names and titles are known before, titles in all languages; the record is that of the plugin."""
    known = begin()
    (part,) = known.parts["indicator"]["prizes"]

    assert MODULE not in sys.modules
    assert isinstance(part.texts["title"], Title)
    assert part.texts["title"].texts == {"en": "Prizes", "de": "Preise"}
    assert known.find("aggregator", "arithmetic").record.name == "arithmetic"
    assert MODULE not in sys.modules
    assert known.find("indicator", "prizes").record.measure is print
    assert MODULE in sys.modules


def test_the_index_holds_what_the_plugins_yield(plugin, begin):
    """All components, with their texts, distributions and order, as by importing every plugin."""
    known, imported = begin(), registry._imported(part_index.search_path())

    assert known._imported is not None
    assert [*known] == [*imported]
    assert [{name: getattr(text, "texts", text) for name, text in part.texts.items()} for part in known] == [
        {name: getattr(text, "texts", text) for name, text in part.texts.items()} for part in imported
    ]


def _rewritten(plugin):
    plugin.write_text(CODE.replace('"prizes"', '"awards"'))


def _with_a_helper(plugin):
    plugin.write_text(CODE + "\n\nimport prizes_helper\n")
    (plugin.parent / "prizes_helper.py").write_text("")


@pytest.mark.parametrize("change", [_rewritten, _with_a_helper, lambda plugin: (plugin.parent / "new.pth").touch()])
def test_a_change_is_seen_at_once(plugin, begin, change):
    """Of a file of the same size, by time; of what it imports; of what is installed."""
    change(plugin)

    assert begin()._imported is None
    assert begin().names("indicator") == registry._imported(part_index.search_path()).names("indicator")


def test_other_files_change_nothing(plugin, begin):
    """What a script writes beside itself is not installed; what is, is seen."""
    known = begin()
    (plugin.parent / "results.csv").write_text("unit,rank\n")
    assert Registry.installed() is known
    assert begin()._imported is not None
    (plugin.parent / "other-1.0.dist-info").mkdir()

    assert Registry.installed() is not known


def test_what_changes_while_a_process_runs_is_not_kept(plugin, begin, monkeypatch):
    """It may have imported the code from before."""
    _rewritten(plugin)
    monkeypatch.setattr(part_index, "_BEGUN", time.time_ns() - 10**12)

    assert [begin()._imported for _ in range(2)] == [None, None]


def test_a_helper_is_watched(plugin, begin):
    """A module that a plugin imports, though no entry point names it."""
    _with_a_helper(plugin)
    _age(plugin.parent)
    begin()
    assert begin()._imported is not None
    (plugin.parent / "prizes_helper.py").write_text("1")

    assert begin()._imported is None


def test_a_plugin_that_yields_otherwise(plugin, begin, monkeypatch):
    """What its hooks yield without any change of its files is found, and what they no longer yield is not."""
    monkeypatch.setenv("PRIZES", "medals")
    known = begin()
    (part,) = known.parts["indicator"]["prizes"]

    assert known.find("indicator", "medals").record.name == "medals"
    with pytest.raises(NotFoundError, match="no installed plugin has an indicator 'prizes'"):
        known.find("indicator", "prizes")
    with pytest.raises(PluginError, match=r"^hubrank-prizes: indicator 'prizes': could not be loaded: it has changed$"):
        _ = part.record


def test_a_broken_plugin_is_named_each_time(plugin, begin):
    """So there is no index while one is broken."""
    plugin.write_text("1 / 0")
    _age(plugin.parent)

    for _ in range(2):
        with pytest.raises(NotFoundError, match=r"could not be loaded: hubrank-prizes \(ZeroDivisionError"):
            begin().find("indicator", "prizes")


@pytest.mark.parametrize("content", [b"", b"{}", b"0\nindex\n{}", None])
def test_a_damaged_index(plugin, begin, content):
    """It is made again; an entry of another form, with a right digest, too."""
    (path,) = [item for item in Cache.default().entries() if item.suffix == ".note"]
    path.write_bytes(path.read_bytes()[:-9] if content is None else content)
    assert Cache.default().broken() == [path]

    assert begin()._imported is None
    assert begin().find("indicator", "prizes").distribution == "hubrank-prizes"
    assert Cache.default().broken() == []
    Cache.default().keep_note(path.stem, {"path": 3}, "another")
    assert begin().find("indicator", "prizes").distribution == "hubrank-prizes"


def test_no_cache(plugin, begin, monkeypatch, tmp_path):
    """Where nothing can be written all plugins are imported, as before."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "file" / "cache"))

    assert [begin().find("indicator", "prizes").version for _ in range(2)] == ["0.1", "0.1"]
