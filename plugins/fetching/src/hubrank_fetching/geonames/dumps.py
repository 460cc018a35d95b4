"""GeoNames' dumps: a zip with a table of 19 columns parted by tabs, without a header and without quoting."""

from __future__ import annotations

import csv
import io
import zipfile

import pandas as pd
from hubrank import FileProblem
from hubrank.io.safe_input import check_archive

from hubrank_fetching import FetchError
from hubrank_fetching.geonames.gazetteer import codes_of_countries, place_key
from hubrank_fetching.session import Reply, Session

#: The columns, by GeoNames' own names where they have one.
COLUMNS = (
    *("geonameid", "name", "asciiname", "alternatenames", "latitude", "longitude", "feature_class", "feature_code"),
    *("country_code", "cc2", "admin1_code", "admin2_code", "admin3_code", "admin4_code", "population", "elevation"),
    *("dem", "timezone", "modification_date"),
)
_NUMBERS = {"geonameid": "int64", "latitude": "float64", "longitude": "float64", "population": "int64"}
#: Codes of what is no place of its own today: sections of a place, and places that were given up or destroyed.
NO_PLACES = ("PPLX", "PPLH", "PPLCH", "PPLQ", "PPLW")


def dump(name: str, session: Session) -> Reply:
    """A dump by its name, such as `cities15000`: its table, unpacked."""
    return session.content(f"{name}.zip", None, lambda content: _checked(_unpacked(content, name)))


def frame(name: str, session: Session) -> pd.DataFrame:
    """The cities of a dump, as the table `places` has them; 0 inhabitants are none that are known."""
    rows = rows_of(dump(name, session).content)
    found = cities(rows)
    return pd.DataFrame(
        {
            **{column: found[column] for column in ("geonames", "lat", "lon", "country")},
            "year": int(_newest(rows)[:4]),
            "population": found["population"].astype("float64").where(found["population"] > 0),
        }
    )


def dates(name: str, session: Session) -> tuple[str, str]:
    """The day of the newest change in a dump, and the day on which it was fetched."""
    reply = dump(name, session)
    return _newest(rows_of(reply.content)), reply.date


def _newest(rows: pd.DataFrame) -> str:
    return str(rows["modification_date"].max())


def _unpacked(content: bytes, name: str) -> bytes:
    """The one table in a zip."""
    try:
        check_archive(io.BytesIO(content), f"{name}.zip", "unpacked_bytes", kind="a zip")
    except FileProblem as error:
        raise FetchError("geonames", str(error), "service", again=True) from None
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if archive.namelist() != [f"{name}.txt"]:
            raise FetchError("geonames", f"its {name}.zip has another content than {name}.txt", "us")
        return archive.read(f"{name}.txt")


def _checked(content: bytes) -> bytes:
    """The table, if its first row has the columns that are known, and a date."""
    try:
        head = rows_of(content[: content.find(b"\n") + 1] or content)
        pd.to_datetime(head["modification_date"], format="%Y-%m-%d")
    except ValueError as error:
        raise FetchError("geonames", f"its reply has another form: {str(error).splitlines()[0][:80]}", "us") from None
    return content


def rows_of(content: bytes) -> pd.DataFrame:
    """All rows of a dump, texts as they stand there (`NA` is Namibia)."""
    frame = pd.read_csv(
        io.BytesIO(content),
        sep="\t",
        header=None,
        dtype=str,
        keep_default_na=False,
        quoting=csv.QUOTE_NONE,
        encoding="utf-8",
    )
    if len(frame.columns) != len(COLUMNS):
        raise ValueError(f"{len(frame.columns)} columns")
    return frame.set_axis(list(COLUMNS), axis="columns").astype(_NUMBERS)


def cities(rows: pd.DataFrame) -> pd.DataFrame:
    """What a gazetteer wants of the rows of a dump, without what is no place of its own."""
    kept = rows[(rows["feature_class"] == "P") & ~rows["feature_code"].isin(NO_PLACES)]
    kept = kept[kept["country_code"].isin(codes_of_countries())]
    return pd.DataFrame(
        {
            "geonames": kept["geonameid"],
            "name": kept["name"],
            "country": kept["country_code"].map(codes_of_countries()),
            "code": kept["admin1_code"],
            "lat": kept["latitude"],
            "lon": kept["longitude"],
            "population": kept["population"],
            "also": [
                other_keys(name, others.split(","))
                for name, others in zip(kept["name"], kept["alternatenames"], strict=True)
            ],
        }
    ).reset_index(drop=True)


def other_keys(name: str, others: list[str]) -> str:
    """The keys of other names, each once, without that of the name itself, parted by `|`."""
    keys = {place_key(item).replace("|", "") for item in others} - {place_key(name), ""}
    return "|".join(sorted(keys))
