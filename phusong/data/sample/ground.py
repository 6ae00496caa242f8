"""Random ground: smooth fields in the plane and the fine surface drawn with them, the same for the same seed.

All kernels that call each other stand in this one file: numba's cache does not see a change in another one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.radio._jit import kernel, parallel_kernel, prange

Grid = NDArray[np.float64]

BEND_M = (520.0, 230.0, 75.0)
"""How far the three bends move the land sideways: it hides the eight directions of the coarse grid's rivers."""
BEND_SCALE_M = (5200.0, 2100.0, 700.0)
CANOPY_M = 11.0
"""Mean height of the forest that a surface model sees from above."""
NORMAL_SPREAD = 0.904
"""Standard deviation of the sum of four turned noises (measured over a million points)."""


@kernel
def _corner(i: int, j: int, seed: int) -> float:
    """Return a value in [−1, 1) that depends on one lattice corner alone (an integer mixing function)."""
    h = (i * 374761393 + j * 668265263 + seed * 2246822519) & 0xFFFFFFFF
    h = ((h ^ (h >> 15)) * 2246822519) & 0xFFFFFFFF
    h = ((h ^ (h >> 13)) * 3266489917) & 0xFFFFFFFF
    return ((h ^ (h >> 16)) & 0xFFFFFF) / 8388608.0 - 1.0


@kernel
def noise_at(x: float, y: float, seed: int) -> float:
    """Return value noise of wavelength about 2 in [−1, 1], with continuous first and second derivatives."""
    i = int(np.floor(x))
    j = int(np.floor(y))
    u = x - i
    v = y - j
    u = u * u * u * (u * (u * 6.0 - 15.0) + 10.0)
    v = v * v * v * (v * (v * 6.0 - 15.0) + 10.0)
    top = _corner(i, j, seed) * (1.0 - u) + _corner(i + 1, j, seed) * u
    low = _corner(i, j + 1, seed) * (1.0 - u) + _corner(i + 1, j + 1, seed) * u
    return top * (1.0 - v) + low * v


@kernel
def fractal_at(x: float, y: float, octaves: int, seed: int) -> float:
    """Return the sum of octaves of noise, each half as wide and half as strong."""
    total = 0.0
    strength = 1.0
    for octave in range(octaves):
        total += strength * noise_at(x, y, seed + 101 * octave)
        x = 2.0 * x + 17.3
        y = 2.0 * y - 9.1
        strength *= 0.5
    return total


@kernel
def _fill(x: Grid, y: Grid, octaves: int, seed: int, out: Grid) -> None:
    for k in range(x.size):
        out[k] = fractal_at(x[k], y[k], octaves, seed)


@kernel
def _bend_m(x_m: float, y_m: float, seed: int) -> tuple[float, float]:
    """Return how far the point of the coarse landscape shown here lies to the east and to the south."""
    dx = 0.0
    dy = 0.0
    for k in range(3):
        u = x_m / BEND_SCALE_M[k]
        v = y_m / BEND_SCALE_M[k]
        dx += BEND_M[k] * noise_at(0.8 * u - 0.6 * v, 0.6 * u + 0.8 * v, seed + 31 + k)
        dy += BEND_M[k] * noise_at(0.6 * u + 0.8 * v, 0.8 * u - 0.6 * v, seed + 41 + k)
    return dx, dy


@kernel
def _cubic(before: float, here: float, after: float, beyond: float, t: float) -> float:
    """Catmull-Rom spline between ``here`` and ``after``."""
    a = 0.5 * (beyond - before) + 1.5 * (here - after)
    b = before - 2.5 * here + 2.0 * after - 0.5 * beyond
    return ((a * t + b) * t + 0.5 * (after - before)) * t + here


@kernel
def _spline_at(grid: Grid, row: float, col: float) -> float:
    """Interpolate at a fractional cell (cell centres at whole numbers) in both directions."""
    n_rows, n_cols = grid.shape
    i = min(max(int(np.floor(row)), 1), n_rows - 3)
    j = min(max(int(np.floor(col)), 1), n_cols - 3)
    t = min(max(col - j, 0.0), 1.0)
    r0 = _cubic(grid[i - 1, j - 1], grid[i - 1, j], grid[i - 1, j + 1], grid[i - 1, j + 2], t)
    r1 = _cubic(grid[i, j - 1], grid[i, j], grid[i, j + 1], grid[i, j + 2], t)
    r2 = _cubic(grid[i + 1, j - 1], grid[i + 1, j], grid[i + 1, j + 1], grid[i + 1, j + 2], t)
    r3 = _cubic(grid[i + 2, j - 1], grid[i + 2, j], grid[i + 2, j + 1], grid[i + 2, j + 2], t)
    return _cubic(r0, r1, r2, r3, min(max(row - i, 0.0), 1.0))


@kernel
def fill_guides(cell_m: float, aspect: float, seed: int, guides: Grid) -> None:
    """Fill what changes slowly, at each coarse cell: bend to the east and to the south, share of forest; (3, n, n)."""
    for row in range(guides.shape[1]):
        for col in range(guides.shape[2]):
            x = (col + 0.5) * cell_m
            y = (row + 0.5) * cell_m * aspect
            guides[0, row, col], guides[1, row, col] = _bend_m(x, y, seed)
            forest = 0.5 + 1.1 * fractal_at(x / 900.0, y / 900.0, 2, seed + 61)
            guides[2, row, col] = min(max(forest, 0.0), 1.0)


@kernel
def _overgrowth_m(x_m: float, y_m: float, slope: float, off_floor: float, forest: float, seed: int) -> float:
    """Gullies on the hillsides, forest on what is too steep or too far from the fields, a little unevenness on them."""
    uneven = 0.6 * noise_at(x_m / 55.0, y_m / 55.0, seed + 81)
    wild = min(max((off_floor - 1.3) / 1.5, 0.0), 1.0)
    if wild <= 0.0:
        return uneven
    gullies = fractal_at(x_m / 210.0, y_m / 210.0, 3, seed + 51)
    canopy = CANOPY_M * forest * (1.0 + 0.25 * noise_at(x_m / 40.0, y_m / 40.0, seed + 71))
    return uneven + wild * (canopy + 26.0 * min(slope, 0.7) * gullies)


@kernel
def _between(grid: Grid, i: int, j: int, t: float, u: float) -> float:
    """Interpolate linearly in the square of cells that begins at (i, j)."""
    top: float = grid[i, j] * (1.0 - u) + grid[i, j + 1] * u
    low: float = grid[i + 1, j] * (1.0 - u) + grid[i + 1, j + 1] * u
    return top * (1.0 - t) + low * t


@parallel_kernel
def fill_surface(
    height: Grid, slope: Grid, off_floor: Grid, guides: Grid, cell_m: float, aspect: float, finer: int, seed: int,
    out: NDArray[np.int16],
) -> None:  # fmt: skip
    """Draw the surface ``finer`` times as fine as the coarse grids."""
    n_rows, n_cols = height.shape
    for row in prange(out.shape[0]):
        y = (row + 0.5) / finer - 0.5  # in coarse cells
        i = min(max(int(np.floor(y)), 0), n_rows - 2)
        for col in range(out.shape[1]):
            x = (col + 0.5) / finer - 0.5
            j = min(max(int(np.floor(x)), 0), n_cols - 2)
            r = y + _between(guides[1], i, j, y - i, x - j) / (cell_m * aspect)
            c = x + _between(guides[0], i, j, y - i, x - j) / cell_m
            k = min(max(int(np.floor(r + 0.5)), 0), n_rows - 1)
            m = min(max(int(np.floor(c + 0.5)), 0), n_cols - 1)
            forest = _between(guides[2], i, j, y - i, x - j)
            x_m, y_m = (x + 0.5) * cell_m, (y + 0.5) * cell_m * aspect
            z = _spline_at(height, r, c) + _overgrowth_m(x_m, y_m, slope[k, m], off_floor[k, m], forest, seed)
            out[row, col] = np.int16(np.floor(max(z, 0.0) + 0.5))


@kernel
def unbend(x_m: Grid, y_m: Grid, seed: int) -> None:
    """Move points of the coarse landscape to where the surface shows them, in place."""
    for k in range(x_m.size):
        x = x_m[k]
        y = y_m[k]
        for _ in range(25):
            dx, dy = _bend_m(x, y, seed)
            x = x_m[k] - dx
            y = y_m[k] - dy
        x_m[k] = x
        y_m[k] = y


@kernel
def bend(x_m: Grid, y_m: Grid, seed: int) -> None:
    """Move points of the surface to the place of the coarse landscape they show, in place."""
    for k in range(x_m.size):
        dx, dy = _bend_m(x_m[k], y_m[k], seed)
        x_m[k] += dx
        y_m[k] += dy


def field(x_m: Grid, y_m: Grid, *, scale_m: float, octaves: int, seed: int) -> Grid:
    """Return a random field at points of the plane.

    Parameters
    ----------
    x_m, y_m
        Coordinates, any one shape.
    scale_m
        Distance over which the coarsest octave changes.
    octaves
        How many halvings of the scale are added.
    seed
        Which field.

    Returns
    -------
    field
        Values of about −1 to 1 (at most the sum of the octaves), the shape of ``x_m``.
    """
    x = np.ascontiguousarray(x_m, dtype=np.float64)
    out = np.empty(x.size)
    y = np.ascontiguousarray(y_m, dtype=np.float64)
    _fill(x.ravel() / scale_m, y.ravel() / scale_m, octaves, seed, out)
    return out.reshape(x.shape)


def normal_field(x_m: Grid, y_m: Grid, *, correlation_m: float, seed: int) -> Grid:
    """Return a field of mean 0 and standard deviation about 1 whose values are alike within ``correlation_m``."""
    total = np.zeros(np.shape(x_m))
    for k in range(4):  # turned against each other, so that the lattice does not show
        east, south = x_m * np.cos(k) - y_m * np.sin(k), x_m * np.sin(k) + y_m * np.cos(k)
        total += field(east, south, scale_m=1.5 * correlation_m, octaves=1, seed=seed + 1009 * (k + 1))
    return total / NORMAL_SPREAD
