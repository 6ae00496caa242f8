"""Acceptance on simulated drive tests: how often it errs, and that it says why it decides or does not.

The quick version of ``benchmarks/check_acceptance.py``, which the nightly runs on many more villages.
"""

from __future__ import annotations

import numpy as np
import pytest
from check_acceptance import KINDS, MOST_FALSE_FAIL, MOST_FALSE_PASS, NEEDED, run
from tenders_.made_drive_tests import Drive, checked, drive_tests, judged, made_villages

BY_NAME = {kind.name: kind for kind in KINDS}


@pytest.mark.slow
def test_false_passes_and_false_fails_are_rare():
    """Over bad, borderline and good villages: at most 2 % of those that fail pass, 5 % of those that pass fail."""
    names = ("bad", "poor", "just failing", "just passing", "good", "very good")
    rows = [run(BY_NAME[name], 45, seed=i) for i, name in enumerate(names)]
    failing = [row for row in rows if row.kind.high < NEEDED]
    passing = [row for row in rows if row.kind.low >= NEEDED]
    assert sum(row.verdicts["pass"] for row in failing) <= MOST_FALSE_PASS * sum(row.villages for row in failing)
    assert sum(row.verdicts["fail"] for row in passing) <= MOST_FALSE_FAIL * sum(row.villages for row in passing)
    assert all(row.unnamed == 0 for row in rows)
    assert rows[0].verdicts["fail"] >= 0.95 * rows[0].villages
    assert rows[-1].verdicts["pass"] >= 0.5 * rows[-1].villages


@pytest.mark.parametrize(
    ("drive", "reason"),
    [
        (Drive(truth=1.0, wrong_operator=1.0), "wrong_operator"),
        (Drive(truth=1.0, wrong_operator=0.5), "wrong_operator"),
        (Drive(truth=1.0, wrong_pci=0.5), "wrong_pci"),
        (Drive(truth=1.0, drifting=0.4), "drift"),
        (Drive(truth=1.0, technology=0.6), "technology"),
        (Drive(truth=1.0, samples=0.3), "too_few"),
        (Drive(truth=0.5, samples=0.3), "too_few"),
        (Drive(truth=0.5, wrong_pci=0.9), "wrong_pci"),
    ],
)
def test_a_spoilt_test_decides_nothing_and_says_why(drive, reason):
    """Wrong operator or cells, drift, another technology, too few samples: not decided, each named."""
    package = made_villages(8, 2, samples=120)
    found = judged(package, [drive] * 8, np.random.default_rng(5))
    for one in found.villages:
        assert one.decision.verdict == "undecided"
        assert reason in {why.key for why in one.decision.reasons}


def test_a_little_of_each_trouble_is_left_out_and_the_rest_decides():
    """A few samples off lose themselves only: good villages are not failed, bad ones not passed."""
    package = made_villages(20, 2, samples=120)
    little = {"wrong_operator": 0.02, "wrong_pci": 0.01, "drifting": 0.02}
    drives = [Drive(truth=1.0 if i % 2 else 0.6, **little) for i in range(20)]
    found = judged(package, drives, np.random.default_rng(6))
    verdicts = [one.decision.verdict for one in found.villages]
    by_code = {one.village_code: one.decision.verdict for one in found.villages}
    codes = [area.village_code for area in package.areas]
    assert all(by_code[code] != ("fail" if i % 2 else "pass") for i, code in enumerate(codes))
    assert verdicts.count("pass") >= 5 and verdicts.count("fail") >= 5
    assert {key for key, count in found.counts if count} >= {"", "wrong_operator", "wrong_pci", "drift"}


def test_the_truth_of_a_made_village_is_what_was_asked_for():
    """Raising the share raises the good samples; the simulated measurements are a list like any other."""
    package = made_villages(6, 2, samples=400)
    means = []
    for truth in (0.5, 0.8, 0.95):
        rows = checked(drive_tests(package, [Drive(truth=truth)] * 6, np.random.default_rng(7))).rows
        means.append(float((rows["rsrp_dbm"] >= -110.0).mean()))
    assert means == pytest.approx([0.5, 0.8, 0.95], abs=0.06)
