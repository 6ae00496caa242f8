"""Lots: which gaps may enter, how they are divided, moved by hand, and what a person must look at."""
