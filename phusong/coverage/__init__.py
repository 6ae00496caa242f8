"""Numbers and small frozen values: propagation, prediction, gaps, villages. Opens no files, knows no web, no people."""
