"""The page in each of its languages, in a Chromium and on the command line."""

import re

import pytest
from hubrank.cli.app import run
from hubrank.plugin import languages, use_language
from hubrank_output.report import pages

OTHERS = [each for each in languages() if each != "en"]

#: What the document says in its own texts: not the data's names, nor what is marked as English or as another language.
SAID = """
() => {
  const own = "[lang]:not(html)";
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walk.nextNode()) {
    const parent = walk.currentNode.parentElement;
    if (!parent.closest("script, style, noscript, [hidden], " + own)) texts.push(walk.currentNode.data.trim());
  }
  for (const each of document.querySelectorAll("[aria-label]")) texts.push(each.getAttribute("aria-label"));
  return texts.filter(Boolean);
}
"""


def only_english(language):
    """The English texts without placeholders that say something else in the language."""
    english, other = pages.texts("en"), pages.texts(language)
    plain = {text for text in english.values() if isinstance(text, str) and re.search(r"[a-z]", text)}
    return {text for text in plain if "{" not in text and text not in other.values()}


def settled(page):
    """Wait until pictures, ranges and choices are there."""
    page.wait_for_selector("#uncertainty:not([hidden])", state="attached")
    page.wait_for_selector("#choices li", state="attached")
    page.wait_for_function("hubrank.resting()")


@pytest.mark.long
@pytest.mark.parametrize("language", OTHERS)
def test_a_switched_page_says_nothing_in_english(visit, ranking, language):
    """The menu switches every text without a reload, the address keeps it, and the way back is whole."""
    page = visit(ranking, fragment="#open=U10&unit=U12&w.index=1_2.5", bypass_csp=True)
    settled(page)
    page.evaluate("window.kept = 1")
    before = page.evaluate(SAID)
    page.select_option("#language", language)
    settled(page)
    said = page.evaluate(SAID)

    assert page.evaluate("window.kept") == 1
    assert page.evaluate("document.documentElement.lang") == language
    # the data's own titles and a method's name are English words too
    titles = {"Forty lands", "Research", "People", "Industry", "arithmetic"}
    assert set(said) & (only_english(language) - titles) == set()
    assert [text for text in said if re.fullmatch(r"[a-z]+\.[a-zA-Z]+", text) or "undefined" in text] == []
    page.wait_for_function(f"location.hash.includes('lang={language}')")
    page.reload()
    page.wait_for_selector("body.ready")
    settled(page)
    assert page.evaluate("document.documentElement.lang") == language
    assert set(page.evaluate(SAID)) & (only_english(language) - titles) == set()
    page.select_option("#language", "en")
    settled(page)
    assert set(page.evaluate(SAID)) == set(before)
    assert page.failed == []


@pytest.mark.long
@pytest.mark.parametrize("language", languages())
def test_a_page_opens_in_a_language(ranking, language):
    """The document says which it is, and speaks it where scripts are disabled."""
    with use_language(language):
        page = pages.report(ranking)

    assert f'<html lang="{language}">' in page
    assert f'<span data-t="nav.ranking">{pages.texts(language)["nav.ranking"]}</span>' in page


def test_an_unknown_language_is_refused(forty, tmp_path, capsys):
    """The message says what there is, and nothing is written."""
    output = tmp_path / "page.html"
    assert run(["report", str(forty.folder / "base.toml"), "--output", str(output), "--language", "tlh"]) == 2
    assert "available: en, de, es, fr, zh" in capsys.readouterr().err
    assert not output.exists()
