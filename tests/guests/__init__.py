"""Plugins are guests: what their code raises, prints, returns or changes is reported with their name."""
