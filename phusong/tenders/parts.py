"""The document set: every file of it, by way of award, in the order of the shelf.

One table decides what a set holds; writers, manifest, cover, check and docs read it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from phusong.tenders.package.values import AWARDS, Award, Package
from phusong.words import Language, Text

Suffix = Literal["docx", "xlsx", "pdf", "gpkg", "kml", "csv"]

ALL: frozenset[Award] = frozenset(AWARDS)
TENDER: frozenset[Award] = frozenset({"tender"})
ORDER: frozenset[Award] = frozenset({"order"})
ASSIGNMENT: frozenset[Award] = frozenset({"assignment"})
NOT_TENDER = ORDER | ASSIGNMENT


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file of a set; ``public`` says that it may leave the building as it is."""

    key: str
    number: str
    slug: Text
    suffix: Suffix
    title: Text
    awards: frozenset[Award] = ALL
    public: bool = True

    def file_name(self, language: Language) -> str:
        """Return the name of the file in a set."""
        return f"{self.number}-{self.slug.to(language)}.{self.suffix}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """How a set is made: its language, the folder of map data, and a department's own templates (None for ours)."""

    language: Language
    maps: Path
    templates: Path | None = None


class Writer(Protocol):
    """Writes one file of a set from a package."""

    def __call__(self, path: Path, package: Package, making: Making) -> None:
        """Write the file."""


def _part(key: str, number: str, slug: Text, suffix: Suffix, title: Text, awards: frozenset[Award] = ALL) -> Part:
    return Part(key=key, number=number, slug=slug, suffix=suffix, title=title, awards=awards)


def _papers(subject: str, number: str, slug: Text, name: Text, awards: frozenset[Award] = ALL) -> tuple[Part, ...]:
    """Return submission, appraisal and decision of one subject."""
    kinds = (
        ("submission", "a", Text("to-trinh", "submission"), Text("Tờ trình", "Submission")),
        ("appraisal", "b", Text("tham-dinh", "appraisal"), Text("Báo cáo thẩm định", "Appraisal report")),
        ("decision", "c", Text("quyet-dinh", "decision"), Text("Quyết định phê duyệt", "Decision approving")),
    )
    return tuple(
        _part(
            f"{subject}_{kind}",
            f"{number}{letter}",
            Text(f"{before.vi}-{slug.vi}", f"{before.en}-{slug.en}"),
            "docx",
            Text(f"{title.vi} {name.vi}", f"{title.en}: {name.en}"),
            awards,
        )
        for kind, letter, before, title in kinds
    )


_ANNEX_1 = Text("Phụ lục I – Danh sách thôn, khu vực", "Annex I – Villages and areas")
_ANNEX_2 = Text("Phụ lục II – Số hộ cần phủ theo gói", "Annex II – Households to cover")
_ANNEX_3 = Text("Phụ lục III – Vị trí trạm tham chiếu", "Annex III – Reference sites")
_ANNEX_6 = Text("Phụ lục VI – Khái toán", "Annex VI – Estimate")

PARTS: tuple[Part, ...] = (
    _part("cover", "00", Text("bia-muc-luc", "cover"), "docx", Text("Bìa, mục lục", "Cover and contents")),
    *_papers("list", "01", Text("danh-muc", "list"), Text("danh mục khu vực lõm sóng", "list of signal gaps")),
    _part("method", "02", Text("thuyet-minh-phuong-phap", "method"), "docx",
          Text("Thuyết minh phương pháp", "Statement of method")),
    _part("areas", "03", Text("phu-luc-1-danh-sach", "annex-1-areas"), "xlsx", _ANNEX_1),
    _part("areas_print", "03", Text("phu-luc-1-danh-sach", "annex-1-areas"), "pdf", _ANNEX_1),
    _part("households", "04", Text("phu-luc-2-so-ho", "annex-2-households"), "xlsx", _ANNEX_2),
    _part("households_print", "04", Text("phu-luc-2-so-ho", "annex-2-households"), "pdf", _ANNEX_2),
    _part("sites", "05", Text("phu-luc-3-tram-tham-chieu", "annex-3-sites"), "xlsx", _ANNEX_3),
    _part("sites_print", "05", Text("phu-luc-3-tram-tham-chieu", "annex-3-sites"), "pdf", _ANNEX_3),
    _part("requirements", "06", Text("phu-luc-4-yeu-cau-ky-thuat", "annex-4-requirements"), "docx",
          Text("Phụ lục IV – Yêu cầu kỹ thuật và chất lượng", "Annex IV – Technical and quality requirements")),
    _part("atlas", "07", Text("phu-luc-5-ban-do", "annex-5-maps"), "pdf",
          Text("Phụ lục V – Bản đồ", "Annex V – Maps")),
    _part("costs", "08", Text("phu-luc-6-khai-toan", "annex-6-estimate"), "xlsx", _ANNEX_6),
    _part("costs_print", "08", Text("phu-luc-6-khai-toan", "annex-6-estimate"), "pdf", _ANNEX_6),
    *_papers("estimate", "08", Text("du-toan", "estimate"), Text("dự toán", "estimate")),
    _part("schedule", "09", Text("phu-luc-7-tien-do", "annex-7-schedule"), "docx",
          Text("Phụ lục VII – Tiến độ", "Annex VII – Schedule")),
    _part("statement", "09", Text("bao-cao-thang", "monthly-statement"), "xlsx",
          Text("Biểu báo cáo tháng", "Monthly statement form")),
    _part("acceptance", "10", Text("phu-luc-8-nghiem-thu", "annex-8-acceptance"), "docx",
          Text("Phụ lục VIII – Nghiệm thu vùng phủ", "Annex VIII – Acceptance of coverage")),
    _part("test_points", "10", Text("diem-do-nghiem-thu", "test-points"), "xlsx",
          Text("Danh sách điểm đo nghiệm thu", "Acceptance test points")),
    _part("minutes", "10", Text("bien-ban-nghiem-thu", "acceptance-minutes"), "docx",
          Text("Mẫu biên bản nghiệm thu vùng phủ", "Form of acceptance minutes")),
    *_papers("selection", "11", Text("khlcnt", "selection-plan"),
             Text("kế hoạch lựa chọn nhà thầu", "contractor-selection plan"), TENDER),
    _part("selection_plan", "11", Text("bang-khlcnt", "selection-plan-table"), "xlsx",
          Text("Bảng KHLCNT và phiếu nhập liệu", "Selection-plan table and entry sheet"), TENDER),
    _part("bid_data", "11", Text("e-bdl", "bid-data-sheet"), "docx",
          Text("Bảng dữ liệu đấu thầu (E-BDL), dự thảo", "Bid data sheet, draft"), TENDER),
    *_papers("dossier", "12", Text("e-hsmt", "bidding-documents"), Text("E-HSMT", "bidding documents"), TENDER),
    _part("evaluation", "12", Text("tieu-chuan-danh-gia", "evaluation"), "docx",
          Text("Tiêu chuẩn đánh giá, dự thảo", "Evaluation criteria, draft"), TENDER),
    _part("evaluation_sheet", "12", Text("bang-cham-diem", "evaluation-sheet"), "xlsx",
          Text("Bảng chấm điểm", "Evaluation sheet"), TENDER),
    _part("contract", "13", Text("dieu-khoan-hop-dong", "contract-terms"), "docx",
          Text("Điều khoản hợp đồng cụ thể", "Specific contract terms"), TENDER),
    _part("bid_forms", "14", Text("bieu-mau-nha-thau", "bidder-forms"), "xlsx",
          Text("Biểu mẫu nhà thầu", "Bidder's forms"), TENDER),
    _part("compliance", "14", Text("cam-ket-dap-ung", "compliance"), "docx",
          Text("Bản cam kết đáp ứng", "Statement of compliance"), TENDER),
    _part("order_decision", "11", Text("quyet-dinh-dat-hang", "order-decision"), "docx",
          Text("Quyết định đặt hàng", "Decision to order"), ORDER),
    _part("order_contract", "13", Text("hop-dong-dat-hang", "order-contract"), "docx",
          Text("Hợp đồng đặt hàng", "Order contract"), ORDER),
    _part("assignment_decision", "11", Text("quyet-dinh-giao-nhiem-vu", "assignment-decision"), "docx",
          Text("Quyết định giao nhiệm vụ", "Decision to assign"), ASSIGNMENT),
    _part("volumes", "13", Text("khoi-luong-hang-thang", "monthly-volumes"), "xlsx",
          Text("Khối lượng thực hiện hằng tháng", "Monthly volumes"), NOT_TENDER),
    _part("payment", "13", Text("nghiem-thu-thanh-toan", "payment-acceptance"), "docx",
          Text("Biên bản nghiệm thu, thanh toán", "Acceptance for payment"), NOT_TENDER),
    _part("data_gpkg", "15", Text("du-lieu-so", "data"), "gpkg", Text("Dữ liệu số (GeoPackage)", "Data (GeoPackage)")),
    _part("data_kml", "15", Text("du-lieu-so", "data"), "kml", Text("Dữ liệu số (KML)", "Data (KML)")),
    _part("data_areas", "15", Text("khu-vuc", "areas"), "csv", Text("Khu vực (CSV)", "Areas (CSV)")),
    _part("data_households", "15", Text("so-ho", "households"), "csv",
          Text("Số hộ theo thôn (CSV)", "Households (CSV)")),
    _part("data_sites", "15", Text("tram-tham-chieu", "sites"), "csv",
          Text("Trạm tham chiếu (CSV)", "Reference sites (CSV)")),
    _part("dictionary", "15", Text("tu-dien-du-lieu", "data-dictionary"), "docx",
          Text("Từ điển dữ liệu, quyền riêng tư", "Data dictionary and privacy note")),
    _part("summary", "16", Text("tom-tat-cong-khai", "public-summary"), "docx",
          Text("Bản tóm tắt công khai", "Public summary")),
    _part("change_log", "16", Text("thay-doi", "changes"), "docx",
          Text("Thay đổi so với bản trước", "Changes from the version before")),
    _part("to_fill", "99", Text("can-dien", "to-fill"), "xlsx",
          Text("Danh sách mục chủ đầu tư điền", "What the investor has to fill")),
)  # fmt: skip
"""Every file of a set, in the order of the shelf."""


def parts_of(award: Award) -> tuple[Part, ...]:
    """Return the parts of a set by its way of award."""
    return tuple(part for part in PARTS if award in part.awards)


def part(key: str) -> Part:
    """Return a part by its key; KeyError where there is none."""
    return _BY_KEY[key]


_BY_KEY = {one.key: one for one in PARTS}
