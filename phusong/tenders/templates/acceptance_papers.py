"""The papers of acceptance: the annex (plan, points, rule, evidence) and the form of the minutes, blank or filled."""

from __future__ import annotations

from phusong.tenders.templates.layout import (
    Block,
    Control,
    Heading,
    Line,
    PageBreak,
    Paper,
    Table,
    TableColumn,
    TableLine,
    fill,
    option,
    told,
)
from phusong.words import Text


def _line(vi: str, en: str) -> Line:
    return Line(Text(vi, en))


def _option(before: Text, key: str, after: Text | None = None) -> Line:
    tag, after = option(key), after or Text(".", ".")
    return Line(Text(f"{before.vi}{tag.vi}{after.vi}", f"{before.en}{tag.en}{after.en}"))


def _heading(vi: str, en: str) -> Heading:
    return Heading(Text(vi, en))


def _column(vi: str, en: str, width_cm: float, *, right: bool = False) -> TableColumn:
    return TableColumn(Text(vi, en), width_cm, right)


_POINTS = Table(
    columns=(
        _column("TT", "No.", 0.9, right=True),
        _column("Mã điểm đo", "Point", 3.4),
        _column("Thôn", "Village", 3.0),
        _column("Loại điểm", "Kind", 2.2),
        _column("Số hộ đại diện", "Households", 2.3, right=True),
        _column("Vĩ độ", "Latitude", 2.1, right=True),
        _column("Kinh độ", "Longitude", 2.2, right=True),
        _column("X (Bắc), m", "X (north), m", 2.5, right=True),
        _column("Y (Đông), m", "Y (east), m", 2.3, right=True),
        _column("Đường đến", "Access", 2.7),
        _column("Số mẫu", "Samples", 1.3, right=True),
    ),
    lines=(
        "{%tr for commune in point_communes %}",
        TableLine(
            (
                "",
                Text("{{ commune.name }}: {{ commune.count }} điểm", "{{ commune.name }}: {{ commune.count }} points"),
                *("",) * 8,
                "{{ commune.samples }}",
            ),
            bold=True,
            group=True,
        ),
        "{%tr for point in commune.points %}",
        TableLine(
            (
                "{{ point.number }}",
                "{{ point.id }}",
                "{{ point.village }}",
                "{{ point.kind }}",
                "{{ point.households }}",
                "{{ point.lat }}",
                "{{ point.lon }}",
                "{{ point.north }}",
                "{{ point.east }}",
                "{{ point.road }}",
                "{{ point.samples }}",
            )
        ),
        "{%tr endfor %}",
        "{%tr endfor %}",
        TableLine(
            (
                "",
                Text("Tổng cộng: {{ point_count }} điểm", "Total: {{ point_count }} points"),
                *("",) * 8,
                "{{ samples }}",
            ),
            bold=True,
        ),
    ),
    size=9,
)

_LEVELS = Table(
    columns=(
        _column("Công nghệ", "Technology", 4.0),
        _column("Đại lượng", "Quantity", 4.0),
        _column("Mức tối thiểu (dBm)", "Least level (dBm)", 4.0, right=True),
        _column("Căn cứ", "Source", 4.4),
    ),
    lines=(
        "{%tr for level in levels %}",
        TableLine(("{{ level.technology }}", "{{ level.quantity }}", "{{ level.dbm }}", "{{ level.source }}")),
        "{%tr endfor %}",
    ),
)

_FIELDS = Table(
    columns=(
        _column("Cột", "Column", 3.6),
        _column("Nội dung", "Meaning", 9.0),
        _column("Bắt buộc", "Required", 3.8),
    ),
    lines=(
        "{%tr for field in log_fields %}",
        TableLine(("{{ field.name }}", "{{ field.meaning }}", "{{ field.required }}")),
        "{%tr endfor %}",
    ),
    size=10,
)

_PLAN: tuple[Block, ...] = (
    _heading("1. Phạm vi", "1. Scope"),
    _line(
        "Gói **{{ package_code }}** có **{{ point_count }} điểm đo** tại {{ tested_villages }} thôn, tổng số "
        "**{{ samples }} mẫu** theo kế hoạch. Dịch vụ nghiệm thu: {{ service }}.",
        "Package **{{ package_code }}** has **{{ point_count }} test points** in {{ tested_villages }} villages, "
        "**{{ samples }} samples** in all. Service: {{ service }}.",
    ),
    _line(
        "Điểm đo được chọn khi lập gói để bên thực hiện biết trước cách nghiệm thu: trung tâm thôn và giữa từng cụm "
        "dân cư chưa có sóng, dời đến đường ô tô, xe máy gần nhất nếu có. Không điểm nào đặt tại nhà dân; mỗi điểm đại "
        "diện ít nhất 5 hộ. Điểm trung tâm đại diện số hộ cần phủ của cả thôn nên không cộng số hộ các điểm với nhau.",
        "Points are chosen with the package, so that the test is known beforehand: the centre of each village and the "
        "middle of each cluster without signal, moved to the nearest drivable road. None is at a private house; each "
        "stands for five households or more. A centre stands for all of its village, so points are not to be added up.",
    ),
    Control("{%p if untested %}"),
    _line(
        "Khu vực không đặt điểm đo (không trạm tham chiếu nào phục vụ, hoặc thôn có dưới 5 hộ cần phủ): "
        "{{ untested }}.",
        "Areas without a point (no reference site serves them, or fewer than 5 households): {{ untested }}.",
    ),
    Control("{%p endif %}"),
    _heading("2. Mức thu tối thiểu", "2. Least levels"),
    _LEVELS,
    _option(
        Text("Tốc độ tải xuống tối thiểu: ", "Least download speed: "),
        "acceptance_min_dl_mbps",
        Text("; nếu để trống thì không xét tốc độ khi nghiệm thu.", "; where empty, speed is not judged."),
    ),
    _heading("3. Cách đo", "3. How to measure"),
    _line(
        "a) Thiết bị: điện thoại hoặc máy đo ghi được mức thu, PCI và vị trí; thuê bao của nhà mạng được nghiệm "
        "thu; khoá "
        "máy ở công nghệ cần đo. Mẫu đo mà máy rơi xuống công nghệ khác tính là chỗ chưa có dịch vụ.",
        "a) Device: a phone or meter that logs level, PCI and position, with a subscription of the operator to accept, "
        "locked to the technology. A place where it falls back to another one counts as without the service.",
    ),
    _line(
        "b) Đo ngoài trời, máy ở độ cao khoảng 1,5 m, không đo trong nhà hoặc trong xe.",
        "b) Outdoors, the device about 1.5 m above ground, not in a building or a vehicle.",
    ),
    _line(
        "c) Tại mỗi điểm đo, đi theo các lối đi được trong bán kính {{ setting.acceptance_radius_m.text }} quanh điểm, "
        "trải đều các "
        "phía; đủ số mẫu tại bảng điểm đo. Các mẫu trong cùng một ô vuông cạnh "
        "{{ setting.acceptance_place_m.text }} chỉ "
        "tính "
        "là một chỗ đo.",
        "c) At each point follow the ways within {{ setting.acceptance_radius_m.text }} of it, on all sides, until the "
        "samples "
        "planned are taken. Samples within one square of {{ setting.acceptance_place_m.text }} count as one place.",
    ),
    _line(
        "d) Khung giờ: {{ windows }}; mỗi khung ít nhất {{ setting.acceptance_window_samples.text }} của mỗi thôn; số "
        "ngày đo tối "
        "thiểu: {{ setting.acceptance_days.text }}.",
        "d) Windows: {{ windows }}; in each at least {{ setting.acceptance_window_samples.text }} of every village; "
        "least "
        "number of days: {{ setting.acceptance_days.text }}.",
    ),
    _line(
        "đ) Loại mẫu có sai số vị trí trên {{ setting.acceptance_max_accuracy_m.text }}, vị trí nhảy quá "
        "{{ setting.acceptance_max_drift_m.text }} ngoài quãng đi được, nhà mạng khác, PCI không thuộc cell của gói, "
        "ngoài khung "
        "giờ hoặc xa mọi điểm đo. Nếu số mẫu bị loại vì vị trí, cell, công nghệ vượt "
        "{{ setting.acceptance_max_left_out_percent.text }} thì chưa kết luận.",
        "e) Samples are left out that are less accurate than {{ setting.acceptance_max_accuracy_m.text }}, jump by "
        "more "
        "than "
        "{{ setting.acceptance_max_drift_m.text }} beyond the way travelled, are of another operator or of cells "
        "not in the "
        "package, out of the windows or far from every point. With more than "
        "{{ setting.acceptance_max_left_out_percent.text }} left out for position, cell or technology nothing is "
        "decided.",
    ),
    _line(
        "Các giá trị ở mục 3 và mục 4 là đề xuất của công cụ, chưa xác minh với văn bản của cơ quan quản lý, trừ "
        "giá trị "
        "đơn vị tự ghi.",
        "The values of sections 3 and 4 are proposed by this tool and not verified, but for those of the department.",
    ),
    _heading("4. Quy tắc kết luận", "4. Rule"),
    _line("Thôn đạt khi {{ rule }}.", "A village passes when {{ rule }}."),
    Control("{%p for line in rule_lines %}"),
    _line("{{ line }}", "{{ line }}"),
    Control("{%p endfor %}"),
    _option(
        Text(
            "Thôn chưa quyết định được hoặc không đạt được đo lại; số lần đo lại tối đa: ",
            "A village not decided or failed is measured again; greatest number of retests: ",
        ),
        "acceptance_retests",
        Text(
            ". Số liệu các lần đo của cùng một mạng lưới được gộp chung; sau khi bên thực hiện khắc phục thì tính lại "
            "từ đầu.",
            ". Samples of one state of the network are pooled; after a repair measuring begins anew.",
        ),
    ),
    _line(
        "Kết quả ghi vào Biên bản nghiệm thu vùng phủ theo mẫu kèm theo.",
        "The results go into the acceptance minutes, form attached.",
    ),
    _heading("5. Chứng cứ giao nộp", "5. Evidence to hand in"),
    _line(
        "a) Tệp đo gốc (.csv hoặc .xlsx), chưa qua chỉnh sửa, theo bảng dưới đây; biên bản ghi mã SHA-256 của tệp.",
        "a) The raw log (.csv or .xlsx), unedited, with the columns below; the minutes hold its SHA-256.",
    ),
    _FIELDS,
    _line(
        "b) Ảnh tại mỗi điểm đo (JPEG còn dữ liệu EXIF: thời gian, vị trí), không chụp người dân; danh sách PCI của "
        "từng "
        "trạm (.csv hoặc .xlsx: mã trạm, nhà mạng, công nghệ, PCI).",
        "b) A photo at each point (JPEG with EXIF time and position), without residents; the PCIs of each site "
        "(.csv or "
        ".xlsx: site, operator, technology, PCI).",
    ),
    Line(
        Text(
            "c) Bên thứ ba chứng kiến: " + fill("tên đơn vị", "").vi + "; bên chứng kiến giữ một bản tệp đo gốc.",
            "c) Third-party witness: " + fill("", "name of the body").en + "; the witness keeps a copy of the raw log.",
        )
    ),
    PageBreak(landscape=True),
    _heading("Bảng điểm đo nghiệm thu", "Test points"),
    _line(
        "Toạ độ WGS 84 (độ) và VN-2000, kinh tuyến trục {{ meridian }}, múi 3°.",
        "WGS 84 (degrees) and VN-2000, central meridian {{ meridian }}, 3° zone.",
    ),
    _POINTS,
)

ACCEPTANCE = Paper(
    part="acceptance",
    kind=Text("PHỤ LỤC VIII", "ANNEX VIII"),
    subject=Text("NGHIỆM THU VÙNG PHỦ", "ACCEPTANCE OF COVERAGE"),
    body=_PLAN,
    letterhead=False,
    signed=False,
    required=("point_count", "samples", "rule"),
)

_RESULTS = Table(
    columns=(
        _column("TT", "No.", 1.0, right=True),
        _column("Thôn, xã", "Village, commune", 4.6),
        _column("Dịch vụ", "Service", 2.8),
        _column("Điểm đo", "Points", 1.5, right=True),
        _column("Mẫu kế hoạch", "Planned", 1.7, right=True),
        _column("Mẫu dùng", "Used", 1.7, right=True),
        _column("Số chỗ đo", "Places", 1.6, right=True),
        _column("Tỷ lệ chỗ đạt", "Places good", 1.9, right=True),
        _column("Mức thu 5 % / trung vị (dBm)", "5 % / median (dBm)", 2.5, right=True),
        _column("Kết luận", "Verdict", 2.2),
        _column("Lý do", "Reasons", 3.9),
    ),
    lines=(
        "{%tr for row in results %}",
        TableLine(
            (
                "{{ row.number }}",
                "{{ row.village }}",
                "{{ row.service }}",
                "{{ row.points }}",
                "{{ row.planned }}",
                "{{ row.used }}",
                "{{ row.places }}",
                "{{ row.share }}",
                "{{ row.levels }}",
                "{{ row.verdict }}",
                "{{ row.reasons }}",
            )
        ),
        "{%tr endfor %}",
    ),
    size=9,
)

_LEFT_OUT = Table(
    columns=(
        _column("Lý do loại", "Reason", 12.0),
        _column("Số mẫu", "Samples", 4.0, right=True),
    ),
    lines=(
        "{%tr for row in left_out %}",
        TableLine(("{{ row.reason }}", "{{ row.count }}")),
        "{%tr endfor %}",
    ),
)

_EVIDENCE = Table(
    columns=(_column("Chứng cứ", "Evidence", 16.4),),
    lines=("{%tr for line in evidence %}", TableLine(("{{ line }}",)), "{%tr endfor %}"),
    size=10,
)

_NAME = fill("họ tên, chức vụ", "name, position")
_PARTIES = Table(
    columns=(_column("Bên", "Party", 7.4), _column("Đại diện, chức vụ", "Name, position", 9.0)),
    lines=(
        TableLine((told("investor"), _NAME)),
        TableLine((fill("tên bên thực hiện", "contractor"), _NAME)),
        TableLine((fill("bên thứ ba chứng kiến", "third-party witness"), _NAME)),
        TableLine((fill("đại diện UBND các xã", "communes"), _NAME)),
    ),
)

_SIGN = Text("(ký, ghi rõ họ tên)", "(signature, name)")
_SIGNATURES = Table(
    columns=(
        _column("ĐẠI DIỆN CHỦ ĐẦU TƯ", "INVESTOR", 4.1),
        _column("ĐẠI DIỆN BÊN THỰC HIỆN", "CONTRACTOR", 4.1),
        _column("BÊN CHỨNG KIẾN", "WITNESS", 4.1),
        _column("ĐẠI DIỆN UBND XÃ", "COMMUNES", 4.1),
    ),
    lines=(
        TableLine((_SIGN,) * 4, group=True),
        *(TableLine(("",) * 4, group=True) for _ in range(3)),
        TableLine(("",) * 4),
    ),
)

_FORM: tuple[Block, ...] = (
    _line("Gói: **{{ package_code }}** – {{ province }}, phiên bản {{ version }}.",
          "Package: **{{ package_code }}** – {{ province }}, version {{ version }}."),
    Line(
        Text(
            "Hôm nay, ngày … tháng … năm …, tại " + fill("địa điểm", "").vi + ", các bên gồm:",
            "Today, …, at " + fill("", "place").en + ", the parties:",
        )
    ),
    _PARTIES,
    _line("đã nghiệm thu vùng phủ của gói theo Phụ lục VIII với nội dung sau:",
          "have accepted the coverage of the package by Annex VIII as follows:"),
    _heading("1. Cơ sở nghiệm thu", "1. What it rests on"),
    _line("Nhà mạng được nghiệm thu: **{{ operator }}**. Mức thu tối thiểu: {{ minimum }}.",
          "Operator accepted: **{{ operator }}**. Least levels: {{ minimum }}."),
    _line("Thời gian đo: {{ measured_on }}. Quy tắc: {{ rule }}.", "Measured on: {{ measured_on }}. Rule: {{ rule }}."),
    _EVIDENCE,
    Control("{%p for line in notes %}"),
    _line("– Lưu ý: {{ line }}", "– Note: {{ line }}"),
    Control("{%p endfor %}"),
    _heading("2. Mẫu bị loại", "2. Samples left out"),
    _LEFT_OUT,
    _heading("3. Kết luận", "3. Conclusion"),
    _line("{{ conclusion }}", "{{ conclusion }}"),
    Line(
        Text(
            "Ý kiến của các bên, tồn tại cần khắc phục và thời hạn: " + fill("ghi nội dung", "").vi + ".",
            "Remarks, what is to be mended and by when: " + fill("", "remarks").en + ".",
        )
    ),
    _line("Biên bản lập thành … bản có giá trị như nhau, mỗi bên giữ … bản.",
          "Made in … copies of equal force, each party keeping ….", ),
    _SIGNATURES,
    PageBreak(landscape=True),
    _heading("Kết quả theo thôn và dịch vụ", "Results by village and service"),
    _RESULTS,
)  # fmt: skip

MINUTES = Paper(
    part="minutes",
    kind=Text("BIÊN BẢN", "MINUTES"),
    subject=Text("NGHIỆM THU VÙNG PHỦ SÓNG DI ĐỘNG", "OF ACCEPTANCE OF MOBILE COVERAGE"),
    body=_FORM,
    letters="BB",
    signed=False,
    required=("conclusion",),
)

ACCEPTANCE_PAPERS: tuple[Paper, ...] = (ACCEPTANCE, MINUTES)
