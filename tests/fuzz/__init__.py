"""Inputs that nobody would write, tried on the command line: `python -m tests.fuzz --cases 20000`.

`edits` spoils good examples, `targets` says which, `cases` runs one and says what is wrong with how it ended,
`searching` goes through many and keeps the smallest that fails.
"""
