"""The page on paper: the PDF that Chromium prints, read back."""

import re
import unicodedata
import zlib

import pytest
from hubrank import compose

pytestmark = pytest.mark.long

_OBJECT = re.compile(rb"^(\d+) 0 obj\s", re.M)


def pages_of(content: bytes) -> list[str]:
    """The texts of the pages in their order, each as one text without the spaces that layout makes."""
    starts = [(int(each[1]), each.end()) for each in _OBJECT.finditer(content)]
    ends = [start for _, start in starts[1:]] + [len(content)]
    objects = {number: content[start:end] for (number, start), end in zip(starts, ends, strict=True)}
    fonts = {number: _letters(objects, body) for number, body in objects.items() if b"/ToUnicode" in body}
    found = [body for body in objects.values() if re.search(rb"/Type\s*/Page\b", body)]
    texts = ["".join(_shown(_stream(objects[_reference(body, b"Contents")]), fonts)) for body in found]
    return [unicodedata.normalize("NFKC", text) for text in texts]


def _reference(body: bytes, key: bytes) -> int:
    return int(re.search(rb"/" + key + rb"\s+(\d+) 0 R", body)[1])


def _stream(body: bytes) -> bytes:
    head, _, rest = body.partition(b"stream\n")
    return zlib.decompressobj().decompress(rest) if b"/FlateDecode" in head else rest


def _letters(objects: dict[int, bytes], font: bytes) -> dict[int, str]:
    """The letter of each glyph of a font, by its table `ToUnicode`."""
    table = _stream(objects[_reference(font, b"ToUnicode")]).decode("latin-1")
    made = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.S):
        for glyph, letter in re.findall(r"<(\w+)>\s*<(\w+)>", block):
            made[int(glyph, 16)] = _text(letter)
    for block in re.findall(r"beginbfrange(.*?)endbfrange", table, re.S):
        for first, last, letter in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            for step in range(int(last, 16) - int(first, 16) + 1):
                made[int(first, 16) + step] = chr(int(letter, 16) + step)
    return made


def _text(digits: str) -> str:
    return bytes.fromhex(digits).decode("utf-16-be", errors="replace")


def _shown(content: bytes, fonts: dict[int, dict[int, str]]):
    """The letters that a page shows, font by font as they come; a font is named after its object."""
    letters: dict[int, str] = {}
    for font, shown in re.findall(rb"/F(\d+) [\d.]+ Tf|(<[0-9A-Fa-f]+>|\[[^\]]*\])\s*TJ?j?", content):
        if font:
            letters = fonts.get(int(font), {})
        for digits in re.findall(rb"<([0-9A-Fa-f]+)>", shown):
            yield "".join(letters.get(int(digits[at : at + 4], 16), "") for at in range(0, len(digits), 4))


@pytest.fixture(scope="session")
def ranking(forty):
    """The forty lands as published."""
    return compose(forty.plan(), forty.measured())


@pytest.mark.parametrize("fragment", ["", "#w.index=1_2.5&detail=measured"])
def test_paper_has_every_row_whole(visit, ranking, fragment):
    """The printed PDF, read back: each ranked unit's row stands on one page, rank, name and score; sections follow."""
    page = visit(ranking, fragment=fragment)
    page.wait_for_selector("#choices li")
    found = page.evaluate("window.hubrank.ranking()")
    names = dict(zip(ranking.codes, ranking.names, strict=True))
    texts = [re.sub(r"\s+", "", text) for text in pages_of(page.pdf(format="A4"))]
    plain = [each for each in found if names[each["unit"]].startswith("Land")]

    assert len(plain) > 30
    for each in plain:
        name, score = names[each["unit"]].replace(" ", ""), f"{each['score']:.{2 if each['score'] >= 10 else 3}f}"
        row = re.compile(rf"{each['rank']}(?:\D|\d)*?{name}[^\d]*{score}")
        assert any(row.search(text) for text in texts), name
    whole = "".join(texts)
    for title in ("Ranking", "Map", "Ranksacrosseditions", "Profiles", "Uncertaintyofranks", "Methodandsources"):
        assert title in whole
    assert "DownloadCSV" not in whole
    assert "Restore" not in whole


def test_paper_spells_the_addresses_of_links(forty, visit):
    """Where a link's text is no address, the address stands behind it."""
    plan = forty.plan(
        'inputs.values.options = { file = "values.csv", producer = "Office of Lands", url = "https://example.org/x" }'
    )
    page = visit(compose(plan, forty.measured(plan)), fragment="#open=U10")
    text = re.sub(r"\s+", "", "".join(pages_of(page.pdf())))

    assert "OfficeofLands(https://example.org/x)" in text
