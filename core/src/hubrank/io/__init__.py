"""What every room stands on and what knows nothing of rankings: errors, arrays, cells and tables, TOML to classes.

In come files, TOML tables and numbers; out go frames, attrs objects, rounded numbers, CSV that is safe to open, and
errors that say who can mend what. A rule about a cell is in `cells`, about a file of a table in `table_files`, about a
number as it is written in `rounding`, about text in a spreadsheet in `spreadsheets`. Nothing here imports another room.
Members get what they may use from the faces `hubrank` and `hubrank.cli`.
"""
