"""Names of a package that are imported from their modules when they are first used."""

import importlib
import re
from pathlib import Path
from typing import Any


def homes(file: str) -> dict[str, str]:
    """The module of each name of a package, by the path of its `__init__.py`: the stub beside it lists them."""
    stub = Path(file).with_suffix(".pyi").read_text(encoding="utf-8")
    return {name: home for home, name in re.findall(r"^from (\S+) import (\w+)", stub, re.MULTILINE)}


def first_use(package: str, home: str, name: str) -> Any:
    """What a name of a package stands for."""
    if home == ".":
        return importlib.import_module(f".{name}", package)
    return getattr(importlib.import_module(home, package), name)
