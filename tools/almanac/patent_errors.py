"""Measures the errors that patents are shipped with: `python -m tools.almanac.patent_errors`."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from tools.almanac import patent_keys as keys
from tools.almanac.patents import CLUSTERS, COVERED_KM, INSIDE
from tools.almanac.sources import Gazetteer, read_input
from tools.raw import REFERENCE

LEAST = 50.0
AGES = (1, 2, 3, 5, 7, 10)


def show(title: str, ratios: Iterable[float]) -> None:
    """Print the median of ratios of an estimate and the truth, and the deviation of their logarithms."""
    logs = np.log([ratio for ratio in ratios if ratio > 0])
    sys.stdout.write(f"{title:44} n {len(logs):3}  median {np.exp(np.median(logs)):.2f}  sd {logs.std(ddof=1):.2f}\n")


def drift(title: str, counts: pd.DataFrame, groups: pd.Series | None = None) -> None:
    """Print how counts by year move apart: the deviation of log ratios less counting error, a root of a year."""
    logs = np.log(counts.where(counts >= LEAST))
    logs -= logs.mean() if groups is None else logs.groupby(groups).transform("mean")
    found = []
    for age in AGES:
        pairs = [(year, year + age) for year in counts.columns if year + age in counts.columns]
        moves = pd.concat([(logs[last] - logs[first]).dropna() for first, last in pairs])
        chance = pd.concat(
            [(1 / counts[[first, last]]).sum(axis=1)[logs[[first, last]].notna().all(axis=1)] for first, last in pairs]
        )
        found.append(f"{age}: {np.sqrt((moves.var(ddof=0) - chance.mean()) / age):.3f}")
    sys.stdout.write(f"{title:44} {'  '.join(found)}\n")


def national(raw: Path, gazetteer: Gazetteer) -> None:
    """The forecast of a country's total in 2011-2015 from 2001-2005 by the rule of `Totals`."""
    totals = keys.Totals(raw, gazetteer)
    for title, members in (("totals: members of the European Patent Office", True), ("totals: others", False)):
        codes = [code for code in totals.oecd() if (code in keys.MEMBERS) == members]
        codes = [code for code in codes if min(totals.mean(code, 2001, 2005), totals.mean(code, 2011, 2015)) >= LEAST]
        show(
            title,
            [totals.moved(code, (2001, 2005), (2012, 2016)).mean() / totals.mean(code, 2011, 2015) for code in codes],
        )


def regional(raw: Path, gazetteer: Gazetteer, metros: pd.DataFrame) -> None:
    """Shares of regions by patents 2008-2012 beside the OECD's counts of metros in the same years."""
    totals = keys.Totals(raw, gazetteer)
    metros = metros[metros["country"].isin(set(totals.oecd()) - {"US", "CN"})].copy()
    metros["region"] = keys.regions_of(metros.itertuples(index=False), gazetteer)
    rows = []
    for metro, country, place, named in keys.oecd_metros(raw, gazetteer):
        own = metros[(metros["country"] == country) & ~keys.far_from([place], metros["place"], keys.LISTED_KM)]
        if named and len(own):
            (region,) = keys.regions_of([own.assign(place=place).iloc[0]], gazetteer)
            share = own["patents"].sum() / metros.loc[metros["region"] == region, "patents"].sum()
            rows.append(
                (share, INSIDE * share * totals.counted(region, 2008, 2012) / (metro.Patents * metro.Population / 1e4))
            )
    table = pd.DataFrame(rows, columns=["share", "ratio"])
    most = table["share"] >= 1 / 2
    show("regions: all metros", table["ratio"])
    show("regions: those with most of their region", table.loc[most, "ratio"])
    show("regions: the others", table.loc[~most, "ratio"])


def clusters(raw: Path, since: Path, gazetteer: Gazetteer, metros: pd.DataFrame) -> None:
    """Keys of the United States and China beside WIPO's clusters, as if these had no count."""
    totals = keys.Totals(raw, gazetteer)
    counts = pd.read_csv(raw / CLUSTERS).set_index("cluster")["pct_applications"] / len(keys.YEARS)
    american, chinese = keys.american_metros(raw, gazetteer), keys.chinese_cities(since, gazetteer, metros)
    chinese = chinese[chinese["counted"]]
    ratios: dict[str, list[float]] = {"US": [], "CN": []}
    for cluster, parts in read_input("clusters.csv").groupby("cluster", sort=False):
        named = [
            gazetteer.find(city, part.country, part.state)
            for part in parts.itertuples(index=False)
            for city in (part.city, *filter(None, part.covers.split("; ")))
        ]
        country = parts["country"].iloc[0]
        if country == "US":
            near = american[~keys.far_from(named, american.index, COVERED_KM)]
            ratios["US"].append(near.sum() * totals.country("US").mean() / counts[cluster])
        elif country == "CN" and len(parts) == 1:
            near = chinese[~keys.far_from(named, chinese["place"], COVERED_KM)].itertuples(index=False)
            ratios["CN"].append(sum(row.share * totals.province(row.province).mean() for row in near) / counts[cluster])
    show("clusters: American metros", ratios["US"])
    show("clusters: Chinese cities", ratios["CN"])


def main() -> None:
    """Print every measure."""
    parser = argparse.ArgumentParser(prog="tools.almanac.patent_errors", description=__doc__)
    parser.add_argument("--raw", type=Path, default=REFERENCE / "almanac", help="folder of the raw tables")
    raw = parser.parse_args().raw
    gazetteer = Gazetteer(raw)
    metros = keys.old_metros(raw, gazetteer)
    national(raw, gazetteer)
    regional(raw, gazetteer, metros)
    clusters(raw, raw.parent / "since-2019", gazetteer, metros)
    sys.stdout.write(f"drift a root of a year, {', '.join(map(str, AGES))} years apart\n")
    areas = pd.read_csv(raw / keys.USPTO, dtype={"ID Code": str})
    areas = areas[(areas["GeoType"] == "Metropolitan Statistical Area") & areas["ID Code"].notna()]
    drift(
        "metros of the United States 2000-2015",
        areas.set_index("ID Code")[[str(year) for year in range(2000, 2016)]].rename(columns=int),
    )
    regions = pd.read_csv(raw / keys.REGIONS).pivot_table(index="reg_id", columns="year", values="pct_applications")
    drift("regions of the OECD 2001-2015", regions, regions.index.str[:2].to_series(regions.index))


if __name__ == "__main__":
    main()
