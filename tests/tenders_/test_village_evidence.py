"""Evidence and plan in a leader's words: one row a source, sites by their number, no key of the machine's."""

from __future__ import annotations

from dataclasses import replace

import docx
import pytest
from made_village_sheet import DATA, VOICE, made_gap, made_sheet, made_site

from phusong.tenders.village_document import write_operator_letter, write_sheet, write_voters_letter
from phusong.tenders.village_evidence import evidence_rows
from phusong.tenders.village_plan import plan_lines, plan_sentence, site_name
from phusong.tenders.village_sheet import EvidenceLine
from phusong.words import Text

OPERATORS = ("mobifone", "vietnamobile", "viettel", "vinaphone")
TITLES = "MobiFone, Vietnamobile, Viettel, VinaPhone"


def said(vi: str, **values: object) -> EvidenceLine:
    """Return a line of the published maps; name what is to differ."""
    line = EvidenceLine(kind="declared", service=DATA, says="undetermined", source="claims", dated="30/09/2026",
                        detail=Text(vi, vi))  # fmt: skip
    return replace(line, **values)  # type: ignore[arg-type]


def maps_of(service: Text, gap_id: str, inside: int, total: int, joint: str) -> list[EvidenceLine]:
    """Return what four operators' maps say, each and together, as a run writes it."""
    where = {"service": service, "gap_id": gap_id}
    each = [said(f"{name}: 0/{total} (0,0 %) hộ trong vùng phủ công bố", operator=key, **where)
            for key, name in zip(OPERATORS, TITLES.split(", "), strict=True)]  # fmt: skip
    return [*each, said(f"{TITLES}: {inside}/{total} (1,5 %) hộ trong vùng phủ công bố", says=joint, **where)]


def rows_of(*lines: EvidenceLine) -> list[tuple[str, str, str, str]]:
    return [(r["kind"], r["service"], r["says"], r["detail"]) for r in evidence_rows(lines, "vi")]


def test_four_operators_maps_are_one_row():
    """For both services, with the joint answer and its figures; the area says the same and is not repeated."""
    lines = [*maps_of(DATA, "", 2, 130, "white"), *maps_of(DATA, "LS-1", 0, 126, "unserved"),
             *maps_of(VOICE, "", 2, 130, "white")]  # fmt: skip
    told = "Bản đồ vùng phủ của 4 nhà mạng (30/09/2026): 2/130 hộ trong vùng phủ"
    assert rows_of(*lines) == [("Khai báo, báo cáo", "Dữ liệu di động; thoại", "trắng sóng", told)]


def test_an_area_or_operator_that_differs_is_told():
    """An area with signal in a village without, an operator that covers where the joint answer is open."""
    differs = said(f"{TITLES}: 126/126 (100,0 %) hộ trong vùng phủ công bố", says="served", gap_id="LS-1")
    rows = rows_of(*maps_of(DATA, "", 2, 130, "white"), differs)
    assert [row[3].rpartition("; ")[2] for row in rows] == ["LS-1: có sóng"]
    covers = said("Viettel: 130/130 (100,0 %) hộ trong vùng phủ công bố", operator="viettel", says="covered")
    assert rows_of(*maps_of(DATA, "", 2, 130, "undetermined"), covers)[0][3].endswith("; Viettel: phủ sóng")


def test_maps_that_decide_nothing_are_one_line():
    """Two operators' maps without a joint answer."""
    lines = maps_of(DATA, "", 0, 9, "white")[:2]
    assert rows_of(*lines) == [("Khai báo, báo cáo", "Dữ liệu di động", "chưa xác định",
                                "Bản đồ vùng phủ của MobiFone, Vietnamobile (30/09/2026)")]  # fmt: skip


@pytest.mark.parametrize(
    ("says", "told"),
    [("undetermined", "1 phép đo của Vietnamobile (02/09/2026), 0 đạt ngưỡng – chưa đủ để kết luận"),
     ("white", "1 phép đo của Vietnamobile (02/09/2026), 0 đạt ngưỡng")],
)  # fmt: skip
def test_tests_say_how_many_passed_and_whether_they_suffice(says, told):
    """Whose they are comes from the operators' own lines; who was not measured is left to the findings."""
    measured = {"kind": "measured", "source": "tests", "dated": "02/09/2026"}
    lines = [said("Vietnamobile: 0/1 (0,0 %) phép đo đạt ngưỡng", operator="vietnamobile", **measured),
             said("0/1 (0,0 %) phép đo đạt ngưỡng; chưa đo MobiFone", says=says, **measured)]  # fmt: skip
    assert [row[3] for row in rows_of(*lines)] == [told]


def test_what_only_an_area_is_told_of_is_kept():
    """Nothing is said of the village itself."""
    line = said("x", source="commune", kind="confirmed", gap_id="LS-1", says="unserved")
    assert rows_of(line)[0][2:] == ("chưa có sóng", "LS-1: Xã trả lời (30/09/2026): x")


def test_sites_are_named_by_number_mast_and_operator():
    """Who is nobody yet is not named."""
    nobody = replace(made_site(), operator="")
    assert site_name(nobody, "vi") == "trạm mới số 5 của phương án, 4G B28"
    on_mast = replace(made_site(), kind="upgrade", host_site_id="MAU0036", host_operator="viettel")
    assert site_name(on_mast, "vi") == "nâng cấp trạm MAU0036 của Viettel (số 5 của phương án), Viettel 4G B28"
    shared = replace(nobody, kind="share", host_site_id="MAU0036", host_operator="viettel")
    assert site_name(shared, "vi") == "dùng chung trạm MAU0036 của Viettel (số 5 của phương án), 4G B28"


def test_an_area_served_in_part_says_how_many_then_why_the_rest_is_left():
    """Fewer than five are only called few."""
    gap = made_gap(1, households=126, planned=124, left_because=Text("khuất", "hidden"), advice=Text("vệ tinh", "x"))
    lines = list(plan_lines(made_sheet(gaps=(gap,)), "vi"))
    assert lines[1:] == ["LS-99001-01: 124/126 hộ được phủ theo kế hoạch; dưới 5 hộ còn lại: khuất."]
    none = replace(gap, planned=0)
    assert list(plan_lines(made_sheet(gaps=(none,), plan_sites=()), "vi"))[1:] == [
        "LS-99001-01: 0/126 hộ được phủ theo kế hoạch; khuất; vệ tinh."
    ]


def test_voters_are_told_the_plan_in_one_sentence():
    """How many are served and left; no cost; that the plan does not reach them, where so; nothing without a plan."""
    gap = made_gap(1, households=126, planned=100)
    served = plan_sentence(made_sheet(gaps=(gap,)), "vi")
    assert served == (
        "Phương án đang đề xuất là xây dựng 1 trạm mới để phủ sóng cho 100/126 hộ trong vùng lõm sóng của thôn; "
        "26 hộ còn lại chưa được phủ trong phương án này."
    )
    unserved = made_sheet(gaps=(replace(gap, planned=0),), plan_sites=())
    assert plan_sentence(unserved, "vi") == (
        "Phương án đang đề xuất chưa phủ sóng tới vùng lõm sóng của thôn (126 hộ)."
    )
    assert plan_sentence(made_sheet(planned=False), "vi") == ""


def test_no_quarter_is_promised_to_voters_whom_the_plan_does_not_reach(tmp_path):
    """And the sentence stands in the letter."""
    sheet = made_sheet(gaps=(made_gap(1, planned=0),), plan_sites=())
    write_voters_letter(tmp_path / "d.docx", sheet)
    words = "\n".join(p.text for p in docx.Document(str(tmp_path / "d.docx")).paragraphs)
    assert "chưa phủ sóng tới vùng lõm sóng" in words
    assert "Thời gian phát sóng" not in words
    write_voters_letter(tmp_path / "e.docx", made_sheet())
    words = "\n".join(p.text for p in docx.Document(str(tmp_path / "e.docx")).paragraphs)
    assert "Thời gian phát sóng dự kiến: quý […] năm [20…]." in words
    assert "tỷ đồng" not in words


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_document_is_written_without_an_operator_of_the_site(tmp_path, language):
    """Both languages."""
    sheet = made_sheet(plan_sites=(replace(made_site(), operator=""),))
    write_sheet(tmp_path / "s.docx", sheet, language=language)
    write_voters_letter(tmp_path / "v.docx", sheet, language=language)
    write_operator_letter(tmp_path / "o.docx", sheet, sheet.requests[0], language=language)
    assert all((tmp_path / name).is_file() for name in ("s.docx", "v.docx", "o.docx"))
