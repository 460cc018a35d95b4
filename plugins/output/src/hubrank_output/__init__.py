"""What a ranking is written as: a page, charts, files; and scenarios from and for COINr and the COIN Tool."""
