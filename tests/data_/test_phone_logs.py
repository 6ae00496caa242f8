"""Phone logs and i-Speed exports are taken as they come."""

from __future__ import annotations

import pandas as pd
import pytest

from phusong.data.cells import PARSERS
from phusong.data.lists import read_list
from phusong.data.phone_logs import as_tests
from phusong.data.schemas import MEASUREMENTS

LOGS = {
    "tracker.txt": (
        "Timestamp\tLongitude\tLatitude\tSpeed\tOperator\tCellID\tNetworkTech\tNetworkMode\tLevel\tQual\tSNR\tAccuracy\n"
        "2026.10.15_14.05.33\t105.34808\t22.62924\t32\t45204\t12345-12\t4G\tLTE\t-113\t-12\t3\t5\n"
        "2026.10.15_14.05.43\t105.34818\t22.62934\t30\t45202\t\tNO SERVICE\t\t-140\t\t\t6\n"
        "2026.10.15_14.05.53\t105.34828\t22.62944\t28\t45201\t8812-3\t3G\tHSPA+\t-101\t-9\t\t7\n"
    ),
    "phone.csv": (
        "DateTime,lat,lon,Accuracy,MCC,MNC,RAT,PCI,LTE RSRP,LTE RSRQ,LTE SNR\n"
        "2026-10-15T14:05:33,22.62924,105.34808,5,452,4,LTE,211,-113,-12,3\n"
        "2026-10-15T14:06:33,22.62925,105.34818,8,452,05,NR_NSA,12,-99,-10,8\n"
        "2026-10-15T14:07:33,22.62926,105.34828,8,452,01,WiFi,,,,\n"
        "2026-10-15T14:08:33,22.62927,105.34838,8,460,01,LTE,12,-99,,\n"
    ),
    "i-speed.csv": (
        "STT,Thời gian đo,Kinh độ,Vĩ độ,Nhà mạng,Loại mạng,Tốc độ tải xuống (Mbps),Tốc độ tải lên (Mbps),Ping,"
        "Cường độ tín hiệu (dBm)\n"
        '1,15/10/2026 14:05,"105,34808","22,62924",VNPT,4G,"6,2","1,4",45,-108\n'
        '2,15/10/2026 14:07,"105,34818","22,62934",Mobifone,LTE+,"12,5","3,0",38,-97\n'
    ),
}


def read(tmp_path, name):
    path = tmp_path / name
    path.write_text(LOGS[name], encoding="utf-8")
    checked = read_list(path, MEASUREMENTS)
    assert [p.line("en") for p in checked.problems if p.level == "error"] == []
    return checked, as_tests(checked.rows)


def test_a_tracker_log_is_read_with_its_moments_operators_and_cells(tmp_path):
    """MCC-MNC names the operator; a phone without service is a failed test whatever level it wrote."""
    _, tests = read(tmp_path, "tracker.txt")
    assert tests["operator"].tolist() == ["viettel", "vinaphone", "mobifone"]
    assert tests["tech"].tolist() == ["4G", "none", "3G"]
    assert tests["time"].iloc[0] == pd.Timestamp("2026-10-15 14:05:33")
    assert tests["rsrp_dbm"].iloc[[0, 2]].tolist() == [-113.0, -101.0]
    assert pd.isna(tests["rsrp_dbm"].iloc[1]) and tests["signal"].iloc[1] == False  # noqa: E712 - a nullable boolean
    assert tests["cell_id"].iloc[0] == "12345-12" and tests["accuracy_m"].tolist() == [5.0, 6.0, 7.0]
    assert tests["speed_kmh"].iloc[0] == 32.0 and tests["rsrq_db"].iloc[0] == -12.0 and tests["sinr_db"].iloc[0] == 3.0


def test_a_phone_log_with_country_and_network_code_names_its_operators(tmp_path):
    """Wi-Fi is no test of a mobile network, and a network abroad serves nobody here."""
    checked, tests = read(tmp_path, "phone.csv")
    assert len(checked.rows) == 4
    assert tests["operator"].tolist() == ["viettel", "vietnamobile"]
    assert tests["tech"].tolist() == ["4G", "5G"] and tests["pci"].tolist() == [211.0, 12.0]
    assert tests["rsrp_dbm"].tolist() == [-113.0, -99.0]


def test_an_i_speed_export_is_read_with_its_speeds_and_levels(tmp_path):
    """Vietnamese headers, decimal commas, units in brackets."""
    _, tests = read(tmp_path, "i-speed.csv")
    assert tests["operator"].tolist() == ["vinaphone", "mobifone"]
    assert tests["dl_mbps"].tolist() == [6.2, 12.5] and tests["latency_ms"].tolist() == [45.0, 38.0]
    assert tests["rsrp_dbm"].tolist() == [-108.0, -97.0]


@pytest.mark.parametrize(
    ("written", "operator"),
    [
        ("452-04", "viettel"),
        ("45202", "vinaphone"),
        (45201, "mobifone"),
        ("452 05", "vietnamobile"),
        ("45299", "45299"),
    ],
)
def test_operators_are_known_by_their_network_code(written, operator):
    """An unknown network stays as it is written."""
    assert PARSERS["operator"](written, MEASUREMENTS.field("operator")) == operator


def test_a_list_with_neither_operator_nor_network_is_refused(tmp_path):
    """Nothing can be said of nobody's network."""
    path = tmp_path / "nobody.csv"
    path.write_text("time,lat,lon,tech,RSRP\n2026-10-15,22.6,105.3,4G,-100\n", encoding="utf-8")
    assert any(p.level == "error" and "MNC" in p.text.vi for p in read_list(path, MEASUREMENTS).problems)
