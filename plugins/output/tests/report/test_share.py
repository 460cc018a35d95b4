"""What is shared: a picture of 1200 x 630 and the code of a frame with the view in its address."""

import html
import re
import struct

import pytest


@pytest.fixture
def page(visit, ranking):
    """The page with what can be shared open."""
    made = visit(ranking, fragment="#see=share&w.index=1_2", accept_downloads=True)
    made.wait_for_selector("#uncertainty:not([hidden])")
    made.wait_for_selector("#share .whisker", state="attached")
    return made


def test_the_picture_has_what_a_message_needs(page, ranking):
    """Title, edition, the first ten with their ranges, the terms of the values; that weights are moved is said."""
    text = page.locator("#share").text_content()
    ranked = page.evaluate("window.hubrank.ranking()")
    first = [ranking.names[ranking.codes.index(each["unit"])] for each in ranked[:10]]

    assert "Forty lands" in text
    assert "2024" in text
    assert "Modified weights" in text
    assert "hubrank" in text
    assert page.locator("#share .whisker").count() == 10
    assert page.locator("#share .rank-dot").count() == 10
    for name in first:
        assert name[:12] in text


def test_it_is_a_png_of_1200_by_630(page):
    """The size that messages and posts show."""
    with page.expect_download() as got:
        page.click("#share-view button[data-form=png]")
    head = got.value.path().read_bytes()[:24]

    assert got.value.suggested_filename == "share.png"
    assert struct.unpack(">II", head[16:24]) == (1200, 630)


def test_the_code_keeps_the_view_and_shows_a_part(page, browser):
    """The frame's address has the weights; where a part is chosen the frame shows that alone."""
    page.select_option("#embed-part", "ranking")
    code = page.input_value("#embed-code")
    address = html.unescape(re.search(r'src="([^"]*)"', code)[1])
    framed = page.context.new_page()
    framed.goto(page.url.split("#")[0].rsplit("/", 1)[0] + "/" + address)
    framed.wait_for_selector("body.ready")

    assert code.startswith("<iframe ")
    assert "w.index=1_2" in address
    assert framed.locator("main > section:visible").count() == 1
    assert framed.locator("#ranking-section").is_visible()
    assert framed.locator("header > :visible").all_inner_texts() == ["Forty lands"]
    assert [each["rank"] for each in framed.evaluate("window.hubrank.ranking()")] == [
        each["rank"] for each in page.evaluate("window.hubrank.ranking()")
    ]
