"""JSON, GeoJSON and TOML that hold what no number, text or table can be, written as no writer would."""

import json
import warnings
from typing import Any

from hubrank.errors import FileProblem
from hubrank.io.toml import read_toml
from hubrank.plugin import HubrankError
from hubrank.scenario.schema import UnitsSettings
from hubrank.scenario.units import frames_of
from hubrank_start.tables import draft_of
from hypothesis import strategies as st

from tests.fuzz.trees import folder

#: Numbers and texts as a file has them: beyond a double, beyond what Python reads, half a character.
ODD = (
    "Infinity", "-Infinity", "NaN", "1e308", "-1e308", "1e309", "-1e999999999", "1e-400", "-0.0", "9" * 308, "9" * 309,
    "-" + "9" * 400, "9" * 4299, "9" * 4300, "9" * 4301, "0." + "0" * 4400 + "1", "1" + "0" * 5000 + ".5", str(2**63),
    str(-(2**63) - 1), '"\\ud800"', '"\\udfff\\ud800"', '"\\u0000"', '"\\u202e"', '"1e999999999%"', '"Infinity"',
    f'"{"9" * 400}"', f'"{"9" * 4301}"', '"1e400"', '"-"', '"=1+1"', '""', "null", "true", "[]", "{}", "[[]]",
    '{"": 1}', '{"a": {"b": {"c": 1}}}', "[1, [2, [3]]]", "[" * 90 + "]" * 90, '"' + "x" * 3000 + '"',
    "1.5", "7", '"AAA"', "2024",
)  # fmt: skip
#: What no JSON is, once it is in a document.
TORN = ("", "[" * 3000, '{"a":' * 3000, "]", "}", "\ufeff", '"', "//", "\x00", "0x10", "01", "1.", "'a'", ",", "inf")
KEYS = ("unit", "name", "year", "size", "lat", "lon", "properties", "type", "", r"\ud800", r"\u0000", "1", "a: b")


def written(value: Any) -> str:
    """A document whose texts are cells as a file has them."""
    if isinstance(value, dict):
        return "{" + ", ".join(f'"{key}": {written(item)}' for key, item in value.items()) + "}"
    return f"[{', '.join(map(written, value))}]" if isinstance(value, list) else str(value)


CELLS = st.one_of(st.sampled_from(ODD), st.integers(-9, 9).map(str), st.sampled_from(['"AAA"', '"BBB"', '"Å"']))
RECORDS = st.lists(st.dictionaries(st.sampled_from(KEYS), CELLS, max_size=4), max_size=4)
TABLES = st.one_of(
    RECORDS,
    RECORDS.map(
        lambda rows: [{"unit": f'"{"ABCD"[at]}"', "x": "1", "y": str(at)} | row for at, row in enumerate(rows)]
    ),
    st.lists(st.lists(CELLS, max_size=4), max_size=4),
    st.dictionaries(st.sampled_from(KEYS), st.lists(CELLS, max_size=4), max_size=4),
    st.dictionaries(st.sampled_from(KEYS), st.dictionaries(st.sampled_from(KEYS), CELLS, max_size=3), max_size=4),
    CELLS,
)
CORNERS = st.lists(st.lists(st.one_of(CELLS, st.integers(-9, 9).map(str)), max_size=3), max_size=5)
GEOMETRIES = st.one_of(
    CELLS,
    st.fixed_dictionaries(
        {
            "type": st.sampled_from(['"Polygon"', '"MultiPolygon"', '"Point"', '"GeometryCollection"', '"x"', "1"]),
            "coordinates": st.one_of(
                CELLS, CORNERS, st.lists(CORNERS, max_size=2), st.lists(st.lists(CORNERS), max_size=2)
            ),
        }
    ),
)
FEATURES = st.lists(
    st.fixed_dictionaries(
        {
            "type": st.just('"Feature"'),
            "properties": st.one_of(CELLS, st.dictionaries(st.sampled_from(KEYS), CELLS, max_size=3)).map(
                lambda held: {"unit": '"AAA"'} | held if isinstance(held, dict) else held
            ),
            "geometry": GEOMETRIES,
        }
    ),
    max_size=3,
).map(lambda features: {"type": '"FeatureCollection"', "features": features})
#: A scenario's lines with a number or a text of JSON, which mostly are TOML's too.
LINES = st.lists(
    st.tuples(st.sampled_from(["seed", "window", "editions", "units.within_km", "indicators.a.weight"]), CELLS),
    max_size=3,
).map(lambda lines: "\n".join(f"{key} = {cell}" for key, cell in lines))


def cases() -> st.SearchStrategy[Any]:
    """A kind of file and its text, torn now and then."""
    kinds = st.one_of(
        st.tuples(st.just("table.json"), TABLES.map(written)),
        st.tuples(st.just("table.jsonl"), RECORDS.map(lambda rows: "\n".join(map(written, rows)))),
        st.tuples(st.just("map.geojson"), FEATURES.map(written)),
        st.tuples(st.just("units.geojson"), FEATURES.map(written)),
        st.tuples(st.just("units.geojson"), FEATURES.map(written)),
        st.tuples(st.just("scenario.toml"), LINES),
    )
    torn = st.tuples(st.integers(0, 9), st.sampled_from(TORN), st.integers(0, 200))
    return st.tuples(kinds, torn).map(lambda case: (case[0][0], tear(case[0][1], *case[1])))


def tear(text: str, often: int, piece: str, at: int) -> str:
    """The text with a piece in it, once in ten cases."""
    return text if often else text[:at] + piece + text[at:]


def check(case: tuple[str, str]) -> None:
    """It is read, or what is wrong is said in a sentence without the words of Python."""
    name, text = case
    path = folder() / name
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            if name.endswith(".toml"):
                json.dumps(read_toml(path).table, default=str).encode()
            elif name.startswith("units"):
                frames_of(UnitsSettings(file=path))
            else:
                "".join(map(str, draft_of(path).assumed)).encode()
        except (HubrankError, FileProblem) as error:
            said = str(error)
            said.encode()
            assert said
            assert len(said) < 6000
            assert not any(word in said for word in ("Traceback", "sys.set_int", "object has no", "NoneType"))
