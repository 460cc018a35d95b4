"""What every page keeps to: its kind, short sentences, the style guide's words, visible file names, proven numbers."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
#: Pages that tell how a decision was taken or a test kept books; they are not in the site's menu.
RECORDS = ROOT / "docs" / "records"
PAGES = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for pattern in ("*.md", "docs/**/*.md", "core/*.md", "plugins/*/*.md", "indicators/*/*.md", "scenarios/*.md")
    for path in sorted(ROOT.glob(pattern))
    if RECORDS not in path.parents
}
#: Pages of the tree, which say of what kind they are.
KINDS = re.compile(r"^\*\*(Tutorial|How-to|Reference|Explanation)\.\*\* \S")
UNLABELLED = {"README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "docs/site/index.md"}
#: Words of the style guide that a reader stumbles on.
BANNED = re.compile(
    r"\b(told|(?<!of.the.)doubts?|whoever|stands? in|standing in|stood in|so many|that many|nobody|somebody|"
    r"anew|alike|of yours|of today|of strangers|in reach|with a word|worth a word|two doors|three doors)\b",
    re.IGNORECASE,
)
BLOCK = re.compile(r"^( *)(```+)([^\n]*)\n(.*?)^\1\2$", re.DOTALL | re.MULTILINE)
MOST_WORDS = 35


def prose(text: str) -> list[str]:
    """A page's paragraphs, list items and cells, without blocks of code, comments and addresses."""
    text = BLOCK.sub("\n\n", re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL))
    text = re.sub(r"\]\([^)]*\)|^\[[^\]]+\]: \S+$", "]", text, flags=re.MULTILINE)
    parts: list[str] = []
    for paragraph in re.split(r"\n\s*\n|\n(?=\s*(?:[-*] |\d+\. |#|\||> ))", text):
        flat = " ".join(paragraph.split())
        parts += re.split(r"(?<!\\)\|", flat) if flat.startswith("|") else [flat]
    return [part.strip() for part in parts if part.strip(" |-:")]


def sentences(part: str) -> list[str]:
    """The sentences of a paragraph; code within a line is one word."""
    return re.split(r"(?<=[.!?])[*_)\"]*\s+(?=[^a-z\s])", re.sub(r"``.+?``|`[^`]*`", "`code`", part))


def test_the_readme_and_the_changelog_are_short():
    """A newcomer reads the README to its end, and what changed on two screens."""
    assert len(PAGES["README.md"].splitlines()) <= 130
    assert len(PAGES["CHANGELOG.md"].splitlines()) <= 150


def test_there_are_few_pages():
    """Besides those of methods and members, and the site's own."""
    apart = ("docs/methods/", "docs/site/")
    assert len([page for page in PAGES if page.startswith("docs/") and not page.startswith(apart)]) <= 31


@pytest.mark.parametrize("page", sorted(PAGES.keys() - UNLABELLED))
def test_a_page_says_of_what_kind_it_is(page):
    """A line below its title."""
    title, *lines = [line for line in PAGES[page].splitlines() if line]
    assert title.startswith("# ")
    assert KINDS.match(lines[0])


@pytest.mark.parametrize("page", PAGES)
def test_a_page_keeps_to_the_style_guide(page):
    """No word that readers stumble on, and no sentence of more than 35 words."""
    parts = [re.sub(r"`[^`]*`", "`code`", part) for part in prose(PAGES[page])]
    long = [each for part in parts for each in sentences(part) if len(each.split()) > MOST_WORDS]

    assert [part for part in parts if BANNED.search(part)] == []
    assert long == []


@pytest.mark.parametrize("page", PAGES)
def test_a_file_of_an_example_is_named_where_a_reader_sees_it(page):
    """What stands behind a fence is invisible on a code host: the lines above it name the file."""
    text = PAGES[page]
    for block in BLOCK.finditer(text):
        file = re.search(r"^\w+ ([^\s=]+\.\w+)$", block[3])
        if file:
            above = " ".join(text[: block.start()].rstrip().rpartition("\n\n")[2].split())
            assert f"`{file[1]}`" in above or (above.startswith("#") and file[1] in above), file[1]
