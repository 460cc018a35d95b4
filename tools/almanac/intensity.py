"""Which companies spend much on research: by the share of sales that their industry, and they themselves, spend."""

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd

from tools.almanac.sources import Sources, read_input
from tools.almanac.spending import Seats, scoreboard
from tools.vintage import judging
from tools.vintage.rows import Place, distance_km, fold

FORBES = "forbes-global-2000-2025/companies_2025.csv"
#: The fiscal years whose spending counts, the newer one where there are both, and what a euro was worth at their end.
YEARS, DOLLARS = (2021, 2022), 1.0666
#: Shares of sales at which the Scoreboard's classes of industries part: low, medium-low, medium-high, high.
MEDIUM_LOW, MEDIUM_HIGH, HIGH = 0.01, 0.02, 0.05
#: An industry's share of sales is measured if the sales of this many of its companies are known.
ENOUGH = 5
MIXED = "Conglomerates"
TWICE = 2.0
NEAR_KM = 50.0
_MORE_FORMS = (
    "a ab ad adr aktiengesellschaft aktien and anonyme auf b bhd c co kgaa kk kommanditgesellschaft n of oy p pjsc pt "
    "public publ s societe sponsored tbk v"
)
_FORMS = judging.FORMS | set(_MORE_FORMS.split())


class Firm(NamedTuple):
    """A firm of a list: its name, its country (alpha-2, empty if unknown) and the place of its seat."""

    name: str
    country: str
    place: Place | None


def words(name: str) -> tuple[str, ...]:
    """A firm's name without brackets, `.com`, and the words of its legal form."""
    bare = re.sub(r"\([^)]*\)|\.com\b", " ", name, flags=re.IGNORECASE).replace(".", "")
    return tuple(word for word in fold(bare).split() if word not in _FORMS) or tuple(fold(name).split())


def joined(firms: Sequence[Firm], listed: Sequence[Firm], by_hand: dict[str, str]) -> dict[int, int]:
    """Which row of `listed` each firm is, by their positions.

    A firm is the company that `by_hand` names, or that has its name without the legal form: of its country, else of
    its place, else the only one; else the one of its place whose name begins as its own does, or the other way round.
    """
    at = {firm.name: row for row, firm in reversed(list(enumerate(listed)))}
    named, begins = defaultdict(list), defaultdict(list)
    for row, company in enumerate(listed):
        named["".join(words(company.name))].append(row)
        begins[words(company.name)[0]].append(row)
    found = {}
    for number, firm in enumerate(firms):
        own = words(firm.name)
        if firm.name in by_hand:
            row = at.get(by_hand[firm.name])
        elif alike := named.get("".join(own)):
            at_home = [each for each in alike if listed[each].country == firm.country]
            nearby = [each for each in alike if _near(firm, listed[each])]
            row = next(iter(at_home or nearby or alike[: len(alike) == 1]), None)
        else:
            row = _longer(firm, own, [(each, listed[each]) for each in begins[own[0]]])
        if row is not None:
            found[number] = row
    return found


def _near(one: Firm, other: Firm) -> bool:
    a, b = one.place, other.place
    return a is not None and b is not None and float(distance_km(a.lat, a.lon, b.lat, b.lon)) <= NEAR_KM


def _longer(firm: Firm, own: tuple[str, ...], rows: Sequence[tuple[int, Firm]]) -> int | None:
    """The company near the firm whose name goes on after the firm's or ends before it; None if two are as near."""
    fits = []
    for row, company in rows:
        others = words(company.name)
        shorter = min(len(own), len(others))
        if own[:shorter] == others[:shorter] and _near(firm, company):
            fits.append((abs(len(own) - len(others)), row))
    fits.sort()
    return fits[0][1] if len(fits) == 1 or (fits and fits[0][0] < fits[1][0]) else None


def measured(sources: Sources, listed: Sequence[Firm]) -> pd.DataFrame:
    """For each listed company `spending` and `sales` (million dollars, missing if unknown), and the spender's `seat`.

    A company whose spending before `YEARS` would still be among the largest no longer reports it (Amazon): its spending
    is unknown rather than none, and its sales are left out.
    """
    rows = scoreboard(sources).sort_values("fiscal_year", kind="stable")
    least = rows.loc[rows["fiscal_year"] == YEARS[-1], "rd_meur"].min()
    rows = rows.drop_duplicates("company", keep="last").reset_index(drop=True)
    seats, find = Seats(sources), sources.gazetteer.alpha2
    spenders = [Firm(row["company"], find(row["country"]) or "", seats.of(row)) for row in rows.to_dict("records")]
    forbes = pd.read_csv(sources.since / FORBES, keep_default_na=False)
    sellers = [
        Firm(row.name, find(row.country) or "", sources.find(row.city, row.country, row.state, with_states=("US",)))
        for row in forbes.rename(columns={"organization.name": "name"}).itertuples(index=False)
    ]
    result = pd.DataFrame({"spending": float("nan"), "sales": float("nan"), "seat": None}, index=range(len(listed)))
    for seller, company in joined(sellers, listed, _by_hand("sales")).items():
        result.loc[company, "sales"] = float(forbes.loc[seller, "revenue"] or "nan")
    silent = set()
    for spender, company in joined(spenders, listed, _by_hand("spenders")).items():
        year, amount = rows.loc[spender, ["fiscal_year", "rd_meur"]]
        if year in YEARS:
            result.loc[company, "spending"] = amount * DOLLARS
            result.at[company, "seat"] = spenders[spender].place
        elif amount >= least:
            silent.add(company)
    result.loc[result["spending"].isna() & result.index.isin(silent), "sales"] = float("nan")
    return result


def _by_hand(which: str) -> dict[str, str]:
    table = read_input("firms.csv", list=which)
    return dict(zip(table["name"], table["same_as"], strict=True))


def industries(companies: pd.DataFrame) -> pd.DataFrame:
    """Each industry's `share` of sales, `spenders` among the companies that it is measured on, and two verdicts.

    It is `intensive` if its companies of known sales spend at least `MEDIUM_HIGH` of them and at least half of
    them are among the spenders, so that no single company makes an industry. Where the sales of fewer than `ENOUGH`
    are known, it is where at least half of all its companies are among the spenders. Its shares are `accounts`
    rather than work where China's spenders, who may count trial production, report more than `TWICE` what others do.
    """
    found = {}
    for industry, members in companies.groupby("industry"):
        known = members[members["sales"] > 0]
        enough = len(known) >= ENOUGH
        among = (known if enough else members)["spending"].notna().mean()
        share = _share(known) if enough else float("nan")
        intensive = among >= 0.5 and (not enough or share >= MEDIUM_HIGH) and industry != MIXED
        spending = known[known["spending"].notna()]
        chinese = spending["country"] == "China"
        several = chinese.sum() > 1 and (~chinese).sum() > 1
        accounts = several and _share(spending[chinese]) > TWICE * _share(spending[~chinese])
        found[industry] = {"companies": len(members), "share": share, "spenders": among}
        found[industry] |= {"intensive": bool(intensive), "accounts": bool(accounts)}
    return pd.DataFrame.from_dict(found, orient="index")


def _share(companies: pd.DataFrame) -> float:
    return float(companies["spending"].sum() / companies["sales"].sum())


def research_intensive(companies: pd.DataFrame) -> pd.Series:
    """Whether each company is research-intensive, of `industry`, `country`, `spending` and `sales`.

    It is as its industry is, unless its own share of sales is at the other end: `HIGH` or more (but not where shares
    are of accounts), or below `MEDIUM_LOW`. A conglomerate has no industry: it is where its own share is
    `MEDIUM_HIGH` or more.
    """
    own, measure = companies["spending"] / companies["sales"], industries(companies)
    intensive = companies["industry"].map(measure["intensive"]).eq(True)
    intensive |= (companies["industry"] == MIXED) & (own >= MEDIUM_HIGH)
    lifted = (own >= HIGH) & ~companies["industry"].map(measure["accounts"]).eq(True)
    return (intensive & ~(own < MEDIUM_LOW)) | lifted
