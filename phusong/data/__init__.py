"""The only code that opens data files: list schemas, readers and writers, coordinates, units, boundaries, profiles."""
