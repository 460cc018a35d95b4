"""Archives from others: members are read by name, within limits, and what no archive should have is rejected."""

import io
import stat
import tarfile
import zipfile

import pytest
from hubrank.plugin import FileProblem, limited
from hubrank_fetching import archives

#: Texts of two members.
FILES = {"data/a.csv": b"x\n1\n", "b.json": b"[1, 2]"}


def zipped(path, files, **more):
    """A zip of files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content, **more)
    return path


def tarred(path, *parts):
    """A tar.gz of members as they are said to be."""
    with tarfile.open(path, "w:gz") as made:
        for part, content in parts:
            part.size = len(content)
            made.addfile(part, io.BytesIO(content))
    return path


def part(name, kind=tarfile.REGTYPE):
    """The head of a member."""
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, "/etc/passwd"
    return made


def read(path, name):
    """A member's bytes."""
    with archives.archive(path) as opened, opened.open(name) as stream:
        return stream.read()


def test_members(tmp_path):
    """Each is read by its name, of a zip and of a tar.gz, and a wrong name is reported with those that there are."""
    one = zipped(tmp_path / "one", {"data/": b"", **FILES})
    two = tarred(tmp_path / "two", (part("data", tarfile.DIRTYPE), b""), *((part(n), c) for n, c in FILES.items()))

    for path in (one, two):
        with archives.archive(path) as opened:
            assert opened.names == tuple(FILES)
        assert {name: read(path, name) for name in FILES} == FILES
        with pytest.raises(FileProblem, match=r"has no 'b\.jsonl'.*it has data/a\.csv, b\.json"):
            read(path, "b.jsonl")


@pytest.mark.parametrize(
    "name", ["../a", "a/../../b", "/etc/passwd", "C:\\a", "\\\\host\\a", "a\\..\\b", "..", "a\x1b[2Jb"]
)
def test_an_archive_with_a_path_that_climbs_out(tmp_path, name):
    """It is rejected before anything of it is read, whichever member is asked for."""
    told = "would lie outside of the archive"

    with pytest.raises(FileProblem, match=told), archives.archive(tarred(tmp_path / "t", (part(name), b"x"))):
        pass
    with pytest.raises(FileProblem, match=told), archives.archive(zipped(tmp_path / "z", {"good": b"", name: b"x"})):
        pass


def test_links(tmp_path):
    """A link could lead anywhere, and a device has no end."""
    info = zipfile.ZipInfo("link")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "z", "w") as made:
        made.writestr(info, "/etc/passwd")

    paths = [tarred(tmp_path / f"{at}", (part("link", kind), b"")) for at, kind in enumerate((b"1", b"2", b"3", b"6"))]
    for path in (tmp_path / "z", *paths):
        with pytest.raises(FileProblem, match="'link' is a link or a device"), archives.archive(path):
            pass


def test_a_member_twice(tmp_path):
    """Which of them is meant, no one knows."""
    with zipfile.ZipFile(tmp_path / "z", "w") as made, pytest.warns(UserWarning, match="Duplicate"):
        made.writestr("a", "1")
        made.writestr("a", "2")

    for path in (tmp_path / "z", tarred(tmp_path / "t", (part("a"), b"1"), (part("a"), b"2"))):
        with pytest.raises(FileProblem, match="has 'a' twice"), archives.archive(path):
            pass


def test_encrypted(tmp_path):
    """What is encrypted is reported before it is read."""
    path = zipped(tmp_path / "z", {"a": b"x"})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)

    with pytest.raises(FileProblem, match="'a' is encrypted"), archives.archive(path):
        pass


def test_bombs(tmp_path):
    """What grows beyond the limits is not unpacked to its end, whatever it says of itself."""
    bomb = zipped(tmp_path / "z", {"a": bytes(30_000_000)})
    lying = tmp_path / "l"
    size = (30_000_000).to_bytes(4, "little")
    lying.write_bytes(bomb.read_bytes().replace(size, (1000).to_bytes(4, "little")))
    packed = tarred(tmp_path / "t", (part("a"), bytes(30_000_000)))

    for path in (bomb, packed):
        with pytest.raises(FileProblem, match="unpacked_ratio"):
            read(path, "a")
    with pytest.raises(FileProblem, match="damaged"):
        read(lying, "a")
    with limited(unpacked_ratio=1e6, unpacked_bytes=1e6):
        for path in (bomb, packed):
            with pytest.raises(FileProblem, match="unpacked_bytes"):
                read(path, "a")
    with limited(archive_files=1):
        for path in (zipped(tmp_path / "m", FILES), tarred(tmp_path / "n", *((part(n), c) for n, c in FILES.items()))):
            with pytest.raises(FileProblem, match="archive_files"), archives.archive(path):
                pass


@pytest.mark.parametrize("made", [zipped, lambda path, files: tarred(path, *((part(n), c) for n, c in files.items()))])
def test_damaged(tmp_path, made):
    """A flipped byte or half of it is reported as damage."""
    path = made(tmp_path / "a", {"a": bytes(range(256)) * 1000})
    whole = path.read_bytes()
    middle = len(whole) // 3

    for content in (whole[: 2 * middle], whole[:middle] + b"\0\0\0" + whole[middle + 3 :]):
        path.write_bytes(content)
        with pytest.raises(FileProblem, match="a: is damaged or cut off"):
            read(path, "a")
