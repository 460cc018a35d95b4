"""From a TOML table to an attrs class, with every problem at once."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import pytest
from attrs import field, frozen
from hubrank.io.toml import describe_value, parse_toml


@frozen(kw_only=True)
class Inner:
    """A table in a table."""

    name: str


@frozen
class Own:
    """A class that makes itself."""

    value: str

    @classmethod
    def from_toml(cls, value):
        """Of a text only."""
        if not isinstance(value, str):
            raise ValueError(f"key: must be a name; got {describe_value(value)}")
        return cls(value)


@frozen(kw_only=True)
class Outer:
    """One field of each sort."""

    text: str = ""
    whole: int = 0
    number: float = 0.0
    truth: bool = False
    path: Path = Path()
    choice: Literal["a", "b"] = "a"
    sign: Literal[1, -1] = 1
    maybe: float | None = None
    either: int | Literal["all", "newest"] = 1
    texts: tuple[str, ...] = ()
    inner: Inner | None = None
    inners: tuple[Inner, ...] = ()
    table: Mapping[str, float] = field(factory=dict)
    own: Own | None = None
    from_: str = field(default="", metadata={"key": "from"})
    positive: float = field(default=1.0)

    @positive.validator
    def _positive(self, _, value):
        if value <= 0:
            raise ValueError(f"positive: must be above 0; got {value:g}")


def problems(**table):
    """The problems of a table, as texts."""
    made, found = parse_toml(Outer, table, "top")
    assert (made is None) == bool(found)
    return [str(each) for each in found]


def test_values_arrive_as_their_types():
    """A whole number is a number too, a list a tuple, a text a path; keys may be words of Python."""
    table = {
        "number": 2,
        "path": "a/b.csv",
        "texts": ["x", "y"],
        "inner": {"name": "n"},
        "inners": [{"name": "m"}],
        "table": {"a": 1},
        "own": "me",
        "from": "there",
        "either": "all",
    }
    made, found = parse_toml(Outer, table)

    assert found == []
    assert isinstance(made.number, float)
    assert (made.path, made.texts) == (Path("a/b.csv"), ("x", "y"))
    assert (made.inner, made.inners) == (Inner(name="n"), (Inner(name="m"),))
    assert (made.table, made.own, made.from_, made.either) == ({"a": 1.0}, Own("me"), "there", "all")


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"text": 2}, "top.text: must be a text; got 2"),
        ({"whole": 1.0}, "top.whole: must be a whole number; got 1.0"),
        ({"number": "2"}, 'top.number: must be a number; got the text "2"'),
        ({"truth": 1}, "top.truth: must be true or false; got 1"),
        ({"choice": "c"}, 'top.choice: must be "a" or "b"; got the text "c"'),
        ({"sign": 2}, "top.sign: must be 1 or -1; got 2"),
        ({"either": "old"}, 'top.either: must be a whole number or "all" or "newest"; got the text "old"'),
        ({"texts": "x"}, 'top.texts: must be a list; got the text "x"'),
        ({"texts": ["x", 1]}, "top.texts[1]: must be a text; got 1"),
        ({"inner": {}}, "top.inner.name: missing; it has no default"),
        ({"inners": [{"name": "n"}, {"nane": "n"}]}, "top.inners[1].nane: unknown key; did you mean 'name'?"),
        ({"table": {"a": "b"}}, 'top.table.a: must be a number; got the text "b"'),
        ({"own": 1}, "top.own.key: must be a name; got 1"),
        ({"from_": "x"}, "top.from_: unknown key; did you mean 'from'?"),
        ({"positive": -1}, "top.positive: must be above 0; got -1"),
    ],
)
def test_wrong_values(table, message):
    """TOML types are meant: each error has its key, what must be there and what is."""
    assert message in problems(**table)


def test_all_problems_at_once():
    """Every error of a table is said, not only the first."""
    assert len(problems(text=1, whole="x", inner={"nam": 1}, texts=[1, 2])) == 6
