"""New plugins, regions and scenarios, and what is wrong with one."""
