"""Backups: one archive with every row and every file of a service, restored and verified elsewhere."""
