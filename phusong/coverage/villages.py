"""Classes of a village: what its centre receives × whether a cluster of its households is left out.

Codes are int8 in the order of ``criteria.CENTRE_STATES``, ``CLUSTER_STATES`` and ``criteria.VILLAGE_CLASSES``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from phusong.coverage.criteria import (
    CENTRE_STATES,
    VILLAGE_CLASSES,
    CentreState,
    TechnologyRule,
    VillageClass,
    VillageRule,
)
from phusong.coverage.gaps import cluster
from phusong.coverage.network import Technology
from phusong.coverage.states import (
    NO_DATA,
    UNDETERMINED,
    UNSERVED,
    Answer,
    Flags,
    Layers,
    StateCodes,
    operators_serving,
)

Codes = NDArray[np.int8]
Indices = NDArray[np.int64]
Values = NDArray[np.float64]

ClusterState = Literal["none", "unserved", "possible"]
CLUSTER_STATES: tuple[ClusterState, ...] = ("none", "unserved", "possible")

PUBLIC_CELL_M = 30.0
"""An estimated centre is published as the middle of a cell of this size, never as the house it rests on.

The level there is predicted for the middle of a 1″ (about 30 m) cell anyway.
"""

CLASS_OF: Mapping[tuple[CentreState, ClusterState], VillageClass] = {
    ("served", "none"): "covered",
    ("served", "unserved"): "depression",
    ("served", "possible"): "undetermined",
    ("weak", "none"): "weak",
    ("weak", "unserved"): "weak",
    ("weak", "possible"): "weak",
    ("dark", "none"): "white",
    ("dark", "unserved"): "white",
    ("dark", "possible"): "white",
    ("undetermined", "none"): "undetermined",
    ("undetermined", "unserved"): "undetermined",
    ("undetermined", "possible"): "undetermined",
    ("no_data", "none"): "undetermined",
    ("no_data", "unserved"): "undetermined",
    ("no_data", "possible"): "undetermined",
}
"""The whole rule: trắng sóng, lõm sóng, sóng yếu, phủ sóng and chưa xác định are white, depression, weak, covered, …"""

_CLASS_CODES: Codes = np.array(
    [[VILLAGE_CLASSES.index(CLASS_OF[centre, left_out]) for left_out in CLUSTER_STATES] for centre in CENTRE_STATES],
    dtype=np.int8,
)


def village_class(centre: Codes, clusters: Codes) -> Codes:
    """Return the class code of each village from its centre state and its cluster state."""
    return np.asarray(_CLASS_CODES[centre, clusters])


def centre_state(low_dbm: ArrayLike, high_dbm: ArrayLike, *, served_dbm: float, weak_dbm: float) -> Codes:
    """Say what a place receives, from the range its best level may have.

    Parameters
    ----------
    low_dbm, high_dbm
        Best level after margins with everything unknown at its worst and at its best; −inf below the floor, +inf in
        ``high_dbm`` where an unlisted mast may serve, NaN where there is no data.
    served_dbm, weak_dbm
        From ``served_dbm`` on it is served, from ``weak_dbm`` on weak, below that dark.
    """
    low, high = np.asarray(low_dbm, dtype=np.float64), np.asarray(high_dbm, dtype=np.float64)
    return _centre_codes(
        served=low >= served_dbm,
        may_be_served=high >= served_dbm,
        weak=low >= weak_dbm,
        may_be_weak=high >= weak_dbm,
        known=~(np.isnan(low) | np.isnan(high)),
    )


def centre_states(
    layers: Layers,
    *,
    rules: Mapping[Technology, TechnologyRule],
    unknown_here: Mapping[str, Flags],
    terrain_known: Flags,
) -> Codes:
    """Say what each centre receives over all layers, each technology by its own thresholds.

    Arguments are as in ``states.operator_states`` (NaN is below the floor), with the rules of the service's
    technologies. An operator whose list may miss sites, or a path over missing terrain, may serve.
    """
    n = terrain_known.size
    served, weak, may_be_weak = (np.zeros(n, dtype=np.bool_) for _ in range(3))
    may_be_served = np.logical_or.reduce([np.zeros(n, dtype=np.bool_), *unknown_here.values()])
    for (_, technology), low, high, path_unknown in zip(
        layers.keys, layers.low_dbm, layers.high_dbm, layers.path_unknown, strict=True
    ):
        if technology not in rules:
            continue
        rule = rules[technology]
        served |= low >= rule.served_dbm
        may_be_served |= (high >= rule.served_dbm) | path_unknown
        weak |= low >= rule.weak_dbm
        may_be_weak |= high >= rule.weak_dbm
    return _centre_codes(
        served=served, may_be_served=may_be_served, weak=weak, may_be_weak=may_be_weak, known=terrain_known
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VillageClusters:
    """What is left out in each village, shape (n_villages,).

    ``state`` is in the order of ``CLUSTER_STATES``; ``largest_households`` counts the largest cluster of surely
    unserved households.
    """

    state: Codes
    largest_households: Values


def cluster_state(
    village: NDArray[np.integer],
    weight: NDArray[np.number],
    state: StateCodes,
    x_m: Values,
    y_m: Values,
    *,
    rule: VillageRule,
    link_m: float,
    n_villages: int,
) -> VillageClusters:
    """Say for each village whether a cluster of its households is surely, possibly or not left out.

    "unserved": the surely unserved households alone meet the rule. "possible": they meet it if every undetermined
    household, and every one without data, were unserved too; also a village of which no household is known, since
    nothing excludes it. "none": neither.

    Parameters
    ----------
    village
        Village of each household point, 0 … n_villages − 1; negative where it belongs to none. Shape (n,).
    weight, state, x_m, y_m
        Households the point stands for, its state code, and its position in a metric CRS.
    rule, link_m
        What counts as left out, and the longest step inside a cluster.
    """
    inside = village >= 0
    total = np.bincount(village[inside], weights=weight[inside], minlength=n_villages)

    def meets(left_out: Flags) -> tuple[Flags, Values]:
        chosen = inside & left_out
        largest, households = _left_out(
            village[chosen], weight[chosen], x_m[chosen], y_m[chosen], link_m=link_m, n_villages=n_villages
        )
        many = households * 100.0 >= rule.min_unserved_percent * total
        return (largest >= rule.min_cluster_households) | (many & (households > 0)), largest

    surely, largest = meets(state == UNSERVED)
    possibly, _ = meets((state == UNSERVED) | (state == UNDETERMINED) | (state == NO_DATA))
    codes = np.select(
        [surely, possibly | (total == 0)],
        [CLUSTER_STATES.index("unserved"), CLUSTER_STATES.index("possible")],
        CLUSTER_STATES.index("none"),
    )
    return VillageClusters(state=codes.astype(np.int8), largest_households=largest)


def single_operator(answers: Mapping[str, Answer], *, terrain_known: Flags) -> list[bool | None]:
    """Say for each centre whether exactly one operator serves it (đơn mạng); None where that cannot be told."""
    serving = operators_serving(answers, terrain_known=terrain_known)
    unclear = ~terrain_known
    for answer in answers.values():
        unclear = unclear | (answer.state == UNDETERMINED)
    told = (serving >= 2) | ~unclear
    return [bool(one) if known else None for one, known in zip(serving == 1, told, strict=True)]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EstimatedCentres:
    """Centres guessed from where people live: every class that rests on one is provisional. Shape (n_villages,).

    ``member`` is the household point nearest to the weighted mean of its village, −1 where the village has none; it
    is a private house and stays inside. ``x_m, y_m`` may be published (``PUBLIC_CELL_M``); NaN where there is none.
    """

    member: Indices
    x_m: Values
    y_m: Values

    @property
    def provisional(self) -> Flags:
        """Return True where a centre was estimated."""
        return np.asarray(self.member >= 0)


def estimated_centre(
    village: NDArray[np.integer], weight: NDArray[np.number], x_m: Values, y_m: Values, *, n_villages: int
) -> EstimatedCentres:
    """Estimate each village's centre as the household nearest to the weighted mean of its households.

    A household and not the mean itself, which may lie on the ridge between two hamlets where nobody lives. Between
    equally near households the westernmost, then the southernmost, is taken. Points of no village (negative) or no
    weight do not count.
    """
    members = np.flatnonzero((village >= 0) & (weight > 0))
    owner, x, y = village[members], x_m[members], y_m[members]
    away = (x - _means(owner, weight[members], x, n_villages)[owner]) ** 2
    away += (y - _means(owner, weight[members], y, n_villages)[owner]) ** 2
    order = np.lexsort((y, x, away, owner))
    with_members, first = np.unique(owner[order], return_index=True)
    member = np.full(n_villages, -1, dtype=np.int64)
    member[with_members] = members[order[first]]
    return EstimatedCentres(member=member, x_m=_cell_middle(x_m, member), y_m=_cell_middle(y_m, member))


def _centre_codes(*, served: Flags, may_be_served: Flags, weak: Flags, may_be_weak: Flags, known: Flags) -> Codes:
    code: dict[CentreState, int] = {state: k for k, state in enumerate(CENTRE_STATES)}
    codes = np.select(
        [~known, served, may_be_served, weak, may_be_weak],
        [code["no_data"], code["served"], code["undetermined"], code["weak"], code["undetermined"]],
        code["dark"],
    )
    return codes.astype(np.int8)


def _left_out(
    village: NDArray[np.integer],
    weight: NDArray[np.number],
    x_m: Values,
    y_m: Values,
    *,
    link_m: float,
    n_villages: int,
) -> tuple[Values, Values]:
    """Return the households of each village's largest cluster and of all its clusters."""
    labels = cluster(x_m, y_m, village, link_m=link_m)
    largest = np.zeros(n_villages)
    if labels.size:
        owner = np.empty(labels.max() + 1, dtype=np.int64)
        owner[labels] = village
        np.maximum.at(largest, owner, np.bincount(labels, weights=weight))
    return largest, np.bincount(village, weights=weight, minlength=n_villages).astype(np.float64)


def _means(owner: NDArray[np.integer], weight: NDArray[np.number], values: Values, n: int) -> Values:
    sums = np.bincount(owner, weights=weight * values, minlength=n)
    weights = np.bincount(owner, weights=weight, minlength=n)
    means = np.full(n, np.nan)
    np.divide(sums, weights, out=means, where=weights > 0)
    return means


def _cell_middle(values_m: Values, member: Indices) -> Values:
    at = np.full(member.size, np.nan)
    at[member >= 0] = values_m[member[member >= 0]]
    return (np.floor(at / PUBLIC_CELL_M) + 0.5) * PUBLIC_CELL_M
