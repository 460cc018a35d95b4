"""Sources of research by place: OpenAlex, Wikidata, ROR, the Nobel Prize API and the Leiden Ranking."""
