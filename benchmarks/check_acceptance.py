"""How often acceptance errs on simulated drive tests: false passes, false fails, and how often it asks for more.

``python benchmarks/check_acceptance.py [villages]`` prints the table of docs/acceptance.md and ends with 1 where a
false pass is met more often than in 2 % of the villages that truly fail, or a false fail in more than 5 % of those
that truly pass, in any row: also in the rows of borderline villages.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from phusong.tenders.acceptance.options import options_of

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from tenders_.made_drive_tests import Drive, judged, made_villages

MOST_FALSE_PASS, MOST_FALSE_FAIL = 0.02, 0.05
NEEDED = 0.95
CORRELATIONS_M = (37.0, 50.0, 100.0)
POINTS = (1, 2, 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Villages of one kind: the range their true share is drawn from, and what goes wrong."""

    name: str
    low: float
    high: float
    wrong: Drive = field(default_factory=lambda: Drive(truth=0.0))


KINDS = (
    Kind(name="bad", low=0.40, high=0.80),
    Kind(name="poor", low=0.80, high=0.93),
    Kind(name="just failing", low=0.93, high=0.9499),
    Kind(name="just passing", low=0.9501, high=0.97),
    Kind(name="good", low=0.97, high=0.99),
    Kind(name="very good", low=0.99, high=1.0),
    Kind(name="just failing, GPS drift", low=0.93, high=0.9499, wrong=Drive(truth=0.0, drifting=0.08)),
    Kind(name="just passing, GPS drift", low=0.9501, high=0.97, wrong=Drive(truth=0.0, drifting=0.08)),
    Kind(name="just failing, retested", low=0.93, high=0.9499, wrong=Drive(truth=0.0, rounds=2)),
    Kind(name="just passing, retested", low=0.9501, high=0.97, wrong=Drive(truth=0.0, rounds=2)),
    Kind(name="very good, wrong operator", low=0.99, high=1.0, wrong=Drive(truth=0.0, wrong_operator=1.0)),
    Kind(name="very good, wrong PCI", low=0.99, high=1.0, wrong=Drive(truth=0.0, wrong_pci=0.6)),
    Kind(name="very good, too few samples", low=0.99, high=1.0, wrong=Drive(truth=0.0, samples=0.3)),
    Kind(name="bad, too few samples", low=0.40, high=0.80, wrong=Drive(truth=0.0, samples=0.3)),
    Kind(name="very good, much GPS drift", low=0.99, high=1.0, wrong=Drive(truth=0.0, drifting=0.4)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """The verdicts of one kind of village."""

    kind: Kind
    villages: int
    verdicts: Counter[str]
    reasons: Counter[str]
    places: float

    @property
    def false_pass(self) -> float:
        """Return the share passed of villages that truly fail; 0 where they truly pass."""
        return self.verdicts["pass"] / self.villages if self.kind.high < NEEDED else 0.0

    @property
    def false_fail(self) -> float:
        """Return the share failed of villages that truly pass; 0 where they truly fail."""
        return self.verdicts["fail"] / self.villages if self.kind.low >= NEEDED else 0.0

    @property
    def unnamed(self) -> int:
        """Return the verdicts without a reason."""
        return self.villages - self.reasons["named"]


def run(kind: Kind, villages: int, seed: int) -> Row:
    """Judge so many villages of a kind, with one, two and four points and three lengths of correlation."""
    rng = np.random.default_rng(seed)
    verdicts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    places = []
    each = -(-villages // len(POINTS))
    for points in POINTS:
        package = made_villages(each, points, samples=_samples(points))
        drives = [
            replace(kind.wrong, truth=float(rng.uniform(kind.low, kind.high)), correlation_m=CORRELATIONS_M[i % 3])
            for i in range(each)
        ]
        for one in judged(package, drives, rng).villages:
            verdicts[one.decision.verdict] += 1
            reasons.update(
                {*(reason.key for reason in one.decision.reasons), *(["named"] if one.decision.reasons else [])}
            )
            places.append(one.decision.places)
    return Row(
        kind=kind, villages=each * len(POINTS), verdicts=verdicts, reasons=reasons, places=float(np.mean(places))
    )


def _samples(points: int) -> int:
    """Return the samples a plan asks of each point of a village."""
    options = options_of(made_villages(1, 1, samples=1).settings)
    return max(options.samples_per_point, -(-options.samples_per_village // points))


def main() -> None:
    """Print the table; end with 1 where a limit is exceeded."""
    villages = int(sys.argv[1]) if len(sys.argv) > 1 else 999
    failed = False
    print(f"{'villages':32}{'n':>6}{'places':>8}{'pass':>8}{'fail':>8}{'open':>8}  reasons")
    for seed, kind in enumerate(KINDS):
        row = run(kind, villages, seed)
        shares = [100.0 * row.verdicts[verdict] / row.villages for verdict in ("pass", "fail", "undecided")]
        listed = ", ".join(f"{key} {count}" for key, count in row.reasons.most_common() if key != "named")
        print(f"{kind.name:32}{row.villages:>6}{row.places:>8.0f}" + "".join(f"{s:>7.1f}%" for s in shares), listed)
        failed |= row.false_pass > MOST_FALSE_PASS or row.false_fail > MOST_FALSE_FAIL or row.unnamed > 0
    sys.exit(int(failed))


if __name__ == "__main__":
    main()
