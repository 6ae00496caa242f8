"""The open tables and their columns: what each is called and what it means; the data dictionary is this table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from phusong.data.terms import LEAST_SHOWN, VILLAGE_CLASS_TITLES
from phusong.words import Text

Kind = Literal["text", "whole", "class", "flag", "date"]
KEPT_BACK = Text(
    f"Số hộ từ 1 đến {LEAST_SHOWN - 1} không công bố; ô trống là số như vậy, hoặc là số được giữ lại để không suy ra "
    "được số như vậy. Ô trống không phải là 0. Không có vị trí hộ dân, không có vị trí trạm.",
    f"Counts of 1 to {LEAST_SHOWN - 1} households are not told; an empty cell is such a count, or one kept back so "
    "that none follows. Empty is not 0. There are no places of homes and none of stations.",
)
"""What every open table says of what it does not."""
_HIDDEN = Text(
    f"Trống: dưới {LEAST_SHOWN} hộ, hoặc để không suy ra được số như vậy.",
    f"Empty: fewer than {LEAST_SHOWN} households, or kept back so that such a number cannot be worked out.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenColumn:
    """One column of an open table; ``class`` is a key of the village classes, ``date`` is text yyyy-mm-dd."""

    name: str
    title: Text
    meaning: Text
    kind: Kind = "text"

    @property
    def options(self) -> Mapping[str, Text]:
        """Return what the values stand for, where they are keys."""
        return VILLAGE_CLASS_TITLES if self.kind == "class" else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTable:
    """One open table: its name, its columns in order; the geometry comes last, in WGS 84.

    ``key`` names a row in its province, ``label`` is what people call it.
    """

    name: str
    title: Text
    meaning: Text
    key: str
    label: str
    geometry: Literal["MultiPolygon", "Polygon", "Point"]
    columns: tuple[OpenColumn, ...]


def _column(name: str, vi: str, en: str, means_vi: str, means_en: str, kind: Kind = "text") -> OpenColumn:
    return OpenColumn(name=name, title=Text(vi, en), meaning=Text(means_vi, means_en), kind=kind)


def _count(name: str, vi: str, en: str, means_vi: str, means_en: str) -> OpenColumn:
    return _column(name, vi, en, f"{means_vi} {_HIDDEN.vi}", f"{means_en} {_HIDDEN.en}", "whole")


_PLACE = (
    _column("province_code", "Mã tỉnh", "Province code", "Mã đơn vị hành chính cấp tỉnh.", "Code of the province."),
    _column("province_name", "Tỉnh, thành phố", "Province", "Tên tỉnh, thành phố.", "Name of the province."),
    _column("commune_code", "Mã xã", "Commune code", "Mã đơn vị hành chính cấp xã.", "Code of the commune."),
    _column("commune_name", "Xã, phường, đặc khu", "Commune", "Tên xã, phường, đặc khu.", "Name of the commune."),
)
_VILLAGE = (
    _column("village_code", "Mã thôn", "Village code", "Mã thôn trong danh sách của tỉnh.", "Code in the province."),
    _column("village_name", "Thôn, bản", "Village", "Tên thôn, bản, tổ dân phố.", "Name of the village."),
)
_COUNTS = (
    _count("households", "Tổng số hộ", "Households", "Số hộ trong số liệu đã duyệt.", "Households in approved data."),
    _count(
        "households_served", "Hộ có sóng", "Households served",
        "Số hộ có sóng theo dịch vụ chính.", "Households with signal of the main service.",
    ),
    _count(
        "households_unserved", "Hộ chưa có sóng", "Households unserved",
        "Số hộ chưa có sóng theo dịch vụ chính.", "Households without signal of the main service.",
    ),
    _count(
        "households_unknown", "Hộ chưa xác định", "Households undetermined",
        "Số hộ mà số liệu hiện có chưa đủ để kết luận, cần đo.",
        "Households for which the data at hand decide nothing: to be measured.",
    ),
)  # fmt: skip
_CLASS = _column(
    "village_class", "Phân loại", "Class",
    "Phân loại thôn theo dịch vụ chính.", "Class of the village by the main service.", "class",
)  # fmt: skip
_RESTS_ON = (
    _column("dated", "Ngày số liệu", "Date of data", "Ngày của số liệu.", "Day the data are of.", "date"),
    _column(
        "simulated", "Dữ liệu mô phỏng", "Made-up data", "Đúng: số liệu để thử, không phải thật.",
        "True: data for trying out, not of a real place.", "flag",
    ),
)  # fmt: skip

OPEN_TABLES: Mapping[str, OpenTable] = MappingProxyType(
    {
        one.name: one
        for one in (
            OpenTable(
                name="open_communes",
                title=Text("Xã, phường, đặc khu: số hộ theo tình trạng sóng", "Communes: households by signal"),
                meaning=Text("Một dòng một xã, ranh giới xã.", "A row a commune, with its boundary."),
                key="commune_code",
                label="commune_name",
                geometry="MultiPolygon",
                columns=(
                    *_PLACE,
                    _column("villages", "Số thôn", "Villages", "Số thôn của xã.", "Villages of the commune.", "whole"),
                    *_COUNTS,
                    *_RESTS_ON,
                ),
            ),
            OpenTable(
                name="open_villages",
                title=Text("Thôn, bản: phân loại và số hộ", "Villages: class and households"),
                meaning=Text(
                    "Một dòng một thôn; vị trí là trung tâm do địa phương cung cấp, trống khi chưa có.",
                    "A row a village; its place is the centre the locality gave, empty where there is none.",
                ),
                key="village_code",
                label="village_name",
                geometry="Point",
                columns=(
                    *_VILLAGE,
                    *_PLACE,
                    _CLASS,
                    _column(
                        "village_class_voice", "Phân loại thoại", "Class for voice",
                        "Phân loại thôn theo dịch vụ thoại.", "Class of the village for voice.", "class",
                    ),
                    *_COUNTS,
                    *_RESTS_ON,
                ),
            ),
            OpenTable(
                name="open_gaps",
                title=Text("Khu vực lõm sóng", "Signal gaps"),
                meaning=Text(
                    f"Một dòng một khu vực từ {LEAST_SHOWN} hộ chưa có sóng trở lên.",
                    f"A row an area of {LEAST_SHOWN} or more households without signal.",
                ),
                key="gap_id",
                label="gap_id",
                geometry="Polygon",
                columns=(
                    _column("gap_id", "Mã khu vực", "Gap code", "Mã khu vực lõm sóng.", "Code of the gap."),
                    *_PLACE,
                    *_VILLAGE,
                    _CLASS,
                    _column(
                        "households", "Số hộ cần phủ", "Households needing coverage",
                        "Số hộ chưa có sóng trong khu vực.", "Households without signal in the area.", "whole",
                    ),
                    *_RESTS_ON,
                ),
            ),
        )
    }
)  # fmt: skip
"""Every open table by its name."""
