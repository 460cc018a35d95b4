"""Strangers: other pages, other names for this computer, no token, too much, and names that try to do something."""

import contextlib
import http.client
import tempfile
from urllib.parse import quote, urlsplit

import pytest
from hubrank.cli.app import run
from hubrank_studio.document import Edit, edited
from hubrank_studio.server import POLICY
from hubrank_studio.studio_command import begun, persons

from .conftest import served

HOSTILE = "<img src=x onerror=window.hacked=1>"


def test_the_token_is_needed_everywhere(studio):
    """Without it nothing is there, not even the page."""
    root, token, _ = studio.address.rsplit("/", 2)
    for path in ("", "state", "wrong/", "wrong/state", "wrong/do", f"{token.swapcase()}/state"):
        reply = studio.__class__(f"{root}/", studio.session).ask(path)
        assert reply.status == 404, path
        assert b"Aachen" not in reply.body


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1", "127.0.0.1.evil.example", ""])
def test_another_name_for_this_computer_is_refused(studio, host):
    """A name that resolves to this computer (DNS rebinding) is no name of the studio."""
    assert studio.ask("state", headers={"Host": host}).status == 421


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "file://"])
def test_another_page_cannot_ask(studio, origin):
    """Neither a page of another site nor the framed report, whose origin is null."""
    reply = studio.ask("do", {"do": "undo"}, headers={"Origin": origin})
    assert reply.status == 403
    assert "access-control-allow-origin" not in {name.lower() for name in reply.headers}


def test_its_own_page_can(studio):
    """The browser sends the origin with each action."""
    address = urlsplit(studio.address)
    assert studio.ask("state", headers={"Origin": f"http://{address.netloc}"}).status == 200


def test_the_browser_runs_no_scripts_but_ours(studio):
    """The policy of the page forbids all else; the framed report has no origin."""
    for path in ("", "page/studio.js", "state"):
        headers = {name.lower(): value for name, value in studio.ask(path).headers.items()}
        assert headers["content-security-policy"] == POLICY
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
    assert "'unsafe-inline'" not in POLICY
    framed = {name.lower(): value for name, value in studio.ask("report").headers.items()}
    assert "allow-same-origin" not in framed["content-security-policy"]


@pytest.mark.parametrize(
    "path", ["page/../server.py", "page/%2e%2e%2fserver.py", "page/studio.html", "save/..%2fx", "view/x"]
)
def test_no_address_names_a_file(studio, path):
    """Files of the page are a list of names."""
    assert studio.ask(path).status in (404, 422)


@pytest.mark.parametrize("name", ["../../outside.csv", "/etc/outside.csv", r"..\..\outside.csv", "a/b\0c.csv", ".csv"])
def test_a_table_stays_in_the_folder_whatever_its_name(studio, name, tmp_path):
    """Its last part alone counts."""
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    studio.ask(f"table?name={quote(name)}", b"Town,Income\nA,1\nB,2\nC,3\n", "PUT")
    new = {path for path in tmp_path.rglob("*") if path.is_file()} - before
    assert all(path.parent == studio.session.folder.path / "original" for path in new)


def test_more_than_the_limit_is_refused_before_it_is_read(studio):
    """2 GB are announced and not a byte is sent."""
    address = urlsplit(studio.address)
    with contextlib.closing(http.client.HTTPConnection(address.hostname, address.port, timeout=30)) as connection:
        connection.putrequest("PUT", f"{address.path}table?name=large.csv")
        connection.putheader("Content-Length", str(2_000_000_000))
        connection.endheaders()
        reply = connection.getresponse()
        assert reply.status == 422
        assert b"300 MB" in reply.read()


@pytest.mark.parametrize(
    "said",
    [b"[]", b"{", b'{"do": "edit"}', b'{"do": "edit", "edits": [{"path": []}]}', b'{"do": "go", "step": "x"}', b"\xff"],
)
def test_what_no_page_says_is_refused_in_words(studio, said):
    """Whoever knows the token gets a sentence, no traceback."""
    reply = studio.ask("do", said)
    assert reply.status == 422
    assert reply.json["problems"][0]["what"]


def test_a_key_cannot_lie_in_a_value_and_the_file_stays(studio):
    """All edits of an action are made, or none."""
    before = studio.session.folder.file.read_text()
    reply = studio.ask("do", {"do": "edit", "edits": [{"path": ["editions", "x", "y"], "value": 1}]})
    assert reply.status == 422
    assert studio.session.folder.file.read_text() == before


def test_values_of_edits_are_values_of_toml():
    """A text cannot become keys."""
    assert edited("", [Edit(("title",), 'x"\n[robustness]\n')]) == 'title = "x\\"\\n[robustness]\\n"\n'


@pytest.mark.long
def test_names_from_a_table_do_nothing_in_the_page(empty, browser):
    """They are shown as they are written."""
    rows = "".join(f"{HOSTILE}{at},{at},{9 - at}\n" for at in range(5))
    page = browser.new_page()
    page.goto(empty.address)
    page.fill("#paste", f"Unit,{HOSTILE} income,<b>growth\n{rows}")
    page.click("text=Rank these cells")
    page.wait_for_selector("tr[data-code]")
    for each in (*page.query_selector_all("#tabs button"), *page.query_selector_all("aside summary")):
        if each.is_visible():
            each.click()
    page.wait_for_timeout(500)
    assert page.evaluate("window.hacked") is None
    assert page.query_selector("main img, aside img, aside b") is None
    page.close()


@pytest.mark.parametrize(
    "line",
    [
        'extends = "/etc/hubrank.toml"',
        'extends = "../other/scenario.toml"',
        'region = "../.."',
        'units = { file = "/etc/passwd" }',
        '[inputs.values]\nsource = "files"\noptions = { file = "../other/data.csv" }',
        '[inputs.values]\nsource = "records"\noptions = { file = "data.csv" }',
    ],
)
def test_a_hosted_scenario_names_nothing_outside_its_folder(towns, line):
    """Nor another source: what it reads is what was given to it."""
    session = begun(str(towns), towns.parent / "work", confined=True)
    assert session.problems == ()
    session.write(f"title = 'x'\n{line}\n", 1)
    assert [str(item) for item in session.problems] != []
    assert all("here" in item.what or "outside" in item.what for item in session.problems)


def test_each_person_has_a_folder(tmp_path):
    """Whatever a proxy calls them."""
    of = persons(tmp_path)
    assert of("ana@example.org").folder.path == tmp_path / "ana@example.org"
    assert of("ANA@example.org") is of("ana@example.org")
    for name in ("../ben", "..", ".ssh", "a/b", "Zoë", "x" * 500):
        assert of(name).folder.path.parent == tmp_path
        assert of(name) is not of("ana@example.org")


@pytest.mark.parametrize(
    "words", [["--host", "192.0.2.1"], ["--host", "192.0.2.1", "--token", "short"], ["towns.csv", "--person", "X-User"]]
)
def test_others_are_let_in_only_with_a_secret(words, capsys):
    """Before anything is read or written."""
    assert run(["studio", *words, "--no-open"]) == 2
    assert "--" in capsys.readouterr().err


def test_only_a_proxy_names_a_person(towns):
    """A request without a name is refused."""
    with served(begun(None, towns.parent / "work"), person="X-User") as studio:
        assert studio.ask("state").status == 403
        assert studio.ask("state", headers={"X-User": "ana"}).status == 200


def test_nothing_is_left_outside_the_folder(towns, tmp_path, monkeypatch):
    """Reading, ranking, comparing, auditing and saving write into the folder and the cache, and clean up the rest."""
    places = {name: tmp_path / name for name in ("home", "temp", "here", "cache")}
    for path in places.values():
        path.mkdir()
    for name, place in (("HOME", "home"), ("TMPDIR", "temp"), ("HUBRANK_CACHE", "cache")):
        monkeypatch.setenv(name, str(places[place]))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.chdir(places["here"])
    with served(begun(str(towns), tmp_path / "work")) as studio:
        studio.edit("indicators", "income-eur", "weight", value=2)
        studio.do("answer", answers={"direction.Green space": "-1"})
        studio.settled()
        views = ("view/problems", "view/effect?steps=1,3", "view/importance", "report", "save/run", "save/workbook")
        assert {path: studio.ask(path).status for path in views} == dict.fromkeys(views, 200)
    left = {path.relative_to(tmp_path).parts[0] for path in tmp_path.rglob("*") if path.is_file()}
    assert left <= {"towns.csv", "work", "cache"}
    names = {path.name for path in (tmp_path / "work").iterdir()}
    assert names <= {"scenario.toml", "data.csv", "units.csv", "original", "history.sqlite", "run"}
