"""Finding units by what people call them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from attrs import frozen

from hubrank.basis.errors import UsageError, listed, suggestion
from hubrank.basis.names import name_key


@frozen(kw_only=True, eq=False)
class UnitIndex:
    """Units by code, by name and by alias, each as `name_key` has it.

    A code as it is written comes first, then a code, a name and an alias however they are written. What two units share
    in the first of these is ambiguous.

    Attributes:
        codes: The units' codes, in their order.
        names: Their names.
        written: The position of each code, as it is written.
        levels: The positions of the units that have a code, then a name, then an alias.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    written: Mapping[str, int]
    levels: tuple[Mapping[str, tuple[int, ...]], ...]

    @classmethod
    def of(cls, codes: Sequence[str], names: Sequence[str], aliases: Sequence[Sequence[str]]) -> UnitIndex:
        """Index units by their codes, names and aliases, in one order."""
        levels = [[(code,) for code in codes], [(name,) for name in names], aliases]
        return cls(
            codes=tuple(codes),
            names=tuple(names),
            written={code: at for at, code in enumerate(codes)},
            levels=tuple(_positions(each) for each in levels),
        )

    def find(self, text: str) -> tuple[int, ...]:
        """The positions of the units that a text names: none, one, or several that share it."""
        if text in self.written:
            return (self.written[text],)
        key = name_key(text)
        return next((level[key] for level in self.levels if key in level), ())

    def position(self, text: str) -> int:
        """The position of the unit that a text names.

        Raises:
            UsageError: There is none, or more than one.
        """
        found = self.find(text)
        if not found:
            raise UsageError(f"there is no unit '{text}'{suggestion(text, (*self.codes, *self.names))}")
        if len(found) > 1:
            shared = listed([self.codes[at] for at in found])
            raise UsageError(f"'{text}' is the name of {len(found)} units: {shared}")
        return found[0]

    def keys(self) -> Mapping[str, tuple[int, ...]]:
        """Every key with the positions of the units that it names."""
        return {key: found for level in reversed(self.levels) for key, found in level.items()}


def _positions(texts: Iterable[Sequence[str]]) -> dict[str, tuple[int, ...]]:
    found: dict[str, dict[int, None]] = {}
    for at, own in enumerate(texts):
        for text in own:
            found.setdefault(name_key(text), {})[at] = None
    return {key: tuple(positions) for key, positions in found.items() if key}
