"""The ranking of gaps: facts from every table, what is not known, extreme weights, words."""

from __future__ import annotations

import dataclasses

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely import Point
from study_.made_gap_table import LAT, LON, finding, gap, gap_table, reported, village, village_table

from phusong.coverage.ranking import CRITERIA
from phusong.data.ranking import RankingRules, read_ranking
from phusong.errors import StudyError
from phusong.study.ranking import RANKING_COLUMNS, ranked_gaps
from phusong.study.ranking_facts import RankingInputs, gap_facts
from phusong.study.reported_on import ReportedPlaces

RULES = read_ranking()
VILLAGES = village_table(*(village(i, households=50 + 10 * i) for i in range(1, 12)))
GIVEN = RankingInputs(villages=VILLAGES, service="data")


def weighing(**weights: float) -> RankingRules:
    criteria = tuple(dataclasses.replace(one, weight=weights.get(one.key, 0.0), minimum=0.0) for one in RULES.criteria)
    return dataclasses.replace(RULES, criteria=criteria)


def sites(*rows: tuple[str, float, float]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "gap_ids": [ids for ids, _, _ in rows],
            "households": [households for _, households, _ in rows],
            "cost_vnd": [cost for _, _, cost in rows],
            "cost_low_vnd": [0.8 * cost for _, _, cost in rows],
            "cost_high_vnd": [1.2 * cost for _, _, cost in rows],
        }
    )


def many(seed: int = 0, n: int = 10) -> gpd.GeoDataFrame:
    random = np.random.default_rng(seed)
    return gap_table(
        *(
            gap(
                i,
                households=int(random.integers(10, 200)),
                is_dbkk=random.choice(["yes", "no"]),
                border=random.choice(["yes", "no", "unknown"]),
                commune_region=random.choice(["I", "II", "III", "none", "unknown"]),
                village_class=random.choice(["white", "depression", "undetermined"]),
            )
            for i in range(1, n + 1)
        )
    ).drop(columns=["unserved_low", "unserved_high"])


def test_the_table_has_every_gap_once_with_its_interval() -> None:
    """Ranks 1 to n in order, the base inside its interval, texts in both languages."""
    gaps = many()
    table = ranked_gaps(gaps, GIVEN, RULES).table
    assert tuple(table.columns) == RANKING_COLUMNS
    assert table["rank"].tolist() == list(range(1, 11)) and set(table["gap_id"]) == set(gaps["gap_id"])
    assert (table["rank_low"] <= table["rank"]).all() and (table["rank"] <= table["rank_high"]).all()
    assert (table["score_low"] <= table["score"]).all() and (table["score"] <= table["score_high"]).all()
    for rank, vi, en in zip(table["rank"], table["explanation_vi"], table["explanation_en"], strict=True):
        assert vi.startswith(f"Hạng {rank}") and en.startswith(f"Rank {rank}")
    again = ranked_gaps(gaps.sample(frac=1, random_state=3), GIVEN, RULES).table
    pd.testing.assert_frame_equal(table, again)


@pytest.mark.parametrize("key", ["need", "disadvantage", "place"])
def test_all_weight_on_one_criterion_gives_its_order(key: str) -> None:
    """Its score falls from rank to rank."""
    table = ranked_gaps(many(4), GIVEN, weighing(**{key: 1.0})).table
    assert table[f"score_{key}"].is_monotonic_decreasing
    assert table["score"].tolist() == pytest.approx(table[f"score_{key}"].tolist())


def test_cost_alone_orders_by_cost_per_household() -> None:
    """The cost of the sites that serve a gap over the households they serve; no site is no cost, never a cheap one."""
    plan = sites(("LS-1", 100, 3e9), ("LS-2;LS-3", 50, 1e9), ("LS-3", 50, 9e9))
    given = dataclasses.replace(GIVEN, plan_sites=plan)
    gaps = gap_table(*(gap(i) for i in range(1, 5)))
    facts = gap_facts(gaps, given, reach_m=500.0)
    assert facts["cost_per_household_vnd"].tolist()[:3] == [3e7, 2e7, 1e8]
    assert np.isnan(facts["cost_per_household_vnd"].iloc[3])
    table = ranked_gaps(gaps, given, weighing(cost=1.0)).table.set_index("gap_id")
    known = table.loc[["LS-1", "LS-2", "LS-3"]]
    assert known.sort_values("rank").index.tolist() == ["LS-2", "LS-1", "LS-3"]
    assert (table.loc["LS-4", "score_low"], table.loc["LS-4", "score_high"]) == (0.0, 1.0)
    assert (table.loc["LS-4", "rank_low"], table.loc["LS-4", "rank_high"]) == (1, 4)
    assert "Chưa biết: chi phí một hộ" in table.loc["LS-4", "explanation_vi"]


def test_silence_stands_at_the_average_and_gains_nothing() -> None:
    """Where most gaps are known not to lie at the border, not saying so does not lead; saying yes does."""
    answers = ["no"] * 8 + ["unknown", "yes"]
    gaps = gap_table(*(gap(i + 1, border=answer) for i, answer in enumerate(answers)))
    table = ranked_gaps(gaps, GIVEN, weighing(place=1.0)).table.set_index("gap_id")
    silent = table.loc["LS-9"]
    assert silent["score_place"] == pytest.approx((1 + 0.5) / (9 + 1))
    assert (silent["score_low"], silent["score_high"]) == (0.0, 1.0)
    assert table.loc["LS-10", "rank"] == 1 and table.loc["LS-10", "rank_high"] == 1
    assert "Chưa biết: biên giới" in silent["explanation_vi"]


def test_what_is_known_of_no_gap_is_left_out_and_named() -> None:
    """Without layers, list and plan their criteria weigh nothing and do not blur the ranks."""
    ranked = ranked_gaps(many(2), GIVEN, RULES)
    left = {text.en for text in ranked.left_out}
    assert {"cost per household", "school", "share of poor households", "former safe zone"} <= left
    assert "border" not in left and "households" not in left
    assert ranked.table[["score_interest", "score_cost"]].isna().all(axis=None)
    assert ranked.table[["score_need", "score_place", "score_evidence"]].notna().all(axis=None)
    assert not ranked.table["explanation_en"].str.contains("cost").any()


def test_nothing_known_by_the_weighted_criteria_is_said() -> None:
    """Weights on cost alone, and no costs: there is no order to give."""
    with pytest.raises(StudyError, match="no criterion"):
        ranked_gaps(many(), GIVEN, weighing(cost=1.0))


def test_places_near_a_gap_count_and_far_ones_do_not() -> None:
    """A school 300 m from the gap's edge counts, one at 3 km does not; a layer without one says no."""
    places = gpd.GeoDataFrame(
        {"kind": ["school", "clinic", "border_post"]},
        geometry=[Point(LON + 0.05 + 0.0048, LAT), Point(LON + 0.05, LAT + 0.03), Point(LON + 0.1, LAT)],
        crs="EPSG:4326",
    )
    gaps = gap_table(gap(1), gap(2))
    facts = gap_facts(gaps, dataclasses.replace(GIVEN, places=places), reach_m=500.0)
    assert facts["school"].tolist() == [1.0, 0.0] and facts["clinic"].tolist() == [0.0, 0.0]
    assert facts["border_post"].tolist() == [0.0, 1.0]
    assert gap_facts(gaps, GIVEN, reach_m=500.0)["school"].isna().all()


def test_list_and_findings_tell_of_evidence_voters_and_poverty() -> None:
    """Measured outranks modelled; a petition counts; what a list calls its target is there."""
    rows = [
        {"at": "LS-1", "source": "voters", "poor_households": 30, "households_total": 60, "target_type": "industrial"}
    ]
    given = dataclasses.replace(
        GIVEN,
        findings=pd.DataFrame([finding("gap", 2, "unserved"), finding("village", 1, "white")]),
        reported=ReportedPlaces.of(*reported(*rows)),
    )
    gaps = gap_table(gap(1), gap(2))
    facts = gap_facts(gaps, given, reach_m=500.0)
    assert facts["basis"].tolist() == ["modelled", "measured"]
    assert facts["voters"].tolist() == [1.0, 0.0] and gap_facts(gaps, GIVEN, reach_m=500.0)["voters"].isna().all()
    assert facts["poor_percent"].iloc[0] == 50.0 and facts["industrial_park"].iloc[0] == 1.0
    why = ranked_gaps(gaps, given, RULES).table.set_index("gap_id")["explanation_vi"]
    assert "50 % hộ nghèo" in why["LS-1"] and "kiến nghị của cử tri" in why["LS-1"].split(". ")[0]
    assert "kiến nghị" not in why["LS-2"] and "tỷ lệ hộ nghèo" in why["LS-2"].split("Chưa biết")[1]


def test_more_need_never_ranks_lower() -> None:
    """More households unserved, all else equal, gives at least as good a rank."""
    gaps = many(6)
    before = ranked_gaps(gaps, GIVEN, RULES).table.set_index("gap_id")["rank"]
    more = gaps.assign(households=np.where(gaps["gap_id"] == "LS-5", gaps["households"] + 150, gaps["households"]))
    after = ranked_gaps(more, GIVEN, RULES).table.set_index("gap_id")["rank"]
    assert after["LS-5"] <= before["LS-5"]


def test_below_a_minimum_comes_last_and_is_said() -> None:
    """However many points the other criteria give."""
    gaps = gap_table(
        gap(
            1, households=2, unserved_low=2.0, unserved_high=2.0, village_class="covered", border="yes", village_code=""
        ),
        gap(2, is_dbkk="no", commune_region="none"),
    )
    villages = village_table(village(2))
    rules = dataclasses.replace(
        RULES,
        criteria=tuple(dataclasses.replace(one, minimum=0.25 if one.key == "need" else 0.0) for one in RULES.criteria),
    )
    table = ranked_gaps(gaps, RankingInputs(villages=villages, service="data"), rules).table
    assert table["gap_id"].tolist() == ["LS-2", "LS-1"] and table["below_minimum"].tolist() == ["", "need"]
    assert "Dưới mức tối thiểu về nhu cầu" in table["explanation_vi"].iloc[1]


def test_no_gaps_give_an_empty_table() -> None:
    """With its columns."""
    table = ranked_gaps(gap_table(gap(1)).iloc[:0], GIVEN, RULES).table
    assert not len(table) and tuple(table.columns) == RANKING_COLUMNS
    assert all(f"score_{key}" in table for key in CRITERIA)
