"""New plugins, regions and scenarios, and the check of a plugin."""
