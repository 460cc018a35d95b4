"""The site of the documentation is built without a warning and without a network, and leads wherever it links."""

import json
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


@pytest.mark.long
def test_a_page_loads_quickly(site):
    """With its styles, scripts and pictures it is below 300 kB; only the page of the search loads the index."""
    loaded = re.compile(r"""<(?:script|img)\b[^>]*\bsrc="([^"?]+)|<link rel="stylesheet"[^>]*\bhref="([^"?]+)""")
    sizes = {}
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        files = {page.parent / unquote(script or style) for script, style in loaded.findall(text)}
        sizes[str(page.relative_to(site))] = sum(file.stat().st_size for file in {page, *files})
        assert any(file.name == "searchindex.js" for file in files) == (page.name == "search.html"), page

    assert {page: size for page, size in sizes.items() if size > 300_000 and not page.endswith("search.html")} == {}


@pytest.mark.long
def test_versions_and_pages_are_listed(site):
    """People find the other versions, programs the pages."""
    (version,) = json.loads((site / "versions.json").read_text(encoding="utf-8"))
    listed = (site / "llms.txt").read_text(encoding="utf-8")

    assert f'href="{version}/index.html"' in (site / "versions.html").read_text(encoding="utf-8")
    assert [name for name in re.findall(r"\]\((\S+)\)", listed) if not (site / name).is_file()] == []
    assert f"{version}/methods/aggregator/geometric.html" in listed
