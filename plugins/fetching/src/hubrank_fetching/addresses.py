"""Addresses that users name in place of files: what is there is fetched whole, and linked where `path_at` has it."""

from __future__ import annotations

import functools
import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import asdict
from hubrank.io.addresses import NOTE, SNAPSHOTS, Address, Copy
from hubrank.io.write import Content, replace_folder
from hubrank.plugin import Request

from hubrank_fetching.services import FetchError, File, Key, NotFetchedError, Refusal, Service
from hubrank_fetching.sources import Fetched, Needs

if TYPE_CHECKING:
    from hubrank_fetching.session import Session

#: No one knows the size and the time before the server is asked.
_NEEDS = Needs(requests=1, bytes=float("nan"), seconds=float("nan"))
#: The variables with the credentials of buckets; a table shows whether the first is set.
KEYS = {
    "s3": ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
    "gs": ("GOOGLE_APPLICATION_CREDENTIALS",),
}
_MEANINGS = {**dict.fromkeys((404, 410), "has no file"), **dict.fromkeys((401, 403), "gives not everyone")}


def fetched_address(text: str) -> Fetched:
    """The entry of an address for `hubrank fetch`.

    Raises:
        UsageError: It cannot be fetched.
    """
    address = Address.of(text)
    if address.scheme == "https":
        meaning = functools.partial(_refused, address)
        service = Service(name=address.host, address=f"https://{address.host}", refusal=meaning)
        return Fetched(service=service, needs=lambda _: _NEEDS, get=functools.partial(_of_web, address))
    place = f"{address.place}://{address.host}"
    key = Key(variable=KEYS[address.place][0], name="", needed=False) if address.place in KEYS else None
    service = Service(name=place, address=place, key=key)
    return Fetched(service=service, needs=lambda _: _NEEDS, get=functools.partial(_of_library, address))


def _refused(address: Address, refusal: Refusal) -> FetchError | None:
    """The meaning of a status; of one that may pass, that of any service."""
    if refusal.status not in _MEANINGS:
        return None
    what = f"{_MEANINGS[refusal.status]} /{'/'.join(address.way)}; check the address, or download the file and name it"
    return FetchError(address.host, what, "you")


def _of_web(address: Address, _: Request, session: Session) -> tuple[()]:
    """Fetch a file over https, as a file of any service."""
    query = f"?{address.query}" if address.query else ""
    _keep(address, {address.way[-1]: session.download(f"{'/'.join(address.way)}{query}")})
    return ()


def _of_library(address: Address, _: Request, session: Session) -> tuple[()]:
    """Fetch files of a bucket, or a snapshot, with the library that reads them; what has not changed stays."""
    there = Copy.of(address.folder) is not None
    if not session.online and not there:
        raise NotFetchedError(session.service.name)
    if session.online and (session.refresh or not there):
        if address.scheme in SNAPSHOTS:
            from hubrank_fetching.snapshots import files_of
        else:
            from hubrank_fetching.buckets import files_of
        _keep(address, files_of(address, session))
    return ()


def _keep(address: Address, files: Mapping[str, File]) -> None:
    """Have exactly these files, by the names in it, as the copy of an address, unless it has them already."""
    tags = {name: file.etag or file.digest for name, file in sorted(files.items())}
    known = Copy.of(address.folder)
    if known is not None and known.tags == tags:
        return
    version = hashlib.sha256(json.dumps(tags).encode()).hexdigest() if len(tags) > 1 else next(iter(tags.values()))
    copy = Copy(address=str(address), date=max(file.date for file in files.values()), version=version, tags=tags)
    content: dict[str, Content] = {name: functools.partial(_link, file.path) for name, file in files.items()}
    replace_folder(address.folder, {**content, NOTE: json.dumps(asdict(copy)).encode()})


def _link(source: Path, target: Path) -> None:
    """Give a file another name; where the disk has no links, copy it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
