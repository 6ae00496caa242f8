"""What a person must look at in a lot, and who could plausibly build it."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest
from tenders_.made_units import WIDE, made_communes, made_unit

from phusong.errors import OutOfRangeError
from phusong.tenders.division.bidders import plausible_bidders
from phusong.tenders.division.divide import divide
from phusong.tenders.division.neighbours import contacts_of
from phusong.tenders.division.values import Division
from phusong.tenders.division.warnings import brand_names_in, caps_of, warnings_of
from phusong.tenders.package.settings import read_settings
from phusong.tenders.package.values import Bidder, Setting


def row_of(n: int, **caps: object) -> Division:
    """Return a row of units of a thousand million đồng each, divided."""
    units = [made_unit(f"S{i}", [(0, i)], 10**9) for i in range(n)]
    return divide(units, contacts_of(units, made_communes(1, n)), dataclasses.replace(WIDE, **caps))


def with_value(key: str, value: str) -> tuple[Setting, ...]:
    """Return the options with another value of one."""
    return tuple(dataclasses.replace(s, value=value) if s.key == key else s for s in read_settings())


def keys(division: Division, settings: tuple[Setting, ...] | None = None, **other: object) -> list[str]:
    """Return the keys of the warnings of the first lot."""
    found = warnings_of(division.lots[0], division, settings or read_settings(), **other)  # type: ignore[arg-type]
    return [one.key for one in found]


NO_LAND = {f"S{i}": "" for i in range(9)}


def test_a_sound_lot_lacks_only_the_ceiling_that_the_investor_sets() -> None:
    """The ceiling of direct appointment is not ours to say: without it the check is said not to have been made."""
    assert keys(row_of(4), constraints=NO_LAND) == ["appointment_ceiling_unset"]


@pytest.mark.parametrize(("ceiling", "lots", "warned"), [("3e9", 2, True), ("1e9", 2, False), ("3e9", 1, False)])
def test_lots_below_the_ceiling_of_a_route_above_it_are_warned_of(ceiling: str, lots: int, warned: bool) -> None:
    """Two lots of 2 thousand million: below a ceiling of 3 while the route is 4. One lot, or a low ceiling: nothing."""
    settings = with_value("lot_direct_appointment_vnd", ceiling)
    found = warnings_of(row_of(4, lots=lots).lots[0], row_of(4, lots=lots), settings, constraints=NO_LAND)
    assert ("possible_splitting" in [one.key for one in found]) is warned
    assert all(not one.verified for one in found if one.key == "possible_splitting")


def test_a_small_lot_is_warned_of() -> None:
    """A lot of one site is below the least of two."""
    assert "small_lot" in keys(row_of(2, max_sites=1))


def test_a_unit_above_a_cap_and_an_uneven_route_are_said() -> None:
    """The cap, what the unit has, and that the lots are not even."""
    units = [made_unit("S0", [(0, 0)], 9 * 10**9), made_unit("S1", [(0, 1)], 10**9)]
    caps = dataclasses.replace(WIDE, max_value_vnd=5 * 10**9)
    division = divide(units, contacts_of(units, made_communes(1, 2)), caps)
    found = {one.key: one.text.vi for one in warnings_of(division.lots[0], division, read_settings())}
    assert "9.000.000.000 đồng khái toán, vượt mức trần 5.000.000.000" in found["above_cap_value"]
    assert "đã chứng minh" in found["uneven"]


def test_few_bidders_are_warned_of_only_where_somebody_looked() -> None:
    """None looked: no warning; one operator near: a warning with its name."""
    one = Bidder(operator="Viettel", stations=3, nearest_km=2.0)
    assert "few_bidders" not in keys(row_of(4))
    assert "few_bidders" in keys(row_of(4), bidders=[one])
    assert "few_bidders" not in keys(row_of(4), bidders=[one] * 3)


def test_land_that_is_unknown_is_not_free_land() -> None:
    """No layer is said to be unknown, forest is named, free land says nothing."""
    assert keys(row_of(2)).count("land_unknown") == 2
    found = warnings_of(row_of(2).lots[0], row_of(2), read_settings(), constraints={"S0": "forest;defence", "S1": ""})
    land = [one for one in found if one.key.startswith("land")]
    assert [(one.code, one.key) for one in land] == [("S0", "land")]
    assert "rừng, đất quốc phòng" in land[0].text.vi


def test_communes_joined_by_distance_are_said() -> None:
    """An island in a lot with the mainland."""
    units = [made_unit("S0", [(0, 0)], 10**9), made_unit("S1", [(0, 9)], 10**9)]
    division = divide(units, contacts_of(units, None), WIDE)
    assert "apart" in keys(division)


def test_brand_names_are_found_as_whole_words() -> None:
    """In any case and any text, but not inside other words; operators are no brands."""
    texts = ["Thiết bị ericsson hoặc tương đương", "anten Huawei/ZTE", "Viettel, VinaPhone", "Nokian, szte"]
    assert brand_names_in(texts) == ("Ericsson", "Huawei", "ZTE")
    assert brand_names_in(["Viettel High Tech"]) == ("Viettel High Tech",)


def test_our_own_options_name_no_brand_and_a_departments_are_searched() -> None:
    """Nothing of ours is warned of; a brand typed into an option is."""
    assert "brand_names" not in keys(row_of(2))
    assert "brand_names" in keys(row_of(2), with_value("lot_max_sites", "30 Nokia"))
    assert "brand_names" in keys(row_of(2), texts=["trạm Samsung"])


def test_the_caps_are_those_of_the_options() -> None:
    """Value, households, sites and tolerance; a word instead of a number is refused with the option's name."""
    caps = caps_of(read_settings(), lots=3)
    assert (caps.max_value_vnd, caps.max_households, caps.max_sites, caps.tolerance, caps.lots) == (
        60 * 10**9,
        1500,
        30,
        1.5,
        3,
    )
    with pytest.raises(OutOfRangeError, match="lot_max_sites must be a number"):
        caps_of(with_value("lot_max_sites", "nhiều"))


def stations(*rows: tuple[str, float, str]) -> pd.DataFrame:
    """Return stations by operators, km east of the first commune's middle, and status."""
    return pd.DataFrame(
        [(who, 105.025 + km / 105.2, 18.975, status) for who, km, status in rows],
        columns=["operators", "lon_deg", "lat_deg", "status"],
    )


def test_operators_with_stations_near_are_plausible_bidders() -> None:
    """Stations within the distance count, each operator of a shared mast; planned and dead ones do not."""
    near = stations(
        ("viettel", 1.0, "listed"),
        ("viettel; vinaphone", 4.0, "on_air"),
        ("mobifone", 30.0, "listed"),
        ("vietnamobile", 1.0, "planned"),
        ("mobifone", 1.0, "off"),
    )
    found = plausible_bidders([made_unit("S0", [(0, 0)], 1)], near, within_km=10.0)
    assert found == (
        Bidder(operator="Viettel", stations=2, nearest_km=1.0),
        Bidder(operator="VinaPhone", stations=1, nearest_km=4.0),
    )


def test_no_stations_make_no_bidders() -> None:
    """An empty table is no error."""
    assert plausible_bidders([made_unit("S0", [(0, 0)], 1)], stations(), within_km=10.0) == ()
