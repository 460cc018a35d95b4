"""New vintages of the almanac, from live sources, with the joins judged as its builder (`tools.almanac`) judges them.

`rows`, `places`, `names`, `judging`, `losses` and `writing` are of both.
"""
