"""hubrank in Python: a table, a scenario or a run as a ranking that shows itself, and answers what is asked of it.

In comes what a person hands over (`sources`); out goes a `Ranked` (`ranked`), whose units (`units`), scenario (`texts`)
and answers are small records with a text and an HTML of their own. What a verb of a member can answer is looked up as
the command line looks it up (`asking`). Nothing is computed here. Everybody takes these names from `hubrank`.
"""
