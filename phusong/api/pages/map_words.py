"""The words the map's scripts say; they hold none of their own."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from phusong.words import Text

WORDS: Mapping[str, Text] = MappingProxyType(
    {
        "nothing": Text("Không tìm thấy. Thử tên khác, không cần dấu.", "Nothing found. Try another name."),
        "found": Text("{n} nơi tìm thấy", "{n} places found"),
        "failed": Text("Chưa tải được, hãy thử lại.", "Not loaded; try again."),
        "copied": Text("Đã chép địa chỉ của khung nhìn này.", "The address of this view is copied."),
        "not_by": Text("Không theo: {names}.", "Not by: {names}."),
        "kind_commune": Text("Xã, phường", "Commune"),
        "kind_village": Text("Thôn, bản", "Village"),
        "kind_site": Text("Trạm", "Station"),
        "kind_position": Text("Tọa độ", "Coordinates"),
        "km": Text("km", "km"),
        "m": Text("m", "m"),
        "measure_how": Text(
            "Bấm từng điểm (hoặc Enter ở giữa bản đồ); Backspace bỏ điểm cuối, Esc kết thúc.",
            "Click each point (or Enter at the map's middle); Backspace takes one back, Esc ends.",
        ),
        "measured": Text("Dài {length}, {n} điểm", "{length} long, {n} points"),
        "select_how": Text(
            "Bấm từng góc (hoặc Enter ở giữa bản đồ), góc đầu để khép; giữ Shift và kéo: ô chữ nhật.",
            "Click each corner (or Enter at the map's middle), the first to close; Shift and drag draws a box.",
        ),
        "lasso_how": Text(
            "Giữ và kéo quanh vùng cần chọn, thả ra để khép; Esc bỏ.",
            "Hold and drag round the area, let go to close it; Esc clears.",
        ),
        "inside": Text(
            "{gaps} vùng lõm, {gap_households} hộ; {villages} thôn, {unserved}/{households} hộ chưa có sóng, "
            "{undetermined} hộ chưa xác định",
            "{gaps} gaps, {gap_households} households; {villages} villages, {unserved}/{households} households "
            "unserved, {undetermined} undetermined",
        ),
        "nothing_inside": Text("Không có vùng lõm hay thôn nào trong vùng chọn.", "No gap or village lies inside."),
        "title": Text("Bản đồ vùng lõm sóng", "Map of signal gaps"),
        "north": Text("B", "N"),
        "source_line": Text(
            "Phủ Sóng · {study} · in ngày {day} · mô phỏng, chưa đo",
            "Phủ Sóng · {study} · {day} · modelled, not measured",
        ),
        "saved": Text("Đã lưu ảnh.", "The picture is saved."),
    }
)
