"""Sentences that stand alike in every document of a package: limits, thresholds, origin of the numbers."""

from __future__ import annotations

from collections.abc import Iterator

from phusong.coverage.criteria import Margin
from phusong.data.provenance import UNVERIFIED, Provenance, households_text, thresholds_text
from phusong.tenders.package.values import Package
from phusong.words import Language, Text, day, number

SIMULATED = Text(
    "DỮ LIỆU MÔ PHỎNG – CHỈ ĐỂ MINH HOẠ, KHÔNG DÙNG ĐỂ ĐẤU THẦU", "SIMULATED DATA – FOR ILLUSTRATION, NOT FOR TENDERING"
)
FORECAST_NOTE = Text(
    "Số liệu là kết quả dự báo bằng mô hình, không thay thế đo kiểm.",
    "The figures are a model's forecast; they do not replace measurement.",
)
BOUNDARY_NOTE = Text(
    "Không có hộ nào được tính ở hai khu vực hoặc hai gói; hộ chưa xác định không được tính là hộ cần phủ.",
    "No household is counted in two areas or two packages; undetermined ones are not among those needing coverage.",
)
REFERENCE_NOTE = Text(
    "Vị trí chỉ để tham chiếu, không ràng buộc: được đề xuất vị trí khác nếu phủ sóng các hộ trong danh sách.",
    "Sites are for reference and do not bind: others that cover the listed households may be proposed.",
)

OUTSIDE_VILLAGES = Text("(ngoài các thôn)", "(outside villages)")


def alert(package: Package) -> Text | None:
    """Return the banner of simulated data, None where data are real."""
    return SIMULATED if package.provenance.simulated else None


def banner(package: Package, language: Language) -> str:
    """Return the banner of simulated data in words, "" where data are real."""
    return SIMULATED.to(language) if package.provenance.simulated else ""


def interval_note(provenance: Provenance) -> Text:
    """Say what the intervals of households beside the counts are."""
    return Text(
        "Khoảng hộ chưa có sóng của từng khu vực, từng thôn: "
        f"{provenance.interval.vi}; {provenance.interval_source.vi}.",
        "Interval of households without signal, by area and village: "
        f"{provenance.interval.en}; {provenance.interval_source.en}.",
    )


def threshold_note(provenance: Provenance) -> Text:
    """Say the thresholds in one line."""
    return Text(
        f"Ngưỡng mức thu ({provenance.profile}): {thresholds_text(provenance, 'vi')}.",
        f"Thresholds ({provenance.profile}): {thresholds_text(provenance, 'en')}.",
    )


def margin_text(margin: Margin, language: Language) -> str:
    """Write one margin: outdoors and indoors, with its source."""
    words = Text("ngoài trời {} dB, trong nhà {} dB ({})", "outdoors {} dB, indoors {} dB ({})").to(language)
    outdoor, indoor = (number(v, language, decimals=1) for v in (margin.outdoor_db, margin.indoor_db))
    return words.format(outdoor, indoor, margin.source.to(language))


def origin_lines(p: Provenance, language: Language) -> Iterator[tuple[str, str]]:
    """Give what the numbers of a study rest on, item by item."""
    yes = Text("đã xác minh", "verified")
    lines: list[tuple[Text, str]] = [
        (Text("Nghiên cứu", "Study"), f"{p.study} ({day(p.created_on)})"),
        (Text("Kịch bản", "Scenario"), p.scenario.to(language)),
        (Text("Mô hình truyền sóng", "Propagation model"), p.model.to(language)),
        (Text("Phiên bản phần mềm", "Software version"), f"Phủ Sóng {p.version}"),
        (Text("Bộ ngưỡng", "Threshold profile"), f"{p.profile} – {p.profile_title.to(language)}"),
        (Text("Nguồn của bộ ngưỡng", "Source of the profile"), p.profile_source.to(language)),
        (Text("Tình trạng bộ ngưỡng", "State of the profile"), (yes if p.verified else UNVERIFIED).to(language)),
        (Text("Dịch vụ xét", "Service"), p.service.to(language)),
        (Text("Ngưỡng mức thu", "Thresholds"), thresholds_text(p, language)),
        *((margin.title, margin_text(margin, language)) for margin in p.margins),
        (
            Text("Khoảng số hộ", "Intervals of households"),
            f"{p.interval.to(language)}; {p.interval_source.to(language)}",
        ),
        *_reliability(p, language),
        (Text("Số hộ dân", "Households"), households_text(p, language)),
        (Text("Số nhân khẩu một hộ", "Persons a household"), number(p.persons_per_household, language, decimals=1)),
        (
            Text("Số hộ tối thiểu của một khu vực", "Least households of an area"),
            number(p.min_gap_households, language),
        ),
        *((_input_title(file.role, file.dated), f"{file.name}\nSHA-256 {file.sha256}") for file in p.inputs),
    ]
    yield from ((title.to(language), content) for title, content in lines)


def _input_title(role: Text, dated: str) -> Text:
    vi, en = (f" ({dated})", f" ({dated})") if dated else ("", "")
    return Text(f"Dữ liệu vào: {role.vi}{vi}", f"Input: {role.en}{en}")


def limits(provenance: Provenance) -> Iterator[Text]:
    """Say what the figures are not."""
    if provenance.simulated:
        yield Text(
            "Toàn bộ dữ liệu vào là dữ liệu mô phỏng; tài liệu chỉ minh hoạ cách trình bày.",
            "All input data are simulated; the document only shows what one looks like.",
        )
    yield FORECAST_NOTE
    if not provenance.verified:
        yield Text(
            "Ngưỡng mức thu chưa được xác minh với văn bản của cơ quan quản lý; có ngưỡng chính thức thì tính lại.",
            "The thresholds are not verified against the authority's text: compute again once official ones are known.",
        )
    yield Text(
        "Số hộ cần phủ đã tính dự trữ nên nghiêng về phía thận trọng; khoảng bên cạnh là số hộ thực tế chưa có sóng, "
        f"kể cả hộ chưa xác định: {provenance.interval.vi}.",
        "Households needing coverage are counted with margins, on the cautious side; the interval beside is of "
        f"households truly without signal, undetermined ones included: {provenance.interval.en}.",
    )
    yield BOUNDARY_NOTE
    yield REFERENCE_NOTE


def _reliability(p: Provenance, language: Language) -> Iterator[tuple[Text, str]]:
    if p.reliability.vi:
        yield Text("Độ tin cậy của bản đồ", "Reliability of the map"), p.reliability.to(language)
