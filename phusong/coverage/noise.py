"""Correlated random fields without memory: the value at a place follows from its coordinates and a key alone.

A field is a lattice of independent standard normal nodes, turned and shifted at random, interpolated bilinearly and
divided by the norm of the four weights, so that its variance is 1 everywhere. A node's value is a hash of its place in
the lattice and of the field's key: no array is kept, any point may be asked for in any order on any thread, and every
platform gives the same bits. Over turns and shifts the field is stationary and isotropic. In correlation lengths the
correlation is 0.96 at 0.2, 0.78 at 0.5, 1/e at 1, 0.06 at 1.6 and nil from 3.2 on.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from phusong.coverage.radio._jit import bare_kernel

Floats = NDArray[np.float64]

CELL_A_LENGTH = 1.108
"""Side of a lattice cell in correlation lengths, the distance at which the correlation is 1/e (a test measures it)."""

_NODES = 4096
_MASK = 0x7FFFFFFF  # 31 bits: products stay within 62, so nothing overflows as plain Python either

Corner = tuple[int, int, float, float, float, float]
"""Lattice column and row, and the weights of the four nodes: here, next column, next row, both."""


def _normal_nodes() -> Floats:
    """Return equally likely values of a standard normal, scaled to variance 1; the outermost are ±3.67."""
    values = ndtri((np.arange(_NODES) + 0.5) / _NODES)
    return np.asarray(values / values.std(), dtype=np.float64)


NORMAL_NODES: Floats = _normal_nodes()


@bare_kernel
def node_number(col: int, row: int, key: int) -> int:
    """Return a whole number from 0 to 4095 that depends on a lattice node and a key alone.

    One after the other goes into the hash: taken together, nodes would be alike for all keys.
    """
    across, down = (col & _MASK) * 0x2C1B3C6D, (row & _MASK) * 0x297A2D39
    h = (key & _MASK) * 0x5851F42D
    h = ((h ^ (h >> 29) ^ across ^ (across >> 27)) & _MASK) * 0x7FEB352D
    h = ((h ^ (h >> 29) ^ down ^ (down >> 27)) & _MASK) * 0x46A8C6CB
    h = ((h ^ (h >> 30)) & _MASK) * 0x1B873593
    h = ((h ^ (h >> 29)) & _MASK) * 0x6C8E9CF5
    return (h >> 33) & (_NODES - 1)


@bare_kernel
def corner_at(x: float, y: float) -> Corner:
    """Return the lattice cell of a place given in cells, and the weights of its nodes: squares add up to 1."""
    col = int(np.floor(x))
    row = int(np.floor(y))
    u = x - col
    v = y - row
    norm = math.sqrt(((1.0 - u) ** 2 + u**2) * ((1.0 - v) ** 2 + v**2))
    here, across = (1.0 - u) * (1.0 - v) / norm, u * (1.0 - v) / norm
    return col, row, here, across, (1.0 - u) * v / norm, u * v / norm


@bare_kernel
def field_at(corner: Corner, key: int, nodes: Floats) -> float:
    """Return the field of a key at a place: mean 0, variance 1."""
    col, row, here, across, down, both = corner
    return float(
        here * nodes[node_number(col, row, key)]
        + across * nodes[node_number(col + 1, row, key)]
        + down * nodes[node_number(col, row + 1, key)]
        + both * nodes[node_number(col + 1, row + 1, key)]
    )


@bare_kernel
def turned_corner(x_m: float, y_m: float, lattice: Floats) -> Corner:
    """Return the corner of a place on a lattice: cosine and sine of its turn over the cell's side, shift in cells."""
    x = lattice[0] * x_m - lattice[1] * y_m + lattice[2]
    y = lattice[1] * x_m + lattice[0] * y_m + lattice[3]
    return corner_at(x, y)


def lattice_of(correlation_m: float, turn_rad: float, shift: tuple[float, float]) -> Floats:
    """Return what :func:`turned_corner` needs for a field of some correlation length."""
    side_m = CELL_A_LENGTH * correlation_m
    return np.array([math.cos(turn_rad) / side_m, math.sin(turn_rad) / side_m, *shift])


@bare_kernel
def fill_field(x_m: Floats, y_m: Floats, lattice: Floats, key: int, nodes: Floats, field: Floats) -> None:
    """Fill the values of one field at some places."""
    for i in range(x_m.size):
        field[i] = field_at(turned_corner(x_m[i], y_m[i], lattice), key, nodes)


def correlated_field(x_m: Floats, y_m: Floats, lattice: Floats, key: int) -> Floats:
    """Return one field at some places in metres, shape as ``x_m``; mean 0, variance 1 over many keys."""
    field = np.empty(len(x_m))
    fill_field(np.ascontiguousarray(x_m), np.ascontiguousarray(y_m), lattice, key, NORMAL_NODES, field)
    return field
