"""Long work: asked for in a transaction, done in a process of its own, resumed after a crash, told as it goes."""
