"""What a mast would serve, asked of a study kept open, beside the same question with the study read anew each time.

Both answers are the same; they are measured in turns in one run, so that the ratio means something on a busy machine.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from phusong.data.sample import make_sample
from phusong.study import run_study
from phusong.study.asked_place import place_of_gap
from phusong.study.kept import KeptStudy
from phusong.study.what_if import AskedMast, WhatIf, what_if
from phusong.study.why import reception

ROUNDS = 5


def asked(kept: KeptStudy, at: int) -> WhatIf:
    """Ask for a mast beside the gap of a number."""
    gaps = kept.table("gaps")
    row = gaps.iloc[at % len(gaps)]
    return what_if(kept, AskedMast(lon_deg=float(row["lon_deg"]) + 0.003, lat_deg=float(row["lat_deg"]) + 0.002))


def main() -> None:
    """Print the seconds and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=60_000)
    households = parser.parse_args().households
    with tempfile.TemporaryDirectory() as folder:
        sample, results = Path(folder) / "mau", Path(folder) / "ket-qua"
        make_sample(sample, households=households)
        run_study(sample / "study.toml", results)
        kept = KeptStudy(sample / "study.toml", results)
        asked(kept, 0)  # reads the study; compiles, or loads what was compiled
        kept_s = anew_s = why_s = 0.0
        for at in range(ROUNDS):
            started = time.perf_counter()
            first = asked(kept, at)
            kept_s += time.perf_counter() - started

            started = time.perf_counter()
            second = asked(KeptStudy(sample / "study.toml", results), at)
            anew_s += time.perf_counter() - started
            same = (first.households, first.cost.total, first.held.low) == (
                second.households, second.cost.total, second.held.low,
            )  # fmt: skip
            assert same and (first.served == second.served).all()

            started = time.perf_counter()
            gaps = kept.table("gaps")
            reception(kept, place_of_gap(kept, str(gaps["gap_id"].iloc[at % len(gaps)])))
            why_s += time.perf_counter() - started
    print(f"{households:,} households, a mast: kept open {kept_s / ROUNDS:.3f} s, read anew {anew_s / ROUNDS:.3f} s")
    print(f"ratio: {anew_s / kept_s:.0f} times; levels and masts at a gap {why_s / ROUNDS:.3f} s")


if __name__ == "__main__":
    main()
