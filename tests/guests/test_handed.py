"""What a plugin is passed it cannot change."""

import pytest

from .conftest import parts, words_for

CHANGES = {
    "treatment": ("values[0][..., 0] = 0", "assignment destination is read-only"),
    "normalisation": ("values[0] *= 0", "output array is read-only"),
    "rescaling": ("values[0].sort(axis=-1)", "sort array is read-only"),
}


@pytest.mark.parametrize("kind", CHANGES)
def test_arrays_cannot_be_changed(place, said, tmp_path, kind):
    """Plugins that write to their arguments are asked to change a copy."""
    body, what = CHANGES[kind]
    code = parts(body.replace("values[0]", "values"), "values=None").replace(
        "doom()\n    return values", "doom(values)\n    return values"
    )
    place(code)
    got = said(*words_for(kind, tmp_path))

    assert got[:2] == (3, "")
    assert got[2] == (
        f"hubrank: hubrank-odd: {kind} 'odd': apply raised ValueError: {what}; "
        "a plugin cannot change what it is given; it must change a copy\n"
    )


@pytest.mark.parametrize(
    "body", ["units.frame = None", "inputs['values'] = None", "inputs['other'] = inputs['values']"]
)
def test_units_and_inputs_cannot_be_changed(place, said, tmp_path, body):
    """An indicator that changes what all others see is rejected."""
    place(parts().replace('    values = inputs["values"]', f'    {body}\n    values = inputs["values"]'))
    code, out, err = said(*words_for("indicator", tmp_path))

    assert (code, out) == (3, "")
    assert err.startswith("hubrank: hubrank-odd: indicator 'odd': measure raised ")
