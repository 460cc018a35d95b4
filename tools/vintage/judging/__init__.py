"""A judge of joins: what in the tables cannot be, or may not be, what the hubs of the world are."""
