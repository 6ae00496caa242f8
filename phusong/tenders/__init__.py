"""Lots, the frozen package snapshot, and the documents made from it and from nothing else."""
