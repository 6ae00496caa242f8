"""Tiles and archives of tiles: coverage and relief of a study, reported rows of a round, what is handed over."""
