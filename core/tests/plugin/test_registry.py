"""What is installed; conflicts and broken plugins are named to those who need them, and to no one else."""

import sys
import types

import pytest
from hubrank.errors import PluginError
from hubrank.plugin import Aggregator, Indicator, NoOptions, Normalisation, Weighting, hookimpl
from hubrank.plugin.registry import NotFoundError, Registry


def an_indicator(name="papers", **fields):
    """An indicator that measures nothing."""
    return Indicator(name=name, title=name, unit_of_measure="-", measure=lambda *_: None, **fields)


def install(folder, monkeypatch, name, code, version="0.1", groups=("hubrank",)):
    """A distribution with one module in a folder on the path, as an installer leaves it."""
    module = name.replace("-", "_")
    (folder / f"{module}.py").write_text(code)
    info = folder / f"{module}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (info / "entry_points.txt").write_text("".join(f"[{group}]\nmine = {module}\n" for group in groups))
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # what is written into a folder changes it
    monkeypatch.delitem(sys.modules, module, raising=False)


@pytest.mark.parametrize(
    ("kind", "name", "message"),
    [
        ("indicator", "paper", "no installed plugin has an indicator 'paper'; did you mean 'papers'?"),
        ("indicator", "zzz", "no installed plugin has an indicator 'zzz'; available: papers"),
        ("source", "papers", "no installed plugin has a source 'papers'; none are available"),
        ("unit set", "hubs", "no installed plugin has a unit set 'hubs'; none are available"),
    ],
)
def test_not_there(lab, kind, name, message):
    """What there is instead is said, and one kind's names are not another's."""
    registry = Registry.of(lab.plugin("mine", indicators=[an_indicator()]))
    with pytest.raises(NotFoundError) as caught:
        registry.find(kind, name)

    assert str(caught.value) == message


def test_conflict(lab):
    """Two plugins of one name are both named; whichever came first does not win, and other names still work."""
    first = lab.plugin("first", indicators=[an_indicator(), an_indicator("patents")])
    second = lab.plugin("second", indicators=[an_indicator()])

    for registry in (Registry.of(first, second), Registry.of(second, first)):
        assert registry.find("indicator", "patents").distribution == "first"
        with pytest.raises(NotFoundError, match=r"^'papers' is provided by first and second; write "):
            registry.find("indicator", "papers")


def test_full_names(lab):
    """A distribution's name before the part's finds its part, however the distribution is spelt."""
    first = lab.plugin("first_one", indicators=[an_indicator(), an_indicator("patents")])
    second = lab.plugin("second", indicators=[an_indicator()])
    registry = Registry.of(first, second)

    assert registry.find("indicator", "first_one:papers").distribution == "first_one"
    assert registry.find("indicator", "First-One:papers").full_name == "first_one:papers"
    assert registry.find("indicator", "second:papers").distribution == "second"
    assert registry.name_of(registry.find("indicator", "patents")) == "patents"
    assert registry.name_of(registry.find("indicator", "second:papers")) == "second:papers"
    with pytest.raises(NotFoundError) as caught:
        registry.find("indicator", "second:patents")
    assert str(caught.value) == ("no installed plugin has an indicator 'second:patents'; did you mean 'second:papers'?")


def _raising():
    yield an_indicator("before")
    raise RuntimeError("no licence")


def _module(**attributes):
    return types.SimpleNamespace(__name__="odd", **attributes)


@pytest.mark.parametrize(
    ("module", "said"),
    [
        (_module(hubrank_indicators=hookimpl(_raising)), "odd (RuntimeError: no licence)"),
        (
            _module(hubrank_indicatorz=hookimpl(lambda: ())),
            "odd (PluginValidationError: unknown hook 'hubrank_indicatorz'",
        ),
        (_module(hubrank_indicators=hookimpl(lambda units: [])), "odd (PluginValidationError: "),
        (_module(hubrank_indicators=hookimpl(lambda: 3)), "odd (TypeError: "),
        (
            _module(hubrank_indicators=hookimpl(lambda: ["papers"])),
            "odd (TypeError: hubrank_indicators yielded a str; expected an Indicator)",
        ),
        (
            _module(hubrank_indicators=hookimpl(lambda: [Weighting(name="w", apply=lambda *_: None)])),
            "odd (TypeError: hubrank_indicators yielded a Weighting; expected an Indicator)",
        ),
        (
            _module(hubrank_indicators=hookimpl(lambda: [an_indicator(None)])),
            "odd (TypeError: hubrank_indicators yielded an Indicator with a name that is not text)",
        ),
        (
            _module(hubrank_aggregators=hookimpl(lambda: [Aggregator(name="a", apply=lambda *_: 0, weights="row")])),
            "odd (TypeError: hubrank_aggregators yielded an Aggregator with a weights that is not 'shares' or 'raw')",
        ),
        (
            _module(
                hubrank_normalisations=hookimpl(
                    lambda: [Normalisation(name="n", fit=lambda *_: 0, apply=lambda *_: 0, levels=("low",))]
                )
            ),
            "odd (TypeError: hubrank_normalisations yielded a Normalisation with the level 'low', which its options do "
            "not have)",
        ),
    ],
)
def test_broken_plugin(lab, module, said):
    """A plugin whose hook raises, is misspelt, takes arguments or yields something else is kept aside and named."""
    sound = lab.plugin("sound", indicators=[an_indicator()])
    registry = Registry.of(module, sound)

    assert registry.find("indicator", "papers").distribution == "sound"
    assert str(registry.broken[0]).startswith(said)
    with pytest.raises(NotFoundError, match="these plugins could not be loaded: odd"):
        registry.find("indicator", "zzz")


def test_installed(tmp_path, monkeypatch):
    """An installed distribution is found by its entry point, its version with it."""
    code = (
        "from hubrank.plugin import Aggregator, Indicator, hookimpl\n\n\n@hookimpl\ndef hubrank_indicators():\n"
        '    yield Indicator(name="prizes", title="", unit_of_measure="", measure=print)\n'
    )
    install(tmp_path, monkeypatch, "hubrank-prizes", code, "2.5")

    part = Registry.installed().find("indicator", "prizes")

    assert (part.distribution, part.version) == ("hubrank-prizes", "2.5")


def test_one_module_in_both_groups(tmp_path, monkeypatch, capsys):
    """For commands the hook of commands alone is called, and not again for all parts."""
    code = (
        "from hubrank.plugin import Command, Indicator, hookimpl\n\n\n@hookimpl\ndef hubrank_commands():\n"
        '    print("commands")\n    yield Command(name="prize", help="-", function="mine:prize")\n\n\n'
        '@hookimpl\ndef hubrank_indicators():\n    print("indicators")\n'
        '    yield Indicator(name="prizes", title="", unit_of_measure="", measure=print)\n'
    )
    install(tmp_path, monkeypatch, "hubrank-prizes", code, groups=("hubrank", "hubrank.commands"))

    assert Registry.of_commands().find("command", "prize").distribution == "hubrank-prizes"
    assert capsys.readouterr().out == "commands\n"
    registry = Registry.installed()
    assert capsys.readouterr().out == "indicators\n"
    assert {registry.find("indicator", "prizes").name, registry.find("command", "prize").name} == {"prizes", "prize"}


def test_built_ins_enter_by_the_same_hooks():
    """The core's own parts are of the distribution `hubrank`, as a stranger's are of theirs."""
    registry = Registry.installed()

    assert registry.find("source", "files").distribution == "hubrank"
    assert registry.find("aggregator", "arithmetic").record.options is NoOptions


def test_plugin_that_raises_when_called(lab):
    """What a part's function raises names the part and its distribution."""
    raising = Weighting(name="mine", apply=lambda scores, context, options: 1 / 0)
    with pytest.raises(PluginError) as caught:
        lab.rank('[weighting]\nmethod = "mine"', lab.plugin("mine-dist", weightings=[raising]))

    assert str(caught.value) == "mine-dist: weighting 'mine': apply raised ZeroDivisionError: division by zero"
