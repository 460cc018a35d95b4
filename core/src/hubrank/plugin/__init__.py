"""The contract between the core and a plugin: the hooks, and the records that go to and fro.

From a plugin come records (`sources`, `units`, `methods`, `hooks`), found by name in the `registry`; to it go a
`Request`, `Records`, `Units` and a `Context`. What plugins may use of them, `hubrank` shows.
"""
