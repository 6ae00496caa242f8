"""Packages: every gap once, caps kept, compact, and the same whatever the order of the rows."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal, assert_series_equal

from phusong.errors import OutOfRangeError, PhuSongError
from phusong.tenders.lots import Lots, make_lots
from phusong.words import Text


def gap(gap_id: str, households: int = 20, lon_deg: float = 105.0, lat_deg: float = 22.0, **other: object):
    return {
        "gap_id": gap_id,
        "province_code": "08",
        "province_name": "Tỉnh Tuyên Quang",
        "commune_code": "00688",
        "commune_name": "Xã Thượng Nông",
        "households": households,
        "population": households * 4.3,
        "lon_deg": lon_deg,
        "lat_deg": lat_deg,
    } | other


def sites_of(*gap_ids: str) -> pd.DataFrame:
    return pd.DataFrame({"site_id": [f"DX-{i}" for i in gap_ids], "gap_id": list(gap_ids)}, dtype=str)


def lots_of(*rows: dict, max_households: int = 100, max_sites: int = 10, **other: object) -> Lots:
    table = pd.DataFrame(list(rows), columns=list(gap("x")))
    return make_lots(table, sites_of(*table["gap_id"]), max_households=max_households, max_sites=max_sites, **other)


@st.composite
def gap_tables(draw: st.DrawFn) -> pd.DataFrame:
    n = draw(st.integers(0, 25))
    rows = []
    for i in range(n):
        province, commune = draw(st.sampled_from(["04", "08"])), draw(st.integers(0, 4))
        rows.append(
            gap(
                f"LS-{i:03d}",
                draw(st.integers(0, 130)),
                draw(st.floats(105, 106)),
                draw(st.floats(22, 23)),
                province_code=province,
                commune_code=draw(st.sampled_from([f"{province}{commune:03d}", ""]))
                if i % 7 == 0
                else f"{province}{commune:03d}",
            )
        )
    return pd.DataFrame(rows, columns=list(gap("x")))


@given(gaps=gap_tables(), max_households=st.integers(30, 300), max_sites=st.integers(1, 6), data=st.data())
@settings(deadline=None, max_examples=60)
def test_packages_are_a_partition_that_keeps_the_caps(gaps, max_households, max_sites, data):
    """No household is in two packages or lost; only a gap that alone passes a cap does so, with a warning."""
    with_site = [i for i in gaps["gap_id"] if data.draw(st.booleans())]
    lots = make_lots(gaps, sites_of(*with_site), max_households=max_households, max_sites=max_sites)
    listed = [i for text in lots.packages["gap_ids"] for i in text.split(", ")]
    assert sorted(listed + [g.gap_id for g in lots.remainder]) == sorted(gaps["gap_id"])
    assert lots.households + lots.remainder_households == gaps["households"].sum()
    province_of = dict(zip(gaps["gap_id"], gaps["province_code"], strict=True))
    for package in lots.packages.itertuples():
        members = package.gap_ids.split(", ")
        assert all(lots.package_code[i] == package.package_code for i in members)
        assert {province_of[i] for i in members} == {package.province_code}
        assert package.gaps == len(members)
        assert package.sites == len(set(members) & set(with_site))
        assert package.sites <= max_sites
        assert package.households <= max_households or (
            len(members) == 1 and any(package.package_code in warning.vi for warning in lots.warnings)
        )
    assert len(lots.warnings) == (lots.packages["households"] > max_households).sum()


@given(gaps=gap_tables(), seed=st.integers(0, 2**32 - 1))
@settings(deadline=None, max_examples=40)
def test_the_order_of_the_rows_never_matters(gaps, seed):
    """Shuffled gaps and sites give the same packages, codes and remainder."""
    sites = sites_of(*gaps["gap_id"])
    one = make_lots(gaps, sites, max_households=150, max_sites=5)
    other = make_lots(
        gaps.sample(frac=1, random_state=seed), sites.sample(frac=1, random_state=seed), max_households=150, max_sites=5
    )
    assert_frame_equal(one.packages, other.packages)
    assert_series_equal(one.package_code, other.package_code)
    assert one.remainder == other.remainder
    assert one.warnings == other.warnings


def test_neighbours_share_a_package():
    """Four gaps in two far pairs become two packages, each of a pair, however they are named."""
    lots = lots_of(
        gap("A", lon_deg=105.0),
        gap("B", lon_deg=105.9),
        gap("C", lon_deg=105.02),
        gap("D", lon_deg=105.92),
        max_sites=2,
    )
    assert lots.packages["gap_ids"].tolist() == ["A, C", "B, D"]


def test_a_commune_stays_whole_where_it_fits():
    """A gap across the border is nearer, yet the gap of the same commune is joined first."""
    lots = lots_of(
        gap("A", lon_deg=105.00, commune_code="00001"),
        gap("B", lon_deg=105.01, commune_code="00002"),
        gap("C", lon_deg=105.05, commune_code="00001"),
        max_households=40,
    )
    assert lots.packages["gap_ids"].tolist() == ["A, C", "B"]


def test_a_gap_above_the_cap_is_a_package_of_its_own():
    """It is not divided and not left out, and the warning names it in both languages."""
    lots = lots_of(gap("A", 30), gap("B", 500), gap("C", 30))
    assert lots.packages["gap_ids"].tolist() == ["A, C", "B"]
    assert [w.en for w in lots.warnings] == [
        "Package GT-08-02 is the area B alone: it has 500 households, above the cap of 100 households a package."
    ]
    assert "500 hộ" in lots.warnings[0].vi


def test_two_sites_for_one_gap_count_against_the_site_cap():
    """The site cap counts sites, not gaps; a gap that alone passes it is warned about too."""
    table = pd.DataFrame([gap("A"), gap("B")])
    lots = make_lots(table, sites_of("A", "A", "B"), max_households=100, max_sites=1)
    assert lots.packages["sites"].tolist() == [2, 1]
    assert [w.en for w in lots.warnings] == [
        "Package GT-08-01 is the area A alone: it has 2 sites, above the cap of 1 sites a package."
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"households": 0}, "no household needs coverage"),
        ({"commune_code": ""}, "province or commune is not known"),
        ({"province_code": float("nan")}, "province or commune is not known"),
        ({"lon_deg": float("nan")}, "no coordinates"),
    ],
)
def test_a_gap_that_may_not_enter_is_listed_with_its_reason(change, reason):
    """What is in no package is never silently gone."""
    lots = lots_of(gap("A"), gap("B", **({"households": 7} | change)))
    assert [(g.gap_id, g.reason.en) for g in lots.remainder] == [("B", reason)]
    assert lots.package_code.to_dict() == {"A": "GT-08-01", "B": ""}


def test_a_gap_held_back_keeps_the_reason_it_was_given():
    """The caller may hold a gap back; its households count in the remainder."""
    why = Text("doanh nghiệp đã cam kết", "an operator has committed")
    lots = lots_of(gap("A", 11), gap("B", 12), held_back={"B": why})
    assert lots.remainder[0].reason == why
    assert (lots.households, lots.remainder_households) == (11, 12)


def test_population_is_the_sum_of_rounded_rows():
    """4,3 persons a household: each row is rounded before it is added, as it is printed."""
    lots = lots_of(gap("A", 1), gap("B", 1), gap("C", 1, population=float("nan")))
    assert lots.packages["population"].tolist() == [8.0]


def test_no_gaps_give_empty_tables_with_their_columns():
    """A province without gaps has no package and no error."""
    lots = lots_of()
    assert lots.packages.empty
    assert lots.packages["households"].sum() == 0
    assert lots.package_code.empty


def test_codes_given_twice_are_refused():
    """A household could be counted in two packages: refused, with the code."""
    with pytest.raises(PhuSongError, match="Gap codes given twice: A"):
        lots_of(gap("A"), gap("A"))


@pytest.mark.parametrize("cap", ["max_households", "max_sites"])
def test_a_cap_below_one_is_refused(cap):
    """A cap of nothing would leave every gap over it."""
    with pytest.raises(OutOfRangeError, match=cap):
        lots_of(gap("A"), **{cap: 0})
