"""A scenario, from TOML to a plan whose every name is bound to an installed part; no data is read.

In come a TOML and the registry; out goes a `Plan` (`loading`, then `resolving`), or all mistakes with their lines.
`scenario` and `choices` hold what may be written, `tree`, `columns`, `inputs` and `unit_sets` what it is bound to,
`places` which unit a row lies in (made by `placing`, of the shapes in `reach`), `nowhere` why it lies in none,
`uncertainty` what robustness draws from. Files that come with a scenario are the source `files` (`file_source`, read by
`file_rows`), and a folder of units, tables and scenarios is a `region`. A plan never changes: `changes` makes another
of it. Members import `load`, `resolve`, `Plan`, `Region` and the changes from `hubrank`.
"""
