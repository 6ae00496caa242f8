"""A plan against the hidden truth of the sample: how many of the promised households it would truly serve when built.

The truth is made by the same engine plus shadowing that is alike nearby, at the true places of the houses, over the
true network. So it says nothing about the field, but it does say whether the printed interval is honest about what the
lists leave out, get wrong and cannot know.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.coverage.coverage_matrix import with_built
from phusong.coverage.network import Network
from phusong.coverage.states import service_thresholds_dbm
from phusong.data.inputs import read_inputs
from phusong.data.sample import make_sample
from phusong.data.sample.recipe import Recipe
from phusong.data.sample.truth import true_levels
from phusong.data.unit_prices import read_unit_prices
from phusong.plan.candidates import surroundings_of
from phusong.plan.choice import Choice
from phusong.plan.offers import find_offers
from phusong.study import Study
from phusong.study.assess import Assessment, assess
from phusong.study.correction import correction_of
from phusong.study.planning import Goal, Planned, choose, demand_for, describe, gaps_of


def truly_served(sample: Path, found: Assessment, choice: Choice) -> NDArray[np.bool_]:
    """Return which households of a plan's demand truly have service with the plan built, by what serves outdoors."""
    profile, keys = found.profile, found.inputs.households["household_key"].iloc[choice.demand.household]
    truth = pd.read_parquet(sample / "su_that" / "ho_dan_that.parquet").set_index("household_key").loc[keys]
    made = json.loads((sample / "su_that" / "cach_tao.json").read_text(encoding="utf-8"))
    recipe = Recipe(**made["recipe"])
    built = with_built(Network(sites=(), inventories=()), choice.sites)
    lon, lat = (truth[name].to_numpy(dtype=np.float64) for name in ("lon_deg", "lat_deg"))
    levels = true_levels(built, found.inputs.terrain, lon, lat, profile, recipe.frame(1), recipe, made["seed"])
    needed = min(service_thresholds_dbm(profile, profile.main_service).values()) + profile.loss_db(indoor=False)
    today = truth["best_level_dbm"].fillna(-999.0).to_numpy() >= needed
    return today | (levels.best()[0] >= needed)


def planned_for(study_file: Path, goal: Goal) -> tuple[Planned, Assessment]:
    """Plan a study in memory."""
    study = Study.read(study_file)
    inputs = read_inputs(study.file, study.profile)
    correction = correction_of(study.file, inputs, study.profile)
    engine = correction.predict
    found = assess(inputs, study.profile, engine=engine)
    gaps = gaps_of(found, study, correction)
    demand = demand_for(gaps)
    around = surroundings_of(inputs, gaps.tables["villages"])
    offers = find_offers(demand, around, study.profile, read_unit_prices(), years=goal.years)
    choice = choose(gaps, demand, offers, goal, engine=engine)
    return describe(gaps, choice, offers, engine=engine), found


def main() -> None:
    """Print a row a seed; fail where more than one in ten of the truths lies outside its interval of 90 %."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--households", type=int, default=10_000)
    parser.add_argument("--budget", type=float, default=40e9)
    given = parser.parse_args()
    inside = 0
    for seed in range(1, given.seeds + 1):
        with tempfile.TemporaryDirectory() as folder:
            sample = Path(folder) / "province"
            make_sample(sample, seed=seed, households=given.households)
            plan, found = planned_for(sample / "study.toml", Goal(budget_vnd=given.budget))
            truly = truly_served(sample, found, plan.choice)
        kept = float(plan.choice.demand.weight[plan.choice.served & truly].sum())
        within = plan.held.low <= kept <= plan.held.high
        inside += within
        print(
            f"seed {seed}: {len(plan.choice.sites)} sites, {plan.choice.plan.households:,.0f} households promised, "
            f"held {plan.held.low:,.0f}–{plan.held.high:,.0f}, truly {kept:,.0f}{'' if within else ' OUTSIDE'}",
            flush=True,
        )
    print(f"{inside} of {given.seeds} truths within their interval of 90 %")
    if inside < 0.75 * given.seeds:
        raise SystemExit("the interval is not honest")


if __name__ == "__main__":
    main()
