"""What people call result tables, their columns, and the keys in their cells: one place for pages and downloads."""

from __future__ import annotations

import re
from collections.abc import Mapping

from phusong.coverage.reasons import operator_title
from phusong.data.layer_columns import ROAD_CLASSES
from phusong.data.terms import VILLAGE_CLASS_TITLES
from phusong.maps.phrases import ANSWERS, BASES, FIELD_NAMES, KIND_NAMES, PLACE_TITLES, STATUS_NAMES
from phusong.words import Text

TITLES: Mapping[str, Text] = {
    "villages": Text("Thôn, bản", "Villages"),
    "gaps": Text("Vùng chưa có sóng", "Gaps"),
    "future_gaps": Text("Vùng sẽ mất sóng", "Gaps to come"),
    "communes": Text("Xã, phường", "Communes"),
    "findings": Text("Kết luận", "Findings"),
    "evidence": Text("Bằng chứng", "Evidence"),
    "sites": Text("Vị trí trạm", "Sites"),
    "cells": Text("Ô phủ sóng", "Cells"),
    "planned": Text("Trạm đã có kế hoạch", "Planned stations"),
    "proposed_sites": Text("Vị trí đề xuất", "Proposed sites"),
    "reported": Text("Danh sách của tỉnh", "Reported places"),
    "reconciliation": Text("Đối chiếu", "Reconciliation"),
    "reconciliation_communes": Text("Đối chiếu theo xã", "Reconciliation by commune"),
    "ranking": Text("Thứ tự ưu tiên", "Ranking"),
    "reliability": Text("Độ tin cậy", "Reliability"),
    "measure_first": Text("Nên đo trước", "Measure first"),
    "test_points": Text("Điểm cần đo", "Points to measure"),
    "asks": Text("Cần hỏi nhà mạng", "To ask operators"),
    "packages": Text("Gói đề xuất", "Proposed packages"),
    "road_gaps": Text("Đoạn đường chưa có sóng", "Gaps on roads"),
    "roads_summary": Text("Đường giao thông", "Roads"),
    "scenarios": Text("Các kịch bản", "Scenarios"),
    "target_places": Text("Trường, trạm y tế, đồn", "Schools, clinics, posts"),
    "households": Text("Hộ dân", "Households"),
    "lots": Text("Gói thầu", "Lots"),
}
COLUMNS: Mapping[str, Text] = {
    "id": Text("Mã", "Code"),
    "order": Text("Thứ tự", "Order"),
    "rank": Text("Hạng", "Rank"),
    "rank_low": Text("Hạng cao nhất", "Best rank"),
    "rank_high": Text("Hạng thấp nhất", "Worst rank"),
    "score": Text("Điểm", "Score"),
    "score_low": Text("Điểm thấp", "Score, low"),
    "score_high": Text("Điểm cao", "Score, high"),
    "score_need": Text("Điểm nhu cầu", "Need"),
    "score_disadvantage": Text("Điểm khó khăn", "Disadvantage"),
    "top_share": Text("Tỷ lệ đứng đầu", "Share at the top"),
    "below_minimum": Text("Dưới mức tối thiểu", "Below the minimum"),
    "gap_id": Text("Mã vùng", "Gap"),
    "future_gap_id": Text("Mã vùng", "Gap"),
    "formerly": Text("Mã trước đây", "Formerly"),
    "site_id": Text("Mã trạm", "Site"),
    "site_name": Text("Tên trạm", "Site name"),
    "place_id": Text("Mã nơi", "Place"),
    "place_name": Text("Tên", "Name"),
    "finding_id": Text("Mã kết luận", "Finding"),
    "target": Text("Nói về", "About"),
    "village_id": Text("Mã thôn", "Village code"),
    "village_code": Text("Mã thôn", "Village code"),
    "village": Text("Thôn", "Village"),
    "village_name": Text("Thôn, bản", "Village"),
    "cluster_name": Text("Cụm dân cư", "Cluster"),
    "name": Text("Tên", "Name"),
    "commune": Text("Xã", "Commune"),
    "commune_code": Text("Mã xã", "Commune code"),
    "commune_name": Text("Xã, phường", "Commune"),
    "commune_kind": Text("Loại", "Kind"),
    "province_code": Text("Mã tỉnh", "Province code"),
    "province_name": Text("Tỉnh, thành phố", "Province"),
    "road_id": Text("Mã đường", "Road code"),
    "stretch_id": Text("Mã đoạn", "Stretch"),
    "road_name": Text("Đường", "Road"),
    "from_km": Text("Từ km", "From km"),
    "to_km": Text("Đến km", "To km"),
    "length_km": Text("Dài (km)", "Length (km)"),
    "served_km": Text("Có sóng (km)", "Served (km)"),
    "unserved_km": Text("Chưa có sóng (km)", "Unserved (km)"),
    "undetermined_km": Text("Chưa xác định (km)", "Undetermined (km)"),
    "no_data_km": Text("Không có dữ liệu (km)", "No data (km)"),
    "scope": Text("Phạm vi", "Scope"),
    "scenario": Text("Kịch bản", "Scenario"),
    "view": Text("Cách xét", "View"),
    "service": Text("Dịch vụ", "Service"),
    "kind": Text("Loại", "Kind"),
    "class": Text("Phân loại", "Class"),
    "centre_kind": Text("Tâm thôn", "Centre"),
    "village_class": Text("Phân loại (dữ liệu)", "Class (data)"),
    "village_class_voice": Text("Phân loại (thoại)", "Class (voice)"),
    "single_operator": Text("Chỉ một nhà mạng", "One operator only"),
    "provisional": Text("Tạm", "Provisional"),
    "class_stated": Text("Tỉnh xếp loại", "Class stated"),
    "class_computed": Text("Tính ra loại", "Class computed"),
    "verdict": Text("Kết quả", "Verdict"),
    "list_row": Text("Dòng", "Row"),
    "joined_by": Text("Ghép theo", "Joined by"),
    "households": Text("Số hộ", "Households"),
    "households_stated": Text("Số hộ tỉnh nêu", "Households stated"),
    "unserved_stated": Text("Chưa có sóng, tỉnh nêu", "Unserved, stated"),
    "population": Text("Số dân", "Population"),
    "served": Text("Có sóng", "Served"),
    "unserved": Text("Chưa có sóng", "Unserved"),
    "undetermined": Text("Chưa xác định", "Undetermined"),
    "no_data": Text("Không có dữ liệu", "No data"),
    "served_households": Text("Hộ có sóng", "Households served"),
    "unserved_households": Text("Hộ chưa có sóng", "Households unserved"),
    "undetermined_households": Text("Hộ chưa xác định", "Households undetermined"),
    "no_data_households": Text("Hộ không có dữ liệu", "Households without data"),
    "households_served": Text("Hộ có sóng", "Households served"),
    "households_unserved": Text("Hộ chưa có sóng", "Households unserved"),
    "households_gained": Text("Hộ được phủ thêm", "Households gained"),
    "near_households": Text("Hộ ở gần", "Households near"),
    "alone_households": Text("Hộ chỉ nhờ trạm này", "Households it alone serves"),
    "new_households": Text("Hộ mới mất sóng", "Households newly lost"),
    "gap_households": Text("Hộ trong vùng", "Households in gaps"),
    "unserved_low": Text("Ít nhất", "At least"),
    "unserved_high": Text("Nhiều nhất", "At most"),
    "unserved_percent": Text("Chưa có sóng (%)", "Unserved (%)"),
    "interval": Text("Khoảng", "Interval"),
    "villages": Text("Số thôn", "Villages"),
    "gaps": Text("Số vùng", "Gaps"),
    "villages_white": Text("Thôn trắng", "White villages"),
    "villages_depression": Text("Thôn lõm", "Depressions"),
    "villages_weak": Text("Thôn sóng yếu", "Weak villages"),
    "villages_covered": Text("Thôn có sóng", "Villages covered"),
    "villages_undetermined": Text("Thôn chưa xác định", "Villages undetermined"),
    "operator": Text("Doanh nghiệp", "Operator"),
    "operators": Text("Doanh nghiệp", "Operators"),
    "technology": Text("Công nghệ", "Technology"),
    "technologies": Text("Công nghệ", "Technologies"),
    "status": Text("Tình trạng", "Status"),
    "finding": Text("Kết luận", "Finding"),
    "basis": Text("Dựa vào", "Rests on"),
    "modelled": Text("Mô hình", "Model"),
    "declared": Text("Nhà mạng khai", "Declared"),
    "confirmed": Text("Xác nhận", "Confirmed"),
    "measured": Text("Đo được", "Measured"),
    "agrees": Text("Khớp nhau", "Agrees"),
    "disagreement": Text("Chỗ trái nhau", "Disagreement"),
    "says": Text("Cho biết", "Says"),
    "source": Text("Nguồn", "Source"),
    "author": Text("Ai", "Who"),
    "dated": Text("Ngày", "Date"),
    "detail": Text("Chi tiết", "Detail"),
    "why": Text("Vì sao", "Why"),
    "because": Text("Vì sao", "Because"),
    "question": Text("Câu hỏi", "Question"),
    "fields": Text("Cần điền", "Asked for"),
    "reported": Text("Tỉnh nêu", "Reported"),
    "decided": Text("Đã kết luận", "Decided"),
    "decided_places": Text("Nơi đã kết luận", "Places decided"),
    "confirmed_percent": Text("Xác nhận (%)", "Confirmed (%)"),
    "no_terrain": Text("Không có địa hình", "No terrain"),
    "outside": Text("Ngoài tỉnh", "Outside"),
    "model_gaps": Text("Vùng do mô hình", "Gaps of the model"),
    "model_gaps_reported": Text("Trong đó tỉnh có nêu", "Of them reported"),
    "model_gaps_unreported": Text("Tỉnh chưa nêu", "Of them unreported"),
    "tests": Text("Lần đo", "Tests"),
    "places": Text("Số nơi", "Places"),
    "right": Text("Đúng", "Right"),
    "right_percent": Text("Đúng (%)", "Right (%)"),
    "low_percent": Text("Thấp nhất (%)", "Low (%)"),
    "high_percent": Text("Cao nhất (%)", "High (%)"),
    "interval_percent": Text("Khoảng (%)", "Interval (%)"),
    "state": Text("Tình trạng", "State"),
    "ground_m": Text("Độ cao đất (m)", "Ground (m)"),
    "height_agl_m": Text("Cột cao (m)", "Height (m)"),
    "by_road": Text("Cạnh đường", "By a road"),
    "moved_m": Text("Dời (m)", "Moved (m)"),
    "reason": Text("Lý do", "Reason"),
    "lon": Text("Kinh độ", "Longitude"),
    "lat": Text("Vĩ độ", "Latitude"),
    "lon_deg": Text("Kinh độ", "Longitude"),
    "lat_deg": Text("Vĩ độ", "Latitude"),
    "vn2000_northing_m": Text("VN-2000 X (m)", "VN-2000 northing (m)"),
    "vn2000_easting_m": Text("VN-2000 Y (m)", "VN-2000 easting (m)"),
    "vn2000_epsg": Text("Mã EPSG", "EPSG"),
    "central_meridian": Text("Kinh tuyến trục", "Central meridian"),
    "cost_vnd": Text("Chi phí (đ)", "Cost (VND)"),
}
VALUES: Mapping[str, Text] = {
    "white": Text("trắng sóng", "white"),
    "depression": Text("lõm sóng", "depression"),
    "weak": Text("sóng yếu", "weak"),
    "covered": Text("có sóng", "covered"),
    "served": Text("có sóng", "served"),
    "unserved": Text("chưa có sóng", "unserved"),
    "undetermined": Text("chưa xác định", "undetermined"),
    "no_data": Text("không có dữ liệu", "no data"),
    "dark": Text("chưa có sóng", "dark"),
    "given": Text("theo danh sách", "given"),
    "estimated": Text("ước tính", "estimated"),
    "village": Text("thôn", "village"),
    "gap": Text("vùng", "gap"),
    "data": Text("dữ liệu", "data"),
    "voice": Text("thoại", "voice"),
    "confirmed": Text("xác nhận", "confirmed"),
    "model": Text("mô hình", "model"),
    "modelled": Text("mô hình", "model"),
    "declared": Text("nhà mạng khai", "declared"),
    "measured": Text("đo được", "measured"),
    "today": Text("như hiện nay", "as today"),
    "after_2g_off": Text("sau khi tắt 2G", "after 2G is off"),
    "after_3g_off": Text("sau khi tắt 3G", "after 3G is off"),
    "with_planned": Text("cả trạm đã có kế hoạch", "with planned stations"),
    "with_700": Text("có băng 700 MHz", "with the 700 MHz band"),
    "viettel": Text("Viettel", "Viettel"),
    "vinaphone": Text("VinaPhone", "VinaPhone"),
    "mobifone": Text("MobiFone", "MobiFone"),
    "vietnamobile": Text("Vietnamobile", "Vietnamobile"),
    "none": Text("không", "none"),
}
"""What the keys in cells of result tables are called; names and codes stand as they are."""
_MORE: Mapping[str, Text] = {
    "because_data": Text("Vì sao (dữ liệu)", "Because (data)"),
    "because_voice": Text("Vì sao (thoại)", "Because (voice)"),
    "best_operator": Text("Doanh nghiệp mạnh nhất", "Strongest operator"),
    "best_technology": Text("Công nghệ mạnh nhất", "Strongest technology"),
    "congestion_unknown_households": Text("Hộ chưa rõ có nghẽn", "Households of unknown congestion"),
    "distance_m": Text("Cách nhau (m)", "Distance (m)"),
    "explanation": Text("Giải thích", "Explanation"),
    "gates_unknown": Text("Điều kiện chưa rõ", "Gates not known"),
    "level_of": Text("Mức thu tại", "Level at"),
    "model_gap_ids": Text("Mã vùng do mô hình", "Gaps of the model"),
    "new_households": Text("Hộ mới mất sóng", "Households newly lost"),
    "point_state": Text("Tình trạng tại điểm", "State at the point"),
    "provisional_because": Text("Vì sao tạm", "Provisional because"),
    "road": Text("Đường", "Road"),
    "route_deciding": Text("Điều còn quyết định nguồn", "What decides the route"),
    "score_cost": Text("Điểm chi phí", "Cost"),
    "score_evidence": Text("Điểm bằng chứng", "Evidence"),
    "score_interest": Text("Điểm quan tâm", "Interest"),
    "score_place": Text("Điểm địa bàn", "Place"),
    "served_when_planned": Text("Được phủ khi có trạm theo kế hoạch", "Served once planned stations stand"),
    "unserved_with_700": Text("Hộ chưa có sóng khi có băng 700 MHz", "Unserved with the 700 MHz band"),
    "unserved_with_planned": Text("Hộ chưa có sóng khi có trạm theo kế hoạch", "Unserved with planned stations"),
}
_PATTERNS: tuple[tuple[str, Text], ...] = (
    (r"level_dbm_(?P<operator>.+)_(?P<technology>[^_]+)", Text("Mức thu {} {} (dBm)", "Level {} {} (dBm)")),
    (r"nearest_(?P<operator>.+)_site_id", Text("Trạm gần nhất của {}", "Nearest station of {}")),
    (r"nearest_(?P<operator>.+)_km", Text("Cách trạm {} (km)", "Distance to {} (km)")),
    (r"state_(?P<key>data|voice)_(?P<operator>.+)", Text("Tình trạng {}, {}", "State of {}, {}")),
    (r"state_(?P<key>data|voice)", Text("Tình trạng {}", "State of {}")),
    (r"village_class_voice_(?P<key>.+)", Text("Phân loại thoại {}", "Class for voice {}")),
    (r"village_class_(?P<key>.+)", Text("Phân loại {}", "Class {}")),
)
_ROAD_CLASS = {option.value: option.title for option in ROAD_CLASSES} | {"none": Text("không có", "none")}
_KEYS: Mapping[str, Mapping[str, Text]] = {
    "road_class": _ROAD_CLASS,
    "status": STATUS_NAMES,
    "basis": BASES,
    "kind": {
        **KIND_NAMES, **PLACE_TITLES,
        "new": Text("vùng mới", "new"), "grown": Text("vùng lớn thêm", "grown"),
    },
    "joined_by": {
        "cluster": Text("cụm dân cư", "cluster"), "village": Text("thôn", "village"),
        "households": Text("hộ dân", "households"),
    },
    "level_of": {"point": Text("điểm nêu", "the point"), "households": Text("các hộ", "its households")},
    "scope": {"province": Text("tỉnh", "province"), "commune": Text("xã", "commune")},
    "verdict": {
        "confirmed": Text("xác nhận lõm sóng", "confirmed"), "unreported": Text("tỉnh chưa nêu", "not reported"),
    },
    "target": {"cluster": Text("cụm dân cư", "cluster")},
    "view": {"any": Text("bất kỳ nhà mạng", "any operator"), "all": Text("mọi nhà mạng", "all operators")},
}  # fmt: skip
_NAMED = ("_id", "_name", "_code", "_vi", "_en", "note", "author", "dated", "reason", "formerly", "meridian")
"""How columns end whose texts are no keys."""


def column_title(name: str) -> Text:
    """Return what people call a column of a result table."""
    plain = name.removesuffix("_vi").removesuffix("_en")
    for told in (FIELD_NAMES.get(plain), COLUMNS.get(plain), _MORE.get(plain)):
        if told is not None:
            return told
    for pattern, title in _PATTERNS:
        if found := re.fullmatch(pattern, plain):
            return _filled(title, found.groupdict())
    return Text(plain.replace("_", " "), plain.replace("_", " "))


def _filled(title: Text, found: Mapping[str, str]) -> Text:
    parts = [_part(kind, key) for kind, key in found.items()]
    return Text(title.vi.format(*(one.vi for one in parts)), title.en.format(*(one.en for one in parts)))


def _part(kind: str, key: str) -> Text:
    if kind == "operator":
        return Text(operator_title(key), operator_title(key))
    return VALUES.get(key, Text(key, key)) if kind == "key" else Text(key.upper(), key.upper())


def column_keys(name: str) -> Mapping[str, Text]:
    """Return what the keys in a column's cells are called; none where its texts are names, codes or sentences."""
    return {} if name.endswith(_NAMED) else {**VALUES, **ANSWERS, **VILLAGE_CLASS_TITLES, **_KEYS.get(name, {})}


def operators_told(value: str) -> Text:
    """Return the names of operators whose keys stand in one cell."""
    told = ", ".join(operator_title(one.strip()) for one in value.split(","))
    return Text(told, told)
