"""A scenario made of a table that people have: what it says, and what the field's practice adds.

In comes a table of pandas, polars or pyarrow; out goes a `Draft`, with every assumption, its reason and whether only
the user can know it, and the files that rank it. `frames` takes the table, `roles` tells what its columns are,
`tidying` makes figures and units of it, `proposing` and `directions` hold the practice, `assuming` the reasons, `toml`
the text.
Nothing is ranked here. Members take `draft` and the records from `hubrank.cli`.
"""
