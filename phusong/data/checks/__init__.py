"""What each cell of a list allows but the list as a whole, or another list, does not (domain.md §2)."""
