"""Asking a verb in Python, whichever distribution brings it."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from hubrank.basis.errors import UsageError
from hubrank.composing.ranking import Ranking
from hubrank.contract.guests import GuestError, hosted, told
from hubrank.contract.installed import verb
from hubrank.contract.registry import Part, Registry
from hubrank.measuring.cache import Cache
from hubrank.questions.answers import Answer
from hubrank.uncertainty.outcome import vintages

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
        raise UsageError(f"'{name}' of {part.distribution} is of the command line alone; run hubrank {name}")
    made = _asked(part, function_at(place, part), ranking, options)
    if not isinstance(made, Answer):
        raise part.broke(f"{place} returned {type(made).__name__}; expected an Answer")
    return made


def function_at(place: str, part: Part) -> Callable[..., Any]:
    """The function that a verb names as `"module:name"`.

    Raises:
        PluginError: It cannot be imported.
    """
    module, _colon, name = place.partition(":")
    try:
        with hosted():
            found: Callable[..., Any] = getattr(importlib.import_module(module), name)
    except Exception as error:
        raise part.broke(f"{place} cannot be imported: {told(error)}") from error
    return found


def _asked(part: Part, function: Callable[..., Any], ranking: Ranking, options: dict[str, Any]) -> Any:
    """What a verb's function returns; options that it does not have are the error of whoever asks."""
    inspect.signature(function).bind(ranking, **options)
    try:
        with hosted(verb=True):
            return function(ranking, **options)
    except GuestError as error:
        raise part.broke(f"{part.record.python} raised {error}") from error


def measurements_of(ranking: Ranking) -> tuple[Measurement, ...]:
    """What was measured for each alternative of the vintage, one where none is doubted; asked only where it matters."""
    return vintages(ranking.plan, ranking.measurement, Cache.default())
