"""The page's data in one text: read as the page reads it, by the documented layout."""

import base64
import gzip
import json

import numpy as np
from hubrank_output.report.pages import packed

DATA = {
    "names": ["São Paulo", "</script>", "北京"],
    "scores": np.array([[1.1, np.nan], [-0.0, 1e300]]),
    "ranks": np.array([1, 2.5], dtype="f4"),
    "units": {"of": np.array([3, 1, 2], dtype="i4"), "flags": np.array([True, False]).astype("u1")},
}
TYPES = {"Float64Array": "<f8", "Float32Array": "<f4", "Int32Array": "<i4", "Uint8Array": "u1"}


def read(text):
    """The head, and what a reference in it stands for."""
    stream = gzip.decompress(base64.b64decode(text))
    size = int.from_bytes(stream[:4], "little")
    head = json.loads(stream[8 : 8 + size])

    def numbers(reference):
        start = 8 + size + reference["at"]
        assert start % 8 == 0
        return np.frombuffer(stream, dtype=TYPES[reference["kind"]], count=reference["count"], offset=start)

    return head, numbers


def test_every_number_and_text_comes_back():
    """Numbers to the last bit, gaps and the sign of 0 too; texts as they are; arrays begin at multiples of eight."""
    head, numbers = read(packed(DATA))

    assert head["names"] == DATA["names"]
    assert numbers(head["scores"]).tobytes() == DATA["scores"].tobytes()
    assert numbers(head["ranks"]).tolist() == [1, 2.5]
    assert numbers(head["units"]["of"]).tolist() == [3, 1, 2]
    assert numbers(head["units"]["flags"]).tolist() == [1, 0]


def test_the_text_is_the_same_twice_and_ends_no_element():
    """No time of day is in it, and it has the letters of base64 only."""
    text = packed(DATA)

    assert text == packed(DATA)
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")
