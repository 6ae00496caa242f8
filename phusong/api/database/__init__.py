"""The work store: people, rounds, decisions, audit; the same models on SQLite and on PostgreSQL with PostGIS."""
