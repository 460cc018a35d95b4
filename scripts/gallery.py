"""The gallery of the documentation's site: each installed scenario, with pictures by the exporters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hubrank import HubrankError, Ranking, Registry, load
from hubrank.results.rank import rank_with_intervals

#: Exporters whose pictures are shown, with what each shows.
PICTURES = {"map-svg": "the units on the map", "ranking-svg": "the first units and what their scores are made of"}

#: The scenario that the others are made from.
FIRST = "global"

TEXT = """# Gallery

The scenarios that members bring, each ranked anew when this site was built. `hubrank rank NAME` prints the
ranking, `hubrank show NAME` the tree with its weights, `hubrank report NAME --output page.html` writes a page whose
weights can be moved, and `hubrank export NAME --output NAME.map.svg` the pictures.
"""


def write_gallery(source: Path, registry: Registry, *, pictures: bool) -> None:
    """Write `gallery.md` with its pictures beside it."""
    names = sorted(registry.names("scenario"), key=lambda name: (name != FIRST, name))
    sections = [_section(source, name, registry, pictures=pictures) for name in names]
    (source / "gallery.md").write_text("\n".join((TEXT, *sections)), encoding="utf-8")


def _section(source: Path, name: str, registry: Registry, *, pictures: bool) -> str:
    scenario = load(name, registry).scenario
    lines = [f"## {scenario.title}", f"```sh\nhubrank rank {name}\n```", str(scenario.description).strip()]
    if pictures:
        lines += _shown(source, name, registry)
    return "\n\n".join(lines) + "\n"


def _shown(source: Path, name: str, registry: Registry) -> Iterator[str]:
    ranking = rank_with_intervals(name)
    for exporter, shows in PICTURES.items():
        file = f"gallery/{name}.{exporter.removesuffix('-svg')}.svg"
        if _drawn(ranking, exporter, source / file, registry):
            yield f"![{ranking.title}: {shows}]({file})"


def _drawn(ranking: Ranking, exporter: str, path: Path, registry: Registry) -> bool:
    """Draw a picture; a ranking that an exporter has nothing to draw of has none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        registry.find("exporter", exporter).call("write", ranking, path)
    except HubrankError:
        return False
    return True
