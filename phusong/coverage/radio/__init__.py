"""Propagation models (one file per Recommendation), antennas, link budget, and the kernels under them."""
