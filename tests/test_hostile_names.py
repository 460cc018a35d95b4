"""Names from data are text on the screen too, in every verb: no markup, no emoji, no control of the terminal."""

import pytest
from hubrank.front import run

pytestmark = pytest.mark.long

NAMES = ("[red]Zell[/red]", "[/]", "[bold]Xanten", ":rocket: Ypern", "Wels\x1b[31m", "back\\", "Unna", "Trier")
SHOWN = tuple(name.replace("\x1b", " ") for name in NAMES)
SCENARIO = r"""
title = "[/] Towns [red]and[/red] more"
editions = [2021, 2022, 2023, 2024]
units = { file = "units.csv" }
normalisation = "min-max"
imputation = "none"
missing = { rule = "renormalise" }
aggregation = "arithmetic"

[inputs.values]
source = "files"
options = { file = "[red]values.csv", producer = "[red]Office[/red]", licence = "[/]" }

[dimensions]
life = { title = "[/] Life" }
money = { title = "[red]Money[/red]" }

[robustness]
draws = 64
weights = "any"

[indicators]
"[a]" = { indicator = "value", title = "[/] Parks", dimension = "life", options = { column = "a" } }
"[/b]" = { indicator = "value", title = "[red]Pay[/red]", dimension = "money", options = { column = "b" } }
"""


@pytest.fixture
def towns(tmp_path, monkeypatch):
    """Eight towns whose names, groups, titles, vintages, methods and origins look like markup, in four editions."""
    monkeypatch.setenv("HUBRANK_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    countries = ("[/]", "[red]B[/red]")
    units = [f"u{at},{name},{countries[at % 2]}" for at, name in enumerate(NAMES)]
    (tmp_path / "units.csv").write_text("\n".join(["unit,name,country", *units]) + "\n")
    lines = ["unit,year,a,b,vintage,method"]
    for year in range(2021, 2025):
        for at in range(len(NAMES)):
            b = "" if at == 7 else f"{(at * 5 + year) % 8 + 0.25}"
            lines.append(f"u{at},{year},{at + 1 + (year * at) % 3 / 4},{b},[/]{year},[red]m[/red]")
    (tmp_path / "[red]values.csv").write_text("\n".join(lines) + "\n")
    (tmp_path / "towns.toml").write_text(SCENARIO)
    (tmp_path / "other.toml").write_text('extends = "towns.toml"\ndimensions.life.weight = 3\n')
    ranks = [f"{at + 1},{name}" for at, name in enumerate(("[/]", "[red]Zell[/red]", "Unna", "[red]nowhere[/red]"))]
    (tmp_path / "list.csv").write_text("\n".join(["rank,name", *ranks]) + "\n")


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (["rank", "towns.toml", "--within", "country"], [*SHOWN, "[/] Towns [red]and[/red] more", "[red]B[/red]"]),
        (["rank", "towns.toml"], ["missing, weight redistributed: [/b] for 1 unit"]),
        (
            ["explain", "towns.toml", "[/]"],
            ["[/] Parks", "[red]Pay[/red]", "[red]Office[/red]", "[red]values", "[/]2024"],
        ),
        (["explain", "towns.toml", "Trier"], ["missing, weight redistributed: [red]Pay[/red]"]),
        (["explain", "towns.toml", "Unna", "--against", "[bold]Xanten"], ["[bold]Xanten (rank"]),
        (["explain", "towns.toml", "[/]", "--indicator", "[/] parks"], ["[/] Parks", "method: [red]m[/red]"]),
        (["change", "towns.toml", "--largest", "8"], ["[red]Zell[/red]", "[/] Parks"]),
        (["change", "towns.toml", "[red]zell[/red]"], ["[red]Zell[/red]", "[red]Pay[/red]", "[/]2023 to [/]2024"]),
        (["change", "towns.toml", "[/]", "--against", "other.toml"], ["[/]\n", "[red]Pay[/red]"]),
        (["whatif", "towns.toml", "[bold]xanten", "--rank", "2"], ["[bold]Xanten", "[red]Pay[/red]"]),
        (["fit", "towns.toml", "--to", "list.csv"], ["[red]nowhere[/red]", "[red]Zell[/red]"]),
        (["compare", "towns.toml", "list.csv"], ["only in B: [red]nowhere[/red]", "[red]Zell[/red]"]),
        (["compare", "towns.toml", "other.toml"], ["[/] Towns", "[red]Zell[/red]"]),
        (["outlook", "towns.toml", "--back-test"], ["[red]Zell[/red]", "[/] Parks"]),
        (["rivalry", "towns.toml"], ["[/] Life", "[red]B[/red]"]),
        (["rivalry", "towns.toml", "--by", "name", "[/]", "Unna"], ["[/] Towns"]),
        (["balance", "towns.toml", "[/] life", "[red]money[/red]"], ["[a]", "[/b]"]),
        (["robustness", "towns.toml"], [*SHOWN, "[/] Towns"]),
        (["robustness", "towns.toml", "--winner", "[/]"], ["[/]"]),
        (["audit", "towns.toml"], ["[/] Towns", "[/b]"]),
    ],
    ids=lambda each: " ".join(each[:1] + each[2:]) if each[0] in ("rank", "explain", "change") else None,
)
def test_names_are_shown_as_they_are(towns, capsys, words, shown):
    """Each verb prints the names that it knows letter by letter, and nothing that steers the terminal."""
    assert run(words) == 0
    out = capsys.readouterr().out

    for text in shown:
        assert text in out
    assert "\x1b" not in out
