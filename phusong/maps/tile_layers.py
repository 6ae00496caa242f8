"""The layers a study has tiles of: what is in each, who may have it, what it can be filtered by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from phusong.coverage.criteria import STATES, VILLAGE_CLASSES
from phusong.data.terms import LEAST_SHOWN, STATE_TITLES
from phusong.words import Text, number

Kind = Literal["households", "areas", "lines", "places"]
FilterName = Literal["service", "technology", "operator", "scenario", "classes"]

POINTS_FROM_ZOOM = 12
MOST_POINTS = 7_500
"""Household points in a tile; where there are more, the tile tells bins instead."""
MOST_PLACES = 2_000
"""Villages, labels or sites in a tile; where there are more, those that need it most, and how many were left out."""
BINS_PART, POINTS_PART = "household_bins", "households"
ROADS, RIVERS, SECTORS = "tile_roads", "tile_rivers", "tile_sectors"
"""Tables that are kept for tiles alone."""
LAKES = "lakes"
"""The part of layer rivers that is areas."""
SECTORS_FROM_ZOOM = 12
LEFT_OUT = "left_out"
_NOTHING = Text("", "")
_BINS = Text(
    f"Dưới mức {POINTS_FROM_ZOOM}, hoặc ở ô có trên {number(MOST_POINTS)} điểm: số hộ theo ô lưới 128 × 128 "
    f"(lớp {BINS_PART}); còn lại: từng điểm hộ (lớp {POINTS_PART}). Không có quyền xem điểm hộ: chỉ ô lưới, không có "
    f"số dưới {LEAST_SHOWN} hộ.",
    f"Below zoom {POINTS_FROM_ZOOM}, or in a tile of more than {number(MOST_POINTS, 'en')} points: households in "
    f"128 × 128 bins ({BINS_PART}); elsewhere single points ({POINTS_PART}). Whoever may not see household points gets "
    f"bins only, and no count below {LEAST_SHOWN}.",
)
_PLACES = Text(
    f"Ô có trên {number(MOST_PLACES)} đối tượng chỉ vẽ những đối tượng cần nhất; lớp {LEFT_OUT} nói còn bao nhiêu.",
    f"A tile of more than {number(MOST_PLACES, 'en')} features has those most in need; {LEFT_OUT} tells how many more.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TileLayer:
    """A layer somebody may ask tiles of; ``parts`` are the MVT layers a tile may have inside, each with its columns.

    ``table`` is the result table it is made from, ``stations`` says that it tells of masts, ``told`` what a reader must
    know of its tiles. ``needed`` is the column by which the most needed features stay where there are too many.
    """

    name: str
    title: Text
    kind: Kind
    parts: Mapping[str, Mapping[str, Text]]
    table: str = ""
    stations: bool = False
    filters: frozenset[FilterName] = frozenset()
    classes: tuple[str, ...] = ()
    needed: str = ""
    told: Text = _NOTHING
    min_zoom: int = 0
    max_zoom: int = 16


_CODE, _COMMUNE = Text("Mã thôn", "Village code"), Text("Mã xã", "Commune code")
_NAME = Text("Tên thôn", "Village name")
_HOUSEHOLDS = Text("Số hộ", "Households")
_STATES: Mapping[str, Text] = {
    state: Text(f"Số hộ {t.vi}", f"Households: {t.en}") for state in STATES for t in [STATE_TITLES[state]]
}
_FINDING = {
    "finding": Text("Kết luận", "Finding"),
    "basis": Text("Căn cứ kết luận", "What it rests on"),
    "dated": Text("Ngày của căn cứ", "Day of what it rests on"),
}
_OF_COMMUNE = {"commune_code": _COMMUNE, "commune_name": Text("Tên xã", "Commune name")}
_OF_GAP = {
    "gap_id": Text("Mã vùng lõm", "Gap"),
    "village_name": _NAME,
    "commune_code": _COMMUNE,
    "households": _HOUSEHOLDS,
    **_FINDING,
    "route": Text("Nguồn vốn", "Who pays"),
}
_OF_LATER_GAP = {
    "future_gap_id": Text("Mã vùng lõm về sau", "Future gap"),
    "scenario": Text("Kịch bản", "Scenario"),
    "service": Text("Dịch vụ", "Service"),
    "kind": Text("Mới hay rộng thêm", "New or grown"),
    "commune_code": _COMMUNE,
    "households": _HOUSEHOLDS,
    "new_households": Text("Số hộ thêm", "Households more"),
}
_OF_VILLAGE = {
    "village_code": _CODE,
    "village_name": _NAME,
    "commune_code": _COMMUNE,
    "class": Text("Phân loại thôn theo bộ lọc", "Class of the village as filtered"),
    "households": _HOUSEHOLDS,
    "provisional": Text("Phân loại tạm", "Provisional"),
    **_FINDING,
}
_OF_POINT = {
    "state": Text("Trạng thái theo bộ lọc", "State as filtered"),
    "households": Text("Số hộ tại điểm", "Households the point stands for"),
    "village_code": _CODE,
}
_OF_SITE = {
    "site_id": Text("Mã trạm", "Site"),
    "site_name": Text("Tên trạm", "Site name"),
    "operators": Text("Nhà mạng", "Operators"),
    "technologies": Text("Công nghệ", "Technologies"),
    "status": Text("Tình trạng", "Status"),
    "kind": Text("Loại trạm", "Kind"),
}
_OF_PROPOSED = {
    "site_id": Text("Mã vị trí", "Place"),
    "gap_id": Text("Mã vùng lõm", "Gap"),
    "height_agl_m": Text("Chiều cao cột (m)", "Mast height (m)"),
    "households_gained": Text("Số hộ được phủ thêm", "Households gained"),
}
_OF_SECTOR = {
    "site_id": Text("Mã trạm", "Site"),
    "operators": Text("Nhà mạng", "Operators"),
    "technologies": Text("Công nghệ", "Technologies"),
    "status": Text("Tình trạng", "Status"),
    "azimuth_deg": Text("Góc phương vị (độ)", "Azimuth (degrees)"),
    "round": Text("Anten đẳng hướng", "All around"),
}
_OF_WATER = {"water_name": Text("Tên sông, hồ", "Water"), "water_class": Text("Loại", "Class")}
_LEFT = {"count": Text("Số đối tượng không vẽ ở mức này", "Features left out at this zoom")}
ASKED: frozenset[FilterName] = frozenset({"service", "technology", "operator", "scenario"})


def _placed(name: str, columns: Mapping[str, Text]) -> Mapping[str, Mapping[str, Text]]:
    return {name: columns, LEFT_OUT: _LEFT}


_ALL = (
    TileLayer(
        name="rivers",
        title=Text("Sông, suối, hồ", "Rivers and lakes"),
        kind="lines",
        table=RIVERS,
        parts={"rivers": _OF_WATER, LAKES: _OF_WATER},
    ),
    TileLayer(
        name="roads",
        title=Text("Đường giao thông", "Roads"),
        kind="lines",
        table=ROADS,
        parts={"roads": {"road_name": Text("Tên đường", "Road"), "road_class": Text("Loại đường", "Road class")}},
    ),
    TileLayer(
        name="communes",
        title=Text("Xã, phường", "Communes"),
        kind="areas",
        table="communes",
        parts={"communes": {**_OF_COMMUNE, "households": _HOUSEHOLDS, **_STATES}},
        filters=ASKED,
    ),
    TileLayer(
        name="provinces",
        title=Text("Ranh giới tỉnh", "Province borders"),
        kind="lines",
        table="communes",
        parts={"provinces": {"province_code": Text("Mã tỉnh", "Province code")}},
    ),
    TileLayer(
        name="commune_labels",
        title=Text("Tên xã, phường", "Names of communes"),
        kind="places",
        table="communes",
        parts=_placed("commune_labels", _OF_COMMUNE),
        needed="households",
        told=_PLACES,
    ),
    TileLayer(
        name="households",
        title=Text("Hộ dân", "Households"),
        kind="households",
        parts={BINS_PART: _STATES, POINTS_PART: _OF_POINT},
        classes=STATES,
        told=_BINS,
        filters=ASKED | {"classes"},
    ),
    TileLayer(
        name="gaps",
        title=Text("Vùng lõm sóng", "Gaps"),
        kind="areas",
        table="gaps",
        parts={"gaps": _OF_GAP},
    ),
    TileLayer(
        name="gap_labels",
        title=Text("Tâm vùng lõm sóng", "Centres of gaps"),
        kind="places",
        table="gaps",
        parts=_placed("gap_labels", _OF_GAP),
        needed="households",
        told=_PLACES,
    ),
    TileLayer(
        name="future_gaps",
        title=Text("Vùng lõm khi tắt 2G, 3G", "Gaps after switch-offs"),
        kind="areas",
        table="future_gaps",
        parts={"future_gaps": _OF_LATER_GAP},
        filters=frozenset({"service", "scenario"}),
    ),
    TileLayer(
        name="villages",
        title=Text("Thôn, bản", "Villages"),
        kind="places",
        table="villages",
        parts=_placed("villages", _OF_VILLAGE),
        classes=VILLAGE_CLASSES,
        filters=frozenset({"service", "operator", "scenario", "classes"}),
        needed="households",
        told=_PLACES,
    ),
    TileLayer(
        name="proposed_sites",
        title=Text("Vị trí trạm tham khảo", "Reference sites"),
        kind="places",
        table="proposed_sites",
        parts=_placed("proposed_sites", _OF_PROPOSED),
        needed="households_gained",
        told=_PLACES,
    ),
    TileLayer(
        name="sectors",
        title=Text("Cánh sóng", "Sectors"),
        kind="places",
        table=SECTORS,
        parts=_placed("sectors", _OF_SECTOR),
        stations=True,
        filters=frozenset({"operator", "technology"}),
        needed="azimuth_deg",
        told=_PLACES,
        min_zoom=SECTORS_FROM_ZOOM,
    ),
    TileLayer(
        name="sites",
        title=Text("Trạm", "Sites"),
        kind="places",
        table="sites",
        parts=_placed("sites", _OF_SITE),
        stations=True,
        filters=frozenset({"operator", "technology"}),
        needed="sectors",
        told=_PLACES,
    ),
)
LAYERS: Mapping[str, TileLayer] = MappingProxyType({one.name: one for one in _ALL})
"""All layers in drawing order, the lowest first."""
