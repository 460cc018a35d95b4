"""Lists that you hold, counted by place for hubrank: Crunchbase, Dealroom, CB Insights, TOP500."""
