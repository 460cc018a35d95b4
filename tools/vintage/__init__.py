"""New vintages of the almanac, from live sources, with joins judged as its builder (`tools.almanac`) judges them."""
