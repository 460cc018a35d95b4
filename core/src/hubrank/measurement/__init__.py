"""From tables to values (the Handbook's data step): a number for each edition, unit and indicator, with its origin.

A plan becomes a `Measurement`. Sources' frames are checked, assigned to units and summed once (`sums`; lazy ones by
their own engine, `lazy`; `totals` caches them by the rows and the code that read them), with an account of the
unassigned rows (`unmatched`); an indicator makes `figures` of the years that an edition sees.
"""
