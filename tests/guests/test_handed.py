"""What a plugin is handed it cannot change."""

import sys

import pytest

from .conftest import parts, words_for

CHANGES = {
    "treatment": ("values[0][..., 0] = 0", "assignment destination is read-only"),
    "normalisation": ("values[0] *= 0", "output array is read-only"),
    "rescaling": ("values[0].sort(axis=-1)", "sort array is read-only"),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_arrays_cannot_be_changed(place, said, tmp_path, kind):
    """Who writes into what it was handed is told to change a copy."""
    body, what = CHANGES[kind]
    code = parts(body.replace("values[0]", "values"), "values=None").replace(
        "doom()\n    return values", "doom(values)\n    return values"
    )
    place(code)
    got = said(*words_for(kind, tmp_path))

    assert got[:2] == (3, "")
    assert got[2] == (
        f"hubrank: hubrank-odd: {kind} 'odd': apply raised ValueError: {what}; "
        "what a plugin is handed cannot be changed, so it must change a copy\n"
    )


@pytest.mark.parametrize(
    ("function", "name"),
    [
        ("fit=lambda reference, *_: reference.fill(0)", "fit"),
        ("fit=lambda reference, *_: np.multiply(reference, 0, out=reference)", "fit"),
        ("fit=lambda reference, *_: np.nan_to_num(reference, copy=False, nan=1.0)", "fit"),
        ("fit=lambda reference, *_: reference.__setitem__(..., reference.mean())", "fit"),
    ],
)
def test_fit_cannot_change_the_reference(place, said, tmp_path, function, name):
    """A scale that is learnt from values leaves them as they are."""
    place(parts().replace("fit=lambda *_: None", function))
    code, out, err = said(*words_for("normalisation", tmp_path))

    assert (code, out) == (3, "")
    assert err.startswith(f"hubrank: hubrank-odd: normalisation 'odd': {name} raised ValueError: ")
    assert err.endswith("read-only; what a plugin is handed cannot be changed, so it must change a copy\n")


@pytest.mark.parametrize(
    "body", ["units.frame = None", "inputs['values'] = None", "inputs['other'] = inputs['values']"]
)
def test_units_and_inputs_cannot_be_changed(place, said, tmp_path, body):
    """An indicator that changes what all others see is refused."""
    place(parts().replace('    values = inputs["values"]', f'    {body}\n    values = inputs["values"]'))
    code, out, err = said(*words_for("indicator", tmp_path))

    assert (code, out) == (3, "")
    assert err.startswith("hubrank: hubrank-odd: indicator 'odd': measure raised ")


@pytest.mark.parametrize(
    "body",
    [
        "frame['name'] = 'same'",
        "frame.loc['AAA', 'name'] = 'same'",
        "frame.iloc[0, 0] = 'same'",
        "frame.columns = ['other'] * len(frame.columns)",
        "del frame['name']",
    ],
)
def test_changes_of_the_units_frame_are_lost(place, said, tmp_path, body):
    """Each caller has a frame of its own."""
    place(parts())
    usual = said(*words_for("indicator", tmp_path))
    changing = parts().replace("    values = inputs[", f"    frame = units.frame\n    {body}\n    values = inputs[")
    (tmp_path / "odd_parts.py").write_text(changing, encoding="utf-8")
    sys.modules.pop("odd_parts")

    assert said(*words_for("indicator", tmp_path)) == usual
