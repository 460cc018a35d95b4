"""Measures errors of papers, shares and researchers of universities: `python -m tools.almanac.university_errors`."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from tools.almanac.sources import institution_key
from tools.raw import REFERENCE, ROOT
from tools.vintage.judging import Hubs, place_of
from tools.vintage.rows import PLACE_COLUMNS

DATA = ROOT / "plugins/almanac/src/hubrank_almanac/data"
UNITS = ROOT / "scenarios/src/hubrank_scenarios/units"
#: Researchers and works that a hub and a university need to be compared.
LEAST, LEAST_WORKS = 5, 500
SHARES = {"top10_count": "P_top10", "international_collab_count": "P_int_collab"}


def by_hub(table: str, columns: list[str], hubs: Hubs) -> pd.DataFrame:
    """Sums of a shipped table, a row a hub and year."""
    rows = pd.read_csv(DATA / f"{table}.csv", keep_default_na=False)
    places = rows[PLACE_COLUMNS].drop_duplicates()
    rows = rows.merge(places.assign(hub=[hubs.of(place_of(row)) for row in places.to_dict("records")]))
    rows = rows[rows["hub"] != ""]
    return rows[columns].apply(pd.to_numeric).groupby([rows["hub"], rows["year"]]).sum()


def show(title: str, one: pd.Series, other: pd.Series) -> None:
    """Print how two values agree: their correlation, and the deviation of the logarithms of their ratios."""
    both = pd.concat([one, other], axis=1, join="inner").dropna()
    both = both[(both > 0).all(axis=1)]
    logs = np.log(both.iloc[:, 0] / both.iloc[:, 1])
    robust = 1.4826 * (logs - logs.median()).abs().median()
    numbers = f"n {len(both)}  r {both.corr().iloc[0, 1]:.3f}  sd {logs.std():.3f}  robust {robust:.3f}"
    sys.stdout.write(f"{title:48} {numbers}\n")


def drift(title: str, figures: pd.DataFrame, chance: Callable[[int], pd.Series | float]) -> None:
    """Print how log values by year move apart, year by year of age: all of it, and less the variances by chance."""
    logs = np.log(figures.where(figures > 0))
    found = []
    for age in range(1, len(figures.columns)):
        pairs = [(year, year + age) for year in figures.columns if year + age in figures.columns]
        moves = [(logs[last] - logs[first]).dropna() for first, last in pairs]
        noise = [(chance(first) + chance(last)) for first, last in pairs]
        left = np.concatenate([move - move.median() for move in moves]).var()
        random = np.mean([np.mean(np.asarray(item)[np.isfinite(np.asarray(item))]) for item in noise])
        found.append(f"{age}: {np.sqrt(left):.3f} ({np.sqrt(max(left - random, 0.0) / age):.3f})")
    sys.stdout.write(f"{title:48} {'  '.join(found)}\n")


def listed(names: pd.Series, countries: pd.Series) -> pd.Series:
    """Universities' keys, without brackets and the order of words, with their countries' codes."""
    keys = names.map(lambda name: " ".join(sorted(institution_key(name.split("(")[0]).split())))
    return countries.str.lower() + " " + keys


def main() -> int:
    """Print, in logarithms, the spread against second counts, and by age all of it (and its rest a root of a year)."""
    parser = argparse.ArgumentParser(prog="tools.almanac.university_errors", description=__doc__)
    parser.add_argument("--reference", type=Path, default=REFERENCE, help="folder of all raw tables")
    reference = parser.parse_args().reference
    since = reference / "since-2019"
    hubs = Hubs(UNITS)

    papers = by_hub("university-papers", ["papers"], hubs)["papers"].unstack()
    works = by_hub("works", ["papers", "top10_papers", "industry_papers", "international_papers"], hubs).droplevel(1)
    show("papers 2017-2019 and Leiden 2016-2019, hubs", papers[[2017, 2018, 2019]].mean(axis=1), works["papers"])
    drift("papers of hubs", papers, lambda _: 0.0)
    counts = by_hub("highly-cited", ["highly_cited"], hubs)["highly_cited"].unstack()[range(2018, 2025)]
    counts = counts.where(counts >= LEAST)
    drift("researchers of hubs, less Poisson", counts, lambda year: 1 / counts[year])

    years = {
        year: pd.read_csv(since / f"openalex-288-universities/open_metrics_{year}.csv").set_index("ror_id")
        for year in range(2020, 2025)
    }
    lists = pd.read_csv(since / "arwu-2003-2025/arwu_all_years_combined_2003-2025.csv", keep_default_na=False)
    lists = lists[lists["year"].between(2021, 2025)]
    shares_of_papers = lists["PUB"] ** 2 / (lists["PUB"] ** 2).groupby(lists["year"]).transform("sum")
    ours = shares_of_papers.groupby(listed(lists["name"], lists["region_code"])).mean()
    keys = listed(years[2024]["canonical_name"], years[2024]["country_code"])
    theirs = sum(frame["works"] for frame in years.values()).groupby(keys).sum()
    show("papers 2020-2024 and OpenAlex, universities", ours, theirs[theirs > LEAST_WORKS * len(years)])

    leiden = pd.read_csv(reference / "almanac/papers/leiden_2020_latlon.csv").drop_duplicates("ror_id")
    leiden = leiden.set_index("https://ror.org/" + leiden["ror_id"])
    for column, of_leiden in SHARES.items():
        enough = {year: frame[frame["works"] > LEAST_WORKS] for year, frame in years.items()}
        shares = pd.DataFrame({year: frame[column] / frame["works"] for year, frame in enough.items()})
        shares = shares.where(shares > 0)
        odds = {year: (1 - shares[year]) / shares[year] / enough[year]["works"] for year in years}
        drift(f"{column} / works, less sampling", shares, odds.__getitem__)
        show(f"{of_leiden} / P 2016-2019 and OpenAlex'", leiden[of_leiden] / leiden["P_est"], shares.mean(axis=1))
    for column in ("top10_papers", "industry_papers", "international_papers"):
        share = works[column] / works["papers"]
        sampling = np.sqrt((1 - share) / share / works["papers"])
        sys.stdout.write(f"{column + ': sampling error of hubs':48} median {sampling.median():.4f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
