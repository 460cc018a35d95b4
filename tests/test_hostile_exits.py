"""Hostile texts through every exit: an independent reader finds each harmless, and each where it belongs."""

import csv
import html.parser
import io
import json
import re
import tomllib
import unicodedata
import zipfile
from xml.etree import ElementTree

import hubrank
import openpyxl
import pyarrow.parquet as pq
import pytest
from hubrank.cli.app import run
from hubrank.plugin.registry import Registry
from hubrank.testing import HOSTILE, write_hostile
from markdown_it import MarkdownIt

FORMULA = re.compile(r"[\t\r]|[\s\u200c\u200d]*[=+\-@＝＋－＠]")
VERBS = {
    "rank": ["rank", "hostile.toml"],
    "explain": ["explain", "hostile.toml", HOSTILE["colour"]],
    "diff": ["diff", "hostile.toml", "--largest", "60"],
    "robustness": ["robustness", "hostile.toml"],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The hostile scenario, what is counted of it, and a published list of every third name and of two that lack."""
    made = tmp_path_factory.mktemp("hostile")
    write_hostile(made)
    names = [*[each for each in HOSTILE.values() if len(each) < 1000][::3], "no\x1b[2Jwhere", "=1+1\u202e"]
    with (made / "list.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["rank", "name"], *enumerate(names, start=1)])
    return made


@pytest.fixture
def hostile(folder, monkeypatch):
    """In its folder."""
    monkeypatch.setenv("HUBRANK_CACHE", str(folder / "cache"))
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture(scope="module")
def ranked(folder):
    """The same in Python."""
    return hubrank.rank(folder / "hostile.toml")


def steering(text, kept="\n\t"):
    """What is left in a text that steers a terminal or turns the direction of writing."""
    joiners = "\u200c\u200d"
    return {
        each
        for each in set(text) - set(kept + joiners)
        if unicodedata.category(each) in ("Cc", "Cf", "Cs", "Zl", "Zp") or each in "\ufffe\uffff\ufdd0"
    }


def without(text):
    """A text as an exit that steers nothing shows it, on one line."""
    shown = (" " if unicodedata.category(each) in ("Cc", "Zl", "Zp") else each for each in text)
    there = (each for each in shown if each in "\u200c\u200d" or unicodedata.category(each) != "Cf")
    return " ".join("".join(each for each in there if each not in "\ufffe\uffff\ufdd0").split())


def as_lines(text):
    """The same without regard to blanks."""
    return " ".join(text.split())


class Elements(html.parser.HTMLParser):
    """What a page of HTML holds: its elements, its addresses, what handles events, and its texts outside scripts."""

    def __init__(self, page):
        super().__init__()
        self.names, self.links, self.handlers, self.texts, self._open = [], [], [], [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        """Note an element."""
        self.names.append(tag)
        self._open.append(tag)
        for name, value in attrs:
            if name in ("href", "src", "action", "xlink:href"):
                self.links.append(value)
            if name.startswith("on"):
                self.handlers.append((tag, name))

    def handle_endtag(self, tag):
        """Note that it ends."""
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data):
        """Note a text."""
        if not {"script", "style"} & set(self._open[-1:]):
            self.texts.append(data)


def check_html(page, elements=()):
    """Nothing of the hostile texts is an element, a handler or an address; they are there as texts."""
    read = Elements(page)
    text = as_lines("".join(read.texts))

    assert read.handlers == []
    assert [each for each in read.links if not re.match(r"https?://|#|data:image/", each)] == []
    assert {"img", "iframe", "object"} & set(read.names) <= set(elements)
    assert steering("".join(read.texts)) == set()
    return text


def check_csv(text):
    """Rows of one length, none of whose cells is a formula or steers a terminal."""
    rows = list(csv.reader(io.StringIO(text, newline="")))

    assert steering(text) == set()
    assert len({len(row) for row in rows}) == 1
    number = re.compile(r"-?\d[\d.e+-]*$|-inf")
    assert [cell for row in rows for cell in row if FORMULA.match(cell) and not number.match(cell)] == []
    return rows


def check_markdown(text):
    """No HTML, no picture, no link but of the web; no line struck out."""
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    inline = [child for token in tokens for child in token.children or ()]
    links = [child.attrs["href"] for child in inline if child.type == "link_open"]

    assert steering(text, "\n") == set()
    assert {token.type for token in [*tokens, *inline]} & {"html_block", "html_inline", "image", "s_open"} == set()
    assert [each for each in links if not each.startswith(("http://", "https://"))] == []
    return as_lines("".join(child.content for child in inline))


def check_xml(data):
    """XML of which no element is a name's, with all names as texts."""
    tree = ElementTree.fromstring(data)  # noqa: S314  # our own file
    names = {each.tag.partition("}")[2] for each in tree.iter()}

    assert names <= {"svg", "g", "path", "text", "rect", "line", "defs", "clipPath", "title", "linearGradient", "stop"}
    assert steering("".join(tree.itertext())) == set()
    assert not [name for each in tree.iter() for name in each.attrib if name.startswith("on") or name.endswith("href")]
    return [each.text for each in tree.iter() if each.text]


@pytest.mark.long
@pytest.mark.parametrize(
    ("verb", "kind"),
    [
        ("rank", "table"),
        *(("explain", kind) for kind in ("table", "csv", "json", "markdown")),
        *(pytest.param(verb, "table", marks=pytest.mark.long) for verb in VERBS if verb not in ("rank", "explain")),
    ],
)
def test_every_verb(hostile, capsys, verb, kind):
    """Whatever a command writes, in whatever format, steers nothing and is whole."""
    assert run([*VERBS[verb], "--format", kind]) == 0
    out, err = capsys.readouterr()

    assert steering(out) == set()
    assert steering(err) == set()
    if kind == "csv":
        check_csv(out)
    if kind == "json":
        json.loads(out)
    if kind == "markdown":
        check_markdown(out)


def exporters():
    """Exporters by suffix; pictures as PNG and those that take long only with the long tests."""
    for part in Registry.installed():
        if part.kind == "exporter":
            quick = part.record.suffix in (".md", ".csv", ".json", ".xlsx")
            yield pytest.param(part.record, id=part.name, marks=[] if quick else [pytest.mark.long])


@pytest.mark.long
@pytest.mark.parametrize("exporter", list(exporters()))
def test_every_exporter(ranked, tmp_path, exporter):
    """Each kind of file, as an independent reader finds it."""
    path = tmp_path / f"made{exporter.suffix}"
    if exporter.name.startswith("map-"):
        with pytest.raises(hubrank.UsageError, match="needs units with lat and lon"):
            exporter.write(ranked.ranking, path)
        return
    exporter.write(ranked.ranking, path)

    kind = path.suffix
    {
        ".csv": lambda: check_csv(path.read_text(encoding="utf-8")),
        ".md": lambda: markdown_page(path),
        ".json": lambda: package(json.loads(path.read_text(encoding="utf-8")), path),
        ".xlsx": lambda: workbook(path),
        ".svg": lambda: chart(path, exporter.name),
        ".png": lambda: path.read_bytes().index(b"\x89PNG"),
        ".html": lambda: check_html(path.read_text(encoding="utf-8"), ("img",) if "audit" in exporter.name else ()),
        ".zip": lambda: archive(path),
        ".parquet": lambda: parquet(path, exporter.name),
    }[kind]()


def markdown_page(path):
    """Every name is in the page, letter by letter."""
    text = check_markdown(path.read_text(encoding="utf-8"))

    assert [key for key, name in HOSTILE.items() if as_lines(without(name)) not in text] == []


def package(read, path):
    """The data package keeps every text whole, and steers nothing that shows it."""
    rows = read["resources"][0]["data"]
    at = rows[0].index("name")

    assert {row[at] for row in rows[1:]} == set(HOSTILE.values())
    assert steering(path.read_text(encoding="utf-8")) == set()
    assert all(each.get("path", "https://").startswith(("http://", "https://")) for each in read["sources"])


def workbook(path):
    """Every cell is a text or one of our own formulas, and none is longer than a cell."""
    book = openpyxl.load_workbook(path)
    sheet = book["Ranking"]
    heads = [cell.value for cell in sheet[1]]
    names = [row[heads.index("name")] for row in sheet.iter_rows(min_row=2)]
    cells = [cell for each in book if each.title not in ("Live", "Weights") for row in each for cell in row]
    texts = [cell for cell in cells if isinstance(cell.value, str)]
    short = {without(each) for each in HOSTILE.values() if len(each) < 32_000}

    assert {as_lines(cell.value) for cell in names} >= short
    assert [cell.value for cell in texts if cell.data_type == "f" or steering(cell.value)] == []
    assert [cell.value for cell in texts if cell.value[:1] in set("=+-@") and not cell.quotePrefix] == []
    assert max(len(cell.value) for cell in names) == 32_767
    assert [cell.hyperlink for cell in cells if cell.hyperlink] == []


def chart(path, name):
    """A chart shows the names of the units that it has."""
    texts = check_xml(path.read_bytes())

    assert texts
    if name == "range-svg":
        shown = {each.replace("\u200c", "").removesuffix(" *") for each in texts}
        assert {"constructor", "__proto__", "toString"} & shown


def archive(path):
    """Members are files in the archive's own folder, and each is harmless."""
    with zipfile.ZipFile(path) as opened:
        for name in opened.namelist():
            data = opened.read(name).decode()

            assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_.-]*", name)
            if name.endswith(".csv"):
                check_csv(data)
            elif name.endswith(".toml"):
                tomllib.loads(data)
            else:
                json.loads(data)


def parquet(path, name):
    """Parquet keeps every text whole."""
    table = pq.read_table(path)

    if name == "parquet-ranking":
        assert set(table["name"].to_pylist()) == set(HOSTILE.values())


@pytest.mark.long
def test_the_report_in_a_browser(ranked, folder, browser, tmp_path):
    """No script of a name runs, and no part of the page is lost."""
    ranked.report(tmp_path / "page.html")
    page = browser.new_page()
    failed = []
    page.on("pageerror", lambda error: failed.append(str(error)))
    page.goto((tmp_path / "page.html").as_uri())
    page.wait_for_selector("body.ready")

    assert page.evaluate("window.hacked") is None
    assert page.locator("img, iframe, [onmouseover], [onerror], a[href^=javascript]").count() == 0
    assert failed == []
    assert steering(page.inner_text("body")) == set()
    page.close()


@pytest.mark.long
@pytest.mark.parametrize("name", ["workbook", "csv-ranking"])
def test_files_in_libreoffice(ranked, tmp_path, by_libreoffice, name):
    """What looks like a formula is opened as a text: no cell has a result, and every name its letters."""
    exporter = Registry.installed().find("exporter", name).record
    path = tmp_path / f"opened.{exporter.suffix.rpartition('.')[2]}"
    exporter.write(ranked.ranking, path)
    rows = list(csv.reader(io.StringIO(by_libreoffice(path, "csv").read_text(encoding="utf-8"), newline="")))
    at = rows[0].index("name")
    names = {as_lines(row[at].removeprefix("'")) for row in rows[1:]}
    formulas = {
        as_lines(without(each)) for key, each in HOSTILE.items() if key.split()[0] in ("formula", "wide", "plus")
    }

    assert names >= formulas | {"-2+3", "@SUM(1)"}
    assert not [cell for row in rows for cell in row if re.match(r"Err:|#NAME|#VALUE|#REF", cell)]
