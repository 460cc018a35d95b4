"""Plugins are guests: what their code raises, prints, returns or changes is told with their name."""
