"""Map tiles of a study: who may have what in them, and the snapshots they are read from."""
