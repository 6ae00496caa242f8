"""Unserved households → gaps: which belong together, the area they fill, a centre that is nobody's house, an id.

Coordinates are metres in a metric CRS, x eastwards and y northwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree
from shapely.geometry import MultiPolygon, Polygon

from phusong.errors import Range

Metres = NDArray[np.float64]
Indices = NDArray[np.int64]

LINK_M = Range(10.0, 5_000.0, "m")
BUFFER_M = Range(20.0, 2_000.0, "m")

UNCLUSTERED = -1
"""Label of an unserved household that is in no gap."""

_CELLS_A_LINK = 1.5  # a cell's diagonal is 0.94 link_m (its points are linked), two whole cells are 1.33 (too far)
_RINGS = (
    ((0, 1), (1, -1), (1, 0), (1, 1)),
    ((0, 2), (1, -2), (1, 2), (2, -2), (2, -1), (2, 0), (2, 1), (2, 2)),
)  # neighbours half around, near ones first; cells three apart are farther than link_m
_BLOCK_PAIRS = 2_000_000  # pairs of points held at once
_TREE_PAIRS = 5_000  # from here a tree of one cell's points is quicker than all pairs

_ARC_SEGMENTS = 4  # of a quarter circle: radii are right within 2 %

_CENTRE_STEP_M = 10.0
_CENTRE_REACH = 10  # steps looked at around the wanted centre
_HOUSE_CLEARANCE_M = 5.0


def cluster(x_m: Metres, y_m: Metres, group: NDArray[np.integer], *, link_m: float) -> Indices:
    """Label the clusters: points of one group joined by steps of at most ``link_m``.

    The definition is exact: the connected components of the graph that links two points of one group at a distance
    ≤ ``link_m``. Grid cells with a diagonal under ``link_m`` only save work: their points are linked to each other
    anyway, so cells are joined instead of points, and memory grows with the points, never with the pairs.

    Parameters
    ----------
    x_m, y_m
        Positions, shape (n,), finite.
    group
        Village or commune of each point as an integer; clusters never cross groups.
    link_m
        Longest step inside a cluster, within ``LINK_M``.

    Returns
    -------
    labels
        0, 1, … shape (n,), ordered by group, then by the westernmost (of these the southernmost) point: the same
        points in another order get the same labels.
    """
    LINK_M.check("link_m", link_m)
    if x_m.size == 0:
        return np.empty(0, dtype=np.int64)
    cells = _Cells.of(x_m, y_m, group, link_m / _CELLS_A_LINK)
    labels = np.empty(x_m.size, dtype=np.int64)
    labels[cells.order] = np.repeat(_joined_cells(cells, link_m), cells.count)
    return renumbered(labels, x_m, y_m, group)


def gap_labels(labels: Indices, weight: NDArray[np.number], *, min_households: float) -> Indices:
    """Keep the clusters of ``min_households`` or more (by weight) as gaps.

    Returns
    -------
    gap
        0, 1, … in the order of ``labels``; ``UNCLUSTERED`` for points of smaller clusters.
    """
    if labels.size == 0:
        return labels.copy()
    large = np.bincount(labels, weights=weight) >= min_households
    return np.where(large, np.cumsum(large) - 1, UNCLUSTERED)[labels]


def gap_area(x_m: Metres, y_m: Metres, *, buffer_m: float) -> Polygon | MultiPolygon:
    """Draw the area of a gap: what lies within about ``buffer_m`` of its houses, small bays and holes closed.

    Houses are first rounded to a lattice of ``buffer_m`` / 4, so that the outline of a lonely house does not give its
    position away and a dense place costs no more than a sparse one. Every house stays inside.

    Returns
    -------
    area
        Valid, normalised, vertices on a 0.1 m lattice; several parts where houses are farther apart than their buffers.
    """
    BUFFER_M.check("buffer_m", buffer_m)
    step_m = buffer_m / 4.0
    places = np.unique(np.rint(np.column_stack([x_m, y_m]) / step_m), axis=0) * step_m
    wide = shapely.union_all(shapely.buffer(shapely.points(places), 1.5 * buffer_m, quad_segs=_ARC_SEGMENTS))
    closed = wide.buffer(-0.5 * buffer_m, quad_segs=_ARC_SEGMENTS)  # half a buffer out and in again closes bays
    area = shapely.normalize(shapely.set_precision(closed.simplify(buffer_m / 20.0), 0.1))
    assert isinstance(area, Polygon | MultiPolygon)
    return area


def gap_centre(
    x_m: Metres, y_m: Metres, weight: NDArray[np.number], area: Polygon | MultiPolygon
) -> tuple[float, float]:
    """Choose a centre inside the area that is nobody's house.

    The whole multiple of 10 m nearest to the weighted mean of the houses (where the mean lies outside the area: to the
    house nearest to it), inside the area and, where there is room, at least 5 m from every house.
    """
    wanted = np.array([np.average(x_m, weights=weight), np.average(y_m, weights=weight)])
    houses = np.column_stack([x_m, y_m])
    if not shapely.contains_xy(area, *wanted):
        wanted = _nearest_house(houses, wanted)
    steps = np.arange(-_CENTRE_REACH, _CENTRE_REACH + 1)
    middle = np.rint(wanted / _CENTRE_STEP_M)
    lattice = np.array([(col, row) for col in middle[0] + steps for row in middle[1] + steps]) * _CENTRE_STEP_M
    inside = lattice[shapely.contains_xy(area, lattice)]
    if len(inside) == 0:
        point = area.representative_point()
        return point.x, point.y
    clearance_m = cKDTree(houses).query(inside)[0]
    crowded = 2 - np.searchsorted([0.0, _HOUSE_CLEARANCE_M - 1e-6], clearance_m)
    best = np.lexsort((inside[:, 1], inside[:, 0], ((inside - wanted) ** 2).sum(axis=1), crowded))[0]
    return float(inside[best, 0]), float(inside[best, 1])


def gap_ids(commune_code: Sequence[str], centre_x_m: Metres, centre_y_m: Metres) -> list[str]:
    """Name the gaps ``LS-<commune>-<nn>``, numbered within each commune from north-west to south-east.

    A gap outside every commune (code "") is named under ``00000``.
    """
    ids = [""] * len(commune_code)
    used: dict[str, int] = {}
    for gap in np.lexsort((centre_x_m, centre_x_m - centre_y_m)):
        code = commune_code[gap] or "00000"
        used[code] = used.get(code, 0) + 1
        ids[gap] = f"LS-{code}-{used[code]:02d}"
    return ids


def _nearest_house(houses: Metres, place: Metres) -> Metres:
    away = ((houses - place) ** 2).sum(axis=1)
    nearest: Metres = houses[np.lexsort((houses[:, 1], houses[:, 0], away))[0]]
    return nearest


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Cells:
    """Points sorted by grid cell; cells of different groups are different cells.

    ``order`` sorts the points; ``x_m, y_m`` are sorted; cell c holds the sorted points start[c] … start[c] + count[c];
    ``key`` is sorted and ``row_step`` is the difference of the keys of two cells beside each other in x.
    """

    order: Indices
    x_m: Metres
    y_m: Metres
    key: Indices
    start: Indices
    count: Indices
    middle: Indices
    row_step: int

    @classmethod
    def of(cls, x_m: Metres, y_m: Metres, group: NDArray[np.integer], side_m: float) -> _Cells:
        col, n_cols = _lattice(x_m, side_m)
        row, n_rows = _lattice(y_m, side_m)
        rank = np.unique(group, return_inverse=True)[1].astype(np.int64)
        key = (rank * n_cols + col) * n_rows + row
        order = np.argsort(key, kind="stable")
        cell, start, count = np.unique(key[order], return_index=True, return_counts=True)
        off_centre = ((x_m / side_m) % 1.0 - 0.5) ** 2 + ((y_m / side_m) % 1.0 - 0.5) ** 2
        return cls(
            order=order,
            x_m=x_m[order],
            y_m=y_m[order],
            key=cell,
            start=start,
            count=count,
            middle=_first_least(off_centre[order], start, count),
            row_step=n_rows,
        )

    def neighbours(self, cols: int, rows: int) -> tuple[Indices, Indices]:
        """Return the pairs of cells that lie ``cols, rows`` apart."""
        wanted = self.key + cols * self.row_step + rows
        at = np.minimum(np.searchsorted(self.key, wanted), self.key.size - 1)
        first = np.flatnonzero(self.key[at] == wanted)
        return first, at[first]


def _lattice(values_m: Metres, side_m: float) -> tuple[Indices, int]:
    """Return cell numbers from 0 on and their count with two empty cells behind the last: neighbours never wrap."""
    cell = np.floor(values_m / side_m).astype(np.int64)
    cell -= cell.min()
    return cell, int(cell.max()) + 3


def _first_least(values: Metres, start: Indices, count: Indices) -> Indices:
    """Return for each run of ``values`` the index of its first least value."""
    least = np.repeat(np.minimum.reduceat(values, start), count)
    at = np.flatnonzero(values == least)
    return at[np.searchsorted(at, start)]


def _joined_cells(cells: _Cells, link_m: float) -> Indices:
    """Return the component of each cell, any numbering."""
    component = np.arange(cells.key.size)
    for ring in _RINGS:
        pairs = [cells.neighbours(*offset) for offset in ring]
        first, second = (np.concatenate(side) for side in zip(*pairs, strict=True))
        for touches in (_middles_touch, _any_touch):  # the quick test spares the exact one most of its pairs
            apart = component[first] != component[second]
            first, second = first[apart], second[apart]
            linked = touches(cells, first, second, link_m)
            component = _merged(component, component[first[linked]], component[second[linked]])
    return component


def _merged(component: Indices, first: Indices, second: Indices) -> Indices:
    n = component.size
    links = coo_array((np.ones(first.size, dtype=np.int32), (first, second)), shape=(n, n))
    merged: Indices = connected_components(links, directed=False)[1].astype(np.int64)[component]
    return merged


def _middles_touch(cells: _Cells, first: Indices, second: Indices, link_m: float) -> NDArray[np.bool_]:
    """Say where the points nearest to the cells' middles are within ``link_m``: enough to join the cells."""
    return _within(cells, cells.middle[first], cells.middle[second], link_m)


def _any_touch(cells: _Cells, first: Indices, second: Indices, link_m: float) -> NDArray[np.bool_]:
    """Say for each pair of cells whether any two points of theirs are within ``link_m``."""
    pairs = cells.count[first] * cells.count[second]
    touch = np.zeros(first.size, dtype=np.bool_)
    few = np.flatnonzero(pairs <= _TREE_PAIRS)
    for block in _blocks(few, pairs[few]):
        touch[block] = _all_pairs_touch(cells, first[block], second[block], link_m)
    for k in np.flatnonzero(pairs > _TREE_PAIRS):
        touch[k] = _tree_touch(cells, int(first[k]), int(second[k]), link_m)
    return touch


def _blocks(items: Indices, sizes: Indices) -> Iterator[Indices]:
    """Cut the items into blocks of about ``_BLOCK_PAIRS`` in size."""
    ends = np.cumsum(sizes)
    if items.size:
        cuts = np.searchsorted(ends, np.arange(_BLOCK_PAIRS, ends[-1], _BLOCK_PAIRS))
        yield from (block for block in np.split(items, cuts) if block.size)


def _all_pairs_touch(cells: _Cells, first: Indices, second: Indices, link_m: float) -> NDArray[np.bool_]:
    pairs = cells.count[first] * cells.count[second]
    begin = np.cumsum(pairs) - pairs
    which = np.repeat(np.arange(first.size), pairs)
    i, j = np.divmod(np.arange(which.size) - begin[which], cells.count[second][which])
    near = _within(cells, cells.start[first][which] + i, cells.start[second][which] + j, link_m)
    return np.logical_or.reduceat(near, begin)


def _tree_touch(cells: _Cells, first: int, second: int, link_m: float) -> bool:
    some = cells.start[first] + np.arange(cells.count[first])
    other = cells.start[second] + np.arange(cells.count[second])
    tree = cKDTree(np.column_stack([cells.x_m[some], cells.y_m[some]]))
    nearest = tree.query(np.column_stack([cells.x_m[other], cells.y_m[other]]))[1]
    return bool(_within(cells, some[nearest], other, link_m).any())


def _within(cells: _Cells, i: Indices, j: Indices, link_m: float) -> NDArray[np.bool_]:
    near: NDArray[np.bool_] = (cells.x_m[i] - cells.x_m[j]) ** 2 + (cells.y_m[i] - cells.y_m[j]) ** 2 <= link_m**2
    return near


def renumbered(labels: Indices, x_m: Metres, y_m: Metres, group: NDArray[np.integer]) -> Indices:
    """Number the clusters by group, then by their westernmost, of these the southernmost point."""
    n = int(labels.max()) + 1
    west, south = np.full(n, np.inf), np.full(n, np.inf)
    owner = np.empty(n, dtype=group.dtype)
    np.minimum.at(west, labels, x_m)
    westernmost = x_m == west[labels]
    np.minimum.at(south, labels[westernmost], y_m[westernmost])
    owner[labels] = group
    new = np.empty(n, dtype=np.int64)
    new[np.lexsort((south, west, owner))] = np.arange(n)
    return new[labels]
