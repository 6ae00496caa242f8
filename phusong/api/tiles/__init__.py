"""Map tiles: who may have what in them, what they are drawn from, and archives of them to hand over."""
