"""Finding units by what people call them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence

from attrs import frozen

from hubrank.basis.errors import UsageError, listed, suggestion
from hubrank.basis.harmless import csv_text
from hubrank.basis.names import name_key


@frozen(kw_only=True, eq=False)
class UnitIndex:
    """Units by code, by name and by alias, each as its key has it: `name_key` unless another is chosen.

    A code as it is written comes first, then a code, a name and an alias however they are written. What two units share
    in the first of these is ambiguous.

    Attributes:
        codes: The units' codes, in their order.
        names: Their names.
        written: The position of each code, as it is written.
        levels: The positions of the units that have a code, then a name, then an alias.
        key: What is the same for two spellings of one name.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    written: Mapping[str, int]
    levels: tuple[Mapping[str, tuple[int, ...]], ...]
    key: Callable[[str], str] = name_key

    @classmethod
    def of(
        cls,
        codes: Sequence[str],
        names: Sequence[str],
        aliases: Sequence[Sequence[str]],
        key: Callable[[str], str] = name_key,
    ) -> UnitIndex:
        """Index units by their codes, names and aliases, in one order."""
        levels = [[(code,) for code in codes], [(name,) for name in names], aliases]
        return cls(
            codes=tuple(codes),
            names=tuple(names),
            written={code: at for at, code in enumerate(codes)},
            levels=tuple(_positions(each, key) for each in levels),
            key=key,
        )

    def find(self, text: str) -> tuple[int, ...]:
        """The positions of the units that a text names, as it is or in CSV: none, one, or several that share it."""
        found = self._find(text)
        return found if found or (written := csv_text(text)) == text else self._find(written)

    def _find(self, text: str) -> tuple[int, ...]:
        if text in self.written:
            return (self.written[text],)
        key = self.key(text)
        return next((level[key] for level in self.levels if key in level), ())

    def position(self, text: str) -> int:
        """The position of the unit that a text names.

        Raises:
            UsageError: There is none, or more than one.
        """
        found = self.find(text)
        if not found:
            hint = suggestion(text, (*self.codes, *self.names))
            raise UsageError(f"there is no unit '{text}'{hint}")
        if len(found) > 1:
            shared = listed([self.codes[at] for at in found])
            said = f"'{text}' is the name of {len(found):,} {'unit' if len(found) == 1 else 'units'}: {shared}"
            raise UsageError(said)
        return found[0]

    def keys(self) -> Mapping[str, tuple[int, ...]]:
        """Every key with the positions of the units that it names."""
        return {key: found for level in reversed(self.levels) for key, found in level.items()}

    def alike(self) -> tuple[tuple[int, int], ...]:
        """The positions of each two units that share a code or a name, one's name and another's code included."""
        shared: dict[str, set[int]] = {}
        for level in self.levels[:2]:
            for key, found in level.items():
                shared.setdefault(key, set()).update(found)
        pairs = (itertools.pairwise(sorted(found)) for found in shared.values())
        return tuple(dict.fromkeys(itertools.chain.from_iterable(pairs)))


def _positions(texts: Iterable[Sequence[str]], key: Callable[[str], str]) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for at, own in enumerate(texts):
        for text in filter(None, own):
            positions = found.setdefault(key(text), [])
            if positions[-1:] != [at]:
                positions.append(at)
    return {name: tuple(positions) for name, positions in found.items() if name}
