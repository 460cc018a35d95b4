"""Titles and descriptions of a scenario are text too."""

import pytest
from hubrank import compose

CHANGES = """
title = "</title><script>window.hacked = 3</script>"
description = "<img src=x onerror='window.hacked = 4'> {{ 7 * 7 }}"
references = ["</script><script>window.hacked = 5</script>"]
dimensions.research.title = "</script><script>window.hacked = 6</script>"
indicators.a.title = "<b onclick='window.hacked = 7'>=A1</b>"
"""


@pytest.mark.long
def test_texts_of_a_scenario_do_nothing(forty, visit):
    """Whatever a scenario calls itself, its dimensions and its indicators, it is shown as it is written."""
    page = visit(compose(forty.plan(CHANGES), forty.measured()))
    page.wait_for_timeout(500)
    title = page.title()

    assert title.startswith("</title><script>window.hacked = 3</script>")
    assert page.inner_text("h1").startswith("</title><script>")
    assert page.evaluate("window.hacked") is None
    assert page.locator("img, b[onclick]").count() == 0
    assert page.failed == []


@pytest.mark.long
def test_braces_of_a_description_are_no_template(forty, visit):
    """What looks like a template's expression is shown as it is."""
    page = visit(compose(forty.plan(CHANGES), forty.measured()))

    assert "{{ 7 * 7 }}" in page.inner_text("#method-section")
