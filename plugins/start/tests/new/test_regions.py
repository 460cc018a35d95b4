"""`hubrank new region`: a folder that ranks, of templates, cities or polygons; doubtful places are asked about."""

import tomllib


def test_fresh(run, tmp_path):
    """Without anything to begin from, a small region that ranks as it lies: the north has most income per rubbish."""
    folder = tmp_path / "coast"
    code, printed, errors = run("new", "region", "coast", "--title", "The coast", "--into", str(folder), "--yes")
    ranked = run("rank", str(folder), "--format", "csv")

    assert (code, errors) == (0, "")
    assert printed.splitlines()[-1].endswith(f" hubrank rank {folder}")
    assert {each.name for each in folder.iterdir()} == {"region.toml", "scenario.toml", "units.csv", "figures.csv"}
    assert tomllib.loads((folder / "region.toml").read_text())["title"] == "The coast"
    assert ranked[0] == 0
    assert [line.split(",")[1].strip('"') for line in ranked[1].splitlines()[1:]] == ["south", "west", "north"]


def test_cities(run, tmp_path):
    """Names of one possible place are located; the others are left out, and listed with the possible places."""
    (tmp_path / "cities.txt").write_text("Lyon\nPorto\n\nValencia\nNowhereton\n", encoding="utf-8")
    folder = tmp_path / "south"
    code, printed, _ = run(
        "new", "region", "south", "--input", str(tmp_path / "cities.txt"), "--into", str(folder), "--yes"
    )

    assert code == 0
    rows = (folder / "units.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert [line.split(",")[:3] for line in rows] == [["lyon", "Lyon", "FRA"], ["porto", "Porto", "PRT"]]
    assert "left out: its place is uncertain: Valencia [Valencia, " in printed
    assert "left out: its place is uncertain: Nowhereton\n" in printed
    assert run("check", str(folder))[0] == 0
