"""The words the map's scripts say; they hold none of their own."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from phusong.words import Text

WORDS: Mapping[str, Text] = MappingProxyType(
    {
        "nothing": Text("Không tìm thấy. Thử tên khác, không cần dấu.", "Nothing found. Try another name."),
        "found": Text("{n} kết quả", "{n} found"),
        "failed": Text("Chưa tải được, hãy thử lại.", "Not loaded; try again."),
        "here": Text("Nơi đang hỏi", "The place asked about"),
        "copied": Text("Đã chép địa chỉ của khung nhìn này.", "The address of this view is copied."),
        "km": Text("km", "km"),
        "m": Text("m", "m"),
    }
)
