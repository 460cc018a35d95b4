"""Names of a scenario, bound to installed parts with their options."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import field, frozen

from hubrank.basis.edges import unwarned
from hubrank.basis.errors import FileProblem, MethodError, PluginError, Problem, ScenarioError, suggestion
from hubrank.basis.structuring import structure
from hubrank.contract.registry import NotFoundError, Part, Registry
from hubrank.scenario.choices import MethodSpec, Scaling


@frozen(eq=False)
class Bound:
    """A part with its options and the key that chose it.

    Attributes:
        part: The installed part.
        options: Its options, structured.
        where: The scenario's key.
    """

    part: Part
    options: Any
    where: str

    def call(self, function: Callable[..., Any], name: str, *arguments: Any) -> Any:
        """Call one of the part's functions.

        Raises:
            ScenarioError: The values are not such as the method can take, or a file is wrong.
            MissingColumnError: The units lack a column that it asked for.
            PluginError: It raised anything else.
        """
        return self._placed(lambda: self.part.call(name, *arguments, function=function))

    def _placed(self, do: Callable[[], Any]) -> Any:
        """Do it; what the author of the scenario can mend is told with the key."""
        try:
            with unwarned():  # what a part returns is looked at, and told with unit and indicator
                return do()
        except FileProblem as error:
            raise ScenarioError("", [Problem(self.where, each) for each in error.problems]) from error
        except MethodError as error:
            raise ScenarioError("", [Problem(self.where, str(error))]) from error

    def asked(self, name: str) -> Any:
        """What the record says with the options, such as its `tables`: as `Part.ask`, with errors as of `call`."""
        return self._placed(lambda: self.part.ask(name, self.options))

    def broke(self, what: str) -> PluginError:
        """The error for a part that did not keep its promise."""
        return self.part.broke(what)

    @property
    def choice(self) -> tuple[str, Any]:
        """What tells this choice from another: the part's full name and the options."""
        return self.part.full_name, self.options


@frozen(eq=False)
class Binder:
    """Binds names and gathers the problems."""

    registry: Registry
    problems: list[Problem] = field(factory=list)

    def problem(self, where: str, what: str) -> None:
        """Remember a problem; the same one is said once."""
        found = Problem(where, what)
        if found not in self.problems:
            self.problems.append(found)

    def part(self, kind: str, name: str, where: str) -> Part | None:
        """The part of that name, or none and a problem."""
        try:
            return self.registry.find(kind, name)
        except NotFoundError as error:
            self.problem(where, str(error))
            return None

    def bind(self, kind: str, name: str, options: Mapping[str, Any], where: str, options_where: str) -> Bound | None:
        """A part with its options, or none and the problems."""
        part = self.part(kind, name, where)
        if part is None:
            return None
        made, problems = part.call("options", function=lambda: structure(part.record.options, options, options_where))
        for each in problems:
            self.problem(each.where, each.what)
        return None if problems else Bound(part, made, where)

    def choice(self, kind: str, choice: MethodSpec, where: str) -> Bound | None:
        """A method with its options."""
        return self.bind(kind, choice.method, choice.options, where, where)

    def scaling(self, kind: str, scaling: Scaling, where: str, editions: Sequence[int]) -> Bound | None:
        """A method with its options, its reference year checked."""
        if isinstance(scaling.fitted_on, int) and scaling.fitted_on not in editions:
            known = [str(year) for year in editions]
            what = f"no edition {scaling.fitted_on}"
            self.problem(f"{where}.fitted_on", what + suggestion(str(scaling.fitted_on), known))
        return self.choice(kind, scaling.choice, where)

    def steps(self, kind: str, steps: Sequence[MethodSpec], where: str) -> tuple[Bound, ...]:
        """Steps in their order; those that could not be bound are problems."""
        bound = [self.choice(kind, step, f"{where}[{at}]") for at, step in enumerate(steps)]
        return tuple(each for each in bound if each is not None)
