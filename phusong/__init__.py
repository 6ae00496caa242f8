"""Phủ Sóng: find signal-depression areas, count the households that need coverage, prepare bidding packages."""

__version__ = "0.1.0"
