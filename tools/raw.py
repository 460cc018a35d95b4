"""Shared parts of builders: folders of raw files and results, options of a command line, and writing tables."""

import argparse
import csv
import io
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = Path(os.environ.get("HUBRANK_REFERENCE", ROOT.parent / "shared" / "data"))


def read_options(tool: str, what: str, raw: Path, needed: str, output: Path) -> argparse.Namespace:
    """The folders `raw` and `output` of a builder's command line; leaves where a file that it needs is not in `raw`."""
    parser = argparse.ArgumentParser(prog=f"tools.{tool}", description=f"build {what}")
    parser.add_argument("--raw", type=Path, default=raw, help="folder of the raw files")
    parser.add_argument("--output", type=Path, default=output, help="folder to write")
    options = parser.parse_args()
    if not (options.raw / needed).is_file():
        parser.error(f"--raw: {options.raw}: has no {needed}")
    return options


def write_text(path: Path, text: str) -> None:
    """Write a file and print its size."""
    path.write_text(text, encoding="utf-8", newline="\n")
    sys.stdout.write(f"{path.name}: {path.stat().st_size:,} bytes\n")


def table_text(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """A CSV with empty missing values and whole numbers without decimals."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow(int(cell) if isinstance(cell, float) and cell.is_integer() else cell for cell in row)
    return text.getvalue()


def write_table(path: Path, header: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    """Write such a CSV."""
    write_text(path, table_text(header, rows))
