"""The forms a bidder fills in, as one table: their sheets and columns, written by one room and read by another."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from phusong.data.workbook import Kind
from phusong.tenders.clauses.requirements import requirement_groups
from phusong.tenders.package.canonical import digest_of
from phusong.tenders.package.said import option_number
from phusong.tenders.package.shown import listed_areas, row_code, shown_place
from phusong.tenders.package.values import Area, Package
from phusong.tenders.sentences import OUTSIDE_VILLAGES
from phusong.words import Language, Text

FORMAT = "phusong-bid/1"
SheetKey = Literal["info", "sites", "commitments", "prices", "compliance", "identity"]
IDENTITY = ("format", "package_code", "version", "digest")
TECHNOLOGIES = ("4G", "5G", "4G; 5G", "2G; 4G")
BOX_MARGIN_DEG = 0.2
"""How far outside the box of a package's areas and new sites a proposed site may be: some 20 km."""

HEIGHT_M = (5.0, 150.0)
LEAST_SITE_ROWS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FormColumn:
    """A column of a form: what a bidder fills in (``entry``), what is printed for him, or what is computed."""

    key: str
    title: Text
    kind: Kind = "text"
    width: float = 12.0
    entry: bool = False
    summed: bool = False
    needed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A sheet of the forms; ``row_key`` names its printed rows."""

    key: SheetKey
    name: Text
    title: Text
    columns: tuple[FormColumn, ...]
    row_key: str


def _entry(key: str, title: Text, kind: Kind = "text", width: float = 14.0, *, needed: bool = True) -> FormColumn:
    return FormColumn(key=key, title=title, kind=kind, width=width, entry=True, needed=needed)


_STT = FormColumn(key="number", title=Text("STT", "No."), kind="whole", width=5)

INFO = Form(
    key="info",
    name=Text("Thông tin nhà thầu", "Bidder"),
    title=Text("Mẫu 1 – Thông tin nhà thầu", "Form 1 – The bidder"),
    row_key="item",
    columns=(
        _STT,
        FormColumn(key="item", title=Text("Mục", "Item"), width=44),
        _entry("content", Text("Nhà thầu điền", "Bidder fills in"), width=70),
    ),
)
SITES = Form(
    key="sites",
    name=Text("Trạm đề xuất", "Proposed sites"),
    title=Text("Mẫu 2 – Trạm đề xuất", "Form 2 – Proposed sites"),
    row_key="number",
    columns=(
        _STT,
        _entry("own_id", Text("Mã trạm của nhà thầu", "Bidder's site code"), width=15),
        _entry("replaces", Text("Thay cho trạm tham chiếu", "Replaces reference site"), width=15, needed=False),
        _entry("lon_deg", Text("Kinh độ (WGS84)", "Longitude (WGS84)"), "degrees", 12),
        _entry("lat_deg", Text("Vĩ độ (WGS84)", "Latitude (WGS84)"), "degrees", 12),
        _entry("height_m", Text("Chiều cao anten, m", "Antenna height, m"), "decimal", 10),
        _entry("technology", Text("Công nghệ", "Technology"), width=10),
        _entry("band", Text("Băng tần", "Band"), width=12, needed=False),
        _entry("gap_ids", Text("Mã khu vực được phủ (cách bằng ;)", "Codes of areas (; between)"), width=34),
        FormColumn(key="households", title=Text("Số hộ cam kết phủ", "Households committed"), kind="whole", width=12,
                   entry=True, needed=True, summed=True),
    ),
)  # fmt: skip
COMMITMENTS = Form(
    key="commitments",
    name=Text("Cam kết phủ", "Commitments"),
    title=Text("Mẫu 3 – Cam kết phủ theo khu vực", "Form 3 – Commitments by area"),
    row_key="gap_id",
    columns=(
        _STT,
        FormColumn(key="gap_id", title=Text("Mã khu vực", "Area code"), width=14),
        FormColumn(key="village_name", title=Text("Thôn, bản", "Village"), width=20),
        FormColumn(key="commune_name", title=Text("Xã, phường, đặc khu", "Commune"), width=20),
        FormColumn(key="needed", title=Text("Số hộ cần phủ", "Households needing coverage"), kind="whole", width=11,
                   summed=True),
        FormColumn(key="least", title=Text("Cam kết tối thiểu", "Least commitment"), kind="whole", width=11),
        FormColumn(key="committed", title=Text("Số hộ cam kết phủ", "Households committed"), kind="whole", width=11,
                   entry=True, needed=True, summed=True),
        _entry("technology", Text("Công nghệ", "Technology"), width=10),
        _entry("on_air", Text("Ngày phủ sóng", "Date of coverage"), "date", 13),
    ),
)  # fmt: skip
PRICES = Form(
    key="prices",
    name=Text("Biểu giá", "Price schedule"),
    title=Text("Mẫu 4 – Biểu giá theo trạm", "Form 4 – Price schedule by site"),
    row_key="number",
    columns=(
        _STT,
        _entry("own_id", Text("Mã trạm của nhà thầu", "Bidder's site code"), width=16),
        FormColumn(key="capex_vnd", title=Text("Đầu tư, đồng", "Investment, VND"), kind="whole", width=18, entry=True,
                   needed=True, summed=True),
        FormColumn(key="yearly_vnd", title=Text("Vận hành một năm, đồng", "Running a year, VND"), kind="whole",
                   width=18, entry=True, needed=True, summed=True),
        FormColumn(key="years", title=Text("Số năm", "Years"), kind="whole", width=8),
        FormColumn(key="amount_vnd", title=Text("Thành tiền, đồng", "Amount, VND"), kind="whole", width=20,
                   summed=True),
        _entry("note", Text("Ghi chú", "Note"), width=30, needed=False),
    ),
)  # fmt: skip
COMPLIANCE = Form(
    key="compliance",
    name=Text("Tuân thủ", "Compliance"),
    title=Text("Mẫu 5 – Tuân thủ yêu cầu kỹ thuật", "Form 5 – Compliance with the requirements"),
    row_key="item",
    columns=(
        _STT,
        FormColumn(key="item", title=Text("Yêu cầu", "Requirement"), width=52),
        FormColumn(key="value", title=Text("Mức yêu cầu", "Required"), width=26),
        _entry("answer", Text("Đáp ứng", "Complies"), width=12),
        _entry("remark", Text("Diễn giải, tài liệu chứng minh", "Explanation, proof"), width=36, needed=False),
    ),
)
IDENTITY_SHEET = Form(
    key="identity",
    name=Text("phusong", "phusong"),
    title=Text("Không sửa trang này", "Do not change this sheet"),
    row_key="key",
    columns=(
        FormColumn(key="key", title=Text("Khoá", "Key"), width=20),
        FormColumn(key="value", title=Text("Giá trị", "Value"), width=70),
        FormColumn(key="site_id", title=Text("Mã vị trí", "Site code"), width=20),
        FormColumn(key="technology", title=Text("Công nghệ", "Technology"), width=20),
        FormColumn(key="answer", title=Text("Đáp ứng", "Complies"), width=20),
    ),
)
FORMS: Mapping[SheetKey, Form] = MappingProxyType(
    {form.key: form for form in (INFO, SITES, COMMITMENTS, PRICES, COMPLIANCE, IDENTITY_SHEET)}
)
ANSWERS = (Text("có", "yes"), Text("không", "no"))
INFO_ITEMS = (
    Text("Tên nhà thầu", "Name of the bidder"),
    Text("Mã số doanh nghiệp", "Enterprise code"),
    Text("Địa chỉ trụ sở", "Registered office"),
    Text("Người đại diện hợp pháp, chức vụ", "Legal representative, position"),
    Text("Thành viên liên danh (nếu có)", "Members of the joint venture, if any"),
    Text("Giấy phép viễn thông (số, ngày, phạm vi)", "Telecom licence (number, date, scope)"),
    Text("Hiệu lực của hồ sơ dự thầu", "Validity of the bid"),
    Text("Thư điện tử, số điện thoại liên hệ", "E-mail and telephone"),
)
NAME_ITEM = INFO_ITEMS[0]
NEEDED_ITEMS = frozenset((INFO_ITEMS[0], INFO_ITEMS[1], INFO_ITEMS[3]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Commitment:
    """What is printed of a row of areas that a bidder commits himself to; ``least`` is None where nothing is asked."""

    gap_id: str
    village_name: Text
    commune_name: str
    needed: int
    least: int | None


def identity_of(package: Package) -> dict[str, str]:
    """Return what tells for which frozen package forms were made."""
    values = (FORMAT, package.package_code, str(package.version), digest_of(package))
    return dict(zip(IDENTITY, values, strict=True))


def commitments_of(package: Package) -> tuple[Commitment, ...]:
    """Return the printed rows of *Cam kết phủ*: every area of the package, small ones of a village together."""
    share = option_number(package, "req_area_percent")
    return tuple(_commitment(row, share) for row in listed_areas(package.areas))


def _commitment(row: tuple[Area, ...], share: float | None) -> Commitment:
    first = row[0]
    name = Text(first.village_name, first.village_name) if first.village_name else OUTSIDE_VILLAGES
    return Commitment(
        gap_id=row_code(row),
        village_name=name,
        commune_name=first.commune_name,
        needed=sum(area.households for area in row),
        least=least_households(sum(area.planned_households for area in row), share),
    )


def least_of_package(package: Package) -> int | None:
    """Return the least commitment over all areas; None where nothing is asked."""
    return least_households(package.planned_households, option_number(package, "req_households_percent"))


def least_households(planned: int, share_percent: float | None) -> int | None:
    """Return a share of households, rounded up."""
    return None if share_percent is None else math.ceil(round(planned * share_percent / 100.0, 6))


def requirements_of(package: Package, language: Language) -> Iterator[tuple[str, str]]:
    """Give the requirements that a bidder answers one by one, as Annex IV has them: what, and how much of it."""
    for group in requirement_groups(package, language):
        for row in group["rows"]:
            yield f"{row['code']}. {row['text']}", row["level"] or f"[{row['ask']}]"


def box_of(package: Package) -> tuple[float, float, float, float] | None:
    """Return where a proposed site may be: west, south, east, north; None where nothing is shown at a place."""
    places = [row[0].place for row in listed_areas(package.areas) if len(row) == 1]
    places += [place for site in package.sites if (place := shown_place(site))]
    if not places:
        return None
    lons, lats = [place.lon_deg for place in places], [place.lat_deg for place in places]
    west, south, east, north = min(lons), min(lats), max(lons), max(lats)
    margin = BOX_MARGIN_DEG
    return (round(west - margin, 2), round(south - margin, 2), round(east + margin, 2), round(north + margin, 2))


def site_rows(package: Package) -> int:
    """Return how many sites a bidder may propose on the form."""
    return max(LEAST_SITE_ROWS, 2 * len(package.sites))
