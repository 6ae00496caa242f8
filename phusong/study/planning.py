"""A plan of a study, start to end: find the gaps, price what could be built, choose, test the choice, write it down."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import pandas as pd

from phusong.coverage.prediction import Engine
from phusong.coverage.siting_worlds import Held
from phusong.coverage.states import SERVED, UNSERVED
from phusong.data.report_ranking import ranking_sheet
from phusong.data.store import whole_folder
from phusong.data.unit_prices import read_unit_prices
from phusong.errors import OutOfRangeError, Range
from phusong.plan.advice import satellite_rule
from phusong.plan.candidates import surroundings_of
from phusong.plan.choice import WELL_FOUNDED, Asked, Choice, Demand, choose_sites, demand_of, held_of, served_already
from phusong.plan.choice_tables import (
    considered_table,
    plan_costs_table,
    plan_gaps_table,
    plan_served_table,
    plan_sites_table,
)
from phusong.plan.offers import Offers, find_offers
from phusong.study import FIRST_STEPS, Study, assess_study, provenance
from phusong.study.assess import Assessment
from phusong.study.correction import Correction
from phusong.study.expected import EXPECTED, expected_levels, write_expected
from phusong.study.gap_table import Places
from phusong.study.gathered import gather
from phusong.study.judged import Judged, judge
from phusong.study.plan_answer import Line, answer_of, notes_of
from phusong.study.plan_files import PlanPage, write_manifest, write_plan
from phusong.study.plan_pictures import write_hops, write_ranking
from phusong.study.priorities import ranking_of
from phusong.study.progress import Progress, Silent, Stopwatch
from phusong.study.veil import shown_network, veiled
from phusong.words import Language, Text

STEPS = (
    *FIRST_STEPS,
    Text("Gom vùng lõm, xếp loại thôn", "Gather gaps, classify villages"),
    Text("Tìm vị trí; tính truyền dẫn, nguồn điện, chi phí", "Find places; link, power and cost of each"),
    Text("Tính hộ mỗi phương án phủ, chọn trạm", "Predict what each option serves, choose sites"),
    Text("Thử độ vững của phương án", "Test how robust the plan is"),
    Text("Ghi kết quả", "Write the results"),
)

PERCENT = Range(0.0, 100.0, "%")
HOUSEHOLDS = Range(0.0, 1e9)
MONEY = Range(0.0, 1e15, "VND")
YEARS = Range(1, 30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What a user asks of a plan: exactly one of the first three; a percentage is of the households without service.

    ``least_households`` of a site is that of a gap where not given, ``years`` of running cost those of the prices,
    ``satellite_vnd`` what a household may cost before satellite is advised that of the shipped rule.
    """

    budget_vnd: float | None = None
    cover_households: float | None = None
    cover_percent: float | None = None
    least_households: float | None = None
    years: int | None = None
    satellite_vnd: float | None = None

    def __post_init__(self) -> None:
        checked = (
            (MONEY, "budget", self.budget_vnd),
            (HOUSEHOLDS, "cover", self.cover_households),
            (PERCENT, "cover", self.cover_percent),
            (HOUSEHOLDS, "least_households", self.least_households),
            (YEARS, "years", self.years),
            (MONEY, "satellite_above", self.satellite_vnd),
        )
        for allowed, name, value in checked:
            if value is not None:
                allowed.check(name, value)
        if [self.budget_vnd, self.cover_households, self.cover_percent].count(None) != 2:
            raise OutOfRangeError(
                Text(
                    "Cần đúng một trong hai: ngân sách (--budget) hoặc số hộ, tỷ lệ hộ cần phủ (--cover)",
                    "Give exactly one of a budget (--budget) and the households or share to cover (--cover)",
                )
            )

    def asked(self, households: float, least_of_a_gap: float) -> Asked:
        """Return the question about so many households without service."""
        cover = self.cover_households
        if self.cover_percent is not None:
            cover = households * self.cover_percent / 100.0
        least = least_of_a_gap if self.least_households is None else self.least_households
        money = satellite_rule().vnd_per_household if self.satellite_vnd is None else self.satellite_vnd
        return Asked(budget_vnd=self.budget_vnd, cover_households=cover, least_households=least, satellite_vnd=money)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StudyGaps:
    """A study assessed, with the tables that a plan is made for and shown with."""

    found: Assessment
    places: Places
    tables: Mapping[str, pd.DataFrame]
    judged: Judged


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Planned:
    """A plan in memory: the choice, how much of it holds, its tables, and the answer in words.

    ``left_out`` are the criteria of the ranking that nothing is known of.
    """

    choice: Choice
    held: Held
    tables: Mapping[str, pd.DataFrame]
    answer: tuple[Line, ...]
    notes: tuple[Text, ...]
    left_out: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenPlan:
    """Where a plan is, its manifest, its answer in words and its sites."""

    folder: Path
    manifest: Mapping[str, object]
    answer: tuple[Line, ...]
    sites: gpd.GeoDataFrame


def plan_study(
    path: Path,
    out: Path,
    goal: Goal,
    *,
    language: Language = "vi",
    progress: Progress | None = None,
) -> WrittenPlan:
    """Plan the sites of the study of a file and write the plan into a folder, whole or not at all.

    A question that has an answer without sites (no money, nobody unserved, no candidate, more households than can be
    reached) is answered so, in the same files.

    Raises
    ------
    PhuSongError
        Whatever a user can mend, as in :func:`phusong.study.run_study`.
    """
    study = Study.read(path)
    watch = Stopwatch(progress or Silent(), STEPS)
    with whole_folder(out) as folder:
        found, correction = assess_study(study, watch)
        inputs = found.inputs
        watch.next()
        gaps = gaps_of(found, study, correction)
        demand = demand_for(gaps)
        watch.next()
        prices = read_unit_prices(study.file.further.get("unit_prices"))
        around = surroundings_of(replace(inputs, network=shown_network(inputs.network)), gaps.tables["villages"])
        offers = find_offers(demand, around, study.profile, prices, years=goal.years)
        watch.next()
        choice = choose(gaps, demand, offers, goal, engine=correction.predict, progress=watch.share)
        watch.next()
        planned = describe(gaps, choice, offers, engine=correction.predict)
        watch.next()
        rests_on = provenance(
            study,
            estimated=inputs.estimated,
            correction=correction,
            reliability=gaps.judged.conclusions.reliability.text,
        )
        page = PlanPage(study=study.file.name, province=study.province, rests_on=rests_on)
        write_plan(
            folder,
            {**gaps.tables, **planned.tables},
            page,
            answer=planned.answer,
            notes=planned.notes,
            offers=offers,
            chosen=choice.chosen,
            ranking=ranking_sheet(planned.tables["ranking"], gaps.judged.ranking, planned.left_out, language),
            terrain=inputs.terrain,
            language=language,
        )
        watch.share(0.4)
        write_expected(
            folder / EXPECTED,
            expected_levels(found, choice, planned.tables["plan_gaps"], engine=correction.predict),
            page.rests_on,
        )
        watch.share(0.6)
        write_hops(folder, offers, choice.chosen, inputs.network.sites, inputs.terrain, language)
        write_ranking(folder / "ranking.png", planned.tables["ranking"], gaps.judged.ranking, language)
        watch.end()
        manifest = write_manifest(folder, page, numbers_of(planned, goal), watch.seconds)
    return WrittenPlan(folder=out, manifest=manifest, answer=planned.answer, sites=planned.tables["plan_sites"])


def gaps_of(found: Assessment, study: Study, correction: Correction) -> StudyGaps:
    """Gather the gaps of an assessed study, what is concluded of them, and the tables shown with a plan."""
    gathered = gather(found, study)
    judged = judge(found, gathered, study, correction)
    judged = replace(judged, tables=veiled(judged.tables))
    return StudyGaps(found=found, places=gathered.places, tables=judged.tables, judged=judged)


def settled_gaps(findings: pd.DataFrame) -> Collection[str]:
    """Return the gaps that a well-founded finding says are served; a finding that is provisional settles nothing."""
    served = (findings["target"] == "gap") & (findings["finding"] == "served")
    served &= findings["basis"].isin(WELL_FOUNDED) & ~findings["provisional"].astype(bool)
    return tuple(sorted(set(findings.loc[served, "gap_id"])))


def demand_for(gaps: StudyGaps) -> Demand:
    """Return the households of a study that surely lack its main service, without gaps that are found served."""
    found, h = gaps.found, gaps.found.households
    return demand_of(
        h.outdoor[found.profile.main_service.key].overall.state == UNSERVED,
        lon_deg=h.lon_deg,
        lat_deg=h.lat_deg,
        weight=h.weight,
        gap=h.gap,
        gap_ids=gaps.places.ids,
        terrain=found.inputs.terrain,
        settled=settled_gaps(gaps.tables["findings"]),
    )


def choose(
    gaps: StudyGaps,
    demand: Demand,
    offers: Offers,
    goal: Goal,
    *,
    engine: Engine,
    progress: Callable[[float], None] | None = None,
) -> Choice:
    """Choose the sites for the households of a study."""
    terrain, profile = gaps.found.inputs.terrain, gaps.found.profile
    asked = goal.asked(demand.households, profile.gap.min_households)
    return choose_sites(offers.options, demand, terrain, profile, asked, engine=engine, progress=progress)


def describe(gaps: StudyGaps, choice: Choice, offers: Offers, *, engine: Engine) -> Planned:
    """Test a choice and put it into tables and words."""
    found, h = gaps.found, gaps.found.households
    inputs, profile = found.inputs, found.profile
    held = held_of(choice, inputs.network, inputs.terrain, profile, engine=engine)
    today = h.outdoor[profile.main_service.key].overall.state == SERVED
    already = served_already(
        choice, h.lon_deg[today], h.lat_deg[today], h.weight[today], inputs.terrain, profile, engine=engine
    )
    tables: dict[str, pd.DataFrame] = {
        "plan_sites": plan_sites_table(choice, already),
        "plan_gaps": plan_gaps_table(choice, gaps.tables["gaps"]),
        "plan_served": plan_served_table(choice),
        "plan_costs": plan_costs_table(choice, offers.estimates),
        "candidates": considered_table(choice),
    }
    ranked = ranking_of({**gaps.tables, **tables}, found, gaps.judged.ranking)
    tables["ranking"] = ranked.table
    notes = (*notes_of(choice, profile), satellite_rule().text, *offers.notes)
    answer = answer_of(choice, held, profile)
    return Planned(choice=choice, held=held, tables=tables, answer=answer, notes=notes, left_out=ranked.left_out)


def numbers_of(planned: Planned, goal: Goal) -> dict[str, object]:
    """Return question and answer of a plan as the manifest has them."""
    choice, plan, held = planned.choice, planned.choice.plan, planned.held
    return {
        "asked": {
            "budget_vnd": choice.asked.budget_vnd,
            "cover_households": choice.asked.cover_households,
            "cover_percent": goal.cover_percent,
            "least_households": choice.asked.least_households,
            "years": goal.years,
            "satellite_vnd": choice.asked.satellite_vnd,
        },
        "outcome": plan.outcome,
        "households_without_service": choice.demand.households,
        "gaps_found_served": list(choice.demand.settled),
        "candidates": len(choice.offers),
        "sites": len(plan.chosen),
        "planned_households": plan.households,
        "cost_low_vnd": choice.cost.low,
        "cost_vnd": choice.cost.middle,
        "cost_high_vnd": choice.cost.high,
        "bound": plan.bound,
        "proven_gap": plan.gap,
        "in_time": plan.in_time,
        "held": {"low": held.low, "middle": held.middle, "high": held.high},
        "left_households": plan.households_left(choice.demand.point_weight),
    }
