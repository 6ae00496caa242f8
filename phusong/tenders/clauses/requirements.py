"""The technical requirements as one list: annex IV, the statement of compliance and the evaluation print it alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from phusong.data.provenance import UNVERIFIED, dbm
from phusong.data.terms import technology_title
from phusong.tenders.package.investor import TO_FILL
from phusong.tenders.package.titles import same
from phusong.tenders.package.values import Package
from phusong.tenders.papers.options import Option, options_of
from phusong.words import Language, Text, number

NOTHING = Text("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """What is required: words, "" where the investor has yet to say; ``ask`` then asks for it."""

    text: Text
    ask: Text = NOTHING
    source: Text = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """One requirement; its level is an option with ``sign`` before it, or the words of ``level``.

    ``instead`` names an option of the acceptance test that stands in its place where it has a value: what is required
    and what is tested are then one number.
    """

    text: Text
    option: str = ""
    instead: str = ""
    sign: str = ""
    level: str = ""


_LEAST, _MOST = "≥ ", "≤ "
_GROUPS: tuple[tuple[str, Text, tuple[Requirement, ...]], ...] = (
    (
        "A",
        Text("Vùng phủ", "Coverage"),
        (
            Requirement(
                text=Text(
                    "Tỷ lệ hộ nghĩa vụ của cả gói được phủ sóng",
                    "Share of the package's obligated households that are covered",
                ),
                option="req_households_percent",
                sign=_LEAST,
            ),
            Requirement(
                text=Text(
                    "Tỷ lệ hộ nghĩa vụ được phủ sóng ở từng khu vực của Phụ lục I",
                    "Share of the obligated households covered in each area of Annex I",
                ),
                option="req_area_percent",
                sign=_LEAST,
            ),
            Requirement(
                text=Text(
                    "Mức thu ngoài trời tại điểm đo, của công nghệ được dùng",
                    "Outdoor level at a test point, of the technology used",
                ),
                level="thresholds",
            ),
        ),
    ),
    (
        "B",
        Text("Chất lượng dịch vụ", "Quality of service"),
        (
            Requirement(
                text=Text("Tốc độ tải xuống trung bình tại điểm đo", "Mean downlink speed at a test point"),
                option="req_downlink_mbps",
                instead="acceptance_min_dl_mbps",
                sign=_LEAST,
            ),
            Requirement(
                text=Text("Tốc độ tải lên trung bình tại điểm đo", "Mean uplink speed at a test point"),
                option="req_uplink_mbps",
                instead="acceptance_min_ul_mbps",
                sign=_LEAST,
            ),
            Requirement(
                text=Text("Độ sẵn sàng của mạng vô tuyến, từng trạm, theo tháng", "Monthly availability of each site"),
                option="req_availability_percent",
                sign=_LEAST,
            ),
            Requirement(
                text=Text(
                    "Gọi thoại trên chính mạng dữ liệu (VoLTE hoặc tương đương), không phụ thuộc mạng 2G, 3G",
                    "Voice over the data network itself (VoLTE or the like), not leaning on 2G or 3G",
                ),
                level="yes",
            ),
            Requirement(
                text=Text(
                    "Gọi được các số liên lạc khẩn cấp, kể cả từ máy của mạng khác",
                    "Emergency numbers can be called, from other networks' phones too",
                ),
                level="yes",
            ),
        ),
    ),
    (
        "C",
        Text("Dùng chung, chuyển vùng", "Sharing and roaming"),
        (
            Requirement(
                text=Text(
                    "Cột, nhà trạm đủ chỗ và đủ tải cho doanh nghiệp khác dùng chung",
                    "Mast and shelter have room and strength for other operators",
                ),
                option="req_sharing_operators",
                sign=_LEAST,
            ),
            Requirement(
                text=Text(
                    "Thuê bao của doanh nghiệp khác được chuyển vùng trong nước, hoặc doanh nghiệp đó được dùng chung "
                    "mạng "
                    "vô tuyến, khi có đề nghị",
                    "Other operators' subscribers roam, or the radio network is shared, when such an operator asks",
                ),
                level="agreement",
            ),
        ),
    ),
    (
        "D",
        Text("Nguồn điện, công trình", "Power and works"),
        (
            Requirement(
                text=Text(
                    "Thời gian tự cấp nguồn khi mất điện, trạm dùng điện lưới", "Autonomy without mains, grid sites"
                ),
                option="req_power_grid_hours",
                sign=_LEAST,
            ),
            Requirement(
                text=Text(
                    "Thời gian tự cấp nguồn khi không có nắng, trạm dùng điện mặt trời",
                    "Autonomy without sun, solar sites",
                ),
                option="req_power_solar_hours",
                sign=_LEAST,
            ),
            Requirement(
                text=Text("Cột chịu được vận tốc gió thiết kế", "The mast stands the design wind speed"),
                option="req_wind_speed_ms",
                sign=_LEAST,
            ),
            Requirement(
                text=Text(
                    "Chống sét đánh trực tiếp và lan truyền; điện trở tiếp đất",
                    "Protection against direct and conducted lightning; earth resistance",
                ),
                option="req_earth_resistance_ohm",
                sign=_MOST,
            ),
            Requirement(
                text=Text(
                    "Tương thích điện từ, an toàn bức xạ vô tuyến, an toàn điện",
                    "Electromagnetic compatibility, radio exposure, electrical safety",
                ),
                level="regulations",
            ),
        ),
    ),
    (
        "E",
        Text("Cung cấp dịch vụ", "Running the service"),
        (
            Requirement(
                text=Text("Thời gian cung cấp dịch vụ từ ngày nghiệm thu", "Service period from acceptance"),
                level="years",
            ),
            Requirement(
                text=Text(
                    "Khôi phục dịch vụ tại trạm từ khi mất liên lạc", "Service at a site restored after an outage"
                ),
                option="req_repair_hours",
                sign=_MOST,
            ),
            Requirement(
                text=Text(
                    "Có đầu mối nhận phản ánh của người dân; thời hạn trả lời", "A desk for complaints; time to answer"
                ),
                option="req_complaint_hours",
                sign=_MOST,
            ),
            Requirement(text=Text("Báo cáo tháng theo Phụ lục VII", "Monthly statement as in Annex VII"), level="yes"),
        ),
    ),
)
_WORDS: Mapping[str, Text] = {
    "yes": Text("Bắt buộc", "Compulsory"),
    "agreement": Text("Theo thoả thuận và pháp luật về viễn thông", "By agreement, under telecommunications law"),
    "regulations": Text("Theo quy chuẩn kỹ thuật quốc gia hiện hành", "By the national technical regulations in force"),
}


def requirement_groups(package: Package, language: Language) -> list[dict[str, Any]]:
    """Return the requirements in groups, as printed: code, text, level, what to ask, source of the level."""
    options = options_of(package.settings, language)
    return [
        {"code": letter, "title": title.to(language), "rows": list(_rows(letter, rows, package, options, language))}
        for letter, title, rows in _GROUPS
    ]


def _rows(
    letter: str,
    requirements: tuple[Requirement, ...],
    package: Package,
    options: Mapping[str, Option],
    language: Language,
) -> Iterator[dict[str, str]]:
    for position, one in enumerate(requirements, start=1):
        level = _option_level(one, options) if one.option else _level(one.level, package, options)
        yield {
            "code": f"{letter}{position}",
            "text": one.text.to(language),
            "level": level.text.to(language),
            "ask": level.ask.to(language),
            "source": level.source.to(language) or "–",
        }


def _option_level(one: Requirement, options: Mapping[str, Option]) -> Level:
    """Return the level an option gives; where it has none, ask for it by its title."""
    tested = options.get(one.instead)
    option = tested or options[one.option]
    source = same(option.source)
    if not option:
        ask = Text(f"{TO_FILL.vi}: {option.title}", f"{TO_FILL.en}: {option.title}")
        return Level(text=NOTHING, ask=ask, source=source)
    return Level(text=same(f"{one.sign}{option}"), source=source)


def _level(name: str, package: Package, options: Mapping[str, Option]) -> Level:
    if name == "thresholds":
        return _thresholds(package, options)
    if name == "years":
        years = package.cost_years
        return Level(
            text=Text(f"{number(years)} năm", f"{number(years, 'en')} years"),
            source=Text("số năm vận hành của Phụ lục VI", "years of running in Annex VI"),
        )
    return Level(text=_WORDS[name])


def _thresholds(package: Package, options: Mapping[str, Option]) -> Level:
    """Return the levels one technology a line: that of the acceptance test where it has one, else the profile's."""
    p = package.provenance
    vi, en, sources = [], [], [p.profile_source]
    for threshold in p.thresholds:
        name = technology_title(threshold.technology)
        tested = options.get(f"acceptance_min_dbm_{threshold.technology.lower()}")
        if tested:
            vi.append(f"{name.vi}: {_LEAST}{tested}")
            en.append(f"{name.en}: {_LEAST}{tested}")
            sources.append(same(tested.source))
        else:
            vi.append(f"{name.vi}: {_LEAST}{dbm(threshold.served_dbm, 'vi')} dBm{_mark(p.verified).vi}")
            en.append(f"{name.en}: {_LEAST}{dbm(threshold.served_dbm, 'en')} dBm{_mark(p.verified).en}")
    if len(sources) > len(p.thresholds):
        sources = sources[1:]
    sources = list(dict.fromkeys(sources))
    return Level(
        text=Text("\n".join(vi), "\n".join(en)),
        source=Text("; ".join(s.vi for s in sources), "; ".join(s.en for s in sources)),
    )


def _mark(verified: bool) -> Text:
    return NOTHING if verified else Text(f" ({UNVERIFIED.vi})", f" ({UNVERIFIED.en})")
