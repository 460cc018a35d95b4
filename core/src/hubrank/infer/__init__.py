"""A scenario made of a table that people have: what it says, and what the field's practice adds.

In comes a table of pandas, polars or pyarrow; out goes an `InferredScenario`, with every assumption, its reason and
whether only the user can know it, and the files that rank it. `column_roles` takes the table and tells what its columns
are, `defaults` holds the practice, `assumptions` the records and (with `directions.toml`) the words of directions,
`draft` the whole and its TOML. Nothing is ranked here.
"""
