"""A run: from a name on the command line to a ranking and its run folder.

In comes the name of a scenario, a path or a run's folder (`running`); out goes a ranking, or a folder whole or not at
all (`record`, `scenario_file`, `folder`), which `reading` makes the same ranking of again. A file of the folder may be
added through `write_run`; nothing is computed here. Verbs import these functions from `hubrank.cli`.
"""
