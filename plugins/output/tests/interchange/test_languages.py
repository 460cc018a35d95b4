"""What `import` says is in the language spoken, and so is the head of the scenario; its keys and tables are not."""

from __future__ import annotations

from hubrank.cli.main import run


def test_an_import(bracketed, pair, tmp_path, capsys):
    """Its summary, its notes and the scenario's first line; without the unit that has no code."""
    data, meta = map(str, pair(data=pair.data.replace("Deland,NA,south,2020,10,50,8,6\n", "")))
    assert run(["import", "coinr", data, meta, "--output", str(tmp_path / "de"), "--language", "de"]) == 0
    out = capsys.readouterr().out
    assert run(["import", "coinr", data, meta, "--output", str(tmp_path / "en"), "--language", "en"]) == 0
    toml, english = ((tmp_path / each / "scenario.toml").read_text(encoding="utf-8") for each in ("de", "en"))

    assert out.startswith("A whole index: 3⟦ units⟧, 3⟦ indicators⟧⟦ in ⟧2⟦ dimensions⟧⟦, edition ⟧2020\n")
    assert "⟦next: ⟧hubrank rank" in out
    assert toml.startswith("# ⟦Imported from ⟧iData.csv⟦ and ⟧iMeta.csv⟦. Defaults were chosen")
    assert toml.partition("\n")[2] == english.partition("\n")[2]
    for name in ("units.csv", "figures.csv"):
        assert (tmp_path / "de" / name).read_bytes() == (tmp_path / "en" / name).read_bytes()
