"""Rounds and packages: which steps they take, who may take each, and what must hold before."""
