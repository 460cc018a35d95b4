"""Spelling: names of places and institutions brought to one form, so that they can be compared."""

import re
import unicodedata

ABBREVIATIONS = {
    "university": "univ", "universitat": "univ", "universite": "univ", "universidad": "univ", "universidade": "univ",
    "universita": "univ", "universiteit": "univ", "universitaet": "univ", "universiti": "univ", "universities": "univ",
    "institute": "inst", "institut": "inst", "instituto": "inst", "institutes": "inst", "institution": "inst",
    "technology": "tech", "technol": "tech", "technological": "tech", "technische": "tech", "technical": "tech",
    "national": "natl", "science": "sci", "sciences": "sci", "scientific": "sci", "center": "ctr", "centre": "ctr",
    "medicine": "med", "medical": "med", "hospital": "hosp", "hospitals": "hosp", "college": "coll",
    "school": "sch", "research": "res", "state": "st", "saint": "st", "laboratory": "lab", "laboratories": "lab",
    "california": "calif", "massachusetts": "mass", "pennsylvania": "penn", "health": "hlth", "foundation": "fdn",
    "academy": "acad", "agricultural": "agr", "agriculture": "agr", "federal": "fed", "polytechnic": "polytech",
    "engineering": "engn", "cancer": "canc", "general": "gen", "memorial": "mem", "mount": "mt", "royal": "roy",
    "department": "dept", "children": "childrens", "electronic": "elect",
    "southern": "so", "economics": "econ", "international": "int", "system": "sys",
}  # fmt: skip
SILENT = {"of", "the", "and", "at", "in", "for", "de", "di", "da", "do", "du", "des", "del", "la", "le", "und", "et", "&", "a"}


def fold(name: str) -> str:
    """Lower case, no accents, words and figures only.

    Args:
        name: Any spelling.

    Returns:
        Its words, parted by single blanks.
    """
    plain = name.replace("ß", "ss").replace("ø", "o").replace("Ø", "O").replace("ł", "l").replace("Ł", "L")
    plain = unicodedata.normalize("NFKD", plain.replace("đ", "d").replace("ı", "i").replace("æ", "ae"))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
    return " ".join(re.sub(r"[^\w]+", " ", plain.replace("'", "").replace("’", "")).split())


def institution_key(name: str) -> str:
    """A name as citation indexes abbreviate it: `University of Oxford` and `Univ Oxford` are one.

    Args:
        name: An institution's name.

    Returns:
        Its telling words, shortened, in their order.
    """
    words = fold(name).split()
    return " ".join(ABBREVIATIONS.get(word, word) for word in words if word not in SILENT)


def unordered(key: str) -> str:
    """An institution's key without the order of its words, for `Oxford Univ`."""
    return " ".join(sorted(key.split()))
