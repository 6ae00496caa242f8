"""How honest the answers are: the sample against its hidden truth, with its messy lists and with complete ones.

Right are the households called served or unserved that truly are; undetermined ones are counted beside, because saying
"undetermined" is no way out. The truth is made by the same engine plus shadowing, with off-air sites, wrong places and
lists that leave out values: it says nothing about the field.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from phusong.coverage.criteria import STATES
from phusong.data.inputs import read_inputs
from phusong.data.sample import make_sample
from phusong.study import Study
from phusong.study.assess import assess
from phusong.study.correction import correction_of


def check(study_file: Path) -> None:
    """Print the shares of the states and how many answers are right."""
    study = Study.read(study_file)
    inputs = read_inputs(study.file, study.profile)
    found = assess(inputs, study.profile, engine=correction_of(study.file, inputs, study.profile).predict)
    state = np.array(STATES, dtype=object)[found.households.outdoor[study.profile.main_service.key].overall.state]
    truth = pd.read_parquet(study_file.parent / "su_that" / "ho_dan_that.parquet").set_index("household_key")
    level = truth.loc[inputs.households["household_key"], "best_level_dbm"].fillna(-999.0).to_numpy()
    truly = np.where(level >= study.profile.rules["4G"].served_dbm, "served", "unserved")
    weight = found.households.weight
    share = {name: 100.0 * weight[state == name].sum() / weight.sum() for name in STATES}
    called = (state == "served") | (state == "unserved")
    right = 100.0 * weight[called & (state == truly)].sum() / weight[called].sum()
    print("  " + ", ".join(f"{name} {value:.1f} %" for name, value in share.items()))
    for name in ("served", "unserved"):
        mine = state == name
        print(f"  called {name}: {100.0 * weight[mine & (truly == name)].sum() / weight[mine].sum():.2f} % right")
    print(f"  called either: {right:.2f} % right")


def main() -> None:
    """Check a sample with its lists as they come, then with complete ones."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for complete, title in ((False, "lists as they come"), (True, "complete lists")):
            made = make_sample(Path(folder) / f"province-{complete}", seed=given.seed, complete=complete)
            print(f"seed {given.seed}, {made.households:,} households, {title}:", flush=True)
            check(made.study)


if __name__ == "__main__":
    main()
