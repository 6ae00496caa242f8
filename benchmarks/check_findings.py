"""How findings come nearer the hidden truth as measurements come in, and whether the reliability figure holds it.

A sample province is studied from its own lists. Then teams measure: places of 300 m are visited in random order, in
each every operator is tested three times at people's homes, by the hidden levels and a device's error of 2 dB. True is
the class of a village by the profile's rule from the hidden levels at its homes (its centre: the home nearest to it),
and of a gap whether its homes truly unserved still make a gap. The truth is made by the same engine plus shadowing,
with off-air sites, wrong places and values left out of lists: it says nothing about the field.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from phusong.coverage.criteria import CENTRE_STATES
from phusong.coverage.reliability import share_interval
from phusong.coverage.states import NO_DATA, SERVED, UNDETERMINED, UNSERVED
from phusong.data.crs import project
from phusong.data.inputs import read_inputs
from phusong.data.layers import NO_LAYERS
from phusong.data.sample import make_sample, read_recipe
from phusong.study import Study
from phusong.study.assess import Assessment, assess
from phusong.study.correction import correction_of
from phusong.study.evidence import evidence_table
from phusong.study.evidence_ground import Ground, ground_of
from phusong.study.findings import finding_table
from phusong.study.gap_table import gap_places, gap_table
from phusong.study.intervals import intervals
from phusong.study.reliability import modelled_at
from phusong.study.tables import commune_table, household_table, village_table

SHARES = (0, 10, 25, 50, 100)
SPOT_M = 300.0
TESTS_AN_OPERATOR = 3
DEVICE_DB = 2.0
NO_SIGNAL_DBM = -124.0
RESULTS = ("right", "undetermined", "wrong")
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scene:
    """A study of a sample with its hidden truth: levels by operator at every home, and what is truly so."""

    study: Study
    found: Assessment
    ground: Ground
    truth: pd.DataFrame
    level_dbm: Floats
    technology: NDArray[np.object_]
    true_village: NDArray[np.object_]
    true_gap: NDArray[np.object_]
    spot: NDArray[np.int64]


def scene_of(folder: Path) -> Scene:
    """Assess the study of a sample and read its truth."""
    study = Study.read(folder / "study.toml")
    inputs = read_inputs(study.file, study.profile)
    found = assess(inputs, study.profile, engine=correction_of(study.file, inputs, study.profile).predict)
    places = gap_places(found)
    sure = intervals(found, places.areas)
    gaps = gap_table(
        found, places, sure, province_code=study.file.province_code, province_name=study.province, vn2000_epsg=None
    )
    villages = village_table(found, commune_table(found, gaps, sure), sure)
    tables = {"gaps": gaps, "villages": villages, "households": household_table(found, places.ids, sure)}
    ground = ground_of(found, tables)
    truth = pd.read_parquet(folder / "su_that" / "ho_dan_that.parquet").set_index("household_key")
    truth = truth.loc[inputs.households["household_key"]]
    level, technology = _by_operator(truth, ground.operators)
    x_m, y_m = project(truth["lon_deg"].to_numpy(), truth["lat_deg"].to_numpy(), ground.epsg)
    cell = np.floor(np.column_stack([x_m, y_m]) / SPOT_M).astype(np.int64)
    village, gap = _truth(ground, level)
    return Scene(
        study=study,
        found=found,
        ground=ground,
        truth=truth,
        level_dbm=level,
        technology=technology,
        true_village=village,
        true_gap=gap,
        spot=np.unique(cell, axis=0, return_inverse=True)[1].reshape(-1),
    )


def _by_operator(truth: pd.DataFrame, operators: Sequence[str]) -> tuple[Floats, NDArray[np.object_]]:
    """Return each operator's best true level at each home, NaN for none, and its technology."""
    level = np.full((len(truth), len(operators)), np.nan)
    technology = np.full(level.shape, "4G", dtype=object)
    for k, operator in enumerate(operators):
        for name in ("4g", "5g", "4G", "5G"):
            column = f"level_dbm_{operator}_{name}"
            if column in truth:
                own = truth[column].to_numpy(dtype=np.float64)
                better = np.nan_to_num(own, nan=-999.0) > np.nan_to_num(level[:, k], nan=-999.0)
                level[better, k], technology[better, k] = own[better], name.upper()
    return level, technology


def _truth(ground: Ground, level_dbm: Floats) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    rule = ground.profile.rules["4G"]
    best = np.nan_to_num(level_dbm, nan=-999.0).max(axis=1)
    state = np.where(best >= rule.served_dbm, SERVED, UNSERVED).astype(np.int8)
    centre = np.full(len(ground.villages), CENTRE_STATES.index("undetermined"), dtype=np.int8)
    for at in range(len(ground.villages)):
        own = np.flatnonzero(ground.village == at)
        if len(own) and np.isfinite(ground.centre_x_m[at]):
            away = np.hypot(ground.x_m[own] - ground.centre_x_m[at], ground.y_m[own] - ground.centre_y_m[at])
            there = best[own[away.argmin()]]
            name = "served" if there >= rule.served_dbm else "weak" if there >= rule.weak_dbm else "dark"
            centre[at] = CENTRE_STATES.index(name)
    return np.array(ground.village_says(centre, state), dtype=object), np.array(ground.gap_says(state), dtype=object)


def campaign(scene: Scene, percent: float, seed: int) -> pd.DataFrame:
    """Return the tests of the first so many percent of all spots, in one random order: more only ever adds."""
    random = np.random.default_rng([seed, 5])
    order = random.permutation(int(scene.spot.max()) + 1)
    homes = cKDTree(np.column_stack([scene.ground.x_m, scene.ground.y_m]))
    members = pd.Series(np.arange(len(scene.spot))).groupby(scene.spot).agg(list)
    rows = []
    for spot in order:
        own = np.array(members[spot])
        middle = [scene.ground.x_m[own].mean(), scene.ground.y_m[own].mean()]
        near = np.atleast_1d(homes.query(middle, k=TESTS_AN_OPERATOR)[1])
        rows += [(spot, home, k) for home in near for k in range(len(scene.ground.operators))]
    table = np.array(rows)
    level = scene.level_dbm[table[:, 1], table[:, 2]] + random.normal(0.0, DEVICE_DB, len(table))
    kept = np.isin(table[:, 0], order[: round(len(order) * percent / 100.0)])
    return _tests(scene, table[kept, 1], table[kept, 2], level[kept])


def _tests(scene: Scene, home: NDArray[np.int64], operator: NDArray[np.int64], level_dbm: Floats) -> pd.DataFrame:
    heard = np.nan_to_num(level_dbm, nan=-999.0) >= NO_SIGNAL_DBM
    n = len(home)
    return pd.DataFrame(
        {
            "lon": scene.truth["lon_deg"].to_numpy()[home],
            "lat": scene.truth["lat_deg"].to_numpy()[home],
            "operator": np.array(scene.ground.operators, dtype=object)[operator],
            "tech": scene.technology[home, operator],
            "rsrp_dbm": np.where(heard, np.round(level_dbm, 1), np.nan),
            "signal": pd.array(heard, dtype="boolean"),
            "dl_mbps": np.full(n, np.nan),
            "environment": np.full(n, "outdoor", dtype=object),
            "time": pd.Series(pd.Timestamp("2026-10-01"), index=range(n), dtype="datetime64[s]"),
        }
    )


def judged(scene: Scene, tests: pd.DataFrame, *, reported: bool) -> dict[str, dict[str, int]]:
    """Conclude from the model, these tests and, where wished, what is declared; count what is right."""
    inputs = replace(scene.found.inputs, measurements=tests)
    if not reported:
        inputs = replace(inputs, reported=None, layers=NO_LAYERS)
    evidence = evidence_table(replace(scene.found, inputs=inputs), scene.ground)
    findings = finding_table(evidence, scene.ground, households_estimated=False)
    main = findings[findings["service"] == scene.study.profile.main_service.key]
    truth = {"village": scene.true_village, "gap": scene.true_gap}
    counts = {}
    for target, true in truth.items():
        said = main.loc[main["target"] == target, "finding"].to_numpy(dtype=object)
        open_ = said == "undetermined"
        right = ~open_ & (said == true)
        counts[target] = {"right": int(right.sum()), "undetermined": int(open_.sum())}
        counts[target]["wrong"] = len(said) - sum(counts[target].values())
    return counts


def improvement(scene: Scene, seed: int, shares: Sequence[int] = SHARES) -> pd.DataFrame:
    """Return a row for each share of the tests, kind of target, and whether the list and the maps are evidence."""
    rows: list[dict[str, Any]] = []
    for percent in shares:
        tests = campaign(scene, percent, seed)
        for reported in (False, True):
            for target, counts in judged(scene, tests, reported=reported).items():
                rows.append({"percent": percent, "tests": len(tests), "reported": reported, "target": target} | counts)
    return pd.DataFrame(rows)


def pool_of(scene: Scene) -> pd.DataFrame:
    """Return what the model says and what is true for every home and operator: what tests of 4G would find."""
    n, operators = scene.level_dbm.shape
    home, operator = np.repeat(np.arange(n), operators), np.tile(np.arange(operators), n)
    tests = _tests(scene, home, operator, scene.level_dbm[home, operator])
    engine = correction_of(scene.study.file, scene.found.inputs, scene.study.profile).predict
    state = modelled_at(scene.found.inputs, scene.study.profile, engine, tests)
    threshold = tests["tech"].map({key: rule.served_dbm for key, rule in scene.study.profile.rules.items()})
    level = np.nan_to_num(scene.level_dbm[home, operator], nan=-999.0)
    passed = level >= threshold.to_numpy(dtype=np.float64)
    decided = (state != UNDETERMINED) & (state != NO_DATA)
    right = decided & np.where(passed, state == SERVED, state == UNSERVED)
    return pd.DataFrame({"place": scene.spot[home], "decided": decided, "right": right})


def hidden_share(pool: pd.DataFrame) -> float:
    """Return the share of decided answers that are right, every place weighing the same."""
    by_place = pool.groupby("place")[["decided", "right"]].mean()
    return float(by_place["right"].sum() / by_place["decided"].sum())


def coverage(pool: pd.DataFrame, places: int, seeds: int, *, interval_percent: float = 90.0) -> tuple[float, float]:
    """Return in how many percent of the seeds the interval holds the hidden share, and its mean width in points."""
    hidden = hidden_share(pool)
    ordered = pool.sort_values("place", kind="stable")
    place = ordered["place"].to_numpy()
    starts = np.searchsorted(place, np.arange(int(place.max()) + 2))
    decided, right = ordered["decided"].to_numpy(), ordered["right"].to_numpy()
    held, widths = 0, []
    for low, high in _intervals(starts, decided, right, places, seeds, interval_percent):
        held += low <= hidden <= high
        widths.append(high - low)
    return 100.0 * held / seeds, 100.0 * float(np.mean(widths))


def _intervals(
    starts: NDArray[np.int64],
    decided: NDArray[np.bool_],
    right: NDArray[np.bool_],
    places: int,
    seeds: int,
    interval_percent: float,
) -> Iterator[tuple[float, float]]:
    """Yield the interval of each seed: random places, one to eight tests in each."""
    for seed in range(seeds):
        random = np.random.default_rng([seed, 11])
        chosen = random.choice(len(starts) - 1, size=min(places, len(starts) - 1), replace=False)
        tests = [random.integers(starts[c], starts[c + 1], random.integers(1, 9)) for c in chosen]
        test = np.concatenate(tests)
        cell = np.repeat(np.arange(len(chosen)), [len(one) for one in tests])
        kept = decided[test]
        yield share_interval(right[test][kept], cell[kept], interval_percent=interval_percent)


def draw(table: pd.DataFrame, path: Path) -> None:
    """Draw the shares right, undetermined and wrong as measurements come in."""
    from matplotlib.figure import Figure

    colours = {"right": "#2B8C86", "undetermined": "#C9CDD3", "wrong": "#8E1B3A"}
    names = {"right": "đúng / right", "undetermined": "chưa xác định / undetermined", "wrong": "sai / wrong"}
    panels = (
        ("village", False, "Thôn: mô hình và đo kiểm\nVillages: model and tests"),
        ("village", True, "Thôn: thêm danh sách, bản đồ được khai báo\nVillages: with list and maps declared"),
        ("gap", False, "Vùng lõm: mô hình và đo kiểm\nGaps: model and tests"),
    )
    figure = Figure(figsize=(11.0, 4.2), layout="constrained")
    for axes, (target, reported, title) in zip(figure.subplots(1, 3, sharey=True), panels, strict=True):
        own = table[(table["target"] == target) & (table["reported"] == reported)]
        total = own[list(RESULTS)].sum(axis=1).to_numpy()
        bottom = np.zeros(len(own))
        for name in RESULTS:
            percent = 100.0 * own[name].to_numpy() / np.maximum(total, 1)
            axes.bar(np.arange(len(own)), percent, bottom=bottom, color=colours[name], label=names[name], width=0.72)
            for x, height, base in zip(range(len(own)), percent, bottom, strict=True):
                if height >= 6.0:
                    ink = "#1B2430" if name == "undetermined" else "#FFFFFF"
                    axes.text(x, base + height / 2, f"{height:.0f}", ha="center", va="center", color=ink, fontsize=9)
            bottom += percent
        axes.set_xticks(np.arange(len(own)), [f"{one} %" for one in own["percent"]])
        axes.set_title(f"{title} (n = {int(total[0]) if len(total) else 0})", fontsize=10, loc="left")
        axes.set_xlabel("số nơi đã đo / places measured", fontsize=9)
        axes.set_ylim(0.0, 100.0)
        axes.spines[["top", "right"]].set_visible(False)
    figure.axes[0].set_ylabel("% kết luận / % of findings")
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=3, frameon=False)
    figure.savefig(path, dpi=120)


def main() -> None:
    """Study a sample, let measurements come in, print and draw."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=float, default=0.15, help="share of the full sample province")
    parser.add_argument("--seeds", type=int, default=400, help="draws of the reliability figure")
    parser.add_argument("--figure", type=Path, default=Path("check_findings.png"))
    given = parser.parse_args()
    recipe = read_recipe().scaled(given.size)
    with tempfile.TemporaryDirectory() as folder:
        made = make_sample(Path(folder) / "province", seed=given.seed, recipe=recipe)
        scene = scene_of(made.folder)
    table = improvement(scene, given.seed)
    print(table.to_string(index=False))
    draw(table, given.figure)
    pool = pool_of(scene)
    print(f"\nthe model is right in {100.0 * hidden_share(pool):.2f} % of what it decides (hidden)")
    for places in (10, 20, 50, 100, 200):
        held, width = coverage(pool, places, given.seeds)
        print(
            f"{places:4d} places: the 90 % interval holds it in {held:.1f} % of {given.seeds} seeds, {width:.1f} points"
        )


if __name__ == "__main__":
    main()
