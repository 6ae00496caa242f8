"""Submission, appraisal and decision of the estimate."""

from __future__ import annotations

from phusong.tenders.templates import papers_common as c
from phusong.tenders.templates.layout import Paper, told
from phusong.words import Text

_SUBJECT = Text(
    "dự toán gói {{ package_code }}: {{ package_name }}",
    "the estimate of package {{ package_code }}: {{ package_name }}",
)
_REQUIRED = ("cost_low", "cost_middle", "cost_high")
_RANGE = Text(
    "Khái toán ở mức giữa: **{{ cost_middle }} đồng** (Bằng chữ: {{ cost_words }}); khoảng từ {{ cost_low }} đồng đến "
    "{{ cost_high }} đồng.",
    "Estimate, middle: **VND {{ cost_middle }}** (in words: {{ cost_words }}); from VND {{ cost_low }} to "
    "VND {{ cost_high }}.",
)
_PROPOSED = Text(
    "Giá trị dự toán đề nghị phê duyệt: [[chủ đầu tư điền: giá trị bằng số và bằng chữ, sau khi kiểm tra khối lượng, "
    "đơn giá, thuế, chi phí khác và dự phòng]].",
    "Value proposed for approval: [[investor to fill: in figures and words, after checking quantities, prices, taxes, "
    "other costs and contingency]].",
)

SUBMISSION = Paper(
    part="estimate_submission",
    kind=Text("TỜ TRÌNH", "SUBMISSION"),
    letters="TTr",
    subject=Text(f"Về việc phê duyệt {_SUBJECT.vi}", f"On approving {_SUBJECT.en}"),
    addressee=c.TO_COMPETENT,
    recipients=c.SUBMISSION_RECIPIENTS,
    required=_REQUIRED,
    body=(
        *c.basis(c.approved("list_decision")),
        c.line(
            f"{c.INVESTOR.vi} kính trình {c.COMPETENT.vi} xem xét, phê duyệt {_SUBJECT.vi} với các nội dung sau:",
            f"{c.INVESTOR.en} submits to {c.COMPETENT.en}, for approval, {_SUBJECT.en}:",
        ),
        c.heading("I. THÔNG TIN CHUNG", "I. GENERAL"),
        c.facts(
            (Text("Dự án, dự toán mua sắm", "Project or procurement budget"), told("project")),
            (Text("Chủ đầu tư", "Investor"), c.INVESTOR),
            (
                Text("Quy mô", "Extent"),
                Text(
                    "{{ area_count }} khu vực, {{ households }} hộ cần phủ sóng, {{ commune_count }} xã, phường, đặc "
                    "khu",
                    "{{ area_count }} areas, {{ households }} households needing coverage, {{ commune_count }} "
                    "communes",
                ),
            ),
            (
                Text("Phương án tham chiếu", "Reference plan"),
                Text(
                    "{{ site_count }} vị trí trạm ({{ new_site_count }} trạm mới), phủ {{ planned }} hộ",
                    "{{ site_count }} sites ({{ new_site_count }} new), serving {{ planned }} households",
                ),
            ),
            (
                Text("Nguồn vốn", "Funding"),
                Text(f"{{{{ route_title }}}}; {told('funding').vi}", f"{{{{ route_title }}}}; {told('funding').en}"),
            ),
            (
                Text("Thời gian tính chi phí vận hành", "Years of running costs"),
                Text("{{ cost_years }} năm", "{{ cost_years }} years"),
            ),
        ),
        c.heading("II. KHÁI TOÁN", "II. ESTIMATE"),
        c.line(
            "1. Khối lượng lấy theo phương án tham chiếu (Phụ lục III); đơn giá và khối lượng từng trạm: Phụ lục VI. "
            "Mỗi khoản có mức thấp, giữa, cao vì đơn giá chưa được thẩm định. Tổng hợp theo khoản mục:",
            "1. Quantities follow the reference plan (Annex III); prices and quantities of each site are in Annex VI. "
            "Each item has a low, middle and high value, since prices are not appraised yet. By item:",
            keep=True,
        ),
        c.COSTS,
        c.line(f"2. {_RANGE.vi}", f"2. {_RANGE.en}"),
        c.line(
            "3. Bình quân mức giữa cho một hộ được phủ theo phương án tham chiếu: {{ cost_per_household }} đồng.",
            "3. Middle value for a household served by the reference plan: VND {{ cost_per_household }}.",
        ),
        c.line("4. Tổng hợp theo xã nơi đặt trạm:", "4. By commune where sites stand:", keep=True),
        c.COMMUNE_COSTS,
        c.heading("III. NỘI DUNG CẦN LƯU Ý", "III. TO BE NOTED"),
        c.line(
            "- Khái toán phục vụ lập dự toán, không thay dự toán được duyệt; đơn giá ghi “giả định” phải được thay "
            "bằng đơn giá có căn cứ trước khi trình phê duyệt.",
            "- The figures serve the making of the estimate and do not replace the approved one; prices marked "
            "“assumed” must be replaced by prices with a basis before approval.",
        ),
        c.line("- {{ reference_note }}", "- {{ reference_note }}"),
        c.heading("IV. KIẾN NGHỊ", "IV. PROPOSAL"),
        c.line(
            f"Kính đề nghị {c.COMPETENT.vi} phê duyệt dự toán gói {{{{ package_code }}}}. {_PROPOSED.vi}",
            f"{c.COMPETENT.en} is asked to approve the estimate of package {{{{ package_code }}}}. {_PROPOSED.en}",
            keep=True,
        ),
        c.line("Trân trọng kính trình./.", "Respectfully submitted.", keep=True),
    ),
)

APPRAISAL = Paper(
    part="estimate_appraisal",
    kind=Text("BÁO CÁO THẨM ĐỊNH", "APPRAISAL REPORT"),
    letters="BC",
    subject=Text("Dự toán gói {{ package_code }}: {{ package_name }}", f"On {_SUBJECT.en}"),
    addressee=c.TO_COMPETENT,
    recipients=c.APPRAISAL_RECIPIENTS,
    issuer="appraiser",
    required=_REQUIRED,
    body=(
        c.DRAFT,
        *c.basis(c.approved("list_decision")),
        c.line(
            f"Xét Tờ trình số [[chủ đầu tư điền: số, ngày]] của {c.INVESTOR.vi}, đơn vị thẩm định báo cáo như sau:",
            f"On submission [[investor to fill: number, date]] of {c.INVESTOR.en}, the appraiser reports:",
        ),
        c.heading("I. HỒ SƠ TRÌNH THẨM ĐỊNH", "I. WHAT WAS SUBMITTED"),
        c.line(
            "Tờ trình; Phụ lục III – Vị trí trạm tham chiếu (05); Phụ lục VI – Khái toán (08). Bản chốt phiên bản "
            "{{ version }} ngày {{ frozen_on }}, mã kiểm tra {{ digest_short }}.",
            "Submission; Annex III, reference sites (05); Annex VI, estimate (08). Version {{ version }} frozen on "
            "{{ frozen_on }}, digest {{ digest_short }}.",
        ),
        c.heading("II. KHÁI TOÁN TRÌNH", "II. THE ESTIMATE SUBMITTED"),
        c.COSTS,
        c.line(_RANGE.vi, _RANGE.en),
        c.heading("III. KẾT QUẢ THẨM ĐỊNH", "III. RESULT OF THE APPRAISAL"),
        c.opinions(
            (Text("Căn cứ lập dự toán", "Basis of the estimate"), Text("Nêu tại Tờ trình", "In the submission")),
            (
                Text("Khối lượng", "Quantities"),
                Text(
                    "{{ site_count }} trạm tham chiếu, {{ cost_years }} năm vận hành",
                    "{{ site_count }} reference sites, {{ cost_years }} years of running",
                ),
            ),
            (
                Text("Đơn giá và nguồn đơn giá", "Prices and their sources"),
                Text(
                    "{{ costs|selectattr('assumed')|list|length }}/{{ costs|length }} khoản mục dùng đơn giá giả định",
                    "{{ costs|selectattr('assumed')|list|length }}/{{ costs|length }} items rest on assumed prices",
                ),
            ),
            (
                Text("Chi phí đầu tư", "Investment"),
                Text("{{ capex_middle }} đồng (mức giữa)", "VND {{ capex_middle }} (middle)"),
            ),
            (
                Text("Chi phí vận hành", "Running costs"),
                Text("{{ opex_middle }} đồng (mức giữa)", "VND {{ opex_middle }} (middle)"),
            ),
            (
                Text("Thuế, chi phí khác, dự phòng", "Taxes, other costs, contingency"),
                Text("[[chủ đầu tư điền: giá trị trình]]", "[[investor to fill: value submitted]]"),
            ),
            (
                Text("Giá trị dự toán", "Value of the estimate"),
                Text("[[chủ đầu tư điền: giá trị trình]]", "[[investor to fill: value submitted]]"),
            ),
        ),
        *c.remarks("IV"),
    ),
)

DECISION = Paper(
    part="estimate_decision",
    kind=Text("QUYẾT ĐỊNH", "DECISION"),
    letters="QĐ",
    subject=Text(f"Về việc phê duyệt {_SUBJECT.vi}", f"On approving {_SUBJECT.en}"),
    recipients=c.DECISION_RECIPIENTS,
    issuer="competent_body",
    required=_REQUIRED,
    body=(
        c.DRAFT,
        c.AUTHORITY,
        *c.basis(c.approved("list_decision"), *c.on_proposal("dự toán", "the estimate")),
        c.DECIDES,
        c.article(
            1,
            f"Phê duyệt {_SUBJECT.vi} với giá trị [[chủ đầu tư điền: giá trị dự toán được duyệt, bằng số và bằng "
            f"chữ]]. "
            "Khái toán của gói để đối chiếu (bỏ khi ban hành):",
            f"To approve {_SUBJECT.en}, at [[investor to fill: value approved, in figures and words]]. The "
            "package's estimate, for comparison (to be left out when issued):",
        ),
        c.COSTS,
        c.line(_RANGE.vi, _RANGE.en),
        c.line(
            f"Nguồn vốn: {{{{ route_title }}}}; {told('funding').vi}.",
            f"Funding: {{{{ route_title }}}}; {told('funding').en}.",
        ),
        c.article(
            2,
            f"{c.INVESTOR.vi} chịu trách nhiệm về tính chính xác của khối lượng, đơn giá; sử dụng dự toán được duyệt "
            f"làm "
            "căn cứ thực hiện các bước tiếp theo theo quy định. [[chủ đầu tư điền: nội dung giao khác, nếu có]]",
            f"{c.INVESTOR.en} answers for quantities and prices, and is to use the approved estimate as the basis of "
            f"the "
            "next steps. [[investor to fill: other duties, if any]]",
        ),
        c.article(
            3,
            f"Quyết định này có hiệu lực kể từ ngày ký. {c.CHARGED.text.vi}",
            f"This Decision takes effect on the day of signing. {c.CHARGED.text.en}",
        ),
    ),
)

ESTIMATE_PAPERS: tuple[Paper, ...] = (SUBMISSION, APPRAISAL, DECISION)
