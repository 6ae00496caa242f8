"""What enters a division: eligible gaps, units, neighbours; and the draft of a run."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import LineString, box
from tenders_.made_units import SIDE_DEG, code, made_communes, made_gaps, made_unit, made_units

from phusong.errors import OutOfRangeError, UnknownNameError
from phusong.tenders.division.draft import PACKAGE_COLUMNS, draft_lots
from phusong.tenders.division.eligible import eligible_gaps, missing_of
from phusong.tenders.division.neighbours import contacts_of, hang_together, links_of
from phusong.tenders.division.units import units_of
from phusong.words import Text


def gaps_with(**columns: list[object]) -> pd.DataFrame:
    """Return a gap table of some rows with some columns changed."""
    n = len(next(iter(columns.values())))
    units = [made_unit(f"S{i}", [(0, i)], None) for i in range(n)]
    return made_gaps(units).assign(gap_id=[f"LS-{i}" for i in range(n)], **columns)


def plan(*rows: tuple[str, int, float]) -> pd.DataFrame:
    """Return the sites of a plan: code, order, cost."""
    return pd.DataFrame(rows, columns=["option_id", "order", "cost_vnd"])


def serving(*rows: tuple[str, str, int]) -> pd.DataFrame:
    """Return whom each site serves."""
    return pd.DataFrame(rows, columns=["option_id", "gap_id", "households"])


@pytest.mark.parametrize(
    ("column", "value", "key"),
    [
        ("tender", False, "finding"),
        ("gates", "position", "gates"),
        ("route", "operator", "route"),
        ("route", "", "route"),
        ("households", 0, "households"),
        ("commune_code", "", "place"),
        ("lon_deg", float("nan"), "place"),
    ],
)
def test_what_may_not_enter_is_left_out_with_its_reason(column: str, value: object, key: str) -> None:
    """Each bar alone keeps a gap out; the other gap enters."""
    gaps = gaps_with(households=[40, 40]).astype({column: object})
    gaps.loc[1, column] = value
    eligible = eligible_gaps(gaps)
    assert list(eligible.gaps["gap_id"]) == ["LS-0"]
    assert [(one.gap_id, one.key) for one in eligible.left_out] == [("LS-1", key)]
    assert eligible.left_out[0].reason.vi and eligible.left_out[0].reason.en


def test_routes_are_asked_for_by_name() -> None:
    """A route that does not exist is refused, with those that do."""
    with pytest.raises(UnknownNameError, match="no route quy; allowed are fund, province_budget"):
        eligible_gaps(gaps_with(households=[40]), routes=["quy"])


def test_a_gap_code_given_twice_is_refused() -> None:
    """Its households would be counted twice."""
    with pytest.raises(UnknownNameError, match="Gap codes given twice: LS-7"):
        eligible_gaps(gaps_with(households=[40, 40]).assign(gap_id="LS-7"))


def test_what_is_missing_is_a_list_to_work_off() -> None:
    """Each thing a gap lacks is a line with its code, its place, what it is and whom to ask."""
    gaps = gaps_with(
        tender=[False, True],
        gates=["position", ""],
        gates_unknown=["other_support", ""],
        grid_power=["unknown", "yes"],
        route=["unknown", "fund"],
    )
    missing = missing_of(gaps)
    assert [(one.code, one.key) for one in missing] == [
        ("LS-0", "gate_other_support"),
        ("LS-0", "gate_position"),
        ("LS-0", "gate_evidence"),
        ("LS-0", "route"),
        ("LS-0", "fact_grid_power"),
    ]
    assert missing[1].text == Text(
        "Vị trí chưa xác minh; hỏi: UBND xã", "Its position is not verified; ask: the commune"
    )
    assert missing[1].place_name == "Bản S0, Xã 0000"


def test_a_site_takes_the_gaps_it_is_the_main_site_of() -> None:
    """Most households decide, ties go to the site chosen first; every gap in one unit, every cost in one unit."""
    gaps = gaps_with(households=[50, 30, 20])
    sites = plan(("B", 1, 2e9), ("A", 2, 3e9), ("C", 3, 9e9))
    served = serving(("A", "LS-0", 30), ("B", "LS-0", 20), ("A", "LS-1", 15), ("B", "LS-1", 15), ("C", "LS-1", 0))
    made = units_of(gaps, sites, served)
    assert [(u.unit_id, u.gap_ids, u.households, u.value_vnd) for u in made.units] == [
        ("A", ("LS-0",), 50, 3 * 10**9),
        ("B", ("LS-1",), 30, 2 * 10**9),
    ]
    assert [(one.gap_id, one.key) for one in made.left_out] == [("LS-2", "no_site")]


def test_why_the_plan_leaves_a_gap_is_its_reason() -> None:
    """The plan's own words stand with the gap."""
    why = Text("quá đắt", "too dear")
    made = units_of(gaps_with(households=[50]), plan(("A", 1, 1e9)), serving(("A", "LS-9", 5)), reasons={"LS-0": why})
    assert made.units == ()
    assert made.left_out[0].reason == why


def test_a_site_of_two_routes_goes_with_that_of_most_households() -> None:
    """The gap of the other route is left out, and the reason names the site and its route."""
    gaps = gaps_with(households=[50, 30], route=["province_budget", "fund"])
    made = units_of(gaps, plan(("A", 1, 1e9)), serving(("A", "LS-0", 50), ("A", "LS-1", 30)))
    assert [(unit.route, unit.gap_ids) for unit in made.units] == [("province_budget", ("LS-0",))]
    assert made.left_out[0].reason.vi == "được trạm A của nguồn vốn ngân sách tỉnh phủ"


def test_without_a_plan_every_gap_is_a_unit_of_unknown_value() -> None:
    """No value is made up; a gap counts as one site."""
    made = units_of(gaps_with(households=[50, 30]), None, None)
    assert [(unit.unit_id, unit.value_vnd, unit.sites) for unit in made.units] == [("LS-0", None, 1), ("LS-1", None, 1)]


def kinds(*places: tuple[int, int], communes: gpd.GeoDataFrame | None, **other: object) -> dict[tuple[str, ...], str]:
    """Return the contacts of a unit at each place, as pairs of communes with their kind."""
    units = [made_unit(f"S{i}", [place], 1) for i, place in enumerate(places)]
    return {c.communes: c.kind for c in contacts_of(units, communes, **other)}  # type: ignore[arg-type]


def test_communes_that_share_a_border_are_neighbours_and_corners_are_not() -> None:
    """On a board of two by two filled with units, the four sides join and the two diagonals do not."""
    found = kinds((0, 0), (0, 1), (1, 0), (1, 1), communes=made_communes(2, 2))
    assert set(found) == {("0000", "0001"), ("0000", "0100"), ("0001", "0101"), ("0100", "0101")}
    assert set(found.values()) == {"border"}


def test_a_commune_without_units_is_passed_through() -> None:
    """In a row of seven, units at the ends and in the middle: neighbours over the empty ones, not past the middle."""
    found = kinds((0, 0), (0, 3), (0, 6), communes=made_communes(1, 7))
    assert found == {("0000", "0003"): "empty", ("0003", "0006"): "empty"}


def test_an_island_joins_the_nearest() -> None:
    """A commune that borders on none is joined to the nearest with units, so that all hang together."""
    communes = made_communes(1, 2)
    island = gpd.GeoDataFrame({"commune_code": ["9999"]}, geometry=[box(106, 18.9, 106.1, 19)], crs="EPSG:4326")
    both = pd.concat([communes, island], ignore_index=True)
    units = [made_unit("S0", [(0, 0)], 1), made_unit("S1", [(0, 1)], 1)]
    units.append(made_unit("S2", [(0, 20)], 1, commune_codes=("9999",)))
    found = {c.communes: c.kind for c in contacts_of(units, both)}
    assert found == {("0000", "0001"): "border", ("0001", "9999"): "nearest"}


def test_outlines_drawn_slightly_apart_still_share_a_border() -> None:
    """Boundaries from two sources leave slivers of some metres between communes."""
    communes = made_communes(1, 2)
    communes.loc[1, "geometry"] = communes.geometry.iloc[1].buffer(-0.0001)
    assert kinds((0, 0), (0, 1), communes=communes) == {("0000", "0001"): "border"}


def test_without_outlines_the_nearest_are_joined() -> None:
    """A chain along the row, by distance."""
    assert kinds((0, 0), (0, 2), (0, 3), communes=None) == {("0000", "0002"): "nearest", ("0002", "0003"): "nearest"}


def test_a_road_makes_neighbours_only_where_it_is_asked_for() -> None:
    """A bridge from the first commune of a row to an island beyond the second."""
    island = gpd.GeoDataFrame({"commune_code": ["9999"]}, geometry=[box(105.2, 18.95, 105.3, 19)], crs="EPSG:4326")
    communes = pd.concat([made_communes(1, 2), island], ignore_index=True)
    bridge = LineString([(105.02, 18.97), (105.02, 18.9), (105.25, 18.9), (105.25, 18.97)])
    roads = gpd.GeoDataFrame(geometry=[bridge], crs="EPSG:4326")
    units = [made_unit("S0", [(0, 0)], 1), made_unit("S1", [(0, 1)], 1)]
    units.append(made_unit("S2", [(0, 4)], 1, commune_codes=("9999",)))
    without, with_road = (
        {c.communes: c.kind for c in contacts_of(units, communes, roads=layer)} for layer in (None, roads)
    )
    assert without == {("0000", "0001"): "border", ("0001", "9999"): "nearest"}
    assert with_road == {("0000", "0001"): "border", ("0000", "9999"): "road"}


def test_every_unit_can_be_reached_from_every_other() -> None:
    """Whatever the board, the units of a route hang together before they are divided."""
    for seed in range(10):
        units = made_units(7, seed, rows=5, cols=5)
        contacts = contacts_of(units, made_communes(5, 5))
        assert hang_together(units, (), contacts)
        links = links_of(units, contacts)
        assert all(i in links[j] for i, near in enumerate(links) for j in near)


def test_a_draft_puts_every_gap_in_one_lot_or_the_remainder() -> None:
    """Households and population of the lots and of the remainder sum to those of the gaps."""
    gaps = made_gaps(made_units(30, 4, rows=4, cols=4)).assign(gap_id=[f"LS-{i:02d}" for i in range(30)])
    gaps.loc[[3, 7], "tender"] = False
    packages, codes, remainder = draft_lots(gaps, made_communes(4, 4), max_households=500, max_sites=6)
    assert dict(packages.dtypes.astype(str)) == PACKAGE_COLUMNS
    assert packages["households"].sum() + sum(one.households for one in remainder) == gaps["households"].sum()
    assert packages["population"].sum() == 4.0 * packages["households"].sum()
    assert (packages["households"] <= 500).all()
    assert (packages["sites"] <= 6).all()
    assert list(codes.index) == list(gaps["gap_id"])
    assert set(codes[codes == ""].index) == {one.gap_id for one in remainder} == {"LS-03", "LS-07"}
    for row in packages.itertuples():
        assert codes[str(row.gap_ids).split(", ")].eq(row.package_code).all()
    assert packages["value_vnd"].isna().all()


def test_a_draft_of_no_gaps_is_empty() -> None:
    """No gap, no lot, and the columns stand."""
    gaps = made_gaps(made_units(2, 1, rows=2, cols=2)).iloc[:0]
    packages, codes, remainder = draft_lots(gaps, None, max_households=10, max_sites=1)
    assert (len(packages), len(codes), remainder) == (0, 0, ())
    assert list(packages.columns) == list(PACKAGE_COLUMNS)


def test_a_cap_below_one_is_refused() -> None:
    """The sentence says what is allowed."""
    gaps = made_gaps(made_units(2, 1, rows=2, cols=2))
    with pytest.raises(OutOfRangeError, match="max_sites"):
        draft_lots(gaps, None, max_households=10, max_sites=0)


def test_places_are_told_by_row_and_column() -> None:
    """What the other tests rest on."""
    assert code(1, 2) == "0102"
    assert np.isclose(made_unit("S0", [(0, 0)], 1).lon_deg, 105 + SIDE_DEG / 2)
