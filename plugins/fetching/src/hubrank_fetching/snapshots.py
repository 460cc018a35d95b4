"""Snapshots of tables of Delta and Iceberg: their libraries read the rows, which the cache keeps as Parquet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from attrs import frozen
from hubrank.errors import library
from hubrank.io.addresses import Address
from hubrank.io.cache import Cache, key_of
from hubrank.io.write import write_error
from hubrank.plugin import UsageError, gettext

from hubrank_fetching import clock
from hubrank_fetching.addresses import KEYS
from hubrank_fetching.buckets import S3, credentials, library_errors
from hubrank_fetching.services import FetchError, File

if TYPE_CHECKING:
    from hubrank_fetching.session import Session


@frozen
class Snapshot:
    """A snapshot of a table.

    Attributes:
        id: Its number in Delta, its ID in Iceberg.
        rows: Opens its rows, as a reader of batches of pyarrow.
    """

    id: str
    rows: Callable[[], Any]


def files_of(address: Address, session: Session) -> dict[str, File]:
    """A Parquet file with the rows of a snapshot, the newest if the address names none, by its name in the copy.

    Raises:
        FetchError: The table or the snapshot is not there, or cannot be read.
        UsageError: There is no space for it, or the snapshot has no number.
    """
    if address.snapshot and not address.snapshot.isdecimal():
        raise UsageError(f"{address}: a snapshot is a number; got '{address.snapshot}'")
    session.budget.ask(session.service.name)
    with library_errors(address):
        snapshot = _of_delta(address) if address.scheme.startswith("delta") else _of_iceberg(address)
    cache, key = Cache.default(), key_of("address", str(address), snapshot.id)
    with cache.arriving(key, lambda: clock.sleep(1)) as arrival:
        if cache.file(key) is None:
            arrival.begin({})
            _write(snapshot, arrival.data, address, session)
            known = {"etag": snapshot.id, "version": snapshot.id, "date": clock.day()}
            cache.keep_file(key, arrival, known, f"{address}: {snapshot.id}")
        kept = cache.file(key)
    assert kept  # noqa: S101  # it was put there under a lock
    return {address.copy.name: File(path=kept[0], **kept[1])}


def _write(snapshot: Snapshot, path: Path, address: Address, session: Session) -> None:
    import pyarrow.parquet as pq

    message, before = gettext("downloading from {service}", service=session.service.name), 0
    with library_errors(address):
        rows = snapshot.rows()
    with write_error(path), path.open("wb") as file, pq.ParquetWriter(file, rows.schema) as writer:
        for batch in _batches(rows, address):
            writer.write_batch(batch)
            session.budget.receive(session.service.name, file.tell() - before)
            before = file.tell()
            session.progress(message, before / 1e6, None, "MB")


def _batches(rows: Any, address: Address) -> Iterator[Any]:
    while True:
        with library_errors(address):  # here, or it would be taken for one of the disk
            batch = next(rows, None)
        if batch is None:
            return
        yield batch


def _uri(address: Address) -> str:
    return f"{address.place}://{address.host}/{'/'.join(address.way)}"


def _gone(address: Address, newest: object) -> FetchError:
    what = f"snapshot {address.snapshot} is gone; the newest is {newest}, which the address without # reads"
    return FetchError(str(address).partition("#")[0], what, "you")


def _of_delta(address: Address) -> Snapshot:
    delta = library("deltalake", str(address), "hubrank-fetching[delta]")
    options = {"max_retries": "2", "retry_timeout": "30s", "connect_timeout": "15s"}
    if address.place == "s3":
        known = S3.of(address)
        options |= dict(zip(KEYS["s3"], known.who.values(), strict=False))
        options |= {"AWS_REGION": known.region} | ({} if known.who else {"AWS_SKIP_SIGNATURE": "true"})
        if known.server:
            plain = str(known.server.startswith("http://")).lower()
            options |= {"AWS_ENDPOINT_URL": known.server, "AWS_ALLOW_HTTP": plain}
    if address.place == "gs" and not credentials("gs")[0]:
        options |= {"GOOGLE_SKIP_SIGNATURE": "true"}
    table = delta.DeltaTable(_uri(address), storage_options=options if address.place != "file" else None)
    newest = table.version()
    if address.snapshot:
        try:
            table.load_as_version(int(address.snapshot))
        except delta.exceptions.DeltaError:
            raise _gone(address, newest) from None
    return Snapshot(str(table.version()), lambda: table.to_pyarrow_dataset().scanner().to_reader())


def _of_iceberg(address: Address) -> Snapshot:
    iceberg = library("pyiceberg.table", str(address), "hubrank-fetching[iceberg]")
    options = {"py-io-impl": "pyiceberg.io.pyarrow.PyArrowFileIO"}
    if address.place == "s3":
        known = S3.of(address)
        names = ("s3.access-key-id", "s3.secret-access-key", "s3.session-token")
        options |= dict(zip(names, known.who.values(), strict=False))
        options |= {"s3.region": known.region, "s3.connect-timeout": "15"}
        options |= {"s3.endpoint": known.server} if known.server else {}
        options |= {} if known.who else {"s3.anonymous": "true"}
    try:
        table = iceberg.StaticTable.from_metadata(_uri(address), options)
    except FileNotFoundError:
        what = (
            "is no table of Iceberg; name its newest file metadata/*.metadata.json, or a folder with version-hint.text"
        )
        raise FetchError(str(address).partition("#")[0], what, "you") from None
    newest = table.current_snapshot()
    wanted = table.snapshot_by_id(int(address.snapshot)) if address.snapshot else newest
    if wanted is None:
        raise _gone(address, newest.snapshot_id if newest else "none")
    return Snapshot(str(wanted.snapshot_id), lambda: table.scan(snapshot_id=wanted.snapshot_id).to_arrow_batch_reader())
