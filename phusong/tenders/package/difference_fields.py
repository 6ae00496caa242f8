"""The words of every field of a package, as its differences name them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from phusong.words import Text

Fields = Mapping[str, Text]

AREA_FIELDS: Fields = MappingProxyType(
    {
        "commune_code": Text("mã xã", "commune code"),
        "commune_name": Text("xã", "commune"),
        "village_code": Text("mã thôn", "village code"),
        "village_name": Text("thôn", "village"),
        "village_class": Text("loại thôn", "class of the village"),
        "households": Text("hộ cần phủ", "households needing coverage"),
        "planned_households": Text("hộ phương án phủ", "households the plan serves"),
        "left_households": Text("hộ còn lại", "households left"),
        "left_because": Text("lý do còn lại", "why they are left"),
        "unserved_low": Text("cận dưới hộ chưa có sóng", "least households without service"),
        "unserved_high": Text("cận trên hộ chưa có sóng", "most households without service"),
        "population": Text("dân số", "population"),
        "place": Text("toạ độ", "coordinates"),
        "nearest_sites": Text("trạm gần nhất", "nearest stations"),
        "best_level_dbm": Text("mức thu tốt nhất, dBm", "best level, dBm"),
        "levels": Text("mức thu theo nhà mạng", "levels by operator"),
        "reason": Text("nguyên nhân", "reason"),
        "grid_power": Text("điện lưới", "grid power"),
        "grid_km": Text("cách điện lưới, km", "km from the grid"),
        "road_class": Text("loại đường", "class of road"),
        "road_km": Text("cách đường, km", "km from a road"),
        "is_dbkk": Text("đặc biệt khó khăn", "extremely disadvantaged"),
        "commune_region": Text("khu vực của xã", "region of the commune"),
        "border": Text("biên giới", "border"),
        "island": Text("hải đảo", "island"),
        "finding": Text("kết luận", "finding"),
        "gates": Text("điều kiện đưa vào danh mục", "conditions of entry"),
        "site_ids": Text("trạm tham chiếu phủ", "reference sites that serve it"),
        "outline_wkt": Text("đường bao", "outline"),
    }
)
VILLAGE_FIELDS: Fields = MappingProxyType(
    {
        "village_name": Text("tên thôn", "name"),
        "commune_code": Text("mã xã", "commune code"),
        "commune_name": Text("xã", "commune"),
        "households": Text("tổng số hộ", "households"),
        "served_households": Text("hộ có sóng", "households served"),
        "unserved_households": Text("hộ chưa có sóng", "households without service"),
        "undetermined_households": Text("hộ chưa xác định", "households undetermined"),
        "no_data_households": Text("hộ không có dữ liệu", "households without data"),
        "unserved_low": AREA_FIELDS["unserved_low"],
        "unserved_high": AREA_FIELDS["unserved_high"],
        "place": Text("toạ độ trung tâm", "coordinates of the centre"),
        "centre_kind": Text("nguồn toạ độ trung tâm", "where the centre comes from"),
    }
)
SITE_FIELDS: Fields = MappingProxyType(
    {
        "option_id": Text("mã phương án", "option"),
        "kind": Text("loại: trạm mới, nâng cấp, dùng chung", "kind: new, upgrade, share"),
        "host_site_id": Text("cột hiện có", "standing mast"),
        "commune_code": Text("mã xã", "commune code"),
        "commune_name": Text("xã", "commune"),
        "technology": Text("công nghệ", "technology"),
        "band": Text("băng tần", "band"),
        "height_agl_m": Text("độ cao anten, m", "antenna height, m"),
        "ground_m": Text("cao độ mặt đất, m", "ground, m"),
        "place": Text("toạ độ", "coordinates"),
        "tolerance_m": Text("bán kính dịch chuyển, m", "tolerance, m"),
        "gap_ids": Text("khu vực được phủ", "areas served"),
        "households": Text("hộ được phủ", "households served"),
        "backhaul": Text("mã truyền dẫn", "backhaul key"),
        "backhaul_text": Text("truyền dẫn", "backhaul"),
        "power": Text("mã nguồn điện", "power key"),
        "power_text": Text("nguồn điện", "power"),
        "road_km": AREA_FIELDS["road_km"],
        "grid_km": AREA_FIELDS["grid_km"],
        "slope_percent": Text("độ dốc, %", "slope, %"),
        "constraints": Text("đất cần lưu ý", "land to heed"),
        "cost": Text("khái toán, đồng (thấp – giữa – cao)", "estimate, VND (low – middle – high)"),
    }
)
COST_FIELDS: Fields = MappingProxyType(
    {
        "item": Text("khoản", "item"),
        "unit": Text("đơn vị", "unit"),
        "quantity": Text("khối lượng", "quantity"),
        "price": Text("đơn giá, đồng", "unit price, VND"),
        "amount": Text("thành tiền, đồng", "amount, VND"),
        "source": Text("nguồn đơn giá", "source of the price"),
        "assumed": Text("là giả định", "assumed"),
    }
)
POINT_FIELDS: Fields = MappingProxyType(
    {
        "kind": Text("loại điểm", "kind of point"),
        "village_code": Text("mã thôn", "village code"),
        "village_name": Text("thôn", "village"),
        "commune_code": Text("mã xã", "commune code"),
        "commune_name": Text("xã", "commune"),
        "gap_id": Text("khu vực", "area"),
        "households": Text("số hộ đại diện", "households it stands for"),
        "place": Text("toạ độ", "coordinates"),
        "by_road": Text("tới được bằng đường", "reached by road"),
        "road_text": Text("đường tới", "the way there"),
        "samples": Text("số mẫu", "samples"),
    }
)
BIDDER_FIELDS: Fields = MappingProxyType(
    {
        "stations": Text("số trạm gần gói", "stations near"),
        "nearest_km": Text("trạm gần nhất, km", "nearest station, km"),
    }
)
NOTICE_FIELDS: Fields = MappingProxyType(
    {
        "place_name": Text("nơi", "place"),
        "text": Text("nội dung", "text"),
        "source": Text("căn cứ", "source"),
        "verified": Text("đã xác minh", "verified"),
    }
)
SETTING_FIELDS: Fields = MappingProxyType(
    {
        "title": Text("tên", "title"),
        "value": Text("giá trị", "value"),
        "unit": Text("đơn vị", "unit"),
        "source": Text("nguồn", "source"),
        "verified": Text("đã xác minh", "verified"),
    }
)
PACKAGE_FIELDS: Fields = MappingProxyType(
    {
        "province_code": Text("mã tỉnh", "province code"),
        "province_name": Text("tỉnh", "province"),
        "approver": Text("người chốt", "approver"),
        "award": Text("cách giao", "way of award"),
        "route_title": Text("nguồn vốn", "route"),
        "cost_years": Text("số năm vận hành được tính", "years of running cost"),
        "households": Text("tổng hộ cần phủ", "households needing coverage"),
        "planned_households": Text("tổng hộ phương án phủ", "households the plan serves"),
        "left_households": Text("tổng hộ còn lại", "households left"),
        "population": Text("tổng dân số", "population"),
        "cost": Text("tổng khái toán, đồng (thấp – giữa – cao)", "estimate, VND (low – middle – high)"),
    }
)
STUDY_FIELDS: Fields = MappingProxyType(
    {
        "study": Text("nghiên cứu", "study"),
        "scenario": Text("kịch bản", "scenario"),
        "model": Text("mô hình", "model"),
        "version": Text("phiên bản phần mềm", "software version"),
        "profile_title": Text("bộ ngưỡng", "thresholds"),
        "profile_source": Text("nguồn bộ ngưỡng", "source of the thresholds"),
        "verified": Text("bộ ngưỡng đã xác minh", "thresholds verified"),
        "service": Text("dịch vụ", "service"),
        "interval": Text("khoảng", "interval"),
        "interval_source": Text("căn cứ của khoảng", "what intervals rest on"),
        "persons_per_household": Text("người một hộ", "persons a household"),
        "min_gap_households": Text("số hộ tối thiểu của một khu vực", "least households of an area"),
        "simulated": Text("dữ liệu mô phỏng", "simulated data"),
        "estimated": Text("số hộ ước tính", "households estimated"),
        "reliability": Text("độ tin cậy", "reliability"),
    }
)
THRESHOLD_FIELDS: Fields = MappingProxyType(
    {
        "served_dbm": Text("mức có sóng, dBm", "served from, dBm"),
        "weak_dbm": Text("mức sóng yếu, dBm", "weak from, dBm"),
    }
)
MARGIN_FIELDS: Fields = MappingProxyType(
    {
        "outdoor_db": Text("ngoài trời, dB", "outdoors, dB"),
        "indoor_db": Text("trong nhà, dB", "indoors, dB"),
    }
)
FILE_FIELDS: Fields = MappingProxyType({"sha256": Text("mã kiểm tra SHA-256", "SHA-256")})
TOLD_FIELDS: Fields = MappingProxyType({"value": Text("nội dung", "text")})
