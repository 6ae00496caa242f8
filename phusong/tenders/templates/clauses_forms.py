"""Forms that go with the contract, each on a page of its own: shift, add, delete, continuity, statement of amount."""

from __future__ import annotations

from phusong.tenders.templates.clauses_words import (
    BLANK,
    NUMBER,
    SHORT_BLANK,
    column,
    form,
    line,
    note,
    row,
    signatures,
    to_write,
)
from phusong.tenders.templates.layout import Block, Table, TableColumn
from phusong.words import Text

_HEAD = (
    line(
        "Gói {{ package_code }} · {{ province }} · số liệu chốt ngày {{ frozen_on }}",
        "Package {{ package_code }} · {{ province }} · figures frozen on {{ frozen_on }}",
    ),
    line(f"Kính gửi: {BLANK}{BLANK}", f"To: {BLANK}{BLANK}"),
    line(f"Bên đề nghị: {BLANK}{BLANK}", f"From: {BLANK}{BLANK}"),
)
_PARTIES = signatures(Text("Bên đề nghị", "Requesting party"), Text("Ý kiến của Bên A", "Answer of party A"))
_SAME_DUTY = note(
    "Bên đề nghị cam kết thay đổi này không làm giảm số hộ nghĩa vụ, không làm tăng giá.",
    "The change neither lowers the obligated households nor raises the price.",
)

_SHIFT = to_write(
    ("Mã trạm", "Site code"),
    ("Vị trí đã cam kết (WGS84: vĩ độ, kinh độ)", "Place undertaken (WGS84: latitude, longitude)"),
    ("Vị trí đề nghị (WGS84: vĩ độ, kinh độ)", "Place proposed (WGS84: latitude, longitude)"),
    ("Khoảng dịch chuyển (m)", "Distance moved (m)"),
    ("Lý do (đất, đường, điện, sạt lở, khác)", "Reason (land, road, power, landslide, other)"),
    ("Khu vực, thôn được phục vụ", "Areas and villages served"),
    ("Số hộ được phủ trước khi dịch chuyển", "Households covered before"),
    ("Số hộ được phủ sau khi dịch chuyển", "Households covered after"),
    ("Hộ mất vùng phủ và cách bù", "Households that lose coverage and how they are served"),
    ("Ảnh hưởng tới mốc tiến độ", "Effect on milestones"),
    ("Tài liệu kèm theo (ảnh, tính toán phủ sóng)", "Attached (photographs, coverage computed)"),
)
_ADD = to_write(
    ("Vị trí đề nghị (WGS84: vĩ độ, kinh độ)", "Place proposed (WGS84: latitude, longitude)"),
    ("Chiều cao anten; công nghệ; băng tần", "Antenna height; technology; band"),
    ("Khu vực, thôn được phục vụ", "Areas and villages served"),
    ("Số hộ được phủ thêm", "Households gained"),
    ("Nguồn điện, truyền dẫn", "Power and backhaul"),
    ("Lý do", "Reason"),
    ("Mốc phát sóng đề nghị", "On air"),
    ("Tài liệu kèm theo", "Attached"),
)
_DELETE = to_write(
    ("Mã trạm đề nghị bớt", "Site to delete"),
    ("Lý do", "Reason"),
    ("Khu vực, thôn đang được trạm phục vụ", "Areas and villages it serves"),
    ("Số hộ đang được phủ", "Households it covers"),
    ("Trạm thay thế và số hộ trạm ấy phủ", "Sites in its place and the households they cover"),
    ("Hộ không còn được phủ", "Households no longer covered"),
    ("Giá trị giảm trừ (đồng)", "Amount taken off (VND)"),
    ("Tài liệu kèm theo", "Attached"),
)
_CONTINUITY = Table(
    columns=(
        TableColumn(NUMBER, 1.1, right=True),
        column("Khu vực, thôn", "Area, village", 4.9),
        column("Còn dịch vụ (có/không)", "In service (yes/no)", 3.0),
        column("Số ngày ngừng dịch vụ", "Days out of service", 3.0, right=True),
        column("Cách kiểm tra", "How it was checked", 4.0),
    ),
    lines=tuple(row(str(n), "", "", "", "") for n in range(1, 9)),
    size=12,
)
_AMOUNT = Table(
    columns=(
        TableColumn(NUMBER, 1.1, right=True),
        column("Khu vực", "Area", 3.1),
        column("Hộ nghĩa vụ", "Obligated", 2.2, right=True),
        column("Hộ đã nghiệm thu", "Accepted", 2.2, right=True),
        column("Giá một hộ (đồng)", "Price a household (VND)", 2.6, right=True),
        column("Giảm trừ (đồng)", "Taken off (VND)", 2.2, right=True),
        column("Thành tiền (đồng)", "Amount (VND)", 2.6, right=True),
    ),
    lines=(
        *(row(str(n), "", "", "", "", "", "") for n in range(1, 8)),
        row("", Text("**Cộng**", "**Sum**"), "", "", "", "", ""),
    ),
    size=12,
)

SERVICE_FORMS: tuple[Block, ...] = (
    *form("01", "ĐỀ NGHỊ DỊCH CHUYỂN TRẠM", "REQUEST TO SHIFT A SITE", *_HEAD, _SHIFT, _SAME_DUTY, _PARTIES),
    *form("02", "ĐỀ NGHỊ BỔ SUNG TRẠM", "REQUEST TO ADD A SITE", *_HEAD, _ADD, _SAME_DUTY, _PARTIES),
    *form("03", "ĐỀ NGHỊ BỚT TRẠM", "REQUEST TO DELETE A SITE", *_HEAD, _DELETE, _PARTIES),
    *form(
        "04",
        "GIẤY XÁC NHẬN DUY TRÌ DỊCH VỤ",
        "CERTIFICATE OF CONTINUITY OF SERVICE",
        line(
            f"Gói {{{{ package_code }}}} · xã, phường, đặc khu: {BLANK} · từ {SHORT_BLANK} đến {SHORT_BLANK}",
            f"Package {{{{ package_code }}}} · commune: {BLANK} · from {SHORT_BLANK} to {SHORT_BLANK}",
        ),
        line(
            "Uỷ ban nhân dân cấp xã xác nhận tình trạng dịch vụ trong kỳ tại các khu vực sau:",
            "The commune People's Committee certifies the state of the service in the period:",
        ),
        _CONTINUITY,
        line(f"Phản ánh trong kỳ: {BLANK}", f"Complaints: {BLANK}"),
        note(
            "Không ghi họ tên, số điện thoại, vị trí nhà của hộ dân.",
            "No name, telephone or home position of a household is to be written here.",
        ),
        signatures(Text("Bên B", "Party B"), Text("Uỷ ban nhân dân cấp xã", "Commune People's Committee")),
    ),
)
"""Forms for every way of award: changes of sites, continuity of service."""

CONTRACT_FORMS: tuple[Block, ...] = (
    *SERVICE_FORMS,
    *form(
        "05",
        "BẢNG TÍNH GIÁ TRỊ THANH TOÁN",
        "STATEMENT OF THE AMOUNT PAYABLE",
        line(
            f"Gói {{{{ package_code }}}} · kỳ thanh toán: {BLANK}",
            f"Package {{{{ package_code }}}} · period: {BLANK}",
        ),
        _AMOUNT,
        line(f"Bằng chữ: {BLANK}{BLANK}", f"In words: {BLANK}{BLANK}"),
        line(
            "Kèm theo: biên bản nghiệm thu vùng phủ; báo cáo tháng; giấy xác nhận duy trì dịch vụ (nếu đến kỳ).",
            "Attached: acceptance minutes; monthly statements; continuity certificate (when due).",
        ),
        signatures(Text("Bên B", "Party B"), Text("Bên A", "Party A")),
    ),
)
"""Forms of a contract by tender: those, and the statement of the amount payable by accepted households."""
