"""The tables of columns are whole: nothing ambiguous, nothing untranslated, nothing of domain.md left out."""

from __future__ import annotations

import pytest

from phusong.data.cells import PARSERS, Bad, Mended
from phusong.data.names import fold
from phusong.data.schema import KIND_TEXTS, field_of_header, header_key, is_personal
from phusong.data.schemas import GAPS, HOUSEHOLDS, MEASUREMENTS, SCHEMAS, STATIONS, VILLAGES

ALL_FIELDS = [
    pytest.param(schema, field, id=f"{name}.{field.name}")
    for name, schema in SCHEMAS.items()
    for field in schema.fields
]


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_a_header_names_one_column_only(schema):
    """No header, alias or field name stands for two columns of a list."""
    meant = {}
    for field in schema.fields:
        for title in (
            field.name,
            field.title.vi,
            field.title.en,
            field.header("vi"),
            field.header("en"),
            *field.aliases,
        ):
            assert meant.setdefault(header_key(title), field.name) == field.name, title


@pytest.mark.parametrize(("schema", "field"), ALL_FIELDS)
def test_every_column_is_whole(schema, field):
    """Both languages, a parser, options that do not overlap, an example that reads, headers that are found again."""
    assert field.title.vi and field.title.en and field.meaning.vi and field.meaning.en
    assert field.kind in PARSERS and field.kind in KIND_TEXTS
    assert (field.kind in ("enum", "enums")) == bool(field.options)
    spellings = {}
    for option in field.options:
        for spelling in option.spellings():
            assert spellings.setdefault(fold(spelling), option.value) == option.value
    value = PARSERS[field.kind](field.example or None, field)
    assert not isinstance(value, Bad | Mended)
    assert (value is None) == (not field.example)
    for language in ("vi", "en"):
        assert field_of_header(schema, f"{field.header(language)} *") == field.name
    assert not is_personal(schema, field.title.vi) and not is_personal(schema, field.title.en)


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_keys_and_groups_name_columns_there_are(schema):
    """Unique columns, made keys, either-or groups and row checks refer to fields of the list."""
    names = [field.name for field in schema.fields]
    assert len(names) == len(set(names))
    mentioned = {*schema.unique, *schema.key_from, *(n for group in schema.one_of for n in group)}
    mentioned |= {check.column for check in schema.checks} | ({schema.key} if schema.key else set())
    assert mentioned <= set(names)


def test_the_columns_of_domain_md_are_there():
    """Every field named in domain.md §2.1 to §2.4 has its column."""
    gaps = """row_no gap_id province_code province_name commune_code commune_name old_district old_commune village_name
        target_type cluster_name lon lat northing easting central_meridian epsg location_kind households_total
        households_unserved population poor_households gap_class rsrp_dbm tech measured_on device dl_mbps ul_mbps
        grid_power dist_grid_km nearest_site_id nearest_operator nearest_dist_km cause road_access backhaul_type
        backhaul_km is_dbkk commune_region border island land_constraint planned_operator planned_site planned_date
        other_support proposed_solution province_priority reason source reporter reported_on batch evidence note"""
    stations = """site_id site_name operator tower_owner shared_with operators_served province_code commune_code lon lat
        northing easting epsg site_kind mast_type mast_height_m antenna_height_m tech band arfcn bandwidth_mhz sectors
        azimuth_deg e_tilt m_tilt hbw vbw tx_power ant_gain_dbi feeder_loss_db mimo pci cell_id tac power_source
        backup_hours backhaul backhaul_mbps status on_air off_2g off_3g funded_by confidence updated_on"""
    households = """household_key commune_code commune_name village_name village_code cluster lon lat northing easting
        epsg coord_quality building_source persons powered poverty_class weight surveyed_on"""
    villages = "village_code village_name commune_code lon lat households population grid_power is_dbkk border island"
    measurements = """test_id time lon lat accuracy_m operator tech band pci rsrp_dbm rsrq_db sinr_db dl_mbps ul_mbps
        latency_ms environment device tester_role"""
    wanted = {GAPS: gaps, STATIONS: stations, HOUSEHOLDS: households, VILLAGES: villages, MEASUREMENTS: measurements}
    for schema, names in wanted.items():
        assert set(names.split()) <= {field.name for field in schema.fields}
    signals = {
        f"sig_{o}_{t}" for o in ("viettel", "vinaphone", "mobifone", "vietnamobile") for t in ("2g", "3g", "4g", "5g")
    }
    assert signals <= {field.name for field in GAPS.fields}
    assert all(GAPS.field(name).required == ("R" if name.endswith("4g") else "O") for name in signals)


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Kinh độ (WGS84)", "lon"),
        ("KINH ĐỘ", "lon"),
        ("kinh do", "lon"),
        ("Longitude (°)", "lon"),
        ("Mã trạm *", "site_id"),
        ("Độ cao treo anten (m)", "antenna_height_m"),
        ("X (m)", "northing"),
        ("Y VN-2000 (m)", "easting"),
        ("Ma\u0303 tra\u0323m", "site_id"),
        ("Công suất phát (W)", "tx_power_w"),
        ("Công suất phát (dBm)", "tx_power"),
        ("Mã trạm (do nhà mạng đặt)", "site_id"),
        ("Màu sơn", None),
    ],
)
def test_headers_are_found_however_written(header, name):
    """Case, accents, composition, units and remarks in brackets do not matter."""
    assert field_of_header(STATIONS, header) == name


@pytest.mark.parametrize(
    "header",
    [
        "Họ và tên chủ hộ",
        "Chủ hộ",
        "Số CCCD",
        "CMND/CCCD",
        "Số điện thoại",
        "SĐT",
        "Full name",
        "Phone",
        "Mã hộ (số CCCD)",
    ],
)
def test_personal_headers_are_never_a_column(header):
    """Names, identity cards and telephones are personal, also behind a known header."""
    assert is_personal(HOUSEHOLDS, header)
    assert field_of_header(HOUSEHOLDS, header) is None
