"""Verbs of the command line."""

from __future__ import annotations

from attrs import Attribute, field, frozen, validators

_TEXT = validators.instance_of(str)


@frozen(kw_only=True)
class Command:
    """A verb of the command line, handed over by `hubrank_commands`.

    Attributes:
        name: What is typed after `hubrank`.
        help: What it does, in one line for `hubrank --help`.
        function: Where it is, as `"module:name"`: a function whose arguments are written as typer takes them, or
            a `typer.Typer` of several. It is imported when the verb is used, and not before, so the module that
            yields the record should import little.
        group: The heading that `hubrank --help` lists it under.
        python: Where it is for those who ask in Python, as `"module:name"`: a function of a `Ranking` and the verb's
            options by name, which returns an `Answer`. Empty where the verb is of the command line alone.
        reads: Where it is that reads tables as people have them, as `"module:name"`: a function of a path and the
            choices of `hubrank.draft` by name, which returns a `Draft`. `hubrank.rank` of a file goes through it.
            Empty where the verb reads none.
    """

    name: str = field(validator=_TEXT)
    help: str = field(validator=_TEXT)
    function: str = field(validator=_TEXT)
    group: str = field(default="Other commands", validator=_TEXT)
    python: str = field(default="", validator=_TEXT)
    reads: str = field(default="", validator=_TEXT)

    @function.validator
    @python.validator
    @reads.validator
    def _place(self, attribute: Attribute[str], value: str) -> None:
        module, _colon, name = value.partition(":")
        if not (module and name.isidentifier()) and (value or attribute.name == "function"):
            said = f'must be "module:name"; got "{value}"'
            raise ValueError(f"{attribute.name}: {said}")
