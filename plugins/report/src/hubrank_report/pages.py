"""Putting pages together: templates, styles, scripts and data become one file."""

from __future__ import annotations

import json
import re
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hubrank import UsageError

from hubrank_report import atlas
from hubrank_report.background import background
from hubrank_report.columns import packed
from hubrank_report.explorer import rows_and_columns
from hubrank_report.payload import country_name, payload, scripts

if TYPE_CHECKING:
    from hubrank import Ranking

#: What LineUp's style names outside itself: its source map, and a second form of the font that it holds.
_OUTSIDE = r"/\*# sourceMappingURL=.*?\*/|,url\([\w.]+\.ttf\) format\(\"truetype\"\)"
#: A page has at most so many bytes: browsers hold no longer text than 500 million characters.
LIMIT = 500_000_000
#: So many rows of the table are there for readers without scripts.
FIRST = 200
#: So many units without a rank are named, with the reason.
NAMED = 200
#: The scripts in the order in which they are put together; each uses only what stands before it.
SCRIPTS = (
    "data",
    "means",
    "rounding",
    "steps",
    "scoring",
    "ranks",
    "intervals",
    "worker",
    "elements",
    "view",
    "weights",
    "columns",
    "table",
    "map",
    "editions",
    "profiles",
    "uncertainty",
    "rivals",
    "download",
    "start",
)
#: The styles in their order; the narrow screen and the paper last.
STYLES = ("page", "weights", "tables", "pictures", "media")


def write_report(ranking: Ranking, path: Path) -> None:
    """Write the page.

    Raises:
        UsageError: It would be larger than `LIMIT`.
    """
    page = report(ranking).encode()
    if len(page) > LIMIT:
        cells = ranking.normalised.size
        raise UsageError(
            f"{path.name}: would be {len(page) / 1e6:,.0f} MB for {cells:,} values; a browser opens at most "
            f"{LIMIT / 1e6:g} MB, so rank fewer editions or units, or export to Excel or Parquet with hubrank export"
        )
    path.write_bytes(page)


def write_explorer(ranking: Ranking, path: Path) -> None:
    """Write the page with LineUp."""
    path.write_bytes(explorer(ranking).encode())


def report(ranking: Ranking) -> str:
    """The page as text."""
    data = payload(ranking)
    whole = "\n".join(_read(f"scripts/{name}.js") for name in SCRIPTS)
    return _render(
        "report.html.j2",
        ranking=ranking,
        data=data,
        nodes=[node for node in data["nodes"] if node["parent"] is not None],
        titles={each["key"]: each["title"] for each in data["indicators"]}
        | {each["name"]: each["title"] for each in data["nodes"]},
        rows=_first_rows(ranking),
        ranked=len(ranking.order(len(ranking.editions) - 1)),
        named=NAMED,
        outlines=atlas.countries(),
        width=atlas.WIDTH,
        height=atlas.HEIGHT,
        background=background(ranking),
        style="\n".join(_read(f"styles/{name}.css") for name in STYLES),
        packed=packed(data),
        methods=[(name, method_script(name, source)) for name, source in scripts(ranking).items()],
        script=f'(async function () {{\n"use strict";\n{whole}\n}})();',
    )


def explorer(ranking: Ranking) -> str:
    """The page with LineUp as text."""
    data = rows_and_columns(ranking)
    lineup = re.sub(r"//# sourceMappingURL=\S+", "", _read("vendored/lineup.js"))
    style = re.sub(_OUTSIDE, "", _read("vendored/lineup.css"))
    return _render(
        "explore.html.j2",
        ranking=ranking,
        json=embedded(data),
        licence=_read("vendored/lineup.LICENSE"),
        lineup=inside_script(lineup),
        style=style + _read("styles/explore.css"),
        script=f'(function () {{\n"use strict";\n{_read("scripts/explore.js")}\n}})();',
    )


def embedded(data: Any) -> str:
    """JSON for a script element: nothing in it can end the element or open a comment."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=str)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def method_script(name: str, source: str) -> str:
    """A plugin's script as a script element of its own, so that one that cannot be read breaks no other.

    It is code of an installed plugin and runs as such; the page's policy lets it load and send nothing.
    """
    return f"hubrankMethods[{embedded(name)}] = (\n{inside_script(source)}\n);"


def inside_script(source: str) -> str:
    """Source that can stand in a script element: nothing in it ends the element or opens a comment of HTML."""
    return re.sub(r"</(?=script)", r"<\\/", source, flags=re.IGNORECASE).replace("<!--", "<\\!--")


def _first_rows(ranking: Ranking) -> list[dict[str, str]]:
    """The first rows of the last edition's table, for readers without scripts."""
    last = len(ranking.editions) - 1
    return [
        {
            "rank": f"{ranking.ranks[last, unit]:g}",
            "name": ranking.names[unit],
            "country": country_name(ranking.countries[unit]),
            "score": ranking.score_text(last, int(unit)),
        }
        for unit in ranking.order(last)[:FIRST]
    ]


def _render(template: str, **values: Any) -> str:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("hubrank_report"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    return environment.get_template(template).render(**values)


def _read(name: str) -> str:
    return resources.files("hubrank_report").joinpath(name).read_text(encoding="utf-8")
