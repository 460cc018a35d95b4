"""The forms of exports: how each is recognised, the names of its columns, and its tables."""

from collections.abc import Iterable, Mapping

from attrs import frozen
from hubrank.errors import fold_name


@frozen(kw_only=True, eq=False)
class Layout:
    """A form of export.

    Attributes:
        title: Its description, marked for the catalogues.
        columns: The names of each role's column, in any case and spelling; the first one present counts.
        needed: The roles whose columns identify the form.
        tables: The tables that it provides, and the roles that each needs.
        all_unicorns: Whether each row is a unicorn; else rows with a year in which they became one.
    """

    title: str
    columns: Mapping[str, tuple[str, ...]]
    needed: tuple[str, ...]
    tables: Mapping[str, tuple[str, ...]]
    all_unicorns: bool = False

    def roles(self, header: Iterable[str]) -> dict[str, str]:
        """The column of each role that a header has."""
        there = {fold_name(item): item for item in reversed(list(header))}
        found = {role: [*filter(None, map(there.get, map(fold_name, names)))] for role, names in self.columns.items()}
        return {role: columns[0] for role, columns in found.items() if columns}

    def given(self, roles: Iterable[str]) -> tuple[str, ...]:
        """The tables that an export with these roles gives."""
        there = set(roles)
        return tuple(table for table, needed in self.tables.items() if there.issuperset(needed))


#: Roles that hold the year of a date.
DATES = ("joined", "founded", "announced")
#: Roles that hold an amount of dollars.
AMOUNTS = ("valuation", "funding", "raised")


UNICORNS = Layout(
    title="the list of unicorns",
    columns={
        "name": ("Company",),
        "valuation": ("Valuation ($B)", "Valuation"),
        "joined": ("Date Joined",),
        "country": ("Country",),
        "city": ("City",),
        "founded": ("Year Founded", "Founded Year"),
        "funding": ("Funding", "Total Raised"),
    },
    needed=("name", "valuation", "joined", "country"),
    tables={
        "unicorns": ("valuation",),
        "new-unicorns": ("joined",),
        "companies": ("founded",),
        "total-funding": ("funding",),
    },
    all_unicorns=True,
)
BULK = Layout(
    title="organizations.csv of the bulk export",
    columns={
        "id": ("uuid",),
        "name": ("name",),
        "country": ("country_code",),
        "region": ("region",),
        "city": ("city",),
        "roles": ("roles",),
        "founded": ("founded_on",),
        "funding": ("total_funding_usd",),
    },
    needed=("id", "country", "roles", "founded", "funding"),
    tables={"companies": ("founded",), "total-funding": ("funding",)},
)
COMPANIES = Layout(
    title="an export of companies",
    columns={
        "id": ("Organization Name URL",),
        "name": ("Organization Name",),
        "location": ("Headquarters Location",),
        "founded": ("Founded Date",),
        "funding": ("Total Funding Amount (in USD)",),
    },
    needed=("name", "location"),
    tables={"companies": ("founded",), "total-funding": ("funding",)},
)
ROUNDS = Layout(
    title="an export of funding rounds",
    columns={
        "id": ("Transaction Name URL",),
        "name": ("Transaction Name",),
        "location": ("Organization Location",),
        "announced": ("Announced Date",),
        "raised": ("Money Raised (in USD)",),
    },
    needed=("name", "location", "announced"),
    tables={"funding": ("announced", "raised")},
)
DEALROOM_EXPORT = Layout(
    title="an export of companies",
    columns={
        "id": ("Dealroom URL",),
        "name": ("Name",),
        "country": ("HQ country",),
        "region": ("HQ state", "HQ region"),
        "city": ("HQ city",),
        "lat": ("Latitude",),
        "lon": ("Longitude",),
        "founded": ("Launch year",),
        "joined": ("Year company became unicorn",),
        "valuation": ("Valuation (USD)",),
        "funding": ("Total funding (USD M)",),
        "round_types": ("Each round type",),
        "round_amounts": ("Each round amount",),
        "round_currencies": ("Each round currency",),
        "round_dates": ("Each round date",),
        "round_investors": ("Each round investors",),
    },
    needed=("id", "name", "country"),
    tables={
        "unicorns": ("joined", "valuation"),
        "new-unicorns": ("joined",),
        "companies": ("founded",),
        "total-funding": ("funding",),
        "funding": ("round_dates",),
    },
)
