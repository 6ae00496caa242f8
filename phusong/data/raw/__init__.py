"""Raw readers: any file a list comes in to tables of cells, nothing interpreted."""
