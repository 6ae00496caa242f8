"""How cost and memory grow with the households: the sample province with 60,000, 600,000 and 3,000,000 of them.

Each size runs in a process of its own, so that peak memory is its own. Houses are added around those that stand there.
The ratio compares seconds a household with those of the smallest size, measured in the same run: 1 is linear.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from phusong.data.inputs import Inputs, read_inputs
from phusong.data.sample import make_sample
from phusong.study import Study
from phusong.study.assess import assess
from phusong.study.correction import correction_of

SIZES = (60_000, 600_000, 3_000_000)
SPREAD_DEG = 0.0015
"""Standard deviation of an added house from the one it is put beside, about 160 m."""


def with_households(inputs: Inputs, count: int) -> Inputs:
    """Return the inputs with so many household points."""
    rng = np.random.default_rng(count)
    rows = inputs.households.iloc[np.sort(rng.integers(0, len(inputs.households), count))].reset_index(drop=True)
    moved = rows[["lon", "lat"]].to_numpy(dtype=np.float64) + rng.normal(0.0, SPREAD_DEG, (count, 2))
    rows["lon"], rows["lat"] = moved[:, 0], moved[:, 1]
    rows["household_key"] = pd.Series(np.arange(count)).map("H{:08d}".format)
    return replace(inputs, households=rows)


def peak_mb() -> float:
    """Return the peak memory of this process."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def measure(study_file: Path, count: int) -> dict[str, float]:
    """Assess the province with so many households; return points, seconds and memory."""
    study = Study.read(study_file)
    inputs = read_inputs(study.file, study.profile)
    engine = correction_of(study.file, inputs, study.profile).predict
    small = replace(inputs, households=inputs.households.head(50).reset_index(drop=True))
    assess(small, study.profile, engine=engine)  # compiles, or loads what was compiled
    inputs = with_households(inputs, count)
    began, began_cpu = time.perf_counter(), time.process_time()
    predicted: list[float] = []
    found = assess(
        inputs, study.profile, engine=engine, progress=lambda share: predicted.append(time.perf_counter() - began)
    )
    return {
        "households": count,
        "points": len(found.prediction.points),
        "prediction_s": predicted[-1],
        "assess_s": time.perf_counter() - began,
        "assess_cpu_s": time.process_time() - began_cpu,
        "computed": found.prediction.paths_computed,
        "in_reach": found.prediction.paths_in_reach,
        "peak_mb": peak_mb(),
    }


def main() -> None:
    """Print a row a size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--study", type=Path, help="study.toml of a sample made before")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(measure(given.study, given.one)))
        return
    with tempfile.TemporaryDirectory() as folder:
        study = given.study or make_sample(Path(folder) / "province").study
        first = 0.0
        for count in given.sizes:
            command = [sys.executable, __file__, "--study", str(study), "--one", str(count)]
            row = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            a_household = row["assess_cpu_s"] / count
            first = first or a_household
            print(
                f"{count:>9,} households, {row['points']:>9,} points: prediction {row['prediction_s']:.1f} s, "
                f"assessment {row['assess_s']:.1f} s ({row['assess_cpu_s']:.1f} s CPU), peak {row['peak_mb']:,.0f} MB, "
                f"{100.0 * row['computed'] / row['in_reach']:.1f} % of {row['in_reach']:,} paths computed; "
                f"a household costs {a_household / first:.2f} × that of the smallest size",
                flush=True,
            )


if __name__ == "__main__":
    main()
