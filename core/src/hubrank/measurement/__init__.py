"""From tables to figures (the Handbook's data step): a number for each edition, unit and indicator, with its origin.

In comes a plan; out goes a `Measurement`. Sources' frames are checked, put into units and summed (`sums`; lazy ones by
their own engine, `lazy`), once (`totals`, kept on disk by what was read and the code that read it), with an account of
the rows that lie in none (`unmatched`); an indicator makes `figures` of the years that an edition sees.
"""
