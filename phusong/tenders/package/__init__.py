"""A package frozen: its values, its canonical form and digest, its versions."""
