"""Measure how well names show directions: `python scripts/directions.py [FILE]`.

Names with the sign that a framework states (`directions/public.csv` in the folder that `HUBRANK_REFERENCE` names, or
FILE, with the columns name, language, direction and framework) are tested; the shares of right and wrong signs are
printed by language and by framework, in per cent. Nothing is learned from the names, so no framework is held out; the
phrases were written with most of them at hand, except `UNREAD`, which are listed separately. "either" are names without
a direction, or with a contested one, that get a sign all the same. The exit code is 1 above 3 % wrong signs, or below
75 % right ones, or 60 % in a language.
"""

import os
import sys
from pathlib import Path

import pandas as pd
from hubrank.infer.directions import direction_of

FOLDER = Path(os.environ.get("HUBRANK_REFERENCE", Path(__file__).parents[2] / "shared" / "data"))
#: Frameworks whose names no one had read when the phrases were written.
UNREAD = ("ASEM", "ONS-Subnational", "PlatsIndex", "Supplier")


def figures(judged: pd.DataFrame) -> dict[str, float]:
    """How many names, and of those with a sign the per cent stated rightly, wrongly and not; of others those stated."""
    signed = judged[judged["direction"] != 0]
    right = 100 * (signed["stated"] == signed["direction"]).mean()
    wrong = 100 * (signed["stated"] == -signed["direction"]).mean()
    either = int((judged.loc[judged["direction"] == 0, "stated"] != 0).sum())
    return {"names": len(judged), "right": right, "wrong": wrong, "unknown": 100 - right - wrong, "either": either}


def main(path: Path) -> int:
    """Print the values."""
    if not path.is_file():
        print(f"{path} is not there: set HUBRANK_REFERENCE to the folder of reference data")
        return 0
    names = pd.read_csv(path, keep_default_na=False).astype({"direction": int})
    names["stated"] = [direction_of(name).direction for name in names["name"]]
    unread = names["framework"].isin(UNREAD)
    rows = {"all": names, "read": names[~unread], "unread": names[unread]}
    rows |= {f"language {key}": group for key, group in names.groupby("language")}
    rows |= {f"framework {key}": group for key, group in names.groupby("framework")}
    table = pd.DataFrame({key: figures(group) for key, group in rows.items() if len(group)}).T
    print(table.astype({"names": int, "either": int}).to_string(float_format="{:.1f}".format))
    least = table[table.index.str.startswith("language")]["right"].min()
    return int(table.loc["all", "wrong"] > 3 or table.loc["all", "right"] < 75 or least < 60)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER / "directions" / "public.csv"))
