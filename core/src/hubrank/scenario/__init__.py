"""A scenario, from TOML to a plan whose every name is bound to an installed part; no data is read.

In come a TOML and the registry; out goes a `Plan` (`load`, then `resolve`), or all mistakes with their lines. `schema`
and `choices` hold what may be written, `tree`, `indicators`, `inputs` and `units` what it is bound to, `places` which
unit a row lies in, `plan` the whole and what of it is uncertain. Files that come with a scenario are the source
`files`, and a folder of units, tables and scenarios is a `region`. A plan never changes: `resolve` makes another of it.
"""
