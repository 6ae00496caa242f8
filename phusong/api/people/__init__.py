"""People: passwords, sessions, tokens, the first administrator, limits on asking."""
