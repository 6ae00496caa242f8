"""From checked rows to Site → Service → Sector."""

from __future__ import annotations

from typing import Any

import made_antennas
import numpy as np
import pandas as pd
import pytest

from phusong.coverage.network import Inventory, Network
from phusong.coverage.radio import defaults
from phusong.coverage.radio.link import reference_eirp_dbm
from phusong.data.checks.masts import near_pairs
from phusong.data.stations import network_from_rows
from phusong.errors import Problem

FULL: dict[str, Any] = {
    "_row": 5,
    "site_id": "TQ001",
    "site_name": "Thượng Giáp",
    "operator": "viettel",
    "province_code": "08",
    "commune_code": "02269",
    "lon": 105.3,
    "lat": 22.4,
    "site_kind": "macro",
    "antenna_height_m": 39.0,
    "tech": "4G",
    "band": "1800",
    "bandwidth_mhz": 20.0,
    "sectors": 3,
    "azimuth_deg": (0.0, 120.0, 240.0),
    "e_tilt": 4.0,
    "m_tilt": 1.0,
    "hbw": 65.0,
    "vbw": 7.0,
    "tx_power": 43.0,
    "ant_gain_dbi": 17.5,
    "feeder_loss_db": 1.0,
    "status": "on_air",
    "confidence": "confirmed",
}
NOTHING = dict.fromkeys(set(FULL) - {"_row", "site_id", "operator", "lon", "lat", "tech"})
INVENTORY = (Inventory(operator="viettel", completeness="complete"),)


def _built(*rows: dict[str, Any]) -> tuple[Network, list[Problem]]:
    return network_from_rows(pd.DataFrame(list(rows)), inventories=INVENTORY, source="trạm.xlsx")


def _network(*rows: dict[str, Any]) -> Network:
    network, problems = _built(*rows)
    assert problems == []
    return network


def test_a_full_row_leaves_nothing_open() -> None:
    """Every value is the list's, nothing is assumed, and the EIRP is power + gain - feeder."""
    network = _network(FULL)
    (site,) = network.sites
    (service,) = site.services
    assert (site.site_id, site.name, site.kind) == ("TQ001", "Thượng Giáp", "macro")
    assert (site.province_code, site.commune_code) == ("08", "02269")
    assert (service.band, service.frequency_mhz, service.bandwidth_mhz) == ("B3", 1842.5, 20.0)
    assert service.operators_served == ("viettel",)
    assert [s.azimuth_deg for s in service.sectors] == [0.0, 120.0, 240.0]
    assert len({s.sector_id for s in service.sectors}) == 3
    for sector in service.sectors:
        assert (sector.eirp_dbm.low, sector.eirp_dbm.high, sector.eirp_dbm.given) == (59.5, 59.5, True)
        assert (sector.downtilt_deg.middle, sector.height_agl_m.middle) == (5.0, 39.0)
        assert (sector.beamwidth_h_deg, sector.beamwidth_v_deg) == (65.0, 7.0)
        assert sector.uplink_max_loss_db == pytest.approx(23 + 119 + 17.5 - 1)
    assert dict(network.assumed) == {}
    assert network.inventories == INVENTORY


def test_what_is_missing_becomes_a_range_and_is_counted() -> None:
    """Each missing value keeps its documented range, marked as not given, and is counted where it belongs."""
    network = _network({**FULL, **NOTHING, "band": "1800"})
    (service,) = network.sites[0].services
    assert len(service.sectors) == 3
    for sector in service.sectors:
        assert (sector.azimuth_deg, sector.ring_size) == (None, 3)
        assert sector.height_agl_m == defaults.antenna_height_m("macro", "4G", None)
        assert sector.downtilt_deg == defaults.assumed("e_tilt")
        assert not sector.eirp_dbm.given
    once, a_sector = 1, 3
    assert dict(network.assumed) == {
        "ant_gain_dbi": a_sector,
        "antenna_height_m": a_sector,
        "azimuth_deg": a_sector,
        "bandwidth_mhz": once,
        "e_tilt": a_sector,
        "feeder_loss_db": a_sector,
        "hbw": a_sector,
        "sectors": once,
        "site_kind": once,
        "status": once,
        "tx_power": a_sector,
        "vbw": a_sector,
    }


@pytest.mark.parametrize("empty", [None, np.nan, pd.NA, pd.NaT, ""])
def test_any_empty_cell_is_missing(empty) -> None:
    """None, NaN, NA, NaT and no text are all not given."""
    network = _network({**FULL, "antenna_height_m": empty})
    assert dict(network.assumed) == {"antenna_height_m": 3}


def test_an_unknown_bandwidth_widens_the_reference_level() -> None:
    """The reference EIRP runs from that of the widest to that of the narrowest carrier the band may have."""
    stated = [_network({**FULL, "bandwidth_mhz": width}).sites[0].services[0] for width in (20.0, 10.0)]
    open_ = _network({**FULL, "bandwidth_mhz": None}).sites[0].services[0]
    span = reference_eirp_dbm(open_, open_.sectors[0])
    least, most = (reference_eirp_dbm(service, service.sectors[0]).middle for service in stated)
    assert (span.low, span.high) == pytest.approx((least, most), abs=1e-9)


def test_an_unknown_band_is_a_range_too() -> None:
    """Counted, with the technology's usual frequency and a wider EIRP on both sides."""
    network = _network({**FULL, "band": None})
    (service,) = network.sites[0].services
    assert network.assumed["band"] == 1
    assert service.frequency_mhz == 1842.5
    eirp = service.sectors[0].eirp_dbm
    assert eirp.low < 59.5 - 4 < 59.5 + 10 < eirp.high


def test_a_band_not_understood_is_said_and_not_guessed() -> None:
    """One warning with row, column and what was found; the range stands."""
    network, problems = _built({**FULL, "band": "900/1800"})
    (problem,) = problems
    assert (problem.level, problem.row, problem.column, problem.found) == ("warning", 5, "band", "900/1800")
    assert network.assumed["band"] == 1


def test_a_bandwidth_the_technology_does_not_have_is_said() -> None:
    """A 7 MHz LTE carrier does not exist: a warning, and the range of the band."""
    network, problems = _built({**FULL, "bandwidth_mhz": 7.0})
    assert [(p.level, p.column, p.found) for p in problems] == [("warning", "bandwidth_mhz", "7.0")]
    assert network.assumed["bandwidth_mhz"] == 1


def test_rows_of_one_service_are_its_sectors() -> None:
    """A row a sector, the band written three ways: one service of three antennas; another technology is another."""
    rows = [
        {**FULL, "_row": 5 + k, "azimuth_deg": azimuth, "sectors": 3, "band": band}
        for k, (azimuth, band) in enumerate([(10.0, "1800"), (130.0, "B3"), ((250.0,), "1800 MHz")])
    ]
    network = _network(*rows, {**FULL, "_row": 8, "tech": "2G", "band": "900", "bandwidth_mhz": None})
    first, second = network.sites[0].services
    assert [s.azimuth_deg for s in first.sectors] == [10.0, 130.0, 250.0]
    assert (second.technology, second.frequency_mhz, len(second.sectors)) == ("2G", 942.5, 3)
    assert dict(network.assumed) == {}


@pytest.mark.parametrize(
    ("given_values", "antennas", "ring"),
    [
        ({"sectors": 2}, 2, 2),
        ({"sectors": 1}, 1, 1),
        ({"sectors": 0}, 1, 0),
        ({"sectors": None}, 3, 3),
        ({"sectors": None, "hbw": 360.0}, 1, 0),
        ({"sectors": None, "site_kind": "remote_sector"}, 1, 1),
        ({"sectors": None, "tech": "other", "band": "922"}, 1, 0),
    ],
)
def test_no_azimuth_is_not_omnidirectional(given_values, antennas, ring) -> None:
    """The sectors share the circle in unknown directions, unless the list says the antenna is round."""
    network = _network({**FULL, "azimuth_deg": None, **given_values})
    sectors = network.sites[0].services[0].sectors
    assert [(s.azimuth_deg, s.ring_size) for s in sectors] == [(None, ring)] * antennas
    assert network.assumed.get("azimuth_deg", 0) == (antennas if ring else 0)


def test_rows_without_azimuth_share_the_circle() -> None:
    """Two rows of one service, neither with an azimuth: two sectors of a ring of two."""
    rows = [{**FULL, "_row": k, "azimuth_deg": None, "sectors": None} for k in (5, 6)]
    sectors = _network(*rows).sites[0].services[0].sectors
    assert [s.ring_size for s in sectors] == [2, 2]


def test_a_number_of_sectors_that_contradicts_the_azimuths_is_not_followed() -> None:
    """The azimuths are; the check of the list has said so."""
    network, problems = _built({**FULL, "sectors": 2})
    assert problems == []
    assert len(network.sites[0].services[0].sectors) == 3


@pytest.mark.parametrize(
    ("status", "confidence", "expected"),
    [
        ("on_air", "confirmed", "on_air"),
        ("on_air", "inferred", "listed"),
        ("on_air", None, "listed"),
        ("listed", "confirmed", "listed"),
        ("planned", "confirmed", "planned"),
        ("building", None, "building"),
        ("off", "confirmed", "off"),
        (None, "confirmed", "unknown"),
    ],
)
def test_on_air_is_believed_when_confirmed(status, confidence, expected) -> None:
    """A station said to be on air is listed until confirmed; all others stay in the network with their status."""
    network = _network({**FULL, "status": status, "confidence": confidence})
    assert network.sites[0].services[0].status == expected
    assert network.assumed.get("status", 0) == (status is None)


def test_watts_are_taken_where_no_dbm_is_given() -> None:
    """20 W are 43 dBm; a stated dBm wins."""
    assert _network({**FULL, "tx_power": None, "tx_power_w": 20.0}).sites[0].services[0].sectors[
        0
    ].eirp_dbm.middle == pytest.approx(59.51, abs=0.01)
    assert _network({**FULL, "tx_power_w": 80.0}).sites[0].services[0].sectors[0].eirp_dbm.middle == 59.5


def test_a_mast_bounds_its_antenna() -> None:
    """A known mast narrows the missing height; a mast on a roof does not tell the height above ground."""
    missing = {**FULL, "antenna_height_m": None, "mast_height_m": 60.0}
    assert _network(missing).sites[0].services[0].sectors[0].height_agl_m.high == 60.0
    roof = _network({**missing, "mast_type": "rooftop", "mast_height_m": 6.0}).sites[0].services[0].sectors[0]
    assert roof.height_agl_m == defaults.antenna_height_m("rooftop", "4G", None)


def _with_antennas(*rows: dict[str, Any]) -> tuple[Network, list[Problem]]:
    antennas = {"k-65-06t": made_antennas.SECTOR, "o-11": made_antennas.OMNI}
    return network_from_rows(pd.DataFrame(list(rows)), inventories=(), source="trạm.xlsx", antennas=antennas)


def test_a_named_antenna_gives_what_the_list_leaves_out() -> None:
    """Its pattern, gain and electrical tilt; nothing of these is assumed; what the list states stands."""
    silent = {**FULL, "antenna": "K-65-06T.msi", **dict.fromkeys(("hbw", "vbw", "ant_gain_dbi", "e_tilt"))}
    network, problems = _with_antennas(silent)
    sector = network.sites[0].services[0].sectors[0]
    assert (sector.pattern, problems, dict(network.assumed)) == (made_antennas.SECTOR, [], {})
    assert sector.downtilt_deg.middle == 6.0 + 1.0
    assert sector.eirp_dbm.middle == 43.0 + 17.0 - 1.0
    stated = _with_antennas({**FULL, "antenna": "k-65-06t"})[0].sites[0].services[0].sectors[0]
    assert (stated.downtilt_deg.middle, stated.eirp_dbm.middle) == (5.0, 59.5)


def test_an_antenna_that_serves_all_around_needs_no_azimuth() -> None:
    """Its pattern says so where the list gives neither azimuth nor number of sectors."""
    network, _ = _with_antennas({**FULL, "antenna": "O-11", "sectors": None, "azimuth_deg": None})
    assert [(s.azimuth_deg, s.ring_size) for s in network.sites[0].services[0].sectors] == [(None, 0)]
    network, _ = _with_antennas({**FULL, "antenna": "K-65-06T", "sectors": None, "azimuth_deg": None, "hbw": None})
    assert [s.ring_size for s in network.sites[0].services[0].sectors] == [3, 3, 3]


def test_an_antenna_without_a_pattern_is_said_once() -> None:
    """One warning a row with the name; the 3GPP pattern and its default ranges stand in."""
    network, problems = _with_antennas({**FULL, "antenna": "X-90", "ant_gain_dbi": None})
    assert [(p.level, p.row, p.column, p.found) for p in problems] == [("warning", 5, "antenna", "X-90")]
    assert network.sites[0].services[0].sectors[0].pattern is None
    assert dict(network.assumed) == {"ant_gain_dbi": 3}


def test_a_repeater_keeps_the_name_of_its_donor() -> None:
    """For the rule across all lists."""
    network = _network({**FULL, "site_kind": "repeater", "donor_site_id": "TQ002"})
    assert (network.sites[0].kind, network.sites[0].donor_site_id) == ("repeater", "TQ002")


def test_shared_signals_serve_all_their_operators() -> None:
    """The operator itself first, each once; a shared mast shares nothing but the mast."""
    row = {**FULL, "operators_served": ("vinaphone", "viettel"), "shared_with": ("mobifone",)}
    assert _network(row).sites[0].services[0].operators_served == ("viettel", "vinaphone")


def test_one_site_in_two_places_is_an_error() -> None:
    """More than 50 m apart: the later row is refused, both rows are named; nearer rows are the site."""
    near = {**FULL, "_row": 6, "tech": "2G", "band": "900", "lat": 22.4003}
    far = {**FULL, "_row": 7, "tech": "3G", "band": "2100", "lat": 22.41}
    network, problems = _built(FULL, near, far)
    (problem,) = problems
    assert (problem.level, problem.row, problem.file) == ("error", 7, "trạm.xlsx")
    assert "1.1" in problem.text.vi
    assert "row 5" in problem.text.en
    assert [s.technology for s in network.sites[0].services] == ["4G", "2G"]
    assert network.sites[0].lat_deg == 22.4


@pytest.mark.parametrize("column", ["site_id", "operator", "tech", "lon", "lat"])
def test_a_row_without_what_makes_a_station_is_refused(column) -> None:
    """One error that names the column; the other rows stand."""
    network, problems = _built({**FULL, column: None}, {**FULL, "_row": 6, "site_id": "TQ002"})
    (problem,) = problems
    assert (problem.level, problem.row) == ("error", 5)
    assert column in problem.text.vi
    assert [s.site_id for s in network.sites] == ["TQ002"]


def test_masts_listed_twice_are_counted_and_kept() -> None:
    """30 to 150 m apart and of different operators: one warning with the count; both sites stay."""
    metre = 1.0 / 111_000.0
    rows = [
        {**FULL, "_row": 5, "site_id": "A"},
        {**FULL, "_row": 6, "site_id": "B", "operator": "mobifone", "lat": 22.4 + 90 * metre},
        {**FULL, "_row": 7, "site_id": "C", "operator": "viettel", "lat": 22.4 - 90 * metre},
        {**FULL, "_row": 8, "site_id": "D", "operator": "vinaphone", "lat": 22.4 + 10 * metre},
        {**FULL, "_row": 9, "site_id": "E", "operator": "vinaphone", "lat": 22.5},
    ]
    network, problems = _built(*rows)
    assert [s.site_id for s in network.sites] == list("ABCDE")
    assert problems == []
    (problem,) = near_pairs(network.sites, "study.toml")
    assert problem.level == "warning"
    assert problem.text.en.startswith("3 pairs")
    assert "A – B; B – D; C – D" in problem.text.vi


def test_an_empty_list_is_an_empty_network() -> None:
    """No rows, no sites, no problems."""
    network, problems = network_from_rows(pd.DataFrame(columns=list(FULL)), inventories=(), source="trạm.xlsx")
    assert (network.sites, problems, dict(network.assumed)) == ((), [], {})
