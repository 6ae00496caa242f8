"""Submission, appraisal and decision of the list of signal gaps."""

from __future__ import annotations

from phusong.tenders.templates import papers_common as c
from phusong.tenders.templates.layout import Paper
from phusong.words import Text

_SUBJECT = Text(
    "danh mục khu vực lõm sóng cần phủ sóng thuộc gói {{ package_code }} tại {{ province }}",
    "the list of signal-depression areas needing coverage, package {{ package_code }}, {{ province }}",
)

SUBMISSION = Paper(
    part="list_submission",
    kind=Text("TỜ TRÌNH", "SUBMISSION"),
    letters="TTr",
    subject=Text(f"Về việc phê duyệt {_SUBJECT.vi}", f"On approving {_SUBJECT.en}"),
    addressee=c.TO_COMPETENT,
    recipients=c.SUBMISSION_RECIPIENTS,
    required=c.REQUIRED_COUNTS,
    body=(
        *c.basis(),
        c.line(
            f"{c.INVESTOR.vi} kính trình {c.COMPETENT.vi} xem xét, phê duyệt {_SUBJECT.vi} với các nội dung sau:",
            f"{c.INVESTOR.en} submits to {c.COMPETENT.en}, for approval, {_SUBJECT.en}:",
        ),
        c.heading("I. SỰ CẦN THIẾT", "I. NEED"),
        c.line(
            "Kết quả rà soát chốt ngày {{ frozen_on }} cho thấy gói {{ package_code }} có **{{ area_count }} khu vực** "
            "thuộc {{ village_count }} thôn, {{ commune_count }} xã, phường, đặc khu của {{ province }}, với "
            "**{{ households }} hộ** cần phủ sóng (dân số các khu vực đã biết: {{ population }} người). Dịch vụ xét: "
            "{{ service }}. Số hộ thực tế chưa có sóng: {{ unserved_low }}–{{ unserved_high }} hộ (cộng từ "
            "khoảng của từng khu vực, nên rộng hơn khoảng của cả gói). {{ interval_note }}",
            "The review frozen on {{ frozen_on }} found that package {{ package_code }} has **{{ area_count }} areas** "
            "in {{ village_count }} villages of {{ commune_count }} communes of {{ province }}, with "
            "**{{ households }} households** needing coverage (population where known: {{ population }}). Service: "
            "{{ service }}. Households truly without signal: {{ unserved_low }}–{{ unserved_high }} (the sum of the "
            "areas' intervals, so wider than one of the package). {{ interval_note }}",
        ),
        c.heading("II. CÁCH XÁC ĐỊNH", "II. HOW IT WAS FOUND"),
        c.line(
            "1. Chỉ khu vực đã có kết luận và đủ điều kiện nguồn vốn mới được đưa vào gói. Ngưỡng ({{ profile }}): "
            "{{ thresholds }}. Nguồn của ngưỡng: {{ profile_source }}.",
            "1. Only areas with a finding, and whose route admits them, enter the package. Thresholds ({{ profile }}): "
            "{{ thresholds }}. Source: {{ profile_source }}.",
        ),
        c.line(
            "2. Mô hình: {{ model }}; phần mềm Phủ Sóng {{ software_version }}; nghiên cứu {{ study }} ngày "
            "{{ study_date }}. Số hộ {{ households_origin }}. Chi tiết: Thuyết minh phương pháp (tài liệu 02).",
            "2. Model: {{ model }}; software Phủ Sóng {{ software_version }}; study {{ study }} of {{ study_date }}. "
            "Households are {{ households_origin }}. In detail: statement of method (document 02).",
        ),
        c.heading("III. NỘI DUNG DANH MỤC", "III. THE LIST"),
        c.line(
            "1. Tổng hợp theo xã (danh sách từng thôn, khu vực: Phụ lục I; số hộ theo thôn: Phụ lục II):",
            "1. By commune (villages and areas: Annex I; households by village: Annex II):",
            keep=True,
        ),
        c.COMMUNES,
        *c.HOSTS,
        c.line(
            "2. Nguồn vốn dự kiến: {{ route_title }}. Phương thức thực hiện dự kiến: {{ award_title }}.",
            "2. Funding foreseen: {{ route_title }}. Way of award foreseen: {{ award_title }}.",
        ),
        c.line(
            "3. Phương án tham chiếu gồm {{ site_count }} vị trí trạm, phủ {{ planned }} hộ; còn {{ left }} hộ chưa có "
            "phương án, nêu lý do tại Phụ lục II. {{ reference_note }}",
            "3. The reference plan has {{ site_count }} sites and serves {{ planned }} households; {{ left }} are "
            "left, with the reason in Annex II. {{ reference_note }}",
        ),
        c.heading("IV. NỘI DUNG CẦN LƯU Ý", "IV. TO BE NOTED"),
        *c.warnings(),
        *c.limits(),
        c.heading("V. KIẾN NGHỊ", "V. PROPOSAL"),
        c.line(
            f"Kính đề nghị {c.COMPETENT.vi} phê duyệt danh mục {{{{ area_count }}}} khu vực với {{{{ households }}}} "
            f"hộ "
            "nêu trên, làm cơ sở lập dự toán và tổ chức thực hiện. [[chủ đầu tư điền: kiến nghị khác, nếu có]]",
            f"{c.COMPETENT.en} is asked to approve the list of {{{{ area_count }}}} areas with {{{{ households }}}} "
            "households, as the basis of the estimate and of what follows. [[investor to fill: other proposals, if "
            "any]]",
            keep=True,
        ),
        c.line("Trân trọng kính trình./.", "Respectfully submitted.", keep=True),
        *c.missing_pages(),
    ),
)

APPRAISAL = Paper(
    part="list_appraisal",
    kind=Text("BÁO CÁO THẨM ĐỊNH", "APPRAISAL REPORT"),
    letters="BC",
    subject=Text(_SUBJECT.vi[:1].upper() + _SUBJECT.vi[1:], f"On {_SUBJECT.en}"),
    addressee=c.TO_COMPETENT,
    recipients=c.APPRAISAL_RECIPIENTS,
    issuer="appraiser",
    required=c.REQUIRED_COUNTS,
    body=(
        c.DRAFT,
        *c.basis(),
        c.line(
            f"Xét Tờ trình số [[chủ đầu tư điền: số, ngày]] của {c.INVESTOR.vi}, đơn vị thẩm định báo cáo như sau:",
            f"On submission [[investor to fill: number, date]] of {c.INVESTOR.en}, the appraiser reports:",
        ),
        c.heading("I. HỒ SƠ TRÌNH THẨM ĐỊNH", "I. WHAT WAS SUBMITTED"),
        c.line(
            "Tờ trình; Thuyết minh phương pháp (02); Phụ lục I, II, III (03, 04, 05); Phụ lục V – Bản đồ (07); dữ liệu "
            "số (15). Bản chốt phiên bản {{ version }} ngày {{ frozen_on }}, mã kiểm tra {{ digest_short }}.",
            "Submission; statement of method (02); Annexes I, II, III (03, 04, 05); Annex V, maps (07); data (15). "
            "Version {{ version }} frozen on {{ frozen_on }}, digest {{ digest_short }}.",
        ),
        c.heading("II. TỔNG HỢP DANH MỤC", "II. THE LIST IN BRIEF"),
        c.COMMUNES,
        *c.HOSTS,
        c.heading("III. KẾT QUẢ THẨM ĐỊNH", "III. RESULT OF THE APPRAISAL"),
        c.opinions(
            (Text("Căn cứ pháp lý", "Legal basis"), Text("Nêu tại Tờ trình", "In the submission")),
            (
                Text("Tiêu chí xác định khu vực", "Criteria of an area"),
                Text("{{ thresholds }}; {{ profile_source }}", "{{ thresholds }}; {{ profile_source }}"),
            ),
            (
                Text("Nguồn và ngày của dữ liệu", "Data and their dates"),
                Text("{{ sources }}", "{{ sources }}"),
            ),
            (
                Text("Số khu vực, số hộ", "Areas and households"),
                Text(
                    "{{ area_count }} khu vực, {{ households }} hộ",
                    "{{ area_count }} areas, {{ households }} households",
                ),
            ),
            (
                Text("Không trùng lặp với gói, chương trình khác", "No overlap with other packages or programmes"),
                Text("{{ boundary_note }}", "{{ boundary_note }}"),
            ),
            (Text("Nguồn vốn dự kiến", "Funding foreseen"), Text("{{ route_title }}", "{{ route_title }}")),
            (
                Text("Nội dung còn thiếu", "What is missing"),
                Text("{{ missing|length }} nội dung, nêu tại Tờ trình", "{{ missing|length }}, in the submission"),
            ),
        ),
        *c.warnings()[:6],
        *c.remarks("IV"),
    ),
)

DECISION = Paper(
    part="list_decision",
    kind=Text("QUYẾT ĐỊNH", "DECISION"),
    letters="QĐ",
    subject=Text(f"Về việc phê duyệt {_SUBJECT.vi}", f"On approving {_SUBJECT.en}"),
    recipients=c.DECISION_RECIPIENTS,
    issuer="competent_body",
    required=c.REQUIRED_COUNTS,
    body=(
        c.DRAFT,
        c.AUTHORITY,
        *c.basis(*c.on_proposal("danh mục", "the list")),
        c.DECIDES,
        c.article(
            1,
            f"Phê duyệt {_SUBJECT.vi}, gồm {{{{ area_count }}}} khu vực với {{{{ households }}}} hộ cần phủ sóng (bản "
            "chốt phiên bản {{ version }} ngày {{ frozen_on }}, mã kiểm tra {{ digest_short }}). Danh sách chi tiết: "
            "Phụ lục I, Phụ lục II kèm theo. Tổng hợp theo xã:",
            f"To approve {_SUBJECT.en}: {{{{ area_count }}}} areas with {{{{ households }}}} households needing "
            f"coverage "
            "(version {{ version }} frozen on {{ frozen_on }}, digest {{ digest_short }}). Annexes I and II attached "
            "list them. By commune:",
        ),
        c.COMMUNES,
        *c.HOSTS,
        c.article(
            2,
            f"{c.INVESTOR.vi} căn cứ danh mục tại Điều 1 lập, trình phê duyệt dự toán và tổ chức thực hiện theo quy "
            f"định; "
            "rà soát, đề nghị điều chỉnh danh mục khi có kết quả đo kiểm hoặc khi nhà mạng đã phủ sóng. [[chủ đầu tư "
            "điền: nội dung giao khác, nếu có]]",
            f"{c.INVESTOR.en} is to prepare the estimate from the list of Article 1, have it approved and carry the "
            "matter out; and to propose changes to the list where measurements, or coverage by operators, call for "
            "them. [[investor to fill: other duties, if any]]",
        ),
        c.article(
            3,
            f"Quyết định này có hiệu lực kể từ ngày ký. {c.CHARGED.text.vi}",
            f"This Decision takes effect on the day of signing. {c.CHARGED.text.en}",
        ),
    ),
)

LIST_PAPERS: tuple[Paper, ...] = (SUBMISSION, APPRAISAL, DECISION)
