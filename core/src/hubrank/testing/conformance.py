"""One decorator: every part of a module against every promise of its kind."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any

from hubrank.basis.errors import suggestion
from hubrank.contract.registry import Part
from hubrank.testing.checks import (
    aggregators,
    commands,
    exporters,
    imputations,
    indicators,
    normalisations,
    rescalings,
    scenarios,
    sources,
    treatments,
    unit_sets,
    weightings,
)
from hubrank.testing.parts import Sampled, Table, UnfitError, parts_of, with_options

Check = Callable[..., None]
#: What a promise that is not kept raises, and the reason.
Failure = tuple[type[BaseException], str]

_ALWAYS: Mapping[str, tuple[Check, ...]] = {
    "unit set": unit_sets.CHECKS,
    "source": sources.CHECKS,
    "indicator": indicators.CHECKS,
    "imputation": imputations.CHECKS,
    "treatment": treatments.CHECKS,
    "normalisation": normalisations.CHECKS,
    "weighting": weightings.CHECKS,
    "aggregator": aggregators.CHECKS,
    "rescaling": rescalings.CHECKS,
    "exporter": exporters.CHECKS,
    "scenario": scenarios.CHECKS,
    "command": commands.CHECKS,
}
#: Checks that depend on what a part says of itself, as an aggregator that it is monotone.
_WHERE_SAID: Mapping[str, Callable[[Any], tuple[Check, ...]]] = {
    "indicator": indicators.also,
    "imputation": imputations.also,
    "treatment": treatments.also,
    "normalisation": normalisations.also,
    "weighting": weightings.also,
    "aggregator": aggregators.also,
}


def checks_of(part: Part) -> tuple[Check, ...]:
    """The checks for a part: functions of its record and, where its kind has options, of these."""
    said = _WHERE_SAID[part.kind](part.record) if part.kind in _WHERE_SAID else ()
    return _ALWAYS[part.kind] + said


def conforms(
    module: ModuleType,
    *,
    sample_options: Mapping[str, Table | Sequence[Table]] | None = None,
    expected_failures: Mapping[str, Failure] | None = None,
) -> Callable[[Callable[..., None]], Any]:
    """Give a test every part that a module yields with every check of its kind.

    The test takes `check` and calls it. Tests are named `papers-check_unit_order`; what a check promises stands
    in its docstring.

    Args:
        module: The plugin.
        sample_options: For a part, options to test it with as a scenario writes them, or a list of several. A part
            without them is tested with its defaults; if it has options without a default it is skipped.
        expected_failures: Promises that are not kept, by a check's name (for every part) or a test's, each with what
            is raised and the reason: `{"check_monotone": (ContractError, "peers take points away")}`. Each must
            fail, and with that error.

    Raises:
        UnfitError: There is no such part or check, options do not fit, or an error or a reason is missing.
    """
    import pytest

    failures = {name: _failure(name, said) for name, said in (expected_failures or {}).items()}
    cases = []
    known: set[str] = set()
    for sampled, check in _cases(module, sample_options or {}):
        name = f"{sampled.label}-{check.__name__}"
        known |= {name, check.__name__}
        failure = failures.get(name, failures.get(check.__name__))
        marks = [pytest.mark.xfail(raises=failure[0], reason=failure[1], strict=True)] if failure else []
        if sampled.why_not:
            why = f"{sampled.why_not}; give @conforms sample_options for '{sampled.label}'"
            marks.append(pytest.mark.skip(reason=why))
        cases.append(pytest.param(functools.partial(check, *sampled.arguments), id=name, marks=marks))
    for name in failures:
        if name not in known:
            raise UnfitError(f"expected_failures: there is no check '{name}'{suggestion(name, known)}")
    return pytest.mark.parametrize("check", cases)


def _failure(name: str, said: Any) -> Failure:
    """The expected error and the reason, if both are given."""
    match said:
        case (type() as raised, str(reason)) if issubclass(raised, BaseException) and reason.strip():
            return raised, reason
    raise UnfitError(f"expected_failures: '{name}' needs the error and a reason, such as (ContractError, \"why\")")


def _cases(module: ModuleType, samples: Mapping[str, Table | Sequence[Table]]) -> Iterator[tuple[Sampled, Check]]:
    for sampled in with_options(parts_of(module), samples):
        for check in checks_of(sampled.part):
            yield sampled, check
