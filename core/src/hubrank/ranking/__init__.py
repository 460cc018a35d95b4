"""From measured values to a ranking: the Handbook's steps 3 to 6, in order (`pipeline`). Pure and fast.

In come a plan and a measurement; out goes a `Ranking` (`ranking.compose`) with all its `stages`: screened, imputed,
treated and normalised values (`pretreatment`), aggregated scores. What readers ask of it - values, notices, intervals,
provenance - are functions of the stages, one module each, and methods of `Ranking`.
"""
