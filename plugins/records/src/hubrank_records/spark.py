"""Sessions of Spark: of a server at an address, of Spark on Java in this machine, or of a server started here."""

import contextlib
import functools
import importlib.metadata
import importlib.util
import os
import re
import shutil
import socket
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hubrank.plugin import DataError

#: Seconds to wait for a Spark Connect server.
PATIENCE = 10
#: Spark on Java on this machine, with the given number of threads.
LOCAL = re.compile(r"local(\[(\*|[1-9]\d*)\])?")
#: Features of Spark on Java that are switched off: its web pages, and more pieces than a machine has use for.
_SETTINGS = {
    "spark.driver.host": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.shuffle.partitions": "8",
}


def version() -> str:
    """The version of PySpark, whichever of its two distributions is installed."""
    for name in ("pyspark-client", "pyspark"):
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            return importlib.metadata.version(name)
    return "none"


def why_no_java() -> str:
    """The missing parts of Spark on Java; empty if it is complete."""
    found = importlib.util.find_spec("pyspark")
    if found is None or found.origin is None or not (Path(found.origin).parent / "jars").is_dir():
        return "pip install pyspark in place of pyspark-client, which has no Spark of its own"
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java") is None and not (home and (Path(home) / "bin" / "java").exists()):
        return "install Java 17 or newer, of which there is none on the path"
    return ""


def has_sail() -> bool:
    """Whether a server can be started in this process."""
    return importlib.util.find_spec("pysail") is not None


def check_address(address: str) -> None:
    """Reject an address where nothing or something else answers, before PySpark waits for it for minutes."""
    split = urlsplit(address)
    with _program():
        import grpc
        from pyspark.sql.connect.client import DefaultChannelBuilder
    try:
        socket.create_connection((split.hostname or "", split.port or 15002), timeout=PATIENCE).close()
        with DefaultChannelBuilder(address).toChannel() as channel:
            grpc.channel_ready_future(channel).result(PATIENCE)
    except (OSError, ValueError, grpc.FutureTimeoutError) as error:
        why = str(error) or "what answers there is something else"
        instead = "check the address and that the server runs, or leave spark out to count here"
        raise DataError("spark", f"no Spark Connect server answers at {address}: {why}; {instead}") from error


@functools.cache
def spark_session(address: str) -> Any:
    """A session of the server at an address, of Spark on Java (`local[2]`), or without an address of a local server."""
    if LOCAL.fullmatch(address) or not (address or has_sail()):
        with warnings.catch_warnings(action="ignore"), _silent():
            from pyspark.sql import SparkSession

            return SparkSession.builder.master(address or "local[*]").config(map=_SETTINGS).getOrCreate()
    if address:
        check_address(address)
    with warnings.catch_warnings(action="ignore"), _program():
        from pyspark.sql import SparkSession
        from pyspark.sql.connect import dataframe, functions, readwriter, window  # noqa: F401  # each looks at the program

        address = address or f"sc://127.0.0.1:{_own_server().listening_address[1]}"
        return SparkSession.builder.remote(address).create()  # not the session of another server


def literal(session: Any, value: str | int) -> Any:
    """A column of one value, as frames of a session take it."""
    if type(session).__module__.startswith("pyspark.sql.connect"):
        from pyspark.sql.connect import functions
    else:
        from pyspark.sql import functions
    return functions.lit(value)


@contextlib.contextmanager
def _silent() -> Iterator[None]:
    """Spark on Java writes about itself on standard error from start to end; failures are raised as well."""
    kept = os.dup(2)
    try:
        with Path(os.devnull).open("w") as nothing:
            os.dup2(nothing.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


@contextlib.contextmanager
def _program() -> Iterator[None]:
    """PySpark takes a process without a main file, such as `python -c`, for a run of its own tests, and ends it."""
    main = sys.modules["__main__"]
    if hasattr(main, "__file__"):
        yield
        return
    main.__file__ = sys.executable
    try:
        yield
    finally:
        del main.__file__


@functools.cache
def _own_server() -> Any:
    """A Sail server of this process, which speaks Spark Connect and needs no Java; it lives as long as the process.

    Its memory is that of DuckDB unless the environment says otherwise; beyond, it writes to the temporary folder.
    """
    from pysail.spark import SparkConnectServer

    from hubrank_records.options import default_gb  # which imports this module

    memory = {"TYPE": "fair", "FAIR__MAX_SIZE": f"{default_gb() * 1e9:.0f}"}
    settings = {f"SAIL_RUNTIME__MEMORY_POOL__{name}": value for name, value in memory.items()}
    for name, value in ({"RUST_LOG": "error"} | settings).items():
        os.environ.setdefault(name, value)
    server = SparkConnectServer(port=0)
    server.start(background=True)
    return server
