"""Do the intervals hold? Villages of a study whose true number of unserved households lies in their 90 % interval.

The truth of every world is made by the engine from inputs the study does not know (``hidden_worlds``): other heights,
powers and azimuths, silent sites, another surface, homes 30 m off, another bias, σ and correlation. Run it on a study,
or without one on a sample:

    python benchmarks/check_intervals.py study.toml --worlds 8

Villages where a list may miss sites, or terrain is missing, are left out: their intervals are wide by rule.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

import hidden_worlds
import numpy as np
from numpy.typing import NDArray

from phusong.coverage.states import SERVED, UNSERVED
from phusong.coverage.uncertainty import interval, simulate
from phusong.data.inputs import read_inputs
from phusong.data.sample import make_sample
from phusong.study import Study
from phusong.study.assess import Assessment, HouseholdAnswers, assess

AIMED_PERCENT = (85.0, 95.0)


def village_sums(h: HouseholdAnswers, which: NDArray[np.bool_], n_villages: int) -> NDArray[np.float64]:
    """Return the households of each village among some."""
    at = np.flatnonzero((h.village >= 0) & which)
    return np.bincount(h.village[at], weights=h.weight[at], minlength=n_villages).astype(np.float64)


def described(world: hidden_worlds.Hidden) -> str:
    """Name what differs most between worlds."""
    return (
        f"σ {world.sigma_db:.1f} dB, {world.correlation_m:.0f} m, bias {world.bias_db:+.1f} dB, "
        f"canopy {world.canopy_m:+.1f} m, off air {100 * world.off_air_share:.1f} %"
    )


def check(study_file: Path, numbers: Iterable[int]) -> bool:
    """Print the share of villages, world by world; return whether the mean over the worlds is what is aimed at."""
    study = Study.read(study_file)
    profile, inputs = study.profile, read_inputs(study.file, study.profile)
    found = assess(inputs, profile)
    h, n = found.households, len(found.villages.table)
    started = time.process_time()
    worlds = simulate(found.prediction, h.places, profile, h.weight, [(h.village, n)])
    spent_s = time.process_time() - started
    low, high = interval(worlds.least[0], worlds.most[0], profile.uncertainty.interval_percent)
    open_ended = ~h.places.known(found.prediction)
    for flags in h.places.unknown_here.values():
        open_ended |= flags
    closed = village_sums(h, open_ended, n) == 0
    print(f"{len(h.weight):,} household points, {n} villages, {int(closed.sum())} with complete lists")
    print(f"{profile.uncertainty.draws} draws: {spent_s:.1f} s CPU, compiling or loading what was compiled included")
    print("world  unserved  all villages  at stake   inside  below  above  served right  unserved right")
    shares = []
    for number in numbers:
        world = hidden_worlds.hidden(number)
        served = hidden_worlds.truly_served(inputs.network, inputs.terrain, profile, h.lon_deg, h.lat_deg, world)
        true = village_sums(h, ~served, n)
        inside = (low <= true) & (true <= high)
        stake = closed & ((high > 0) | (true > 0))
        shares.append(100.0 * inside[stake].mean())
        print(
            f"{number:5d}  {h.weight[~served].sum():8,.0f}  {100 * inside[closed].mean():10.1f} %  {stake.sum():8d}"
            f"  {shares[-1]:5.1f} %  {100 * (true < low)[stake].mean():4.1f}  {100 * (true > high)[stake].mean():5.1f}"
            f"  {right_percent(found, served, SERVED):10.1f} %  {right_percent(found, ~served, UNSERVED):12.1f} %"
            f"  {described(world)}",
            flush=True,
        )
    stake = closed & (high > 0)
    every = village_sums(h, np.ones(len(h.weight), dtype=np.bool_), n)
    print(f"mean width at stake: {(high - low)[stake].mean():.1f} of {every[stake].mean():.0f} households a village")
    mean = float(np.mean(shares))
    holds = AIMED_PERCENT[0] <= mean <= AIMED_PERCENT[1]
    print(f"villages at stake inside, mean over the worlds: {mean:.1f} % ({min(shares):.1f} to {max(shares):.1f} %)")
    print(f"aimed at {AIMED_PERCENT[0]:g} to {AIMED_PERCENT[1]:g} %: {'held' if holds else 'NOT HELD'}")
    return holds


def right_percent(found: Assessment, truly: NDArray[np.bool_], code: np.int8) -> float:
    """Return the share of the households of one state that truly have it."""
    h = found.households
    called = h.outdoor[found.profile.main_service.key].overall.state == code
    return float(100.0 * h.weight[called & truly].sum() / max(h.weight[called].sum(), 1.0))


def main() -> int:
    """Check a study, or a sample province made for it; return 1 where the intervals do not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("study", type=Path, nargs="?", help="a study.toml; a sample province where none is given")
    parser.add_argument("--worlds", type=int, default=8)
    parser.add_argument("--first", type=int, default=1, help="number of the first world")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        study = given.study or make_sample(Path(folder) / "province").study
        return 0 if check(study, range(given.first, given.first + given.worlds)) else 1


if __name__ == "__main__":
    sys.exit(main())
