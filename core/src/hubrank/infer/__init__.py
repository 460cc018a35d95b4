"""A scenario made from a messy table: its own content, and defaults from common practice."""
