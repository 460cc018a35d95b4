"""From a scenario's TOML to a plan whose every name is bound to an installed component; no data are read.

From a TOML and the registry, `load` and `resolve` make a `Plan`, or report all errors with their lines. `schema` and
`choices` define what may be written, `tree`, `indicators`, `inputs` and `units` what it is bound to, `places` the unit
of a row, `plan` the whole and its uncertainty. Files that come with a scenario are the source `files`; a folder of
units, tables and scenarios is a `region`. Plans are immutable: `resolve` derives new ones.
"""
