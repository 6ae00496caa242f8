"""What the templates of the village sheet and its letters say: ``[[…]]`` is to be filled, ``{{ … }}`` a field."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from phusong.tenders.templates.layout import Table, TableColumn, TableLine
from phusong.tenders.templates.letterhead import MOTTO, NATION
from phusong.words import Text

Kind = Literal["sheet", "voters", "operator"]

FILE_NAMES: Mapping[Kind, Text] = MappingProxyType(
    {
        "sheet": Text("phieu_thon.docx", "village_sheet.docx"),
        "voters": Text("tra_loi_cu_tri.docx", "answer_to_voters.docx"),
        "operator": Text("thu_nha_mang.docx", "letter_to_operator.docx"),
    }
)
FILE_TITLES: Mapping[Kind, Text] = MappingProxyType(
    {
        "sheet": Text("Phiếu thôn", "Village sheet"),
        "voters": Text("Trả lời cử tri", "Answer to voters"),
        "operator": Text("Công văn gửi nhà mạng", "Letter to an operator"),
    }
)

# The sheet. The page in HTML has the same headings.
HEADINGS: Mapping[str, Text] = MappingProxyType(
    {
        "sheet": Text("PHIẾU THÔN", "VILLAGE SHEET"),
        "services": Text("1. Phân loại và kết luận", "1. Class and finding"),
        "households": Text("2. Hộ dân, ngoài trời", "2. Households, outdoors"),
        "map": Text("3. Bản đồ", "3. Map"),
        "stations": Text("4. Trạm gần nhất, tính từ", "4. Nearest stations, from"),
        "gaps": Text("5. Vùng lõm sóng và nguyên nhân", "5. Signal-depression areas and reason"),
        "facts": Text("6. Đặc điểm, nguồn vốn, kế hoạch", "6. Attributes, funding route, plan"),
        "profile": Text("7. Mặt cắt địa hình", "7. Terrain profile"),
        "evidence": Text("8. Chứng cứ", "8. Evidence"),
        "tasks": Text("9. Việc cần làm", "9. Who owes what"),
        "all_gaps": Text("Các vùng lõm sóng của thôn", "Signal-depression areas of the village"),
        "no_picture": Text("Chưa có hình.", "No picture."),
        "route": Text("Nguồn vốn", "Funding route"),
        "rule": Text("theo quy tắc", "by rule"),
        "rank": Text("Thứ tự ưu tiên", "Priority"),
        "plan": Text("Kế hoạch", "Plan"),
        "single": Text("Đơn mạng", "Single operator"),
    }
)
COLUMNS: Mapping[str, Text] = MappingProxyType(
    {
        "service": Text("Dịch vụ", "Service"),
        "modelled": Text("Mô phỏng", "Modelled"),
        "finding": Text("Kết luận", "Finding"),
        "basis": Text("Căn cứ, ngày, người lập", "Basis, day, author"),
        "note": Text("Ghi chú", "Note"),
        "total": Text("Tổng số hộ", "All"),
        "served": Text("Có sóng", "Served"),
        "unserved": Text("Chưa có sóng", "Unserved"),
        "undetermined": Text("Chưa xác định, cần đo", "Undetermined"),
        "no_data": Text("Không có dữ liệu", "No data"),
        "range": Text("Khoảng hộ chưa có sóng", "Interval unserved"),
        "operator": Text("Nhà mạng", "Operator"),
        "station": Text("Trạm, mã", "Station, code"),
        "distance": Text("Cách, hướng", "Distance"),
        "gap": Text("Mã vùng; số hộ", "Area; households"),
        "position": Text("Tâm WGS84; VN-2000 (X; Y)", "Centre WGS84; VN-2000 (X; Y)"),
        "reason": Text("Nguyên nhân", "Reason"),
        "plan": Text("Kế hoạch", "Plan"),
        "kind": Text("Nguồn", "Source"),
        "says": Text("Cho biết", "Says"),
        "detail": Text("Chi tiết", "Detail"),
        "number": Text("STT", "No."),
        "what": Text("Việc", "What"),
        "who": Text("Ai làm", "Who"),
        "by": Text("Hạn", "By"),
        "item": Text("Nội dung đề nghị", "Item"),
        "answer": Text("Trả lời của đơn vị", "Your answer"),
    }
)
_ENDFOR = "{%tr endfor %}"
HOUSEHOLDS = Text("hộ", "households")


def _table(columns: tuple[tuple[str, float], ...], lines: tuple[TableLine | str, ...], size: float) -> Table:
    return Table(tuple(TableColumn(COLUMNS[key], width) for key, width in columns), lines, size)


def _loop(name: str, cells: tuple[str | Text, ...]) -> tuple[TableLine | str, ...]:
    return (f"{{%tr for row in {name} %}}", TableLine(cells), _ENDFOR)


SERVICES = _table(
    (("service", 3.6), ("modelled", 2.1), ("finding", 2.0), ("basis", 5.9), ("note", 4.6)),
    _loop(
        "services",
        ("{{ row.service }}", "{{ row.modelled }}", "**{{ row.finding }}**", "{{ row.basis }}", "{{ row.note }}"),
    ),
    8,
)
HOUSEHOLD_TABLE = _table(
    (("total", 1.9), ("served", 1.8), ("unserved", 2.2), ("undetermined", 3.2), ("no_data", 2.5), ("range", 6.6)),
    (
        TableLine(
            (
                "**{{ households.total }}**",
                "{{ households.served }}",
                "**{{ households.unserved }}**",
                "{{ households.undetermined }}",
                "{{ households.no_data }}",
                "{{ households.range }} ({{ households.interval }})",
            )
        ),
    ),
    8,
)
STATIONS = _table(
    (("operator", 1.9), ("station", 6.5), ("distance", 2.8)),
    _loop(
        "stations",
        (
            "{{ row.operator }}",
            "{{ row.station }}{% if row.station != row.code %} ({{ row.code }}){% endif %}, {{ row.technologies }}",
            "{{ row.distance }}, {{ row.wind }}",
        ),
    ),
    8,
)
EVIDENCE = _table(
    (("kind", 2.6), ("service", 3.3), ("says", 2.0), ("detail", 10.3)),
    _loop("evidence", ("{{ row.kind }}", "{{ row.service }}", "{{ row.says }}", "{{ row.detail }}")),
    8,
)
TASKS = _table(
    (("number", 0.9), ("what", 11.9), ("who", 3.6), ("by", 1.8)),
    _loop("tasks", ("{{ loop.index }}", "{{ row.what }}", "{{ row.who }}", "{{ row.by }}")),
    8,
)
ALL_GAPS = _table(
    (("gap", 3.0), ("position", 4.6), ("reason", 7.0), ("plan", 3.6)),
    _loop(
        "all_gaps",
        (
            Text(
                "{{ row.gap_id }}\n{{ row.households }} hộ{% if row.range %} ({{ row.range }}){% endif %}",
                "{{ row.gap_id }}\n{{ row.households }}{% if row.range %} ({{ row.range }}){% endif %}",
            ),
            "{{ row.position }}\n{{ row.vn2000 }}",
            "{{ row.reason }}",
            "{{ row.plan }}",
        ),
    ),
    8,
)
GAP_LINE = Text(
    "**{{ row.gap_id }}:** {{ row.households }} hộ{% if row.range %} ({{ row.range }}){% endif %}, tâm "
    "{{ row.position }}. {{ row.reason }}",
    "**{{ row.gap_id }}:** {{ row.households }} households{% if row.range %} ({{ row.range }}){% endif %}, centre "
    "{{ row.position }}. "
    "{{ row.reason }}",
)
FACTS_LINE = (
    "{% for row in facts %}**{{ row.title }}:** {{ row.value }}{% if not loop.last %} · {% endif %}{% endfor %} · "
)
SINGLE_LINE = Text("**Đơn mạng:** {{ households.single }}", "**Single operator:** {{ households.single }}")
ROUTE_LINE = Text(
    "**Nguồn vốn:** {{ route }}{% if route_rule %} (theo quy tắc {{ route_rule }}){% endif %}"
    "{% if gates %}. {{ gates }}{% endif %}{% if rank %}. **Ưu tiên:** {{ rank }}{% endif %}.",
    "**Funding route:** {{ route }}{% if route_rule %} (by rule {{ route_rule }}){% endif %}"
    "{% if gates %}. {{ gates }}{% endif %}"
    "{% if rank %}. **Priority:** {{ rank }}{% endif %}.",
)
PLAN_LINE = Text("**Kế hoạch:** {{ plan | join(' ') }}", "**Plan:** {{ plan | join(' ') }}")
RESTS_ON = "{% if not_measured %}**{{ not_measured | capitalize }}.** {% endif %}{{ rests_on | join(' ') }}"

# The letters.
PARENT = Text("UBND {{ province }}", "PEOPLE'S COMMITTEE OF {{ province }}")
ISSUER = Text("SỞ KHOA HỌC VÀ CÔNG NGHỆ", "DEPARTMENT OF SCIENCE AND TECHNOLOGY")
NUMBER = Text("Số: [[…]]/SKHCN-[[…]]", "No.: [[…]]/SKHCN-[[…]]")
PLACE_AND_DATE = Text("[[địa danh]], ngày [[…]] tháng [[…]] năm [[20…]]", "[[place, day, month, year]]")
LETTERHEAD = (NATION, MOTTO)
SUBJECTS: Mapping[Kind, Text] = MappingProxyType(
    {
        "voters": Text(
            "V/v trả lời kiến nghị của cử tri về phủ sóng di động tại {{ village_name }}, {{ commune_name }}",
            "Answer to voters on mobile coverage in {{ village_name }}, {{ commune_name }}",
        ),
        "operator": Text(
            "V/v đề nghị cung cấp thông tin và phương án phủ sóng tại {{ village_name }}, {{ commune_name }}",
            "Request for information and a coverage plan for {{ village_name }}, {{ commune_name }}",
        ),
    }
)
ADDRESSEES: Mapping[Kind, Text] = MappingProxyType(
    {
        "voters": Text(
            "Kính gửi: [[cử tri, tổ đại biểu hoặc cơ quan chuyển kiến nghị]].", "To: [[the voters or their delegates]]."
        ),
        "operator": Text(
            "Kính gửi: {{ operator }} [[tên đơn vị tại tỉnh]].", "To: {{ operator }} [[its unit in the province]]."
        ),
    }
)
VOTERS_BODY: tuple[Text | str, ...] = (
    Text(
        "Sở Khoa học và Công nghệ nhận được kiến nghị của cử tri [[xã, kỳ họp, ngày]] đề nghị phủ sóng di động tại "
        "{{ village_name }}, {{ commune_name }}, {{ province_name }}. Sau khi rà soát, Sở trả lời như sau:",
        "The department received the petition of voters of [[commune, session, day]] for mobile coverage in "
        "{{ village_name }}, {{ commune_name }}, {{ province_name }}. Having checked, it answers as follows:",
    ),
    Text("**1. Hiện trạng.** {{ state }} {{ households }}", "**1. Current state.** {{ state }} {{ households }}"),
    Text(
        "Trạm gần nhất của các nhà mạng. {% if stations %}{{ stations }}{% endif %}"
        "[[{% if not stations %}tên trạm, khoảng cách{% endif %}]]",
        "Nearest stations. {% if stations %}{{ stations }}{% endif %}"
        "[[{% if not stations %}names and distances{% endif %}]]",
    ),
    Text(
        "**2. Nguyên nhân.** {{ reasons | join(' ') }}[[{% if not reasons %}nguyên nhân{% endif %}]]",
        "**2. Reason.** {{ reasons | join(' ') }}[[{% if not reasons %}the reason{% endif %}]]",
    ),
    Text(
        "**3. Phương án, thời gian.** {{ plan }}[[{% if not plan %}nhà mạng, phương án{% endif %}]]"
        "{% if not not_planned %} Thời gian phát sóng dự kiến: quý [[…]] năm [[20…]].{% endif %}",
        "**3. Plan and time.** {{ plan }}[[{% if not plan %}the operator and what it builds{% endif %}]]"
        "{% if not not_planned %} Expected on air: quarter [[…]] of [[20…]].{% endif %}",
    ),
    Text(
        "**4. Nguồn vốn (dự kiến).** {{ route }}[[{% if not route %}nguồn vốn{% endif %}]].",
        "**4. Funding (expected).** {{ route }}[[{% if not route %}the funding{% endif %}]].",
    ),
    "{%p if to_confirm %}",
    Text(
        "Số liệu nêu trên cần được kiểm tra thực tế; việc cần làm tiếp: {{ to_confirm | join('; ') }}.",
        "These figures need checking on the ground; to be done next: {{ to_confirm | join('; ') }}.",
    ),
    "{%p endif %}",
    Text(
        "Trên đây là trả lời của Sở Khoa học và Công nghệ (số liệu ngày {{ dated }}), kính gửi cử tri được biết./.",
        "This is the answer of the department (figures of {{ dated }}).",
    ),
)
OPERATOR_BODY: tuple[Text | str, ...] = (
    Text(
        "Sở Khoa học và Công nghệ đang rà soát các khu vực lõm sóng trên địa bàn {{ province_name }}. {{ state }} "
        "{{ households }}",
        "The department is reviewing places without mobile signal in {{ province_name }}. {{ state }} {{ households }}",
    ),
    "{%p if nearest %}",
    Text("Trạm gần nhất của {{ operator }}. {{ nearest }}", "Nearest station of {{ operator }}. {{ nearest }}"),
    "{%p endif %}",
    Text(
        "Sở đề nghị {{ operator }} trả lời các nội dung sau, gửi về Sở trước ngày [[…/…/20…]]:",
        "{{ operator }} is asked to answer the following before [[day]]:",
    ),
)
OPERATOR_END = Text(
    "Đầu mối của Sở: [[họ tên, điện thoại, thư điện tử]]. Rất mong sự phối hợp của {{ operator }}./.",
    "Contact at the department: [[name, telephone, mail]].",
)
ITEMS = Table(
    (TableColumn(COLUMNS["number"], 1.1), TableColumn(COLUMNS["item"], 9.4), TableColumn(COLUMNS["answer"], 5.4)),
    _loop("items", ("{{ loop.index }}", "{{ row }}", "")),
    11.5,
)
SIGNER = Text("[[CHỨC VỤ NGƯỜI KÝ]]", "[[SIGNER'S POSITION]]")
SIGNER_NAME = Text("[[Họ và tên]]", "[[Name]]")
RECIPIENTS = (Text("- Như trên;", "- As above;"), Text("- [[…]];", "- [[…]];"), Text("- Lưu: VT.", "- File."))
