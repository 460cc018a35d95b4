"""What a plugin gives is looked at before it is used."""

import sys

import pytest

from .conftest import GOOD, parts, words_for

pytestmark = pytest.mark.long

RESULTS = {
    "made * (1 + 0j)": "ndarray of complex128; expected real numbers",
    "made.astype(object)": "ndarray of object; expected real numbers",
    "made.astype(str)": "ndarray of <U32; expected real numbers",
    "made.astype('datetime64[s]')": "ndarray of datetime64[s]; expected real numbers",
    "None": "NoneType; expected real numbers",
    "'scores'": "str; expected real numbers",
    "(each for each in made)": "generator; expected real numbers",
    "{'scores': made}": "dict; expected real numbers",
}


@pytest.mark.parametrize("kind", ["treatment", "normalisation", "weighting", "aggregator", "rescaling", "imputation"])
@pytest.mark.parametrize("made", RESULTS)
def test_results_that_are_no_numbers(place, said, tmp_path, kind, made):
    """Complex numbers, objects, texts and what is no array are refused before they are used."""
    place(
        parts().replace(
            "    doom()\n    return values\n\n\ndef write",
            f"    made = np.asarray(values)\n    return {made}\n\n\ndef write",
        )
    )
    code, out, err = said(*words_for(kind, tmp_path))

    assert (code, out) == (3, "")
    assert err == f"hubrank: hubrank-odd: {kind} 'odd': apply returned {RESULTS[made]}\n"


@pytest.mark.parametrize(
    "made",
    [
        "made.astype(np.longdouble)",
        "made[...]",
        "np.asfortranarray(made)",
        "made.astype('>f8')",
        "np.ma.masked_invalid(made)",
        "made.tolist()",
        "np.array(made)[..., ::-1][..., ::-1]",
        "made.view(type('Named', (np.ndarray,), {}))",
    ],
)
@pytest.mark.parametrize("kind", ["treatment", "aggregator", "weighting"])
def test_unusual_results_that_are_right(place, said, tmp_path, kind, made):
    """A view, another order of axes or bytes, a list, a masked array or an own kind of array ranks as any other."""
    place(parts())
    usual = said(*words_for(kind, tmp_path))
    code = parts().replace(
        "    doom()\n    return values\n\n\ndef write",
        f"    made = np.asarray(values)\n    return {made}\n\n\ndef write",
    )
    (tmp_path / "odd_parts.py").write_text(code, encoding="utf-8")
    sys.modules.pop("odd_parts")

    assert said(*words_for(kind, tmp_path)) == usual


def test_single_precision_is_right(place, said, tmp_path):
    """Numbers of fewer digits are numbers."""
    place(parts().replace("changed((scores * weights).sum(axis=-1))", "(scores * weights).sum(axis=-1).astype('f4')"))
    code, out, err = said(*words_for("aggregator", tmp_path))

    assert (code, err) == (0, "")
    assert '"CCC","Celand","CCC",1' in out


RECORDS = {
    'Aggregator(name="odd", apply=None)': "an Aggregator with an apply that is not a function",
    'Aggregator(name="odd", apply=changed, title=3)': "an Aggregator with a title that is not text",
    'Aggregator(name="odd", apply=changed, options=dict)': "an Aggregator with an options that is not an attrs class",
    'Aggregator(name="odd", apply=changed, weights="raws")': "an Aggregator with a weights that is not 'shares' or ",
    'Aggregator(name="odd", apply=changed, form=1.0)': "an Aggregator with a form that is not a Form or None",
    "3": "an int; expected an Aggregator",
}
YIELDED = 'Aggregator(name="odd", apply=lambda scores, weights, *_: changed((scores * weights).sum(axis=-1)))'


@pytest.mark.parametrize("made", RECORDS)
def test_records_are_checked(place, said, tmp_path, made):
    """A record with something else where a function, a text or options must be makes its plugin broken."""
    place(parts().replace(YIELDED, made))
    good = said("rank", str(GOOD), "--format", "csv")
    code, out, err = said(*words_for("aggregator", tmp_path))

    assert (good[0], good[2]) == (0, "")
    assert (code, out) == (2, "")
    assert f"hubrank-odd (TypeError: hubrank_aggregators yielded {RECORDS[made]}" in err


READS, ROWS = "        read=read,", "    yield rows()\n"
SOURCES = [
    (ROWS, "    yield 3\n", "read returned int; expected a pandas DataFrame or a narwhals LazyFrame"),
    (ROWS, f"{ROWS}    raise SystemExit(0)\n", "read raised SystemExit: 0"),
    (READS, f"{READS}\n        fingerprint=lambda request: 3,", "fingerprint returned int; expected a text"),
    (READS, f"{READS}\n        parts=lambda request: 0,", "parts returned 0; expected a whole number from 1"),
    (READS, f"{READS}\n        parts=lambda request: True,", "parts returned true; expected a whole number from 1"),
]


@pytest.mark.parametrize(("old", "new", "what"), SOURCES)
def test_sources_are_checked(place, said, tmp_path, old, new, what):
    """What a source's functions give is looked at before it is used."""
    place(parts().replace(old, new))

    assert said(*words_for("source", tmp_path)) == (3, "", f"hubrank: hubrank-odd: source 'odd': {what}\n")


MEASURED = "    return values\n\n\ndef changed"


@pytest.mark.parametrize(
    ("made", "what"),
    [
        ("values * 1j", "values that are not numbers"),
        ("values.astype(object)", "values that are not numbers"),
        ("values.astype(str)", "values that are not numbers"),
        ("dict(values)", "dict; expected a pandas Series by unit"),
    ],
)
def test_measures_are_checked(place, said, tmp_path, made, what):
    """Complex numbers, objects and texts are no figures."""
    place(parts().replace(MEASURED, MEASURED.replace("values", made, 1)))
    code, out, err = said(*words_for("indicator", tmp_path))

    assert (code, out) == (3, "")
    assert err == f"hubrank: hubrank-odd: indicator 'odd': measure returned {what}\n"


@pytest.mark.parametrize("made", ["values.astype('float32')", "values.astype('Int64')", "values[::-1]", "values * 1"])
def test_unusual_measures_that_are_right(place, said, tmp_path, made):
    """Other kinds of numbers, and another order of units, are figures."""
    place(parts().replace(MEASURED, MEASURED.replace("values", made, 1)))
    code, _, err = said(*words_for("indicator", tmp_path))

    assert (code, err) == (0, "")


SPOTS = "def places():\n    return "


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("    doom()\n    return pd", "    return 3 or pd", "units returned int; expected a pandas DataFrame"),
        (SPOTS, f"{SPOTS}None and ", "places returned NoneType; expected a pandas DataFrame"),
        (SPOTS, f"{SPOTS}1 / 0 or ", "places raised ZeroDivisionError: division by zero"),
    ],
)
def test_unit_sets_are_checked(place, said, tmp_path, old, new, what):
    """A unit set makes frames."""
    place(parts().replace(old, new))

    assert said(*words_for("unit set", tmp_path)) == (3, "", f"hubrank: hubrank-odd: unit set 'odd': {what}\n")


def test_exporter_that_writes_nothing(place, said, tmp_path):
    """No file is told to be written that is not."""
    place(parts().replace('    path.write_text("ranked")\n', ""))
    code, out, err = said(*words_for("exporter", tmp_path))

    assert (code, out, err) == (3, "", "hubrank: hubrank-odd: exporter 'odd': write made no file\n")
    assert not (tmp_path / "ranking.odd").exists()
