"""What the templates say: ``[[…]]`` is for the investor to fill, ``**…**`` is bold, ``{{ … }}`` a field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from phusong.tenders.templates.layout import Control, Heading, Line, Table, TableColumn, TableLine
from phusong.tenders.templates.letterhead import MOTTO, NATION, RECIPIENTS_TITLE
from phusong.words import Language, Text

__all__ = ["MOTTO", "NATION", "RECIPIENTS_TITLE", "Control", "Heading", "Line", "Table", "TableColumn", "TableLine"]

FILE_NAMES: Mapping[Language, str] = MappingProxyType({"vi": "bao_cao_thuyet_minh.docx", "en": "report.docx"})
FILE_TITLE = Text("Báo cáo thuyết minh gói thầu", "Report on a package")

FOOTER = Text(
    "Gói {{ package_code }} · số liệu chốt ngày {{ frozen_on }} · mã kiểm tra {{ digest_short }}",
    "Package {{ package_code }} · figures frozen on {{ frozen_on }} · digest {{ digest_short }}",
)
PARENT = Text("[[CƠ QUAN CHỦ QUẢN – chủ đầu tư điền]]", "[[PARENT BODY – investor to fill]]")
ISSUER = Text("[[TÊN CHỦ ĐẦU TƯ – chủ đầu tư điền]]", "[[INVESTOR – investor to fill]]")
NUMBER = Text("Số: [[chủ đầu tư điền]]/BC-[[…]]", "No.: [[investor to fill]]/BC-[[…]]")
PLACE_AND_DATE = Text("[[địa danh]], ngày [[…]] tháng [[…]] năm {{ year }}", "[[place]], [[day, month]] {{ year }}")
KIND = Text("BÁO CÁO", "REPORT")
SUBJECT = Text(
    "Thuyết minh gói {{ package_code }}: danh mục khu vực lõm sóng cần phủ sóng tại {{ province_name }}",
    "Package {{ package_code }}: signal-depression areas needing coverage in {{ province_name }}",
)
ADDRESSEE = Text("Kính gửi: [[chủ đầu tư điền]].", "To: [[investor to fill]].")
RECIPIENTS = (
    Text("- Như trên;", "- As above;"),
    Text("- [[chủ đầu tư điền]];", "- [[investor to fill]];"),
    Text("- Lưu: VT.", "- File."),
)
SIGNER = Text("[[CHỨC VỤ NGƯỜI KÝ – chủ đầu tư điền]]", "[[SIGNER'S POSITION – investor to fill]]")
SIGNER_NAME = Text(
    "{{ approver }}[[{% if not approver %}Họ và tên – chủ đầu tư điền{% endif %}]]",
    "{{ approver }}[[{% if not approver %}Name – investor to fill{% endif %}]]",
)


class SummaryTable:
    """The place of the table by commune."""


BODY: tuple[Heading | Line | Control | SummaryTable, ...] = (
    Control("{%p for basis in legal_basis %}"),
    Line(
        Text(
            "Căn cứ {{ basis.text }}[[{% if basis.to_check %}chủ đầu tư kiểm tra{% endif %}]];",
            "Pursuant to {{ basis.text }}[[{% if basis.to_check %}investor to check{% endif %}]];",
        ),
        italic=True,
    ),
    Control("{%p endfor %}"),
    Line(
        Text(
            "Căn cứ [[chủ đầu tư điền quyết định, kế hoạch của tỉnh và rà soát hiệu lực của các căn cứ trên]].",
            "Pursuant to [[investor to fill: decisions and plans of the province; check that the above are in force]].",
        ),
        italic=True,
    ),
    Heading(Text("I. TÓM TẮT", "I. SUMMARY")),
    Line(
        Text(
            "Gói {{ package_code }} gồm **{{ area_count }} khu vực** tại {{ commune_count }} xã, phường, đặc khu của "
            "{{ province_name }}, với **{{ households }} hộ** cần phủ sóng (khoảng {{ population }} người); "
            "dịch vụ xét: {{ service }}. Công cụ đề xuất {{ site_count }} vị trí trạm để tham chiếu. Tổng hợp theo xã:",
            "Package {{ package_code }} holds **{{ area_count }} areas** in {{ commune_count }} communes of "
            "{{ province_name }}, with **{{ households }} households** needing coverage (about {{ population }} "
            "people); service: {{ service }}. {{ site_count }} sites are proposed for reference. By commune:",
        )
    ),
    SummaryTable(),
    Heading(Text("II. PHƯƠNG PHÁP VÀ SỐ LIỆU", "II. METHOD AND DATA")),
    Line(
        Text(
            "1. Mô hình: {{ model }}; phần mềm Phủ Sóng {{ version }}; kịch bản: {{ scenario }}; "
            "nghiên cứu {{ study }} ngày {{ study_date }}.",
            "1. Model: {{ model }}; software Phủ Sóng {{ version }}; scenario: {{ scenario }}; "
            "study {{ study }} of {{ study_date }}.",
        )
    ),
    Line(
        Text(
            "2. Một hộ được coi là chưa có sóng khi không có nhà mạng nào đạt ngưỡng mức thu tại vị trí hộ. "
            "Ngưỡng ({{ profile }}): {{ thresholds }}. Nguồn: {{ profile_source }}.",
            "2. A household is unserved where no operator reaches the threshold at its place. "
            "Thresholds ({{ profile }}): {{ thresholds }}. Source: {{ profile_source }}.",
        )
    ),
    Line(
        Text(
            "3. Dự trữ tổn hao đã trừ vào mức thu: {{ margins }}.",
            "3. Margins taken from the level: {{ margins }}.",
        )
    ),
    Line(
        Text(
            "4. Số hộ {{ households_origin }}. Khu vực là cụm từ {{ min_gap_households }} hộ chưa có sóng trở lên ở "
            "gần nhau; dân số ước tính {{ persons_per_household }} người một hộ.",
            "4. Households are {{ households_origin }}. An area is a cluster of {{ min_gap_households }} or more "
            "unserved households; population is estimated at {{ persons_per_household }} persons a household.",
        )
    ),
    Line(Text("5. Dữ liệu vào: {{ inputs }}.", "5. Inputs: {{ inputs }}.")),
    Heading(Text("III. GIỚI HẠN", "III. LIMITS")),
    Control("{%p for limit in limits %}"),
    Line(Text("- {{ limit }}", "- {{ limit }}")),
    Control("{%p endfor %}"),
    Heading(Text("IV. KIẾN NGHỊ", "IV. PROPOSAL")),
    Line(
        Text(
            "Kính đề nghị [[chủ đầu tư điền]] xem xét danh mục khu vực tại Phụ lục I, số hộ tại Phụ lục II làm cơ sở "
            "lập hồ sơ gói {{ package_code }}. Giá gói thầu, nguồn vốn, thời gian thực hiện: [[chủ đầu tư điền]].",
            "[[Investor to fill]] is asked to consider the areas of Annex I and the households of Annex II as the "
            "basis of package {{ package_code }}. Price, funding and time: [[investor to fill]].",
        ),
        keep=True,
    ),
    Line(Text("Trân trọng báo cáo./.", "Respectfully reported."), keep=True),
)


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex on pages of its own."""

    head: Text
    title: Text
    note: Text
    table: Table


_NUMBER_TITLE = Text("STT", "No.")
_VILLAGE_TITLE = Text("Thôn, bản", "Village")
_HOUSEHOLDS_TITLE = Text("Số hộ cần phủ", "Households needing coverage")
_POPULATION_TITLE = Text("Dân số (ước tính)", "Population (estimate)")
_WGS84_TITLE = Text("WGS84: vĩ độ, kinh độ", "WGS84: latitude, longitude")
_VN2000_TITLE = Text(
    "VN-2000: X (Bắc), Y (Đông), m; kinh tuyến trục", "VN-2000: X (north), Y (east), m; central meridian"
)
_TOTAL = Text("Tổng cộng", "Total")
_LOOP, _ENDFOR, _ENDIF = "{%tr for commune in communes %}", "{%tr endfor %}", "{%tr endif %}"

SUMMARY = Table(
    columns=(
        TableColumn(_NUMBER_TITLE, 1.2, right=True),
        TableColumn(Text("Xã, phường, đặc khu", "Commune"), 5.4),
        TableColumn(Text("Số khu vực", "Areas"), 2.2, right=True),
        TableColumn(_HOUSEHOLDS_TITLE, 2.5, right=True),
        TableColumn(_POPULATION_TITLE, 2.5, right=True),
        TableColumn(Text("Trạm tham chiếu", "Reference sites"), 2.2, right=True),
    ),
    lines=(
        _LOOP,
        TableLine(
            (
                "{{ commune.number }}",
                "{{ commune.name }}",
                "{{ commune.area_count }}",
                "{{ commune.households }}",
                "{{ commune.population }}",
                "{{ commune.site_count }}",
            ),
            group=True,
        ),
        _ENDFOR,
        TableLine(
            ("", _TOTAL, "{{ area_count }}", "{{ households }}", "{{ population }}", "{{ site_count }}"), bold=True
        ),
    ),
    size=12,
)

_AREAS = Table(
    columns=(
        TableColumn(_NUMBER_TITLE, 0.9, right=True),
        TableColumn(Text("Mã khu vực", "Area code"), 2.2),
        TableColumn(Text("Thôn, bản; phân loại", "Village; class"), 2.6),
        TableColumn(Text("Số hộ cần phủ; khoảng", "Households needing coverage; interval"), 2.2, right=True),
        TableColumn(_POPULATION_TITLE, 1.8, right=True),
        TableColumn(_WGS84_TITLE, 2.0, right=True),
        TableColumn(_VN2000_TITLE, 2.7, right=True),
        TableColumn(Text("Trạm gần nhất của từng nhà mạng", "Nearest station of each operator"), 5.5),
        TableColumn(Text("Nguyên nhân", "Reason"), 5.8),
    ),
    lines=(
        _LOOP,
        TableLine(
            ("", "{{ commune.name }}", "", "{{ commune.households }}", "{{ commune.population }}", "", "", "", ""),
            bold=True,
            group=True,
        ),
        "{%tr for row in commune.areas %}",
        TableLine(
            (
                "{{ row.number }}",
                "{{ row.gap_id }}",
                "{{ row.village_name }}\n{{ row.village_class }}",
                "{{ row.households }}\n({{ row.interval }})",
                "{{ row.population }}",
                "{{ row.lat_deg }}\n{{ row.lon_deg }}",
                "{{ row.vn2000_northing_m }}\n{{ row.vn2000_easting_m }}\n{{ row.central_meridian }}",
                "{{ row.nearest }}",
                "{{ row.reason }}",
            )
        ),
        _ENDFOR,
        _ENDFOR,
        TableLine(("", _TOTAL, "", "{{ households }}", "{{ population }}", "", "", "", ""), bold=True),
    ),
    size=9,
)

_VILLAGES = Table(
    columns=(
        TableColumn(_NUMBER_TITLE, 1.3, right=True),
        TableColumn(_VILLAGE_TITLE, 5.0),
        TableColumn(Text("Số khu vực", "Areas"), 2.2, right=True),
        TableColumn(_HOUSEHOLDS_TITLE, 2.6, right=True),
        TableColumn(_POPULATION_TITLE, 2.6, right=True),
        TableColumn(Text("Tổng số hộ của thôn", "Households of the village"), 3.0, right=True),
        TableColumn(Text("Hộ đã có sóng", "Served"), 2.6, right=True),
        TableColumn(Text("Hộ chưa xác định, cần đo", "Undetermined, to be measured"), 2.6, right=True),
        TableColumn(Text("Khoảng hộ chưa có sóng", "Interval without signal"), 2.6, right=True),
    ),
    lines=(
        _LOOP,
        TableLine(
            (
                "",
                "{{ commune.name }}",
                "{{ commune.area_count }}",
                "{{ commune.households }}",
                "{{ commune.population }}",
                "",
                "",
                "",
                "",
            ),
            bold=True,
            group=True,
        ),
        "{%tr for row in commune.villages %}",
        TableLine(
            (
                "{{ row.number }}",
                "{{ row.village_name }}",
                "{{ row.areas }}",
                "{{ row.households }}",
                "{{ row.population }}",
                "{{ row.village_households }}",
                "{{ row.served_households }}",
                "{{ row.undetermined_households }}",
                "{{ row.interval }}",
            )
        ),
        _ENDFOR,
        _ENDFOR,
        TableLine(("", _TOTAL, "{{ area_count }}", "{{ households }}", "{{ population }}", "", "", "", ""), bold=True),
    ),
    size=11,
)

_SITES = Table(
    columns=(
        TableColumn(_NUMBER_TITLE, 1.1, right=True),
        TableColumn(Text("Mã vị trí", "Site code"), 3.5),
        TableColumn(Text("Phục vụ khu vực", "Serves area"), 2.9),
        TableColumn(_WGS84_TITLE, 4.3, right=True),
        TableColumn(Text("VN-2000: X (Bắc); Y (Đông), m", "VN-2000: X (north); Y (east), m"), 4.9, right=True),
        TableColumn(Text("Kinh tuyến trục", "Central meridian"), 2.0, right=True),
        TableColumn(Text("Độ cao mặt đất, m", "Ground height, m"), 2.1, right=True),
        TableColumn(Text("Chiều cao anten, m", "Antenna height, m"), 2.1, right=True),
        TableColumn(Text("Số hộ phủ thêm (dự báo)", "Households gained (forecast)"), 2.7, right=True),
    ),
    lines=(
        _LOOP,
        "{%tr if commune.sites %}",
        TableLine(("", "{{ commune.name }}", *[""] * 6, "{{ commune.gained }}"), bold=True, group=True),
        "{%tr for row in commune.sites %}",
        TableLine(
            (
                "{{ row.number }}",
                "{{ row.site_id }}",
                "{{ row.gap_id }}",
                "{{ row.lat_deg }}; {{ row.lon_deg }}",
                "{{ row.vn2000_northing_m }}; {{ row.vn2000_easting_m }}",
                "{{ row.central_meridian }}",
                "{{ row.ground_m }}",
                "{{ row.height_agl_m }}",
                "{{ row.households_gained }}",
            )
        ),
        _ENDFOR,
        _ENDIF,
        _ENDFOR,
        TableLine(("", _TOTAL, *[""] * 6, "{{ gained }}"), bold=True),
    ),
    size=10.5,
)

ATTACHED = Text(
    "(Kèm theo Báo cáo số [[chủ đầu tư điền]] ngày [[…]] tháng [[…]] năm {{ year }})",
    "(Attached to report No. [[investor to fill]] of [[day, month]] {{ year }})",
)
ANNEXES = (
    Annex(
        Text("Phụ lục I", "Annex I"),
        Text("DANH MỤC KHU VỰC CẦN PHỦ SÓNG", "AREAS NEEDING COVERAGE"),
        Text("{{ forecast_note }} {{ interval_note }}", "{{ forecast_note }} {{ interval_note }}"),
        _AREAS,
    ),
    Annex(
        Text("Phụ lục II", "Annex II"),
        Text("SỐ HỘ CẦN PHỦ SÓNG THEO THÔN", "HOUSEHOLDS NEEDING COVERAGE BY VILLAGE"),
        Text("{{ boundary_note }} {{ interval_note }}", "{{ boundary_note }} {{ interval_note }}"),
        _VILLAGES,
    ),
    Annex(
        Text("Phụ lục III", "Annex III"),
        Text("VỊ TRÍ TRẠM THAM CHIẾU", "REFERENCE SITES"),
        Text("{{ reference_note }}", "{{ reference_note }}"),
        _SITES,
    ),
)
MAP_HEAD = Text("Phụ lục IV", "Annex IV")
MAP_TITLE = Text("BẢN ĐỒ CÁC KHU VỰC CỦA GÓI {{ package_code }}", "MAP OF THE AREAS OF PACKAGE {{ package_code }}")
MAP_ABSENT = Text("[[chủ đầu tư đính kèm bản đồ]]", "[[investor to attach a map]]")
