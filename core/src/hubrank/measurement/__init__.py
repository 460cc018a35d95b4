"""From tables to figures (the Handbook's data step): a number for each edition, unit and indicator, with its origin.

In comes a plan; out goes a `Measurement`. Sources' frames are checked (`batches`), put into units and summed (`sums`;
lazy ones by their own engine, `scans`), once (`totals`, kept on disk by `cache`, by what was read and the `code` that
read it), with an account of the rows that lie in none (`lost`); an edition sees the years of its `windows`; an
indicator makes `figures` of them, and `measure` gathers all. Other rooms may call `measure`, `measure_one` and `Cache`,
and read `Measurement`; members get them from the faces.
"""
