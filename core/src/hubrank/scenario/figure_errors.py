"""Errors of values, bound to the columns with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import evolve, fields_dict, frozen

from hubrank.errors import did_you_mean
from hubrank.scenario.error_kinds import Bootstrap, Count, FigureError, Relative, Share, StandardError
from hubrank.scenario.indicators import Binder, BoundIndicator
from hubrank.scenario.schema import Scenario


@frozen(kw_only=True, eq=False)
class BoundError:
    """The error of an indicator's values.

    Attributes:
        indicator: Its key.
        kind: How the error is given.
        rows_of: The indicator whose rows have the columns: itself, or the numerator of a ratio.
        divisor: The divisor of a ratio.
        scale: The factor of a ratio.
        given_by: The indicator whose values are the standard errors, or the relative ones.
        per: The number of inhabitants that its values refer to; none if they do not.
        read_of: The columns that its values come from, and their divisor; values from the same columns share errors.
        text: The same as in the scenario: `standard_error = gdp_se`.
    """

    indicator: str
    kind: FigureError
    text: str
    rows_of: BoundIndicator
    divisor: BoundIndicator | None = None
    scale: float = 1.0
    given_by: str = ""
    per: float | None = None
    read_of: tuple[str, str] = ("", "")

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of numbers that are read of the rows."""
        return () if self.given_by else self.kind.columns

    @property
    def texts(self) -> tuple[str, ...]:
        """The columns that distinguish rows."""
        return (self.kind.cluster,) if isinstance(self.kind, Bootstrap) and self.kind.cluster else ()

    @property
    def reads_rows(self) -> bool:
        """Whether it is computed from the rows that a value is the sum of."""
        return bool(self.columns) or isinstance(self.kind, Bootstrap)

    @property
    def mean(self) -> bool:
        """Whether the ratio is a mean of rows: both of its parts are sums of the same rows."""
        return self.divisor is not None and self.divisor.inputs == self.rows_of.inputs

    @property
    def input(self) -> str:
        """The input with the rows."""
        return self.rows_of.inputs["values"]


def bind_errors(scenario: Scenario, indicators: Sequence[BoundIndicator], binder: Binder) -> tuple[BoundError, ...]:
    """The errors of a scenario's values, in the order of the indicators' names; the problems go to the binder."""
    by_key = {item.key: item for item in indicators}
    ranked = [key for key, item in by_key.items() if item.dimension is not None]
    bound: list[BoundError] = []
    robustness = scenario.robustness
    noisy = robustness.noise if robustness else None
    for key, given in sorted(robustness.error.items()) if robustness else ():
        where, kind = f"robustness.error.{key}", given.kind
        if key in scenario.indicators and not {key, *scenario.indicators[key].made_from} <= set(by_key):
            continue  # its error is already reported
        if key not in ranked:
            used = [name for name in ranked if key in by_key[name].made_from]
            hint = f"; it is made into '{used[0]}', which is" if used else did_you_mean(key, ranked)
            binder.problem(where, f"there is no indicator '{key}' in the tree{hint}")
            continue
        if noisy is not None and (noisy.everywhere is not None or key in noisy.by_indicator):
            binder.problem(where, "has noise too, which would count its error twice; remove one of them")
        if scenario.selection.at_least_nonzero_share > 0:
            binder.problem(where, "an error of 0 cannot be combined with selection.at_least_nonzero_share")
        item = by_key[key]
        named = kind.standard_error if isinstance(kind, StandardError) else getattr(kind, "relative", 0.0)
        if isinstance(kind, Relative) and isinstance(named, str) and named not in by_key:
            binder.problem(f"{where}.relative", f"there is no indicator '{named}'{did_you_mean(named, by_key)}")
            continue
        given_by = str(named) if named in by_key else ""
        if given_by and not isinstance(kind, Relative):
            bound.append(BoundError(indicator=key, kind=kind, text=given.text, rows_of=item, given_by=given_by))
            continue
        ratio = item.bound.part.is_own("ratio") and len(item.made_from) == 2
        rows_of, divisor = (by_key[name] for name in item.made_from) if ratio else (item, None)
        error = BoundError(
            indicator=key,
            kind=kind,
            text=given.text,
            rows_of=rows_of,
            divisor=divisor,
            scale=abs(item.bound.options.scale) if ratio else 1.0,
            given_by=given_by,
            per=_per(rows_of, by_key),
            read_of=(_read_of(rows_of, by_key), _divided_by(scenario, item, by_key)),
        )
        if what := _unreadable(item, error):
            binder.problem(where, what)
            continue
        bound.append(error)
    return tuple(bound)


def _read_of(item: BoundIndicator, by_key: Mapping[str, BoundIndicator]) -> str:
    """The sources of an indicator's values: columns of inputs, as text; for a ratio those of the numerator."""
    if item.made_from:
        ratio = item.bound.part.is_own("ratio")
        return " and ".join(_read_of(by_key[name], by_key) for name in item.made_from[: 1 if ratio else None])
    roles, options = item.bound.asked("inputs"), item.bound.options
    texts = [f"{item.inputs[role]}.{column}" for role, columns in sorted(roles.items()) for column in sorted(columns)]
    if any(kind is str for columns in roles.values() for kind in columns.values()):  # its options distinguish rows
        texts.append(repr(evolve(options, per=None) if "per" in fields_dict(type(options)) else options))
    return " and ".join(texts)


def _divided_by(scenario: Scenario, item: BoundIndicator, by_key: Mapping[str, BoundIndicator]) -> str:
    """The sources of the divisor; empty without a divisor."""
    if item.bound.part.is_own("ratio"):
        return _read_of(by_key[item.made_from[1]], by_key)
    if item.made_from:
        of_parts = {_divided_by(scenario, by_key[name], by_key) for name in item.made_from}
        return of_parts.pop() if item.bound.part.is_own("difference") and len(of_parts) == 1 else ""
    columns = item.bound.asked("unit_columns")
    return " and ".join(f"{scenario.units.from_inputs.get(column, 'units')}.{column}" for column in columns)


def _per(item: BoundIndicator, by_key: Mapping[str, BoundIndicator]) -> float | None:
    """The number of inhabitants that values refer to; also for a difference of two such indicators."""
    if item.bound.part.is_own("difference"):
        of_parts = {_per(by_key[name], by_key) for name in item.made_from}
        return of_parts.pop() if len(of_parts) == 1 else None
    return getattr(item.bound.options, "per", None)


def _unreadable(item: BoundIndicator, error: BoundError) -> str:
    """The reason why an error cannot be read or computed; empty if it can."""
    value, names = error.rows_of.bound, ", ".join(error.columns) or "bootstrap"
    if error.reads_rows and not value.part.is_own("value"):
        what = f"{names}: can be read of a 'value' and a 'ratio' of values, not of '{item.bound.part.name}'"
        return f"{what}; set standard_error to a number, or to an indicator outside the tree"
    if error.reads_rows and value.options.combine == "max":
        return f'{names}: cannot be read where combine = "max", which takes one of several rows'
    if isinstance(error.kind, Relative) and error.kind.divisor and not error.read_of[1]:
        return "divisor: its values are not divided by anything; a ratio or an indicator per inhabitant is"
    if isinstance(error.kind, Count) and item.record.derive and error.divisor is None:
        return f"is made by '{item.bound.part.name}', so it is not a count; set standard_error"
    if isinstance(error.kind, Share) and error.kind.scale is not None and error.divisor is not None:
        return "scale: is that of the ratio; remove it"
    return ""
