"""Which questions would decide undetermined households, in what order to ask them, and where a measurement tells most.

A household is undetermined by one cause or by several, each of which has its question: an operator's list, the values
missing at a sector, the terrain. Any one answer may show that it is served; that it is unserved takes them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array

from phusong.coverage.gaps import cluster
from phusong.coverage.network import Sector, Service, Site, Technology
from phusong.coverage.states import Layers
from phusong.coverage.transmitters import Transmitters

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FIELDS: tuple[str, ...] = ("azimuth_deg", "antenna_height_m", "e_tilt", "power", "status")
"""What a list may leave open at a sector (:attr:`Sector.left_out`) and its status."""

CELL_M = 100.0
"""Side of the cells whose middles are the places to measure at: nobody's house."""
NEAR_CELLS = 3
"""A measurement tells of what lies within this many cells, about 300 m."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ranking:
    """Questions in the order to ask them.

    ``order`` holds the numbers of the questions, best first. By number: ``households`` are those a question may decide,
    ``alone`` those for which it is the only one, ``new`` those that no question before it in ``order`` may decide.
    ``nameless`` are the households without any question.
    """

    order: Ints
    households: Floats
    alone: Floats
    new: Floats
    nameless: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MeasuringPlaces:
    """One place for each cluster, most households first.

    ``x_m, y_m`` are the middle of a cell; ``households`` those of the cluster, ``near`` those of them in the cells
    within ``NEAR_CELLS`` of the place; ``cluster`` its number in ``label`` (per household, 0, 1, …).
    """

    x_m: Floats
    y_m: Floats
    households: Floats
    near: Floats
    cluster: Ints
    label: Ints


def rank(questions: NDArray[np.int32], weight: Floats) -> Ranking:
    """Order questions so that each next one adds the most households that none before it may decide.

    Parameters
    ----------
    questions
        Questions of each household, 0, 1, …, −1 none, in any order and repeated or not, shape (n, columns).
    weight
        Households each row stands for, whole numbers, shape (n,).

    Returns
    -------
    ranking
        Of equal questions the lowest number comes first; those that add nothing follow by their households. Every pair
        of household and question is looked at twice, however many questions there are.
    """
    of = _distinct(questions)
    n = int(of.max(initial=-1)) + 1
    row, column = np.nonzero(of >= 0)
    flat = of[row, column]
    households = _sums(flat, weight[row], n)
    count = (of >= 0).sum(axis=1)
    single = count[row] == 1
    alone = _sums(flat[single], weight[row[single]], n)
    by_question = coo_array((np.ones(len(row), dtype=np.int8), (row, flat)), shape=(len(of), n)).tocsc()
    first, new = _greedy(of, weight, households, (by_question.indptr, by_question.indices))
    rest = np.setdiff1d(np.arange(n), first)
    order = np.concatenate([first, rest[np.argsort(-households[rest], kind="stable")]])
    return Ranking(order=order, households=households, alone=alone, new=new, nameless=float(weight[count == 0].sum()))


def _sums(group: NDArray[np.integer], weight: Floats, n_groups: int) -> Floats:
    """Return the households of each group."""
    return np.bincount(group, weights=weight, minlength=n_groups).astype(np.float64)


def _distinct(questions: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the questions of each row sorted, repeats as −1."""
    of = np.sort(questions, axis=1)
    of[:, 1:][of[:, 1:] == of[:, :-1]] = -1
    return of


def _greedy(
    of: NDArray[np.int32], weight: Floats, households: Floats, rows_of: tuple[NDArray[np.integer], NDArray[np.integer]]
) -> tuple[Ints, Floats]:
    """Return the questions that add households, the one that adds most always next, and how many each adds.

    ``rows_of`` are where the rows of each question start, and the rows.
    """
    n = len(households)
    start, row_of = rows_of
    gain, new, first = households.copy(), np.zeros(n), []
    open_rows = np.ones(len(of), dtype=np.bool_)
    while n and gain.max() > 0:
        best = int(np.argmax(gain))
        rows = row_of[start[best] : start[best + 1]]
        rows = rows[open_rows[rows]]
        new[best] = gain[best]
        first.append(best)
        open_rows[rows] = False
        row, column = np.nonzero(of[rows] >= 0)
        gain -= _sums(of[rows[row], column], weight[rows[row]], n)
    return np.array(first, dtype=np.int64), new


def open_sectors(
    layers: Layers,
    *,
    threshold_dbm: Mapping[Technology, float],
    server_high: NDArray[np.int32],
) -> NDArray[np.int32]:
    """Return the sector each layer hangs on at each place, −1 where its answer hangs on no missing value.

    Parameters
    ----------
    layers
        Levels after margins.
    threshold_dbm
        Level at which a technology serves.
    server_high
        Best sector at the favourable end of each layer, shape (n_layers, n).
    """
    threshold = np.array([threshold_dbm[technology] for _, technology in layers.keys])[:, np.newaxis]
    hangs = (layers.high_dbm >= threshold) & ~(layers.low_dbm >= threshold)
    return np.where(hangs, server_high, np.int32(-1))


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorQuestion:
    """What to ask about a sector: its owner, its site, and which of ``FIELDS`` the list leaves open."""

    operator: str
    site: int
    fields: tuple[str, ...]


def sector_question(sent: Transmitters, sector: int) -> SectorQuestion:
    """Return what the list leaves open at a sector."""
    site = int(sent.site_of_sector(np.array([sector], dtype=np.int64))[0])
    service, found = _of_id(sent.sites[site], sent.sector_ids[sector])
    fields = (*found.left_out, "status") if service.status == "unknown" else found.left_out
    return SectorQuestion(operator=service.operator, site=site, fields=fields)


def _of_id(site: Site, sector_id: str) -> tuple[Service, Sector]:
    return next(
        (service, sector) for service in site.services for sector in service.sectors if sector.sector_id == sector_id
    )


def measuring_places(x_m: Floats, y_m: Floats, weight: Floats, group: Ints, *, link_m: float) -> MeasuringPlaces:
    """Choose for each cluster of households the cell around which most of them live.

    Parameters
    ----------
    x_m, y_m, weight
        Undetermined households in a metric system, shape (n,).
    group
        Village or commune of each; clusters never cross groups (:func:`phusong.coverage.gaps.cluster`).
    link_m
        Longest step inside a cluster.

    Returns
    -------
    places
        Candidates are the cells where the cluster lives, counted by whole cells; of equal ones the south-westernmost.
    """
    label = cluster(x_m, y_m, group, link_m=link_m)
    n = int(label.max(initial=-1)) + 1
    households = _sums(label, weight, n)
    col, row = (np.floor(a / CELL_M).astype(np.int64) for a in (x_m, y_m))
    key, step = _keys(label, col, row)
    cell, member, of = np.unique(key, return_index=True, return_inverse=True)
    inside = _sums(np.asarray(of).reshape(-1), weight, len(cell))
    near = _around(cell, step, inside)
    first = np.lexsort((cell, -near, label[member]))
    first = first[np.unique(label[member][first], return_index=True)[1]]
    order = np.argsort(-households, kind="stable")
    best = first[order]
    return MeasuringPlaces(
        x_m=_middle_m(col[member[best]]),
        y_m=_middle_m(row[member[best]]),
        households=households[order],
        near=near[best],
        cluster=order,
        label=label,
    )


def _middle_m(cell: Ints) -> Floats:
    return (cell.astype(np.float64) + 0.5) * CELL_M


def _around(key: Ints, step: int, inside: Floats) -> Floats:
    """Return the households in the cells of the same cluster within ``NEAR_CELLS`` of each; ``key`` is sorted."""
    near = np.zeros(len(key))
    reach = range(-NEAR_CELLS, NEAR_CELLS + 1)
    for d_col, d_row in ((c, r) for c in reach for r in reach if c * c + r * r <= NEAR_CELLS**2):
        wanted = key + d_col * step + d_row
        at = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
        near += np.where(key[at] == wanted, inside[at], 0.0)
    return near


def _keys(label: Ints, col: Ints, row: Ints) -> tuple[Ints, int]:
    """Number cells by cluster, column and row: neighbours a fixed step apart, other clusters out of reach."""
    if not len(label):
        return np.empty(0, dtype=np.int64), 1
    n_rows = int(np.ptp(row)) + 2 * NEAR_CELLS + 1
    n_cols = int(np.ptp(col)) + 2 * NEAR_CELLS + 1
    return (label * n_cols + col - col.min()) * n_rows + row - row.min(), n_rows
