"""What members' wheels and sdists hold and say of themselves."""

import re
import zipfile
from pathlib import Path
from urllib.parse import unquote

import pytest
from packaging.metadata import Metadata
from readme_renderer import markdown

ROOT = Path(__file__).parents[2]
MEMBERS = sorted(
    path.parent.relative_to(ROOT).as_posix()
    for pattern in ("core", "plugins/*", "indicators/*", "scenarios")
    for path in ROOT.glob(f"{pattern}/pyproject.toml")
)
BLOB = "https://github.com/hubrank/hubrank/blob/main/"
LINK = re.compile(r"\]\(([^)\s]+)\)")


def payload(member):
    """The files of a member's packages, or its one module, by their names in a wheel."""
    packages = [path.parent for path in (ROOT / member).glob("src/*/__init__.py")]
    if not packages:
        return {path.name: path.read_bytes() for path in (ROOT / member).glob("hubrank_*.py")}
    return {
        path.relative_to(package.parent).as_posix(): path.read_bytes()
        for package in packages
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture
def wheel(made, module_at):
    """Open the wheel of a member."""

    def opened(member):
        name = module_at("scripts/members.py").name_of(ROOT / member).replace("-", "_")
        (path,) = (made / "wheels").glob(f"{name}-[0-9]*.whl")
        return zipfile.ZipFile(path)

    return opened


def described(archive):
    """A wheel's metadata, which is valid."""
    (name,) = [each for each in archive.namelist() if each.endswith(".dist-info/METADATA")]
    return Metadata.from_email(archive.read(name))


@pytest.mark.parametrize("member", MEMBERS)
def test_readme_renders_and_its_links_lead_somewhere(member):
    """As a package index shows it, where a relative link leads nowhere; what is linked in the repository is there."""
    text = (ROOT / member / "README.md").read_text(encoding="utf-8")
    links = LINK.findall(text)
    inside = [unquote(link.removeprefix(BLOB).partition("#")[0]) for link in links if link.startswith(BLOB)]

    assert markdown.render(text)
    assert [link for link in links if not link.startswith(("https://", "#"))] == []
    assert [path for path in inside if not (ROOT / path).exists()] == []


@pytest.mark.long
@pytest.mark.parametrize("member", MEMBERS)
def test_wheel_holds_the_member_and_nothing_else(wheel, member):
    """Its packages or its module, byte by byte, and what is known of the distribution; no tests, no builder."""
    archive = wheel(member)
    files = {name: archive.read(name) for name in archive.namelist() if ".dist-info/" not in name}
    known = {name.partition("/")[2] for name in archive.namelist() if ".dist-info/" in name}
    licence = (ROOT / "LICENSE").read_bytes()

    assert files == payload(member)
    assert {name for name in known if not name.startswith("licenses/")} == {
        *("METADATA", "WHEEL", "RECORD", "entry_points.txt")
    }
    assert [archive.read(name) for name in archive.namelist() if name.endswith("/licenses/LICENSE")] == [licence]


@pytest.mark.long
@pytest.mark.parametrize("member", MEMBERS)
def test_metadata(wheel, member):
    """Licence, links, classifiers, the README, and members of this minor version only."""
    archive = wheel(member)
    told = described(archive)
    typed = any(name.endswith("/py.typed") for name in archive.namelist())
    hubrank = [each for each in told.requires_dist or () if re.match("hubrank(-|$)", each.name)]

    assert told.license_expression == "MIT"
    assert set(told.project_urls) >= {"Homepage", "Source", "Issues", "Changelog"}
    assert {"Programming Language :: Python :: 3.11", "Programming Language :: Python :: 3 :: Only"} <= {
        *told.classifiers
    }
    assert ("Typing :: Typed" in told.classifiers) == typed == bool(list((ROOT / member).glob("src/*/__init__.py")))
    assert told.description == (ROOT / member / "README.md").read_text(encoding="utf-8")
    assert str(told.requires_python) == ">=3.11"
    assert {str(each.specifier) for each in hubrank} == {"<0.2,>=0.1"}


@pytest.mark.long
def test_extra_all_is_every_member(wheel, module_at):
    """And every library that the core does without."""
    name_of = module_at("scripts/members.py").name_of
    extra = [each for each in described(wheel("core")).requires_dist if each.marker]
    all_ = {each.name for each in extra if each.marker.evaluate({"extra": "all"})}
    assert all_ == {name_of(ROOT / member) for member in MEMBERS} - {"hubrank"} | {
        *("babel", "narwhals", "openpyxl", "pyarrow", "scipy", "shapely")
    }
