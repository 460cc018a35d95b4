"""Asking a verb in Python, whichever distribution brings it."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hubrank.basis.errors import PluginError, UsageError
from hubrank.basis.language import worded
from hubrank.composing.ranking import Ranking
from hubrank.contract.registry import Part, Registry
from hubrank.front.installed import verb
from hubrank.measuring.cache import Cache
from hubrank.questions.answers import Answer
from hubrank.robustness.assessing import vintages

if TYPE_CHECKING:
    from hubrank.measuring.measurement import Measurement


def ask(name: str, ranking: Ranking, **options: Any) -> Answer:
    """What a verb answers; the sentences of what is missing are those of the command line.

    Args:
        name: The verb's name.
        ranking: What is asked.
        **options: What its function takes besides.

    Raises:
        UsageError: The verb is not installed, or of the command line alone.
        PluginError: Its function cannot be imported, or does not return an `Answer`.
    """
    part = verb(Registry.of_commands(), name)
    place: str = part.record.python
    if not place:
        raise UsageError(
            worded(
                "'{name}' of {distribution} is of the command line alone; run hubrank {name}",
                name=name,
                distribution=part.distribution,
            )
        )
    made = function_at(place, part)(ranking, **options)
    if not isinstance(made, Answer):
        what = worded("{function} returned {given}; expected an Answer", function=place, given=type(made).__name__)
        raise PluginError(part.distribution, str(part), what)
    return made


def function_at(place: str, part: Part) -> Callable[..., Any]:
    """The function that a verb names as `"module:name"`.

    Raises:
        PluginError: It cannot be imported.
    """
    module, _colon, name = place.partition(":")
    try:
        found: Callable[..., Any] = getattr(importlib.import_module(module), name)
    except Exception as error:
        what = worded(
            "{function} cannot be imported: {error}", function=place, error=f"{type(error).__name__}: {error}"
        )
        raise PluginError(part.distribution, str(part), what) from error
    return found


def measurements_of(ranking: Ranking) -> tuple[Measurement, ...]:
    """What was measured for each alternative of the vintage, one where none is doubted; asked only where it matters."""
    return vintages(ranking.plan, ranking.measurement, Cache.default())
