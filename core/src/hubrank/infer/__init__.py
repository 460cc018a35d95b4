"""A scenario made of a table that people have: what it says, and what the field's practice adds."""
