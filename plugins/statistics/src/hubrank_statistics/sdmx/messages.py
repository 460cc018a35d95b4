"""Messages of SDMX-ML, read by sdmx1: structures, and footers that say why there are no data."""

from __future__ import annotations

import contextlib
import io
from typing import Any

from attrs import frozen
from hubrank_fetching import FetchError


@frozen(kw_only=True)
class Structure:
    """What a data flow is.

    Attributes:
        version: Its version.
        title: What it is called, in English where it says so.
        dimensions: The dimensions in the order in which a key names them, time not among them.
        time: The dimension of time.
    """

    version: str
    title: str
    dimensions: tuple[str, ...]
    time: str


def is_xml(content: bytes) -> bool:
    """Whether a reply is a message of SDMX-ML rather than data in another form."""
    return content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def structure(content: bytes, flow: str, source: str) -> Structure:
    """The structure of a flow, in a message that has the flow and what defines it.

    Raises:
        FetchError: The message is of another form.
    """
    from sdmx.model.common import TimeDimension

    message = _message(content, source)
    try:
        found = message.dataflow[flow]
        definition = message.structure[found.structure.id]
        parts = definition.dimensions.components
        (time,) = (each.id for each in parts if isinstance(each, TimeDimension))
        dimensions = tuple(each.id for each in parts if not isinstance(each, TimeDimension))
        return Structure(
            version=str(found.version),
            title=found.name.localized_default("en") or flow,
            dimensions=dimensions,
            time=time,
        )
    except (LookupError, AttributeError, TypeError, ValueError):
        raise FetchError(source, f"its reply has another form: dataflow {flow}", "us") from None


def footer(content: bytes, source: str) -> tuple[int, str]:
    """The code and the words of a message's footer; 0 where it has none.

    Raises:
        FetchError: The message is of another form.
    """
    found = getattr(_message(content, source), "footer", None)
    if found is None:
        return 0, ""
    return int(found.code or 0), " ".join(str(each) for each in found.text[:1])


def _refuse_entities(content: bytes) -> None:
    """SDMX-ML declares no type of document, which is how entities that grow are declared."""
    if b"<!DOCTYPE" in content:
        raise ValueError


def _message(content: bytes, source: str) -> Any:
    import sdmx

    try:
        _refuse_entities(content)
        with contextlib.redirect_stdout(io.StringIO()):  # where the library fails, it prints all that it has read
            return sdmx.read_sdmx(io.BytesIO(content))
    except Exception:  # noqa: BLE001  # whatever it trips over is no message of SDMX-ML
        raise FetchError(source, "its reply has another form: SDMX-ML", "us") from None
