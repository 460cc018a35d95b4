"""How sure a rank is (Handbook step 7): sources of doubt, draws, acceptabilities, sensitivity, exact bounds.

A doubt stands in the scenario's `[robustness]` (`doubts`), is bound to parts (`sources`), and is drawn in
blocks that can be had again one by one (`draws`, `weights`). Each combination of alternatives is compiled to
flat arrays (`programs`); blocks of draws become ranks (`ordering`) of which only counts are kept (`tallies`),
so that memory does not grow with draws (`running`). `outcomes` says what the counts mean.
"""
