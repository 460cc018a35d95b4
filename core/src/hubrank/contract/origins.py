"""The origin of figures, and what a scenario says of its own."""

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


@frozen(kw_only=True, slots=False)  # without slots, so that options can have another base too
class StatedOrigin:
    """What a scenario says of data that it brings itself: a base for the options of a source.

    Attributes:
        producer: Who made the data.
        title: Title of the data.
        url: Where the data are published.
        licence: Licence of the data.
        published: Date of publication.
    """

    producer: str = "not stated"
    title: str = ""
    url: str = ""
    licence: str = "not stated"
    published: str = ""

    def origin(self, name: str) -> Origin:
        """The origin under a name, which is the title too where none is stated."""
        return Origin(
            name=name,
            producer=self.producer,
            title=self.title or name,
            licence=self.licence,
            url=self.url,
            published=self.published,
        )
