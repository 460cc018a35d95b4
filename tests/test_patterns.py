"""Regular expressions: none takes longer than in proportion to its text, whatever that holds."""

import itertools

import pytest

from tests.fuzz.patterns import signs, source_of, takes_long, uses, wholes


@pytest.mark.long
@pytest.mark.parametrize("part", range(4))
def test_patterns_are_as_fast_as_their_texts_are_long(part):
    """A beginning, a long repetition of each sign, each pair and each beginning of a match, an end that spoils it."""
    for (pattern, method), where in itertools.islice(uses().items(), part, None, 4):
        begun = {whole[:end] for whole in wholes(pattern) for end in range(min(len(whole), 12) + 1)}
        units = [first + second for first, second in itertools.permutations(signs(pattern)[:16], 2)]
        units += sorted(begun - {""})
        repeated = itertools.product([""], units)
        for beginning, unit in [*itertools.product(sorted(begun | {"a", "1"}), signs(pattern)), *repeated]:
            long = takes_long(pattern, method, beginning, unit, "\1!\n")
            assert not long, f"{where}: {method} of {source_of(pattern)!r} is slow: {unit!r} behind {beginning!r}"
