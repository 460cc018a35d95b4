"""The contract between the core and a plugin: the hooks, and the records that go to and fro.

From a plugin come records (`sources`, `units`, `indicators`, `methods`, `exporters`, `commands`, `counters`,
`scenarios`), handed over by the hooks of `hookspecs` and found by name in the `registry`; to a plugin go a `Request`,
`Records`, `Units` and a `Context`. No rule of a ranking is here but which rows an edition sees (`records`).
Other rooms may import every module; a plugin writes what `hubrank` shows of them.
"""
