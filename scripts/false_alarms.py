"""Count false alarms of the data checks: `python scripts/false_alarms.py [FOLDER]`.

They look at published indices (`tests/reference`, with the values that the project does not hold in FOLDER) and at
all installed scenarios, whose values are known to be right: what a scenario does not acknowledge is a false alarm.
Every alarm is printed, and the rate by column; the exit code is 1 above one in fifty.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
from hubrank.io.cache import Cache
from hubrank.plugin.registry import Registry
from hubrank.ranking.ranking import Ranking
from hubrank.results.rank import rank

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "tests" / "reference"
#: Of the published indices whose values the project does not hold, the files.
FIGURES = {
    "arwu": "arwu/arwu.csv",
    "epi-2020": "epi_2020/epi2020_scores.csv",
    "scotland-2016": "uk_imd/scotland2016_dz_ranks.csv",
    "sdg-2023": "sdg_index_2023/sdr2023_goal_scores.csv",
}
MOST = 1 / 50


def rankings(figures: Path) -> Iterator[tuple[str, Ranking]]:
    """All that is looked at, by name."""
    with tempfile.TemporaryDirectory() as temporary:
        os.environ["HUBRANK_CACHE"] = temporary
        for held in sorted(REFERENCE.glob("*/*.toml")):
            name, path = held.parent.name, held
            if name in FIGURES:
                folder = Path(temporary) / name
                folder.mkdir()
                frame = pd.read_csv(figures / FIGURES[name])
                if name == "arwu":  # two universities of one name are distinguished by their places in their countries
                    twice = frame.duplicated(["year", "name"], keep=False)
                    apart = frame["name"] + " " + frame["national_rank"].astype(str)
                    frame["unit"] = frame["name"].where(~frame["name"].isin(frame["name"][twice]), apart)
                frame.to_csv(folder / Path(FIGURES[name]).name, index=False)
                path = Path(shutil.copy(path, folder))
            yield f"{name}/{path.stem}", rank(str(path), cache=Cache.default())
        for name in Registry.installed().names("scenario"):
            yield name, rank(name, cache=Cache.default())


if __name__ == "__main__":
    columns = alarms = 0
    for title, ranking in rankings(Path(*sys.argv[1:] or [ROOT.parent / "shared" / "data" / "indices"])):
        known = ranking.plan.scenario.acknowledged
        columns += len(ranking.measurement.indicators)
        for check in ranking.data_checks:
            alarms += check.key not in known
            print(f"{title}: {check.key} ({known.get(check.key, 'false')})\n  {check.text}")
    print(f"{alarms} false alarms in {columns} columns: {alarms / columns:.3f} a column, at most {MOST:.3f}")
    sys.exit(int(alarms > MOST * columns))
