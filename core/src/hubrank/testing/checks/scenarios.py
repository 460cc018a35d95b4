"""What an installed scenario promises."""

from __future__ import annotations

import numpy as np

from hubrank.errors import HubrankError
from hubrank.plugin.hooks import ScenarioFile
from hubrank.plugin.registry import Registry
from hubrank.results.rank import rank
from hubrank.testing.checks.names import check_name
from hubrank.testing.samples import ContractError, promise


def check_file(scenario: ScenarioFile) -> None:
    """It is a TOML file that is there."""
    promise(scenario.path.is_file(), f"file not found: {scenario.path}")
    promise(scenario.path.suffix == ".toml", f"{scenario.path.name} must end in .toml")


def check_ranks_on_samples(scenario: ScenarioFile) -> None:
    """With what is installed, every name in it is found, and the samples of its sources give a ranking."""
    try:
        ranking = rank(str(scenario.path), Registry.installed(), sample=True)
    except HubrankError as error:
        raise ContractError(str(error)) from error
    for at, edition in enumerate(ranking.editions):
        promise(not np.isnan(ranking.ranks[at]).all(), f"ranks no unit in edition {edition}")


CHECKS = (check_name, check_file, check_ranks_on_samples)
