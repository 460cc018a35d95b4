"""What can be begun, and what each kind needs."""

from __future__ import annotations

from attrs import field, frozen


@frozen(kw_only=True)
class Kind:
    """A kind of part that a distribution can bring.

    Attributes:
        part: The kind, as `hubrank list` and the registry name it; the folder of its templates has the same name.
        one: One of it in an English sentence of a README.
        about: What it does, for readers of a README.
        listed: Where `hubrank list` shows it.
        imports: The distributions that its module imports beside hubrank, as requirements.
        data: The files beside its module by template: their names, themselves templates.
        group: The group of its entry point.
        brings: The kind of part that has its name, where that is another.
        attribute: What of its module is the plugin; the module itself by default.
    """

    part: str
    one: str
    about: str
    listed: str
    imports: tuple[str, ...] = ()
    data: dict[str, str] = field(factory=dict)
    group: str = "hubrank"
    brings: str = ""
    attribute: str = ""


_NUMPY = "numpy>=2"
_ATTRS = "attrs>=25"

#: The steps of the Handbook, which `hubrank new method` asks for.
METHODS = (
    Kind(
        part="normalisation",
        one="a normalisation",
        about="It brings indicators of all kinds to one scale.",
        listed="normalisations",
        imports=(_NUMPY,),
    ),
    Kind(
        part="aggregator",
        one="an aggregator",
        about="It makes one score of those of several members.",
        listed="aggregators",
        imports=(_ATTRS, _NUMPY),
    ),
    Kind(
        part="imputation",
        one="an imputation",
        about="It fills gaps and leaves alone what was measured.",
        listed="imputations",
        imports=(_ATTRS, _NUMPY),
    ),
    Kind(
        part="treatment",
        one="a treatment",
        about="It takes the skew out of an indicator and keeps the order of its values.",
        listed="treatments",
        imports=(_NUMPY,),
    ),
    Kind(
        part="weighting",
        one="a weighting",
        about="It says how much each member counts.",
        listed="weightings",
        imports=(_NUMPY,),
    ),
    Kind(
        part="rescaling",
        one="a rescaling",
        about="It is a step on scores: those of a dimension, or the final ones.",
        listed="rescalings",
        imports=(_NUMPY,),
    ),
)
#: What needs no Python, and a distribution only where others install it.
DATA = {
    "scenario": Kind(
        part="scenario",
        one="a scenario",
        about="It ranks by one command, once it is installed.",
        listed="scenarios",
        data={
            "scenario/fresh.toml": "$file.toml",
            "scenario/units.csv": "$file-units.csv",
            "scenario/figures.csv": "$file-figures.csv",
        },
    ),
    "region": Kind(
        part="region",
        one="a region",
        about="It has units, figures of known origin, and a scenario that ranks the units.",
        listed="unit-sets",
        data={
            "region/region.toml": "region.toml",
            "region/units.csv": "units.csv",
            "scenario/figures.csv": "figures.csv",
            "region/scenario.toml": "scenario.toml",
        },
        brings="unit set",
        attribute="region",
    ),
}
#: The others, by the word on the command line.
PARTS = {
    "indicator": Kind(
        part="indicator",
        one="an indicator",
        about="It measures one number for each unit and edition.",
        listed="indicators",
        imports=(_ATTRS,),
    ),
    "source": Kind(
        part="source",
        one="a source",
        about="It yields rows that say where, when and how much; the core puts them into units.",
        listed="sources",
        imports=("pandas>=2.2",),
        data={"source/rows.csv": "$file.csv"},
    ),
    "exporter": Kind(
        part="exporter",
        one="an exporter",
        about="It writes a ranking to a file.",
        listed="exporters",
    ),
    "command": Kind(
        part="command",
        one="a verb",
        about="It is a verb of the command line.",
        listed="commands",
        imports=("typer>=0.15",),
        group="hubrank.commands",
    ),
}

#: What a method can be.
STEPS = tuple(each.part for each in METHODS)


def kind_of(word: str, step: str | None) -> Kind:
    """The kind that a word of the command line means.

    Args:
        word: What follows `hubrank new`.
        step: What `--kind` says, for a method.
    """
    if word == "method":
        return next(each for each in METHODS if each.part == step)
    return (PARTS | DATA)[word]
