"""The uncertain choices of a scenario: `[robustness]`, from TOML to sources of uncertainty.

In comes the table of a scenario (`choices`, `alternatives`, `constraints`); out go `Uncertainties`: alternatives with
their chances (`sources`), each a function from plan to plan of `scenario.changes`, noise, and where weights may lie
(`weights`). Nothing is drawn here; `robustness` draws. A new source of uncertainty is a key of `choices` and a
function of `changes`.
"""
