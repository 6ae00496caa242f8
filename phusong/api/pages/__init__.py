"""Pages people see: rendered here, nothing of them comes from elsewhere."""
