"""The site of the documentation is built without a warning and without a network, and leads wherever it links."""

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site as the script builds it, with a network that no one answers in."""
    out = tmp_path_factory.mktemp("site")
    nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
    command = [sys.executable, str(ROOT / "scripts" / "site.py"), str(out)]
    made = subprocess.run(command, env=os.environ | nowhere, capture_output=True, text=True)

    assert (made.returncode, made.stderr) == (0, "")
    return out


@pytest.mark.long
def test_no_page_fetches_anything(site):
    """Scripts, styles, fonts and pictures lie beside the pages."""
    fetched = re.compile(r"""<(?:script|img|link|iframe)\b[^>]*\b(?:src|href)=["'](?:https?:)?//[^"']*""")
    found = {page.name: fetched.findall(page.read_text(encoding="utf-8")) for page in site.rglob("*.html")}

    assert len(found) > 80
    assert {name: tags for name, tags in found.items() if tags} == {}


@pytest.mark.long
def test_links_lead_to_pages_of_the_site(site):
    """What is linked within the site is there, and no page of it is sought in the repository."""
    missing, outside = set(), set()
    for page in site.rglob("*.html"):
        for address in re.findall(r"""<(?:a|img)\b[^>]*\b(?:href|src)="([^"#?]+)""", page.read_text(encoding="utf-8")):
            if "://" not in address and not (page.parent / unquote(address)).exists():
                missing.add((page.name, address))
            elif re.search(r"/blob/main/.*\.md$", address):
                outside.add((page.name, address))

    assert missing == set()
    assert outside == set()
