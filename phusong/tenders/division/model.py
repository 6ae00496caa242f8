"""The division as a mixed-integer model, solved by HiGHS: the least spread and its bound, the most compact lots.

``x[i, j]`` says that unit i is in the lot whose root is j. For the spread a lot's root is its heaviest unit, so that no
division is counted twice; for compactness it is the unit at its middle. The spread is a ratio: the model makes
``high − r · low`` least, where r is the best spread so far; a value below zero is a better division, and none below
zero proves r (Dinkelbach, "On nonlinear fractional programming", Management Science 13, 1967). That lots hang
together is asked by rows added where a solution does not: of a piece without its lot's root, some unit around it has to
be in that lot.

One thread, one seed and a limit on nodes: the same task gives the same answer. Should the clock end the search, what it
found is thrown away and the answer says so.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import highspy
import numpy as np
from scipy.sparse import csr_matrix

from phusong.tenders.division.task import EQUAL, Assignment, Floats, Task, pieces

SEED = 1
SPREAD_UNITS, COMPACT_UNITS = 30, 16
"""Up to so many units the model is asked for a better spread, and for more compact lots; of more it proves little."""

NODES_BY_UNITS = 100_000
"""The nodes of one question, times the square of the units: some ten seconds."""

MOST_ROUNDS = 60
TIME_LIMIT_S = 30.0
"""Of one question; it is the limit on nodes that ends a long search as a rule."""

COMPACT_NODES_BY_UNITS = 10_000
"""The same of a question for compact lots, whose nodes take longer."""

COMPACT_GAP = 0.005
"""How far from the most compact lots an answer may be, as a share."""

_ZERO = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The best division known (None: none keeps the caps), the least spread possible, whether the clock ended it.

    ``impossible`` says that no division into so many lots keeps the caps, which is proven.
    """

    assignment: Assignment | None
    bound: float
    impossible: bool = False
    in_time: bool = True


@dataclass(slots=True, kw_only=True, eq=False)
class _Rows:
    """Rows of a model as they are written."""

    low: list[float]
    high: list[float]
    columns: list[list[int]]
    values: list[list[float]]

    def add(self, low: float, high: float, terms: dict[int, float]) -> None:
        """Write one row."""
        self.low.append(low)
        self.high.append(high)
        self.columns.append(list(terms))
        self.values.append(list(terms.values()))


class _Model:
    """The model of a task for k lots: variables x by pair, then high and low in units of the mean lot."""

    def __init__(self, task: Task, k: int, pairs: Sequence[tuple[int, int]], nodes_by_units: int) -> None:
        self.task, self.k, self.ends = task, k, time.monotonic() + TIME_LIMIT_S
        self.at = {pair: v for v, pair in enumerate(pairs)}
        self.high, self.low = len(pairs), len(pairs) + 1
        self.unit = sum(task.weight) / k or 1.0
        self.out_of_time = False
        self._nodes = nodes_by_units // task.n**2
        self._rows = _Rows(low=[], high=[], columns=[], values=[])
        self._write()
        self._highs = self._passed()

    def _write(self) -> None:
        task, at, rows, inf = self.task, self.at, self._rows, highspy.kHighsInf
        roots = range(task.n)
        members = {j: [i for i in range(task.n) if (i, j) in at] for j in roots}
        for i in range(task.n):
            rows.add(1.0, 1.0, {at[i, j]: 1.0 for j in roots if (i, j) in at})
        rows.add(self.k, self.k, {at[j, j]: 1.0 for j in roots})
        for j in roots:
            for i in members[j]:
                if i != j:
                    rows.add(-inf, 0.0, {at[i, j]: 1.0, at[j, j]: -1.0})
                    if i not in task.links[j]:
                        self._separate({i}, i, j, rows)
            for at_cap, cap in enumerate(task.caps):
                self._cap([load[at_cap] / cap for load in task.loads], j, members[j])
            weights = {at[i, j]: task.weight[i] / self.unit for i in members[j]}
            rows.add(-inf, 0.0, {**weights, self.high: -1.0})
            rows.add(-1.0, inf, {**weights, at[j, j]: weights[at[j, j]] - 1.0, self.low: -1.0})

    def _cap(self, share: Sequence[float], j: int, members: Sequence[int]) -> None:
        terms = {self.at[i, j]: share[i] for i in members}
        terms[self.at[j, j]] = share[j] - 1.0
        self._rows.add(-highspy.kHighsInf, EQUAL, terms)

    def _separate(self, piece: set[int], unit: int, root: int, rows: _Rows) -> None:
        """Ask that a unit of a piece is in the lot of a root only if some unit around the piece is too."""
        around = set().union(*(self.task.links[i] for i in piece)) - piece
        terms = {self.at[s, root]: -1.0 for s in sorted(around) if (s, root) in self.at}
        rows.add(-highspy.kHighsInf, 0.0, {self.at[unit, root]: 1.0, **terms})

    def _passed(self) -> highspy.Highs:
        task, rows, n = self.task, self._rows, self.low + 1
        lengths = [len(columns) for columns in rows.columns]
        matrix = csr_matrix(
            (np.concatenate(rows.values), np.concatenate(rows.columns), np.concatenate([[0], np.cumsum(lengths)])),
            shape=(len(lengths), n),
        )
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = n, len(lengths)
        model.col_cost_ = np.zeros(n)
        fixed = [weight / self.unit for weight in task.fixed]
        model.col_lower_ = np.append(np.zeros(n - 2), [max([1.0, max(task.weight) / self.unit, *fixed]), 0.0])
        model.col_upper_ = np.append(np.ones(n - 2), [highspy.kHighsInf, min([1.0, *fixed])])
        model.row_lower_, model.row_upper_ = np.array(rows.low), np.array(rows.high)
        model.integrality_ = [highspy.HighsVarType.kInteger] * (n - 2) + [highspy.HighsVarType.kContinuous] * 2
        model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
        model.a_matrix_.value_ = matrix.data
        highs = highspy.Highs()  # type: ignore[no-untyped-call]
        options: dict[str, bool | int | float | str] = {
            "output_flag": False,
            "threads": 1,
            "parallel": "off",
            "random_seed": SEED,
            "mip_abs_gap": 1e-8,
            "mip_allow_cut_separation_at_nodes": False,
        }
        for name, value in options.items():
            highs.setOptionValue(name, value)
        highs.passModel(model)
        return highs

    def ask(self, cost: Floats, *, gap: float = 0.0) -> None:
        """Set what is to be least, and how near to the least is enough, as a share."""
        self._highs.setOptionValue("mip_rel_gap", gap)
        self._highs.changeColsCost(len(cost), np.arange(len(cost), dtype=np.int32), cost)

    def add_row(self, low: float, high: float, terms: dict[int, float]) -> None:
        """Add a row to the model."""
        columns, values = np.array(list(terms), dtype=np.int32), np.array(list(terms.values()))
        self._highs.addRow(low, high, len(terms), columns, values)

    def solve(self, start: Assignment | None, roots: dict[int, int]) -> tuple[Assignment | None, float, bool]:
        """Solve until the lots hang together; return the division, a bound on the value, and whether none exists."""
        bound = -math.inf
        for _ in range(MOST_ROUNDS):
            if start is not None:
                self._start_from(start, roots)
            self._highs.setOptionValue("time_limit", max(0.01, self.ends - time.monotonic()))
            self._highs.setOptionValue("mip_max_nodes", self._nodes)
            self._highs.run()
            status = self._highs.getModelStatus()
            if status in (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible):
                return None, math.inf, True
            if status == highspy.HighsModelStatus.kTimeLimit:
                self.out_of_time = True
                return None, -math.inf, False
            bound = max(bound, float(self._highs.getInfo().mip_dual_bound))
            self._nodes -= max(1, self._highs.getInfo().mip_node_count)
            if not self._highs.getSolution().value_valid:
                return None, bound, False
            found = self._read()
            if not self._cut(found):
                return self._renumbered(found), bound, False
            if self._nodes <= 0:
                break
        return None, bound, False

    def _read(self) -> dict[int, list[int]]:
        values = self._highs.getSolution().col_value
        found: dict[int, list[int]] = {}
        for (i, j), v in self.at.items():
            if values[v] > 0.5:
                found.setdefault(j, []).append(i)
        return found

    def _cut(self, found: dict[int, list[int]]) -> int:
        rows = _Rows(low=[], high=[], columns=[], values=[])
        for root, members in found.items():
            for piece in pieces(members, self.task.links):
                if root not in piece:
                    for unit in sorted(piece):
                        self._separate(piece, unit, root, rows)
        for low, high, columns, values in zip(rows.low, rows.high, rows.columns, rows.values, strict=True):
            self.add_row(low, high, dict(zip(columns, values, strict=True)))
        return len(rows.low)

    def _renumbered(self, found: dict[int, list[int]]) -> Assignment:
        of = [0] * self.task.n
        for lot, members in enumerate(sorted(found.values(), key=min)):
            for i in members:
                of[i] = lot
        return tuple(of)

    def _start_from(self, assignment: Assignment, roots: dict[int, int]) -> None:
        values = [0.0] * (self.low + 1)
        for i, lot in enumerate(assignment):
            values[self.at[i, roots[lot]]] = 1.0
        weights = [*self.task.weights(assignment), *self.task.fixed]
        values[self.high], values[self.low] = max(weights) / self.unit, min(1.0, min(weights) / self.unit)
        start = highspy.HighsSolution()
        start.col_value = values
        self._highs.setSolution(start)


def _heaviest_first(task: Task) -> list[int]:
    """Return the place of each unit when the heaviest comes first."""
    order = sorted(range(task.n), key=lambda i: (-task.weight[i], i))
    place = [0] * task.n
    for at, unit in enumerate(order):
        place[unit] = at
    return place


def least_spread(task: Task, k: int, best: Assignment | None) -> Answer:
    """Look for a division into k lots more even than the best known, until it is proven or within the tolerance."""
    place = _heaviest_first(task)
    pairs = [(i, j) for j in range(task.n) for i in range(task.n) if place[j] <= place[i]]
    model = _Model(task, k, pairs, NODES_BY_UNITS)
    bound, given = task.least_spread(k), best
    while True:
        ratio = task.spread_of(best) if best is not None else task.tolerance
        if best is not None and (not math.isfinite(ratio) or ratio <= max(task.tolerance, bound) + EQUAL):
            return Answer(assignment=best, bound=min(bound, ratio))
        cost = np.zeros(model.low + 1)
        cost[model.high], cost[model.low] = 1.0, -ratio
        model.ask(cost)
        roots = {} if best is None else {n: min(lot, key=place.__getitem__) for n, lot in enumerate(task.lots(best))}
        found, value_bound, impossible = model.solve(best, roots)
        if model.out_of_time:
            return Answer(assignment=given, bound=task.least_spread(k), in_time=False)
        if impossible and best is None:
            return Answer(assignment=None, bound=math.inf, impossible=True)
        if best is not None:
            bound = max(bound, _spread_bound(ratio, value_bound))
        if found is None or not task.keeps(found):
            return Answer(assignment=best, bound=bound)
        if best is not None and task.spread_of(found) >= ratio - EQUAL:
            return Answer(assignment=best, bound=min(bound, ratio))
        best = found


def _spread_bound(ratio: float, value: float) -> float:
    """Return the least spread when no division has ``high − ratio · low`` below a value; the mean lot is 1.

    Then high ≥ max(1, ratio · low + value), so that the spread is least where both are the same.
    """
    if value >= -_ZERO:
        return ratio
    return max(1.0, ratio / (1.0 - value)) if math.isfinite(value) else 1.0


def most_compact(task: Task, k: int, best: Assignment) -> Answer:
    """Look for more compact lots that are no less even than allowed, or than the best known where it is not."""
    limit = max(task.tolerance, task.spread_of(best))
    pairs = [(i, j) for j in range(task.n) for i in range(task.n)]
    model = _Model(task, k, pairs, COMPACT_NODES_BY_UNITS)
    if math.isfinite(limit):
        model.add_row(-highspy.kHighsInf, EQUAL, {model.high: 1.0, model.low: -limit})
    scale = max(task.travel_of_all(best), EQUAL)
    model.ask(np.array([*(task.travel[i, j] / scale for i, j in pairs), 0.0, 0.0]), gap=COMPACT_GAP)
    roots = {n: _middle(task, lot) for n, lot in enumerate(task.lots(best))}
    found, _, _ = model.solve(best, roots)
    if found is None or not task.keeps(found) or task.spread_of(found) > limit + EQUAL:
        return Answer(assignment=best, bound=math.nan, in_time=not model.out_of_time)
    better = task.travel_of_all(found) < task.travel_of_all(best) - _ZERO * scale
    return Answer(assignment=found if better else best, bound=math.nan)


def _middle(task: Task, lot: Sequence[int]) -> int:
    return lot[int(np.argmin(task.travel[np.ix_(lot, lot)].sum(axis=0)))]
