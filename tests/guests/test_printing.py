"""What a plugin prints is no answer: it goes to standard error."""

import shutil

import pytest

from .conftest import parts, words_for

pytestmark = pytest.mark.long

PRINTS = {"print('noise')": "noise", "sys.stdout.write('noise')": "noise"}


@pytest.mark.parametrize("body", PRINTS)
@pytest.mark.parametrize("kind", ["source", "aggregator"])
def test_output_of_a_part_is_no_answer(place, said, tmp_path, kind, body):
    """What is printed within a function goes to standard error."""
    place(parts())
    quiet = said(*words_for(kind, tmp_path))
    shutil.rmtree(tmp_path / "cache")
    place(parts(body))
    loud = said(*words_for(kind, tmp_path))

    assert loud[:2] == quiet[:2]
    assert "noise" in loud[2]
    assert "noise" not in loud[1]
