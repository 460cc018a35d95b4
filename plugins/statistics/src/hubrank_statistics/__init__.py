"""Figures of official statistics for hubrank: Eurostat, OECD and the World Bank."""
