"""Files in a language that brackets its texts: people's are in it, programs' are in English."""

import pytest
from hubrank import use_language
from hubrank.testing import small_ranking
from hubrank_output.exporters import export_tables

pytestmark = pytest.mark.usefixtures("bracketed")


def in_both(write, folder, name):
    """A ranking's file in English and in German."""
    paths = [folder / "en" / name, folder / "de" / name]
    for path in paths:
        path.parent.mkdir(exist_ok=True)
        with use_language(path.parent.name):
            write(small_ranking(), path)
    return paths


@pytest.mark.parametrize("exporter", export_tables.EXPORTERS, ids=lambda each: each.name)
def test_csv_and_parquet_are_in_english(exporter, tmp_path):
    """The same bytes in each language."""
    english, german = in_both(exporter.write, tmp_path, f"lands{exporter.suffix}")

    assert english.read_bytes() == german.read_bytes()
