"""Link budget, bands, and the ranges of what station lists leave out."""

from __future__ import annotations

import math
from dataclasses import replace

import made_antennas
import pytest

from phusong.coverage.criteria import Margin
from phusong.coverage.network import TECHNOLOGIES, Sector, Service, Span
from phusong.coverage.radio import defaults
from phusong.coverage.radio.bands import BANDS, band_of
from phusong.coverage.radio.link import (
    RESOURCE_BLOCKS,
    UPLINKS,
    LinkEnd,
    carrier_eirp_dbm,
    ledger_sum,
    level_dbm,
    link_ledger,
    reference_eirp_dbm,
    reference_eirp_offset_db,
    resource_blocks,
    uplink_max_path_loss_db,
)
from phusong.errors import OutOfRangeError
from phusong.words import Text

SECTOR = Sector(
    sector_id="A/1",
    azimuth_deg=None,
    ring_size=3,
    downtilt_deg=Span.exactly(4.0),
    height_agl_m=Span.exactly(42.0),
    eirp_dbm=Span(54.0, 59.5, 64.0, given=False),
)
SERVICE = Service(
    operator="viettel",
    technology="4G",
    band="B3",
    frequency_mhz=1842.5,
    bandwidth_mhz=20.0,
    operators_served=("viettel",),
    status="listed",
    sectors=(SECTOR,),
)
MARGINS = (
    Margin(key="location", title=Text("Dự trữ", "Margin"), outdoor_db=5.4, indoor_db=5.4, source=Text("thử", "test")),
    Margin(
        key="building", title=Text("Vào nhà", "Building"), outdoor_db=0.0, indoor_db=10.0, source=Text("thử", "test")
    ),
)


@pytest.mark.parametrize(
    ("frequency_mhz", "bandwidth_mhz", "expected_dbm"),
    [(780.5, 10, 29.2), (942.5, 5, 32.7), (1842.5, 20, 28.7), (2140.0, 10, 31.7)],
)
def test_meets_the_planning_table(frequency_mhz, bandwidth_mhz, expected_dbm) -> None:
    """EIRP of a resource element of four usual carriers: 43 dBm, the band's gain, 1 dB feeder (domain.md, 3.2)."""
    gain_dbi = defaults.ant_gain_dbi(frequency_mhz, "4G").middle
    eirp = carrier_eirp_dbm(Span.exactly(43.0), Span.exactly(gain_dbi), Span.exactly(1.0))
    assert eirp.given
    assert eirp.middle - reference_eirp_offset_db("4G", bandwidth_mhz) == pytest.approx(expected_dbm, abs=0.05)


def test_the_reference_signal_of_each_technology() -> None:
    """A resource element, the pilot with a tenth of the power, or the carrier itself."""
    assert reference_eirp_offset_db("2G", 0.2) == 0.0
    assert reference_eirp_offset_db("other", 0.125) == 0.0
    assert reference_eirp_offset_db("3G", 5.0) == 10.0
    assert reference_eirp_offset_db("5G", 100.0) == pytest.approx(10 * math.log10(12 * 273), abs=1e-12)
    reference = reference_eirp_dbm(SERVICE, SECTOR)
    assert reference.middle == pytest.approx(59.5 - 10 * math.log10(1200), abs=1e-12)
    assert not reference.given


@pytest.mark.parametrize(
    ("technology", "bandwidth_mhz", "blocks"),
    [
        ("4G", 1.4, 6),
        ("4G", 3, 15),
        ("4G", 15.0, 75),
        ("5G", 10, 52),
        ("5G", 20, 106),
        ("5G", 40, 106),
        ("5G", 60, 162),
    ],
)
def test_resource_blocks_are_those_of_3gpp(technology, bandwidth_mhz, blocks) -> None:
    """LTE and NR, the latter at 15 kHz up to 20 MHz and at 30 kHz above."""
    assert resource_blocks(technology, bandwidth_mhz) == blocks


def test_a_wider_carrier_has_more_resource_blocks() -> None:
    """Within one subcarrier spacing every wider channel has more blocks, and they fit into it."""
    for table, spacing_mhz in ((RESOURCE_BLOCKS["4G"], 0.015),):
        assert list(table.values()) == sorted(table.values())
        assert all(12 * spacing_mhz * blocks < width for width, blocks in table.items())
    for width, blocks in RESOURCE_BLOCKS["5G"].items():
        spacing_mhz = 0.015 if width <= 20 else 0.030
        assert 0.85 * width < 12 * spacing_mhz * blocks < width


def test_a_bandwidth_3gpp_does_not_know_is_refused() -> None:
    """The message lists what is allowed, in both languages."""
    with pytest.raises(OutOfRangeError, match=r"one of 1\.4, 3, 5, 10, 15, 20 MHz, got 7") as caught:
        resource_blocks("4G", 7.0)
    assert "1,4, 3, 5" in caught.value.text.vi


def test_the_eirp_has_its_ends_where_all_parts_have_theirs() -> None:
    """Least power and gain with the greatest feeder loss, and the other way."""
    eirp = carrier_eirp_dbm(Span(40, 43, 46, given=False), Span.exactly(17.5), Span(1, 2, 3, given=False))
    assert (eirp.low, eirp.middle, eirp.high, eirp.given) == (54.5, 58.5, 62.5, False)


def test_the_uplink_ends_where_the_phone_is_no_longer_heard() -> None:
    """The phone's power less what the base station hears, with its antenna's gain; a GSM phone sends less at 1800."""
    assert uplink_max_path_loss_db("2G", 942.5, 15.5, 2.0) == pytest.approx(33 + 110 + 13.5)
    assert uplink_max_path_loss_db("2G", 1842.5, 17.5, 2.0) == pytest.approx(30 + 110 + 15.5)
    assert uplink_max_path_loss_db("3G", 2140.0, 17.5, 1.0) == pytest.approx(24 + 121 + 16.5)
    assert uplink_max_path_loss_db("4G", 1842.5, 17.5, 1.0) == pytest.approx(158.5)
    assert uplink_max_path_loss_db("5G", 3750.0, 18.0, 2.0) == pytest.approx(158.0)
    assert uplink_max_path_loss_db("other", 922.0, 15.0, 1.0) == math.inf


def test_every_uplink_has_a_source() -> None:
    """Each technology but ``other`` has its rows, the last without an end, each with source and mark."""
    for technology in TECHNOLOGIES:
        rows = [row for row in UPLINKS if row.technology == technology]
        assert (technology == "other") == (not rows)
        assert all(row.source and row.mark in ("R", "P") for row in rows)
        assert [row.below_mhz for row in rows] == sorted({row.below_mhz for row in rows})
        assert not rows or rows[-1].below_mhz == math.inf


def test_the_ledger_names_the_pattern_file() -> None:
    """A measured pattern is the source of its term, in place of 3GPP's."""
    budget = {"clutter_source": NO_CLUTTER, "margins": (), "indoor": False}
    measured = replace(SECTOR, pattern=made_antennas.SECTOR)
    sources = [link_ledger(SERVICE, sector, ENDS, **budget)[2].source.en for sector in (SECTOR, measured)]
    assert sources == ["3GPP TR 36.814, A.2.1.1-2", "pattern file K-65-06T"]


ENDS = (
    LinkEnd(10.2, 145.0, 118.0, 21.5, 6.0),
    LinkEnd(3.4, 139.3, 118.0, 21.5, 0.0),
    LinkEnd(0.0, 135.0, 117.0, 20.0, 0.0),
)
NO_CLUTTER = Text("không tính", "left out")


@pytest.mark.parametrize("indoor", [False, True])
def test_the_ledger_adds_up_to_the_level(indoor) -> None:
    """Each term stands in it once, and their sums are the level less the margins at all three ends."""
    rows = link_ledger(SERVICE, SECTOR, ENDS, clutter_source=NO_CLUTTER, margins=MARGINS, indoor=indoor)
    reference = reference_eirp_dbm(SERVICE, SECTOR)
    margin_db = 15.4 if indoor else 5.4
    total = ledger_sum(rows)
    for end, given in zip(("low", "middle", "high"), ENDS, strict=True):
        sent_dbm = getattr(reference, end)
        expected_dbm = level_dbm(sent_dbm, given.loss_db, given.antenna_attenuation_db) - margin_db
        assert getattr(total, end) == pytest.approx(expected_dbm, abs=1e-9)
    assert not total.given
    for names in ([row.key for row in rows], [row.title.vi for row in rows]):
        assert len(set(names)) == len(names) == 10
    assert all(row.source.vi and row.source.en and row.unit for row in rows)


def test_the_parts_of_the_path_loss_add_up_to_it_and_are_not_summed_again() -> None:
    """Free space, terrain and clutter less what ducts and scatter give back are the loss, at all three ends."""
    rows = link_ledger(SERVICE, SECTOR, ENDS, clutter_source=NO_CLUTTER, margins=(), indoor=False)
    parts = [row for row in rows if row.part_of]
    (whole,) = (row for row in rows if row.key == "path_loss")
    assert [row.part_of for row in parts] == 4 * ["path_loss"]
    for end in ("low", "middle", "high"):
        assert sum(getattr(row.value, end) for row in parts) == pytest.approx(getattr(whole.value, end), abs=1e-9)
    assert [row.value.low for row in parts] == [-118.0, -21.5, -6.0, 0.5]
    assert next(row.source for row in parts if row.key == "clutter") is NO_CLUTTER


def test_an_unknown_loss_makes_an_unknown_sum() -> None:
    """Missing terrain is NaN in the loss and in the level, never a level."""
    lost = LinkEnd(0.0, math.nan, 118.0, math.nan, math.nan)
    rows = link_ledger(SERVICE, SECTOR, (lost, lost, lost), clutter_source=NO_CLUTTER, margins=MARGINS, indoor=False)
    assert math.isnan(ledger_sum(rows).high)


@pytest.mark.parametrize("technology", TECHNOLOGIES)
def test_every_technology_has_a_ledger(technology) -> None:
    """No technology lacks the source of its reference signal."""
    service = replace(SERVICE, technology=technology)
    rows = link_ledger(service, SECTOR, ENDS, clutter_source=NO_CLUTTER, margins=(), indoor=False)
    assert len(rows) == 8
    assert rows[1].value.middle == -reference_eirp_offset_db(technology, 20.0)


@pytest.mark.parametrize(
    ("name", "technology", "key", "frequency_mhz"),
    [
        ("B3", "4G", "B3", 1842.5),
        ("b28", "4G", "B28", 780.5),
        ("Band 28", "4G", "B28", 780.5),
        ("B28 (700)", "4G", "B28", 780.5),
        ("n41", "5G", "n41", 2550.0),
        ("n78", "5G", "n78", 3750.0),
        ("900", "2G", "B8", 942.5),
        ("900.0", "2G", "B8", 942.5),
        ("1800 MHz", "4G", "B3", 1842.5),
        ("1.800 MHz", "4G", "B3", 1842.5),
        ("L2100", "4G", "B1", 2140.0),
        ("4G 1800", "4G", "B3", 1842.5),
        ("2,6 GHz", "5G", "n41", 2550.0),
        ("B40", "4G", "B40", 2350.0),
        ("1815,2", "4G", "1815.2 MHz", 1815.2),
        ("922", "other", "922 MHz", 922.0),
        ("900", "other", "900 MHz", 900.0),
    ],
)
def test_bands_are_understood_as_lists_write_them(name, technology, key, frequency_mhz) -> None:
    """One key and the downlink's centre, however the band is written; other technologies keep their frequency."""
    band = band_of(name, technology)
    assert band is not None
    assert (band.key, band.frequency_mhz) == (key, frequency_mhz)


@pytest.mark.parametrize("name", ["", "abc", "B99", "900/1800", "70000"])
def test_a_name_that_means_no_one_band_is_not_guessed(name) -> None:
    """Unknown names and names of several bands give nothing."""
    assert band_of(name, "4G") is None


def test_bands_lie_where_the_model_is_valid() -> None:
    """Every band has a downlink of some width inside 30 MHz to 6 GHz, and its names are near it."""
    for row in BANDS:
        assert 30 < row.downlink_low_mhz < row.downlink_high_mhz < 6000
        assert all(abs(nominal - row.downlink_centre_mhz) < 0.12 * nominal for nominal in row.nominal_mhz)


def test_every_default_is_a_range_with_a_source() -> None:
    """Low ≤ middle ≤ high, marked as not given, with source and mark; no key twice."""
    for row in defaults.DEFAULTS:
        assert row.span.low <= row.span.middle <= row.span.high
        assert not row.span.given
        assert row.source
        assert row.mark in ("R", "P")
    keys = [(row.field, row.applies_to) for row in defaults.DEFAULTS]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("technology", TECHNOLOGIES)
@pytest.mark.parametrize("kind", ["macro", "remote_sector", "small_cell", "repeater", "mobile", "indoor"])
def test_every_station_has_every_default(technology, kind) -> None:
    """Any kind of any technology, in any band, finds a range for each field, and its bandwidths exist in 3GPP."""
    assert defaults.antenna_height_m(kind, technology, None).low >= 1.0
    assert defaults.tx_power_dbm(kind, technology).middle > 0
    assert defaults.sectors(kind, technology) >= 0
    assert all(defaults.beamwidth_deg(beam, kind, technology).low > 0 for beam in ("hbw", "vbw"))
    assert {defaults.assumed(f, technology).given for f in ("band", "e_tilt", "feeder_loss_db")} == {False}
    for row in BANDS:
        gain = defaults.ant_gain_dbi(row.downlink_centre_mhz, technology, kind)
        assert gain.low < gain.high
        width = defaults.bandwidth_mhz(row.downlink_centre_mhz, technology)
        for end in (width.low, width.middle, width.high):
            assert reference_eirp_offset_db(technology, end) >= 0.0


def test_an_antenna_is_near_the_top_of_a_mast_of_known_height() -> None:
    """Never above it."""
    span = defaults.antenna_height_m("macro", "4G", 60.0)
    assert (span.low, span.middle, span.high) == pytest.approx((42.0, 57.0, 60.0))
