"""Code blocks of a text."""

from hubrank.testing import examples

TEXT = """
The package:

```toml pyproject.toml
name = "x"
```

Then:

    ```python
    if True:
        pass
    ```

And a table:
```csv a.csv
unit
```
"""


def test_blocks_with_their_files():
    """Each block has its language, its code without indentation, and the file named before it."""
    found = [(each.file, each.language, each.code) for each in examples(TEXT)]

    assert found == [
        ("pyproject.toml", "toml", 'name = "x"\n'),
        ("", "python", "if True:\n    pass\n"),
        ("a.csv", "csv", "unit\n"),
    ]
