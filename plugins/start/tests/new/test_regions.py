"""`hubrank new region`: a folder that ranks, of templates, cities or polygons; doubtful places are asked about."""

import json
import tomllib

import pytest


def rows(folder):
    """The lines of the file of units below its header."""
    return (folder / "units.csv").read_text(encoding="utf-8").splitlines()[1:]


def test_fresh(run, tmp_path):
    """Without anything to begin from, a small region that ranks as it lies: the north has most income per rubbish."""
    folder = tmp_path / "coast"
    code, printed, errors = run("new", "region", "coast", "--title", "The coast", "--into", str(folder), "--yes")
    ranked = run("rank", str(folder), "--format", "csv")

    assert (code, errors) == (0, "")
    assert printed.splitlines()[-1] == f"next: hubrank rank {folder}"
    assert {each.name for each in folder.iterdir()} == {"region.toml", "scenario.toml", "units.csv", "figures.csv"}
    assert tomllib.loads((folder / "region.toml").read_text())["title"] == "The coast"
    assert ranked[0] == 0
    assert [line.split(",")[1].strip('"') for line in ranked[1].splitlines()[1:]] == ["south", "west", "north"]


def test_cities(run, tmp_path):
    """What one place alone can be meant by is placed; the others are left out, and told with what may be meant."""
    (tmp_path / "cities.txt").write_text("Lyon\nPorto\n\nValencia\nNowhereton\n", encoding="utf-8")
    folder = tmp_path / "south"
    code, printed, _ = run(
        "new", "region", "south", "--from", str(tmp_path / "cities.txt"), "--into", str(folder), "--yes"
    )

    assert code == 0
    assert [line.split(",")[:3] for line in rows(folder)] == [["lyon", "Lyon", "FRA"], ["porto", "Porto", "PRT"]]
    assert "left out, since its place is doubtful: Valencia [Valencia, " in printed
    assert "left out, since its place is doubtful: Nowhereton\n" in printed
    assert run("check", str(folder))[0] == 0


def test_asked(run, tmp_path, monkeypatch):
    """In a terminal each doubtful city is asked about once; an empty answer leaves it out."""
    (tmp_path / "cities.txt").write_text("Valencia\nNowhereton\nElsewhere\n", encoding="utf-8")
    answers = {"where is Valencia": "Spain", "where is Nowhereton": "GBR, 54.5, -3.1", "title": "Some"}

    def prompt(text, default, show_default):
        return next((answer for begin, answer in answers.items() if text.startswith(begin)), "")

    monkeypatch.setattr("hubrank_start.new.asking.typer.prompt", prompt)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    folder = tmp_path / "some"
    code, printed, _ = run("new", "region", "some", "--from", str(tmp_path / "cities.txt"), "--into", str(folder))

    assert code == 0
    assert rows(folder)[0].startswith("valencia,Valencia,ESP,39.4")
    assert rows(folder)[1:] == ["nowhereton,Nowhereton,GBR,54.5,-3.1"]
    assert "left out, since its place is doubtful: Elsewhere" in printed


def test_polygons(run, tmp_path):
    """GeoJSON becomes the units with their polygons."""
    square = {"type": "Polygon", "coordinates": [[[6, 50], [7, 50], [7, 51], [6, 51], [6, 50]]]}
    feature = {"type": "Feature", "properties": {"id": "W", "name": "Westland"}, "geometry": square}
    (tmp_path / "lands.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    folder = tmp_path / "lands"

    assert (
        run("new", "region", "lands", "--from", str(tmp_path / "lands.geojson"), "--into", str(folder), "--yes")[0] == 0
    )
    assert tomllib.loads((folder / "region.toml").read_text())["units"] == {"file": "units.geojson"}
    assert run("check", str(folder))[0] == 0


@pytest.mark.parametrize(
    ("words", "content", "said"),
    [
        (
            ("region",),
            b"Nowhereton\n",
            "cities.txt: no unit could be placed; write a city a line, such as Valencia, Spain",
        ),
        (("region",), b"", "cities.txt: no unit could be placed"),
        (("region",), b"\xff\xfe", "cities.txt: is not UTF-8"),
        (("region",), None, "cities.txt: file not found"),
        (("scenario",), b"Lyon\n", "--from: is an option of hubrank new region"),
    ],
)
def test_refused(run, tmp_path, words, content, said):
    """What cannot be read or placed is told, and nothing is written."""
    if content is not None:
        (tmp_path / "cities.txt").write_bytes(content)
    more = ["--from", str(tmp_path / "cities.txt"), "--into", str(tmp_path / "x"), "--yes"]
    code, _, errors = run("new", *words, "odd", *more)

    assert code == 2
    assert said in errors
    assert not (tmp_path / "x").exists()
