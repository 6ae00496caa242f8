"""Reads the finished files of a set back and compares what they say with the package."""
