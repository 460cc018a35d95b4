"""Files for programs are in English whatever the language."""

import pytest
from hubrank.plugin import Registry, use_language
from hubrank.testing import small_ranking

pytestmark = pytest.mark.usefixtures("bracketed")

TABLES = ("ranking", "values", "weights", "indicators", "unranked", "treatment", "unassigned", "sources", "notes")


@pytest.mark.parametrize("name", [f"{kind}-{table}" for kind in ("csv", "parquet") for table in TABLES])
def test_csv_and_parquet_are_in_english(name, tmp_path):
    """The same bytes in each language."""
    write = Registry.installed().find("exporter", name).record.write
    for language in ("en", "de"):
        with use_language(language):
            write(small_ranking(), tmp_path / language)

    assert (tmp_path / "en").read_bytes() == (tmp_path / "de").read_bytes()
