"""From measured figures to a ranking: the Handbook's steps 3 to 6, in order (`recipe`). Pure and fast.

In come a plan and a measurement; out goes a `Ranking` (`compose`), or its stages without ranks (`recipe.composed`).
Steps: `screening`, `pretreatment` (imputation, treatment, normalisation), `aggregating`, and `stages` that checks what
methods made. The readers' answers - values, flags, reasons, caveats, origins, texts - are functions of the stages, one
module each, and methods of `Ranking`. Members import `compose`, `aggregate` and `Ranking` from `hubrank`.
"""
