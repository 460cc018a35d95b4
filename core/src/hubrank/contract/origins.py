"""The origin of figures."""

from __future__ import annotations

from attrs import frozen


@frozen(kw_only=True)
class Origin:
    """Who made data, and on what terms.

    Attributes:
        name: The short name that rows carry in their column `origin`.
        producer: Who made the data: "World Intellectual Property Organization".
        title: What the producer calls them.
        licence: The licence's name; the permitted use if there is none.
        url: Where they are published.
        licence_url: Where the licence can be read.
        published: The date of publication, as precisely as known: "2023-09".
        accessed: The date of access, ISO format.
        citation: How the producer wants to be cited.
        note: What a reader should know.
    """

    name: str
    producer: str
    title: str
    licence: str
    url: str = ""
    licence_url: str = ""
    published: str = ""
    accessed: str = ""
    citation: str = ""
    note: str = ""
