"""A plan of a study, start to end: find the gaps, price what could be built, choose, test the choice, write it down."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

import phusong
from phusong.coverage.prediction import Engine
from phusong.coverage.siting import OUTCOME_TEXTS
from phusong.coverage.siting_worlds import Held
from phusong.coverage.states import SERVED, UNSERVED
from phusong.data.inputs import read_inputs
from phusong.data.provenance import Provenance
from phusong.data.store import whole_folder
from phusong.data.terms import interval_label
from phusong.errors import PhuSongError
from phusong.plan.advice import SatelliteRule, satellite_rule
from phusong.plan.choice import WELL_FOUNDED, Asked, Choice, Offer, choose_sites, demand_of, held, served_already
from phusong.plan.choice_tables import candidates_table, plan_gaps_table, plan_sites_table
from phusong.plan.money_text import dong
from phusong.plan.offers import Offers, find_offers
from phusong.study import Study, provenance
from phusong.study.assess import Assessment, assess
from phusong.study.correction import correction_of
from phusong.study.gap_table import Places, gap_places, gap_table
from phusong.study.intervals import intervals
from phusong.study.plan_files import write_plan
from phusong.study.progress import Progress, Silent, Stopwatch
from phusong.words import Language, Text, number, percent

STEPS = (
    Text("Đọc và kiểm tra dữ liệu", "Read and check the inputs"),
    Text("Dự báo mức thu tại hộ dân", "Predict the level at every household"),
    Text("Gom vùng lõm", "Gather gaps"),
    Text("Tìm vị trí, tính truyền dẫn, nguồn điện, chi phí", "Find places; backhaul, power and cost of each"),
    Text("Tính hộ mỗi phương án phủ, chọn trạm", "Predict what each option serves, choose sites"),
    Text("Thử độ vững của phương án", "Test how robust the plan is"),
    Text("Ghi kết quả", "Write the results"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What a user asks of a plan: exactly one of the first three.

    ``least_households`` of a site is that of a gap where not given; ``years`` of running cost that of the prices.
    """

    budget_vnd: float | None = None
    cover_households: float | None = None
    cover_percent: float | None = None
    least_households: float | None = None
    years: int | None = None
    satellite_vnd: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Planned:
    """A plan in memory: the choice, how much of it holds, its tables, and the answer in words, label by label."""

    choice: Choice
    held: Held
    tables: Mapping[str, gpd.GeoDataFrame]
    answer: tuple[tuple[Text, Text], ...]
    notes: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenPlan:
    """Where a plan is, its manifest, its answer in words and its table of sites."""

    folder: Path
    manifest: Mapping[str, object]
    answer: tuple[tuple[Text, Text], ...]
    sites: pd.DataFrame


def plan_study(
    path: Path,
    out: Path,
    goal: Goal,
    *,
    findings: pd.DataFrame | None = None,
    language: Language = "vi",
    progress: Progress | None = None,
) -> WrittenPlan:
    """Plan the sites of the study of a file and write the plan into a folder, whole or not at all.

    A question that has an answer without sites (no money, nobody unserved, no candidate, more households than can be
    reached) is answered so, in the same files.

    Raises
    ------
    PhuSongError
        Whatever a user can mend, as in :func:`phusong.study.run_study`; a goal that is none or two.
    """
    check_goal(goal)
    study = Study.read(path)
    watch = Stopwatch(progress or Silent(), STEPS)
    with whole_folder(out) as folder:
        watch.next()
        inputs = read_inputs(study.file, study.profile)
        watch.next()
        correction = correction_of(study.file, inputs, study.profile)
        found = assess(inputs, study.profile, engine=correction.predict, progress=watch.share)
        watch.next()
        places = gap_places(found)
        gaps = gaps_of(found, places, study)
        watch.next()
        offers = find_offers(found, gaps, study.file, engine=correction.predict, years=goal.years, progress=watch.share)
        watch.next()
        planned = plan_of(
            found, places, gaps, offers, goal, engine=correction.predict, findings=findings, watch=watch
        )
        watch.next()
        rests_on = provenance(study, estimated=inputs.estimated, correction=correction)
        write_plan(
            folder,
            tables=planned.tables,
            found=found,
            gaps=gaps,
            title=_title(study),
            study_name=study.file.name,
            province=study.province,
            answer=planned.answer,
            notes=planned.notes,
            costs=offers.sheets,
            provenance=rests_on,
            language=language,
        )
        watch.end()
        manifest = _manifest(study, goal, planned, rests_on, watch)
        write_manifest(folder, manifest)
        return WrittenPlan(folder=out, manifest=manifest, answer=planned.answer, sites=planned.tables["plan_sites"])
