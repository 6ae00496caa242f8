"""The legend of the atlas: coverage classes with their levels, and the signs, in columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from phusong.data.provenance import dbm
from phusong.maps import colours
from phusong.maps.atlas_map import BORDER, BORDER_DASH, ROAD
from phusong.maps.atlas_svg import filled, marked, ring, stroked, svg, words
from phusong.words import Language, Text

_ROW_MM, _SWATCH_MM, _SIZE = 4.4, 8.0, 2.6
_FIRST_SHARE = 0.56
"""Of the width, for the column that begins with the classes and their levels."""
_WORDS = {
    "served": Text("Có sóng: từ {served} dBm", "Served: {served} dBm or more"),
    "weak": Text("Sóng yếu: từ {weak} đến dưới {served} dBm", "Weak: {weak} to under {served} dBm"),
    "unserved": Text("Chưa có sóng: dưới {weak} dBm", "Not served: under {weak} dBm"),
    "no_data": Text("Không có số liệu", "No data"),
}
_SIGNS = {
    "own": Text("Khu vực cần phủ của cụm", "Area of the cluster"),
    "area": Text("Khu vực cần phủ của gói", "Area of the package"),
    "other": Text("Khu vực khác của gói", "Other area of the package"),
    "site": Text("Trạm tham chiếu xây dựng mới", "Reference site, new mast"),
    "move": Text("Phạm vi được dịch chuyển trạm", "How far the site may move"),
    "number": Text("Số của cụm (một trang bản đồ)", "Number of a cluster (a page)"),
    "border": Text("Ranh giới xã", "Commune border"),
    "heavy": Text("Ranh giới xã có khu vực của gói", "Border of a commune of the package"),
    "road": Text("Đường", "Road"),
    "wgs84": Text("Lưới WGS84 (trái, dưới)", "WGS84 grid (left, below)"),
    "vn2000": Text("Lưới VN-2000, m (trên, phải)", "VN-2000 grid, m (above, right)"),
}


def key_svg(
    signs: Sequence[str],
    language: Language,
    *,
    levels_dbm: tuple[float, float] | None,
    width_mm: float,
    columns: Literal[1, 2] = 2,
) -> tuple[bytes, float]:
    """Draw a legend; ``levels_dbm`` is served and weak, None where no coverage is drawn. Return it with its height."""
    rows: list[tuple[Callable[[float, float], str], str]] = []
    if levels_dbm is not None:
        served, weak = (dbm(level, language) for level in levels_dbm)
        for kind, title in _WORDS.items():
            rows.append((_swatch(kind), title.to(language).format(served=served, weak=weak)))
    rows += [(_sign(sign), _SIGNS[sign].to(language)) for sign in signs]
    deep = -(-len(rows) // columns)
    starts = (0.0, _FIRST_SHARE * width_mm) if columns == 2 else (0.0,)
    pieces = []
    for i, (draw, text) in enumerate(rows):
        x, y = starts[i // deep], (i % deep + 0.5) * _ROW_MM
        pieces.append(draw(x, y))
        pieces.append(words(text, x + _SWATCH_MM + 1.5, y + 0.35 * _SIZE, size=_SIZE, anchor="start"))
    height = deep * _ROW_MM
    return svg(width_mm, height, pieces), height


def _swatch(kind: str) -> Callable[[float, float], str]:
    def draw(x: float, y: float) -> str:
        path = f"M{x + 0.2:.2f},{y - 1.7:.2f}h{_SWATCH_MM - 0.4:.2f}v3.4h-{_SWATCH_MM - 0.4:.2f}Z"
        return filled(path, kind) + stroked(path, width=0.15)

    return draw


def _sign(sign: str) -> Callable[[float, float], str]:
    def draw(x: float, y: float) -> str:
        middle, across = x + _SWATCH_MM / 2, f"M{x + 0.3:.2f},{y:.2f}h{_SWATCH_MM - 0.6:.2f}"
        around = f"M{x + 1:.2f},{y - 1.5:.2f}h6v3h-6Z"
        return {
            "own": lambda: stroked(around, width=0.55),
            "area": lambda: stroked(around, width=0.55),
            "other": lambda: stroked(around, width=0.25, dash="1 .6"),
            "site": lambda: marked(colours.PLAN_SITES["new"].mark, middle, y, size=4.0),
            "move": lambda: ring(middle, y, 1.7, colour=colours.ACTION, dash="1.2 .8"),
            "number": lambda: ring(middle, y, 1.9) + words("1", middle, y + 0.9, size=2.7, bold=True),
            "border": lambda: stroked(across, BORDER, width=0.35, dash=BORDER_DASH),
            "heavy": lambda: stroked(across, width=0.5, dash=BORDER_DASH),
            "road": lambda: stroked(across, ROAD, width=0.35),
            "wgs84": lambda: stroked(across, colours.QUIET_INK, width=0.12),
            "vn2000": lambda: stroked(f"M{middle:.2f},{y - 1:.2f}v2", width=0.25) + _tick_words(middle, y),
        }[sign]()

    return draw


def _tick_words(x: float, y: float) -> str:
    return words("X, Y", x + 0.6, y - 0.2, size=1.9, anchor="start", colour=colours.ACTION)
