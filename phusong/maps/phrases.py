"""The words of the maps: layers, fields and values of the exchange tables, in both languages."""

from __future__ import annotations

from types import MappingProxyType

from phusong.data.layer_columns import PLACE_KINDS
from phusong.maps.colours import HOUSEHOLD_STATES, VILLAGE_CLASSES
from phusong.words import Text

LAYER_NAMES = MappingProxyType(
    {
        "relief": Text("Bóng địa hình", "Relief"),
        "communes": Text("Xã, phường", "Communes"),
        "future_gaps": Text("Vùng lõm khi tắt 2G", "Gaps once 2G is off"),
        "road_gaps": Text("Đoạn đường chưa có sóng", "Roads without signal"),
        "gaps": Text("Vùng lõm sóng", "Signal gaps"),
        "sites": Text("Trạm thu phát sóng", "Stations"),
        "villages": Text("Thôn, bản", "Villages"),
        "target_places": Text("Trường, trạm y tế, đồn…", "Schools, clinics, posts…"),
        "proposed_sites": Text("Vị trí trạm tham khảo", "Reference sites"),
        "plan_sites": Text("Trạm trong phương án", "Sites of the plan"),
    }
)
"""Layers in the order in which they are drawn, the lowest first."""

PANEL_ORDER = (
    *("gaps", "plan_sites", "communes", "villages", "sites", "proposed_sites"),
    *("future_gaps", "road_gaps", "target_places", "relief"),
)
"""Layers in the order in which the panel lists them: what matters most first."""

OFF_AT_FIRST = frozenset({"future_gaps", "road_gaps", "target_places"})
"""Layers that wait until somebody asks for them."""

FIELD_NAMES = MappingProxyType(
    {
        "commune_code": Text("Mã xã", "Commune code"),
        "commune_name": Text("Xã, phường", "Commune"),
        "commune_kind": Text("Loại đơn vị", "Kind of unit"),
        "province_code": Text("Mã tỉnh", "Province code"),
        "province_name": Text("Tỉnh", "Province"),
        "population": Text("Số dân", "Population"),
        "households": Text("Số hộ", "Households"),
        "served_households": Text("Hộ có sóng", "Served households"),
        "unserved_households": Text("Hộ chưa có sóng", "Unserved households"),
        "undetermined_households": Text("Hộ chưa xác định", "Undetermined households"),
        "no_data_households": Text("Hộ không có dữ liệu", "Households without data"),
        "unserved_low": Text("Hộ chưa có sóng, từ", "Unserved households, from"),
        "unserved_high": Text("Hộ chưa có sóng, đến", "Unserved households, to"),
        "interval": Text("Hộ thực tế chưa có sóng", "Households truly without signal"),
        "interval_vi": Text("Hộ thực tế chưa có sóng", "Households truly without signal (Vietnamese)"),
        "interval_en": Text("Hộ thực tế chưa có sóng (tiếng Anh)", "Households truly without signal"),
        "villages": Text("Số thôn", "Villages"),
        "gaps": Text("Số vùng lõm", "Gaps"),
        "gap_households": Text("Hộ trong vùng lõm", "Households in gaps"),
        "unserved_percent": Text("Tỷ lệ hộ chưa có sóng (%)", "Households unserved (%)"),
        "village_code": Text("Mã thôn", "Village code"),
        "village_name": Text("Thôn, bản", "Village"),
        "lon_deg": Text("Kinh độ (WGS84)", "Longitude (WGS84)"),
        "lat_deg": Text("Vĩ độ (WGS84)", "Latitude (WGS84)"),
        "centre_kind": Text("Nguồn tọa độ trung tâm", "Source of the centre"),
        "village_class": Text("Phân loại (dữ liệu)", "Class (data)"),
        "village_class_voice": Text("Phân loại (thoại)", "Class (voice)"),
        "single_operator": Text("Đơn mạng", "Single operator"),
        "provisional": Text("Tạm xếp loại", "Provisional"),
        "largest_cluster_households": Text("Cụm lớn nhất chưa có sóng (hộ)", "Largest unserved cluster (households)"),
        "grid_power": Text("Điện lưới", "Grid power"),
        "is_dbkk": Text("Thôn đặc biệt khó khăn", "Village in special difficulty"),
        "gap_id": Text("Mã vùng lõm", "Gap"),
        "vn2000_northing_m": Text("X (VN-2000, m)", "Northing (VN-2000, m)"),
        "vn2000_easting_m": Text("Y (VN-2000, m)", "Easting (VN-2000, m)"),
        "vn2000_epsg": Text("Mã EPSG", "EPSG code"),
        "central_meridian": Text("Kinh tuyến trục", "Central meridian"),
        "nearest_site_id": Text("Trạm gần nhất", "Nearest station"),
        "nearest_operator": Text("Nhà mạng gần nhất", "Nearest operator"),
        "nearest_distance_km": Text("Cách trạm gần nhất (km)", "Distance to nearest station (km)"),
        "nearest_sites": Text("Trạm gần nhất của từng nhà mạng", "Nearest station of each operator"),
        "best_level_dbm": Text("Mức thu tốt nhất (dBm)", "Best level (dBm)"),
        "obstacle_distance_km": Text("Vật che cách (km)", "Distance of the obstacle (km)"),
        "obstacle_height_m": Text("Vật che cao hơn đường ngắm (m)", "Obstacle above the line of sight (m)"),
        "obstacle_loss_db": Text("Suy hao do vật che (dB)", "Loss by the obstacle (dB)"),
        "obstacle_lon_deg": Text("Kinh độ vật che", "Longitude of the obstacle"),
        "obstacle_lat_deg": Text("Vĩ độ vật che", "Latitude of the obstacle"),
        "reason_vi": Text("Lý do", "Reason (Vietnamese)"),
        "reason_en": Text("Lý do (tiếng Anh)", "Reason"),
        "site_id": Text("Mã trạm", "Station"),
        "site_name": Text("Tên trạm", "Station name"),
        "operators": Text("Nhà mạng", "Operators"),
        "technologies": Text("Công nghệ", "Technologies"),
        "status": Text("Tình trạng", "Status"),
        "kind": Text("Loại trạm", "Kind of station"),
        "in_province": Text("Trong tỉnh", "Inside the province"),
        "height_agl_m": Text("Độ cao anten (m)", "Antenna height (m)"),
        "sectors": Text("Số cánh sóng", "Sectors"),
        "assumed": Text("Số giá trị phải giả định", "Values assumed"),
        "ground_m": Text("Cao độ mặt đất (m)", "Ground elevation (m)"),
        "households_gained": Text("Số hộ được phủ thêm", "Households gained"),
        "finding": Text("Kết luận", "Finding"),
        "basis": Text("Căn cứ của kết luận", "Basis of the finding"),
        "tender": Text("Đủ điều kiện vào danh sách đấu thầu", "May enter a tender list"),
        "mountainous": Text("Thôn miền núi", "Mountain village"),
        "above_200m_percent": Text("Diện tích từ 200 m trở lên (%)", "Area at 200 m or more (%)"),
        "steep_percent": Text("Diện tích dốc từ 15 % trở lên (%)", "Area of slope 15 % or more (%)"),
        "border": Text("Biên giới", "Border"),
        "island": Text("Hải đảo", "Island"),
        "commune_region": Text("Khu vực của xã", "Region of the commune"),
        "road_class": Text("Đường đến", "Road"),
        "road_km": Text("Cách đường (km)", "Distance to a road (km)"),
        "grid_km": Text("Cách lưới điện (km)", "Distance to the grid (km)"),
        "terrain_vi": Text("Địa hình", "Terrain (Vietnamese)"),
        "terrain_en": Text("Địa hình (tiếng Anh)", "Terrain"),
        "route": Text("Nguồn thực hiện", "Funding route"),
        "route_vi": Text("Nguồn thực hiện", "Funding route (Vietnamese)"),
        "route_en": Text("Nguồn thực hiện (tiếng Anh)", "Funding route"),
        "route_rule": Text("Quy tắc", "Rule"),
        "gates": Text("Điều kiện chặn", "Gates"),
        "gates_vi": Text("Điều kiện chặn", "Gates (Vietnamese)"),
        "gates_en": Text("Điều kiện chặn (tiếng Anh)", "Gates"),
        "congested": Text("Có sóng, nguy cơ nghẽn", "Served, may be congested"),
        "congested_households": Text("Hộ có nguy cơ nghẽn", "Households that may be congested"),
        "rank": Text("Hạng ưu tiên", "Priority rank"),
        "option_id": Text("Mã phương án", "Option"),
        "host_site_id": Text("Cột có sẵn", "Existing mast"),
        "technology": Text("Công nghệ", "Technology"),
        "band": Text("Băng tần", "Band"),
        "cost_vnd": Text("Chi phí (đồng)", "Cost (VND)"),
        "cost_low_vnd": Text("Chi phí, từ (đồng)", "Cost, from (VND)"),
        "cost_high_vnd": Text("Chi phí, đến (đồng)", "Cost, to (VND)"),
        "cost_per_household_vnd": Text("Chi phí một hộ (đồng)", "Cost of a household (VND)"),
        "backhaul_vi": Text("Truyền dẫn", "Backhaul (Vietnamese)"),
        "backhaul_en": Text("Truyền dẫn (tiếng Anh)", "Backhaul"),
        "power_vi": Text("Nguồn điện", "Power (Vietnamese)"),
        "power_en": Text("Nguồn điện (tiếng Anh)", "Power"),
        "planned_households": Text("Hộ được phủ theo phương án", "Households the plan serves"),
        "left_households": Text("Hộ phương án chưa phủ", "Households the plan leaves"),
        "left_because_vi": Text("Vì sao chưa phủ", "Why they are left (Vietnamese)"),
        "left_because_en": Text("Vì sao chưa phủ (tiếng Anh)", "Why they are left"),
        "advice_vi": Text("Nên làm", "Advice (Vietnamese)"),
        "advice_en": Text("Nên làm (tiếng Anh)", "Advice"),
        "length_km": Text("Chiều dài (km)", "Length (km)"),
        "road_name": Text("Đường", "Road"),
        "state": Text("Tình trạng sóng", "Signal"),
        "scenario": Text("Kịch bản", "Scenario"),
    }
)
"""Columns of the exchange tables as an officer reads them."""

STATUS_NAMES = MappingProxyType(
    {
        "planned": Text("quy hoạch", "planned"),
        "building": Text("đang xây dựng", "being built"),
        "listed": Text("có trong danh sách", "listed"),
        "on_air": Text("đang phát sóng", "on air"),
        "off": Text("ngừng phát sóng", "off air"),
        "unknown": Text("chưa rõ", "unknown"),
    }
)
ON_AIR = frozenset({"on_air", "listed"})
"""Statuses drawn as a filled mark; the others are drawn hollow."""

KIND_NAMES = MappingProxyType(
    {
        "macro": Text("trạm lớn (macro)", "macro"),
        "remote_sector": Text("cánh sóng kéo xa", "remote sector"),
        "small_cell": Text("trạm nhỏ", "small cell"),
        "repeater": Text("trạm lặp", "repeater"),
        "mobile": Text("trạm lưu động", "mobile"),
        "indoor": Text("trạm trong nhà", "indoor"),
    }
)
ANSWERS = MappingProxyType(
    {"yes": Text("có", "yes"), "no": Text("không", "no"), "unknown": Text("chưa rõ", "unknown")},
)
FINDINGS = MappingProxyType(
    {
        **{key: style.name for key, style in (*VILLAGE_CLASSES.items(), *HOUSEHOLD_STATES.items())},
        "unserved": Text("chưa có sóng", "without signal"),
    }
)
BASES = MappingProxyType(
    {
        "override": Text("ý kiến ghi nhận có lý do", "recorded decision"),
        "measured": Text("đo kiểm", "measured"),
        "confirmed": Text("xã xác nhận", "confirmed by the commune"),
        "declared": Text("nhà mạng, tỉnh khai báo", "declared"),
        "modelled": Text("mô phỏng, chưa đo", "modelled, not measured"),
    }
)
PLACE_TITLES = MappingProxyType({option.value: option.title for option in PLACE_KINDS})

NEEDED = Text("hộ cần phủ sóng", "households needing coverage")
PEOPLE = Text("người", "people")
OBSTACLE = Text("Vật che", "Obstacle")
OTHER_TECHNOLOGY = Text("khác", "other")

PAGE = MappingProxyType(
    {
        "search": Text("Tìm xã, thôn, trạm, tọa độ", "Search communes, villages, stations, coordinates"),
        "search_hint": Text("Nhấn / để tìm", "Press / to search"),
        "nothing": Text("Không tìm thấy. Thử tên khác, không cần dấu.", "Nothing found. Try another name."),
        "place": Text("Tọa độ", "Coordinates"),
        "panel": Text("Lớp và chú giải", "Layers and legend"),
        "layers": Text("Lớp bản đồ và chú giải", "Map layers and legend"),
        "summary": Text("Tóm tắt", "Summary"),
        "sources": Text("Nguồn và ngày", "Sources and dates"),
        "views": Text("Đến", "Go to"),
        "whole": Text("Toàn vùng", "Whole area"),
        "close": Text("Đóng", "Close"),
        "zoom_in": Text("Phóng to", "Zoom in"),
        "zoom_out": Text("Thu nhỏ", "Zoom out"),
        "map": Text("Bản đồ vùng lõm sóng", "Map of signal gaps"),
        "simulated": Text(
            "Dữ liệu mô phỏng: không phải số liệu thật của bất kỳ tỉnh nào.",
            "Simulated data: not the figures of any real province.",
        ),
        "modelled": Text("Mức sóng: mô phỏng, chưa đo.", "Signal levels: modelled, not measured."),
        "hollow": Text("ngừng, quy hoạch", "off or planned"),
        "not_drawn": Text(
            "{gaps} vùng dưới {least} hộ không vẽ để giữ kín nơi ở; số hộ vẫn tính trong tổng.",
            "{gaps} gaps under {least} households are not drawn, to keep homes private; the totals count them.",
        ),
        "levels": Text("Mức thu trung vị tại các hộ (dBm)", "Median level at the households (dBm)"),
        "households": Text("Tổng số hộ", "All households"),
        "script": Text("Bản đồ cần JavaScript để hiển thị.", "The map needs JavaScript."),
    }
)

SUMMARY = MappingProxyType(
    {
        "unserved": Text("chưa có sóng", "unserved"),
        "undetermined": Text("chưa xác định", "undetermined"),
        "no_data": Text("không có dữ liệu", "no data"),
        "served": Text("có sóng", "served"),
        "gaps": Text("vùng lõm sóng, {households} hộ", "signal gaps, {households} households"),
        "white": Text("thôn trắng sóng", "villages without signal"),
        "depression": Text("thôn lõm sóng", "villages with gaps"),
    }
)
