"""The substantive papers: what they print comes from the package, and they never contradict each other."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import docx
import pytest
from tenders_.made_package import made_package

from phusong.data.terms import LEAST_SHOWN
from phusong.errors import OutOfRangeError
from phusong.tenders.clauses import WRITERS
from phusong.tenders.clauses.checked import MILESTONES, check_evaluation, check_schedule
from phusong.tenders.clauses.context import clause_fields
from phusong.tenders.clauses.requirements import requirement_groups
from phusong.tenders.package.settings import OWN_SOURCE
from phusong.tenders.package.values import Award, Finding, Package, Setting
from phusong.tenders.papers.context import fields_of
from phusong.tenders.papers.options import options_of
from phusong.tenders.parts import Making, parts_of
from phusong.tenders.templates.clauses_papers import CLAUSES_PAPERS
from phusong.tenders.templates.layout import Heading, Line, Paper, Table, TableLine
from phusong.words import LANGUAGES, Language, Text, number

BRANDS = ("huawei", "ericsson", "nokia", "zte", "samsung", "viettel", "vinaphone", "mobifone", "vietnamobile")
AWARDED: tuple[tuple[Award, str], ...] = tuple(
    (award, part.key) for award in ("tender", "order", "assignment") for part in parts_of(award) if part.key in WRITERS
)
STRUCTURE = re.compile(
    r"^\d{1,2}\. |Điều \d+|Article \d+|Mẫu số \d\d(, \d\d)*|Forms? \d\d(, \d\d)*( and \d\d)?|\bT\d\b|\b[23]G\b|WGS84|"
    r"SHA-256|tiêu chí 2, 3, 4|criteria 2, 3 and 4|\(1 − 2 − 3\)|^0 (ngày|days)$|^\d{1,2}$"
)
"""Numbers that number things: articles, forms, lines, milestones; the start of time; names of standards."""


def words_of(path: Path) -> str:
    """Return every word of a Word file: body, tables, running lines."""
    document = docx.Document(str(path))
    texts = [p.text for p in document.paragraphs]
    texts += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    for section in document.sections:
        for place in (section.header, section.first_page_header, section.footer, section.first_page_footer):
            texts += [p.text for p in place.paragraphs]
    return "\n".join(texts)


def written(tmp_path: Path, key: str, package: Package, language: Language = "vi") -> str:
    """Write one paper and return its words."""
    WRITERS[key](tmp_path / f"{key}.docx", package, Making(language=language, maps=tmp_path))
    return words_of(tmp_path / f"{key}.docx")


def with_setting(package: Package, key: str, **values: object) -> Package:
    """Return the package with one option changed, or added where it has none of that key."""
    known = [s for s in package.settings if s.key == key]
    blank = Setting(
        key=key, title=Text(key, key), value="", unit=Text("", ""), source=Text("nguồn", "source"), verified=False
    )
    new = dataclasses.replace(known[0] if known else blank, **values)  # type: ignore[arg-type]
    return dataclasses.replace(package, settings=(*(s for s in package.settings if s.key != key), new))


def texts_of(paper: Paper) -> list[Text]:
    """Return every text of a paper, cells among them."""
    found = [paper.kind, paper.subject]
    for block in paper.body:
        if isinstance(block, (Heading, Line)):
            found.append(block.text)
        elif isinstance(block, Table):
            found += [column.title for column in block.columns]
            cells = [cell for line in block.lines if isinstance(line, TableLine) for cell in line.cells]
            found += [cell if isinstance(cell, Text) else Text(cell, cell) for cell in cells]
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("award", "key"), AWARDED)
def test_a_paper_is_finished_in_both_languages_for_each_award(award, key, language, tmp_path):
    """No tag, no unknown value, no brand or operator, and the package's code and digest are left in it."""
    package = made_package(12, award=award, simulated=True)
    text = written(tmp_path, key, package, language)
    fields = fields_of(package, language)
    for left in ("{{", "{%", "None", "nan", "[[", "**", "<so>"):
        assert left not in text
    assert not [brand for brand in BRANDS if brand in text.lower()]
    assert package.package_code in text
    assert fields["digest_short"] in text
    assert fields["banner"] in text


def test_every_word_part_of_the_room_has_a_writer():
    """Writers are named after parts of the set."""
    assert set(WRITERS) == {
        *("method", "requirements", "schedule", "bid_data", "evaluation", "contract", "compliance"),
        *("order_contract", "payment"),
    }


@pytest.mark.parametrize("paper", CLAUSES_PAPERS, ids=lambda paper: paper.part)
def test_no_number_hides_in_the_wording(paper):
    """Every number printed is a field of the package or an option; the wording itself only numbers its lines."""
    for text in texts_of(paper):
        for words in (text.vi, text.en):
            plain = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", words).strip()
            assert not re.search(r"\d", STRUCTURE.sub("", plain)), words


@pytest.mark.parametrize("paper", CLAUSES_PAPERS, ids=lambda paper: paper.part)
def test_every_option_of_a_paper_is_printed_with_its_unit_and_state(paper, tmp_path):
    """An unverified option carries its mark wherever it stands; a verified one or the department's own does not."""
    award: Award = "order" if paper.part in ("order_contract", "payment") else "tender"
    package = made_package(6, award=award)
    used = {key for text in texts_of(paper) for key in re.findall(r"setting\.(\w+)", text.vi)}
    options = options_of(package.settings, "vi")
    text = written(tmp_path, paper.part, package)
    for key in used:
        option = options[key]
        expected = f"{option.text} (chưa xác minh)" if option.value else f"[chủ đầu tư điền: {option.title}]"
        assert expected in text
    ours = dataclasses.replace(
        package,
        settings=tuple(
            dataclasses.replace(s, **({"verified": True} if i % 2 else {"source": OWN_SOURCE}))
            for i, s in enumerate(package.settings)
        ),
        provenance=dataclasses.replace(package.provenance, verified=True),
        warnings=(),
    )
    after = written(tmp_path, paper.part, ours)
    assert "(chưa xác minh)" not in after


def test_requirements_compliance_and_evaluation_print_the_same_rows(tmp_path):
    """A requirement, its code and its level are the same words in three papers."""
    package = made_package(6)
    papers = [written(tmp_path, key, package) for key in ("requirements", "compliance", "evaluation")]
    rows = [row for group in requirement_groups(package, "vi") for row in group["rows"]]
    assert len({row["code"] for row in rows}) == len(rows)
    for row in rows:
        for text in papers:
            assert row["text"] in text
            assert (row["level"] or row["ask"]) in text


def test_a_level_of_the_acceptance_test_is_the_level_required():
    """What is tested and what is required are one number; where the test has none, the profile's threshold stands."""
    package = made_package(6)
    assert "4G: ≥ −110 dBm (chưa xác minh)" in _level(package, "A3")
    tested = with_setting(package, "acceptance_min_dbm_4g", value="-105", unit=Text("dBm", "dBm"))
    assert "4G: ≥ −105 dBm (chưa xác minh)" in _level(tested, "A3")
    assert "5G: ≥ −110 dBm (chưa xác minh)" in _level(tested, "A3")
    assert _level(package, "B1") == "≥ 5 Mbit/s (chưa xác minh)"
    tested = with_setting(package, "acceptance_min_dl_mbps", value="8", unit=Text("Mbit/s", "Mbit/s"), verified=True)
    assert _level(tested, "B1") == "≥ 8 Mbit/s"


def _level(package: Package, code: str) -> str:
    rows = [row for group in requirement_groups(package, "vi") for row in group["rows"]]
    return str(next(row["level"] for row in rows if row["code"] == code))


def test_weights_that_do_not_sum_to_100_are_refused_with_what_was_given(tmp_path):
    """The message tells the weights, their sum and the sum that is allowed; no paper is written."""
    package = with_setting(made_package(6), "evaluation_cost_weight", value="50")
    with pytest.raises(OutOfRangeError) as raised:
        written(tmp_path, "evaluation", package)
    assert "bằng 100, nhận được 50 + 20 + 15 + 20 = 105" in raised.value.text.vi
    assert not (tmp_path / "evaluation.docx").exists()


def test_all_faults_of_the_evaluation_are_told_at_once():
    """A missing weight and a minimum above its weight are one message."""
    package = with_setting(made_package(6), "evaluation_power_weight", value="")
    package = with_setting(package, "evaluation_sharing_minimum", value="16")
    with pytest.raises(OutOfRangeError) as raised:
        check_evaluation(package)
    assert "dùng chung hạ tầng phải từ 0 đến trọng số 15, nhận được “16”" in raised.value.text.vi
    assert "phải cộng lại bằng 100" in raised.value.text.vi


def test_fractions_that_sum_to_100_are_accepted():
    """33.3 + 33.3 + 33.4 + 0 is 100."""
    package = made_package(6)
    for criterion, weight in (("cost", "33.3"), ("schedule", "33.3"), ("sharing", "33.4"), ("power", "0")):
        package = with_setting(package, f"evaluation_{criterion}_weight", value=weight)
        package = with_setting(package, f"evaluation_{criterion}_minimum", value="0")
    check_evaluation(package)


def test_a_milestone_before_the_one_before_it_is_refused():
    """On air before power is there is refused; equal days are not."""
    package = made_package(6)
    check_schedule(with_setting(package, "schedule_on_air_days", value="300"))
    with pytest.raises(OutOfRangeError) as raised:
        check_schedule(with_setting(package, "schedule_on_air_days", value="290"))
    assert "“Phát sóng” phải từ 300 ngày trở lên, nhận được “290”" in raised.value.text.vi
    with pytest.raises(OutOfRangeError, match="got “soon”"):
        check_schedule(with_setting(package, MILESTONES[0], value="soon"))


@pytest.mark.parametrize("value", ["105", "-1", "most"])
def test_a_share_outside_0_to_100_is_refused_in_every_paper(value, tmp_path):
    """A percentage is a number of 0 to 100, or left to the investor."""
    package = with_setting(made_package(6), "req_households_percent", value=value)
    for key in ("requirements", "contract"):
        with pytest.raises(OutOfRangeError, match=f"0 to 100 %, got “{value}”"):
            written(tmp_path, key, package)


def test_the_schedule_lists_every_site_once_and_sums_to_what_they_serve(tmp_path):
    """Sites by commune, in order; their households sum to the total printed."""
    package = made_package(30)
    fields = clause_fields(package, "vi")
    rows = [site for commune in fields["schedule_communes"] for site in commune["sites"]]
    assert sorted(row["title"].split("\n")[0] for row in rows) == sorted(site.site_id for site in package.sites)
    assert [row["number"] for row in rows] == list(range(1, len(rows) + 1))
    assert sum(int(row["households"].replace(".", "")) for row in rows) == package.planned_households
    assert fields["site_households"] in written(tmp_path, "schedule", package)


def test_few_households_are_not_numbered_and_those_of_other_packages_sites_are_told(tmp_path):
    """A site with fewer than the least shown prints no number."""
    package = made_package(12)
    first = dataclasses.replace(package.sites[0], households=LEAST_SHOWN - 1, kind="share", host_site_id="VTL0001")
    few = dataclasses.replace(package, sites=(first, *package.sites[1:]))
    text = written(tmp_path, "schedule", few)
    assert f"dưới {LEAST_SHOWN}" in text
    assert f"{few.planned_households - sum(s.households for s in few.sites)} hộ của gói do trạm tham chiếu" in text


def test_findings_are_counted_by_kind_and_basis_and_sum_to_the_package(tmp_path):
    """A recorded finding stands first, with its reason."""
    package = made_package(12)
    finding = Finding(
        finding_id="KL-1",
        finding="depression",
        basis="override",
        author="Sở KH&CN",
        dated="2026-10-02",
        reason="đã đo tại chỗ, trạm ngừng hoạt động",
    )
    areas = (dataclasses.replace(package.areas[0], finding=finding), *package.areas[1:])
    package = dataclasses.replace(package, areas=areas)
    rows = clause_fields(package, "vi")["finding_rows"]
    assert [row["areas"] for row in rows] == ["1", "11"]
    assert sum(int(row["households"].replace(".", "")) for row in rows) == package.households
    text = written(tmp_path, "method", package)
    assert "ghi thay ngày 02/10/2026 của Sở KH&CN; lý do: đã đo tại chỗ, trạm ngừng hoạt động" in text


def test_the_price_told_is_written_in_words_and_what_is_no_number_is_left_as_told(tmp_path):
    """Dots, spaces and the unit do not matter; words stay words."""
    for told in ("28.700.000.000", "28700000000", "28 700 000 000 đồng"):
        package = made_package(6, told={"package_price": told})
        assert "(bằng chữ: Hai mươi tám tỷ bảy trăm triệu đồng)" in written(tmp_path, "bid_data", package)
    package = made_package(6, told={"package_price": "theo dự toán"})
    text = written(tmp_path, "bid_data", package)
    assert "theo dự toán" in text
    assert "bằng chữ:" not in text


def test_an_order_says_its_obligation_by_commune_and_its_estimate_in_words(tmp_path):
    """Obligated households of each commune and in all, and the middle of the estimate in words."""
    package = made_package(12, award="order")
    text = written(tmp_path, "order_contract", package)
    for areas in package.by_commune().values():
        assert f"\n{number(sum(area.planned_households for area in areas))}\n" in text
    assert f"\n{number(package.planned_households)}\n" in text
    assert fields_of(package, "vi")["cost_words"] in text


def test_a_commune_with_a_site_and_no_area_has_no_volume():
    """It stands in the schedule, not among the volumes; the volumes sum to the package."""
    package = made_package(12, award="order")
    elsewhere = dataclasses.replace(package.sites[0], commune_code="02290", commune_name="Xã Khác")
    package = dataclasses.replace(package, sites=(elsewhere, *package.sites[1:]))
    fields = clause_fields(package, "vi")
    assert "Xã Khác" not in [row["name"] for row in fields["volume_rows"]]
    assert any(row["title"].startswith("Xã Khác") for row in fields["schedule_communes"])
    assert sum(int(row["planned"].replace(".", "")) for row in fields["volume_rows"]) == package.planned_households


def test_own_fields_do_not_cover_those_every_paper_has():
    """A field means the same in every paper."""
    package = made_package(6)
    assert not set(clause_fields(package, "vi")) & set(fields_of(package, "vi"))
    assert set(clause_fields(package, "vi")) == set(clause_fields(package, "en"))


def test_the_same_package_gives_the_same_bytes(tmp_path):
    """No clock, no chance."""
    making = Making(language="vi", maps=tmp_path)
    for name in ("a", "b"):
        WRITERS["contract"](tmp_path / name, made_package(12), making)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
