"""Decisions to order and to assign, where a package is not put out to tender."""

from __future__ import annotations

from phusong.tenders.templates import papers_common as c
from phusong.tenders.templates.layout import Paper, Table, fill, told
from phusong.words import Text

_TIME = told("contract_time", tender=False)
_REQUIRED = ("households", "package_name", "told")


def _terms(receiver: Text, of: Text) -> Table:
    """Return what is ordered or assigned, item by item."""
    return c.facts(
        (receiver, fill("tên, địa chỉ, người đại diện doanh nghiệp", "name, address, representative of the company")),
        (
            Text("Dịch vụ", "Service"),
            Text(
                "Phủ sóng {{ service }} tại các khu vực của gói {{ package_code }}",
                "Coverage by {{ service }} of the areas of package {{ package_code }}",
            ),
        ),
        (
            Text("Khối lượng", "Volume"),
            Text(
                "{{ households }} hộ tại {{ area_count }} khu vực, {{ village_count }} thôn (Phụ lục I, II); "
                "{{ site_count }} trạm tham chiếu, không ràng buộc vị trí (Phụ lục III)",
                "{{ households }} households in {{ area_count }} areas, {{ village_count }} villages (Annexes I, II); "
                "{{ site_count }} reference sites, which do not bind (Annex III)",
            ),
        ),
        (
            Text("Địa bàn", "Place"),
            Text(
                "{{ commune_count }} xã, phường, đặc khu của {{ province }}",
                "{{ commune_count }} communes of {{ province }}",
            ),
        ),
        (
            Text("Yêu cầu kỹ thuật, chất lượng", "Technical and quality requirements"),
            Text("Phụ lục IV kèm theo", "Annex IV attached"),
        ),
        (
            Text("Thời gian thực hiện", "Time of performance"),
            Text(f"{_TIME.vi}; tiến độ: Phụ lục VII", f"{_TIME.en}; schedule: Annex VII"),
        ),
        (
            Text(f"Kinh phí {of.vi}", f"Money of the {of.en}"),
            Text(
                "{% if price_words %}{{ told.package_price }} đồng (Bằng chữ: {{ price_words }}){% endif %}[[{% if not "
                "price_words %}chủ đầu tư điền: kinh phí theo dự toán được duyệt, bằng số và bằng chữ"
                "{% endif %}]]. Khái toán để đối chiếu: "
                "{{ cost_middle }} đồng (Bằng chữ: {{ cost_words }}), khoảng {{ cost_low }}–{{ cost_high }} đồng",
                "{% if price_words %}VND {{ told.package_price }} (in words: {{ price_words }}){% endif %}[[{% if not "
                "price_words %}investor to fill: money by the approved estimate, in figures and words"
                "{% endif %}]]. For comparison: VND "
                "{{ cost_middle }} (in words: {{ cost_words }}), range VND {{ cost_low }}–{{ cost_high }}",
            ),
        ),
        (
            Text("Nguồn kinh phí", "Funding"),
            Text(f"{{{{ route_title }}}}; {told('funding').vi}", f"{{{{ route_title }}}}; {told('funding').en}"),
        ),
        (
            Text("Nghiệm thu, thanh toán", "Acceptance and payment"),
            Text(
                "Theo vùng phủ được nghiệm thu (Phụ lục VIII) và khối lượng thực hiện hằng tháng (tài liệu 13)",
                "By accepted coverage (Annex VIII) and monthly volumes (document 13)",
            ),
        ),
    )


ORDER = Paper(
    part="order_decision",
    kind=Text("QUYẾT ĐỊNH", "DECISION"),
    letters="QĐ",
    subject=Text(
        "Về việc đặt hàng cung cấp dịch vụ viễn thông công ích gói {{ package_code }}: {{ package_name }}",
        "On ordering universal telecommunications service, package {{ package_code }}: {{ package_name }}",
    ),
    recipients=c.DECISION_RECIPIENTS,
    issuer="competent_body",
    required=_REQUIRED,
    body=(
        c.DRAFT,
        c.AUTHORITY,
        *c.basis(
            c.approved("list_decision"),
            c.approved("estimate_decision"),
            Text(
                f"Theo đề nghị của {c.INVESTOR.vi} tại Tờ trình số [[chủ đầu tư điền: số, ngày]].",
                f"At the proposal of {c.INVESTOR.en} in submission [[investor to fill: number, date]].",
            ),
        ),
        c.DECIDES,
        c.article(
            1,
            "Đặt hàng cung cấp dịch vụ viễn thông công ích gói {{ package_code }} với các nội dung sau:",
            "To order universal telecommunications service, package {{ package_code }}, as follows:",
        ),
        _terms(Text("Doanh nghiệp nhận đặt hàng", "Company that takes the order"), Text("đặt hàng", "order")),
        c.line(
            "Lý do đặt hàng, điều kiện áp dụng: [[chủ đầu tư điền: căn cứ điều, khoản áp dụng]].",
            "Reasons for ordering, conditions met: [[investor to fill: articles applied]].",
        ),
        c.article(
            2,
            f"{c.INVESTOR.vi} ký hợp đồng đặt hàng với doanh nghiệp tại Điều 1, theo dõi khối lượng hằng tháng, tổ "
            f"chức "
            "nghiệm thu vùng phủ và thanh toán theo quy định.",
            f"{c.INVESTOR.en} is to conclude the order contract with the company of Article 1, follow monthly volumes, "
            "accept the coverage and pay as the law provides.",
        ),
        c.article(
            3,
            f"Quyết định này có hiệu lực kể từ ngày ký. Doanh nghiệp nhận đặt hàng, {c.CHARGED.text.vi}",
            f"This Decision takes effect on the day of signing. The company, {c.CHARGED.text.en}",
        ),
    ),
)

ASSIGNMENT = Paper(
    part="assignment_decision",
    kind=Text("QUYẾT ĐỊNH", "DECISION"),
    letters="QĐ",
    subject=Text(
        "Về việc giao nhiệm vụ cung cấp dịch vụ viễn thông công ích gói {{ package_code }}: {{ package_name }}",
        "On assigning universal telecommunications service, package {{ package_code }}: {{ package_name }}",
    ),
    recipients=c.DECISION_RECIPIENTS,
    issuer="competent_body",
    required=_REQUIRED,
    body=(
        c.DRAFT,
        c.AUTHORITY,
        *c.basis(
            c.approved("list_decision"),
            c.approved("estimate_decision"),
            Text(
                f"Theo đề nghị của {c.INVESTOR.vi} tại Tờ trình số [[chủ đầu tư điền: số, ngày]].",
                f"At the proposal of {c.INVESTOR.en} in submission [[investor to fill: number, date]].",
            ),
        ),
        c.DECIDES,
        c.article(
            1,
            "Giao nhiệm vụ cung cấp dịch vụ viễn thông công ích gói {{ package_code }} với các nội dung sau:",
            "To assign universal telecommunications service, package {{ package_code }}, as follows:",
        ),
        _terms(Text("Doanh nghiệp được giao nhiệm vụ", "Company charged"), Text("giao nhiệm vụ", "assignment")),
        c.line(
            "Lý do giao nhiệm vụ, điều kiện áp dụng: [[chủ đầu tư điền: căn cứ điều, khoản áp dụng]].",
            "Reasons for assigning, conditions met: [[investor to fill: articles applied]].",
        ),
        c.article(
            2,
            "Doanh nghiệp được giao nhiệm vụ tổ chức thực hiện đúng khối lượng, chất lượng, tiến độ; báo cáo khối "
            "lượng hằng "
            f"tháng. {c.INVESTOR.vi} theo dõi, nghiệm thu vùng phủ và thanh toán, quyết toán theo quy định.",
            "The company charged is to meet volume, quality and schedule and to report monthly. "
            f"{c.INVESTOR.en} is to follow the work, accept the coverage, pay and settle as the law provides.",
        ),
        c.article(
            3,
            f"Quyết định này có hiệu lực kể từ ngày ký. Doanh nghiệp được giao nhiệm vụ, {c.CHARGED.text.vi}",
            f"This Decision takes effect on the day of signing. The company, {c.CHARGED.text.en}",
        ),
    ),
)

AWARD_PAPERS: tuple[Paper, ...] = (ORDER, ASSIGNMENT)
