"""What provinces send: received, kept, checked, turned into rows with versions."""
