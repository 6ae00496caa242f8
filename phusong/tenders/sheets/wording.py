"""Words and sentences that stand alike in the workbooks of a set."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from types import MappingProxyType

from phusong.coverage.findings import KIND_TITLES, SAYS_TITLES
from phusong.coverage.reasons import operator_title
from phusong.data.layer_columns import CONSTRAINT_KINDS, ROAD_CLASSES
from phusong.data.provenance import dbm
from phusong.data.terms import range_text, technology_title
from phusong.tenders.package.canonical import digest_of
from phusong.tenders.package.values import Area, Level, Notice, Package, ReferenceSite, Village
from phusong.tenders.sentences import SIMULATED, origin_lines
from phusong.words import Language, Text, day

SUBTOTAL = Text("Cộng", "Subtotal")
ASSUMED = Text("giả định, chưa xác minh", "assumed, not verified")
SOURCED = Text("có căn cứ", "has a source")
YES_NO: Mapping[str, Text] = MappingProxyType(
    {"yes": Text("có", "yes"), "no": Text("không", "no"), "unknown": Text("chưa rõ", "unknown")}
)
SITE_KINDS: Mapping[str, Text] = MappingProxyType(
    {
        "new": Text("xây dựng mới", "new"),
        "upgrade": Text("nâng cấp cột hiện có", "upgrade of a standing mast"),
        "share": Text("dùng chung cột hiện có", "sharing of a standing mast"),
    }
)
STAGES: Mapping[str, Text] = MappingProxyType(
    {"capex": Text("đầu tư", "investment"), "opex": Text("vận hành", "running")}
)
_NONE = Text("không có", "none")
_ROADS = {option.value: option.title for option in ROAD_CLASSES} | {"none": _NONE, "": YES_NO["unknown"]}
_LAND = {option.value: option.title for option in CONSTRAINT_KINDS} | {"unknown": YES_NO["unknown"]}
_SAYS: dict[str, Text] = {str(key): title for key, title in SAYS_TITLES.items()}
_BASES: dict[str, Text] = {str(key): title for key, title in KIND_TITLES.items()}
_REGIONS = {"none": Text("không thuộc", "none"), "": YES_NO["unknown"], "unknown": YES_NO["unknown"]}


def alert(package: Package) -> Text | None:
    """Return the banner of simulated data, None where data are real."""
    return SIMULATED if package.provenance.simulated else None


def attached(package: Package) -> Text:
    """Say which frozen package a sheet is of."""
    code, dated, digest = package.package_code, day(package.frozen_on), digest_of(package)[:16]
    return Text(
        f"Gói {code}, bản {package.version}, số liệu chốt ngày {dated}, mã kiểm tra {digest}…",
        f"Package {code}, version {package.version}, figures frozen on {dated}, digest {digest}…",
    )


def road_text(road_class: str) -> Text:
    """Return the words of a class of roads."""
    return _ROADS.get(road_class, Text(road_class, road_class))


def region_text(region: str) -> Text:
    """Return the region of a commune in words."""
    return _REGIONS.get(region, Text(region, region))


def land_text(constraints: str) -> Text:
    """Return the kinds of restricted land a site stands on; a place on none says so."""
    kinds = [_LAND.get(kind, Text(kind, kind)) for kind in constraints.split(";") if kind]
    if not kinds:
        return Text("không thấy hạn chế trong dữ liệu", "no restriction in the data")
    return Text(", ".join(kind.vi for kind in kinds), ", ".join(kind.en for kind in kinds))


def finding_text(area: Area) -> Text:
    """Say what was concluded, on what, by whom and when; the reason where people overrode."""
    finding = area.finding
    what = _SAYS.get(finding.finding, _same(finding.finding))
    basis = _BASES.get(finding.basis, _same(finding.basis))
    dated = _dated(finding.dated)
    tail = "".join(f"; {part}" for part in (finding.author, dated, finding.reason) if part)
    return Text(f"{what.vi} – {basis.vi}{tail}", f"{what.en} – {basis.en}{tail}")


def _dated(dated: str) -> str:
    parts = dated.split("-")
    return "/".join(reversed(parts)) if len(parts) == 3 and all(part.isdigit() for part in parts) else dated


def interval(place: Area | Village) -> Text:
    """Write the interval of households without signal."""
    low, high = place.unserved_low, place.unserved_high
    return Text(range_text(low, high), range_text(low, high, "en"))


def levels_text(area: Area, technologies: Collection[str], language: Language) -> str:
    """Write an area's predicted levels by some technologies: an operator a line, the strongest first."""
    operators: dict[str, list[Level]] = {}
    for level in sorted(area.levels, key=_weakness):
        if level.technology in technologies:
            operators.setdefault(level.operator, []).append(level)
    return "\n".join(f"{operator_title(name)}: {_levels(levels, language)}" for name, levels in operators.items())


def _weakness(level: Level) -> tuple[float, str, str]:
    return (math.inf if level.level_dbm is None else -level.level_dbm, level.operator, level.technology)


def _levels(levels: Sequence[Level], language: Language) -> str:
    below = Text("dưới mức tính", "below floor").to(language)
    if all(level.level_dbm is None for level in levels):
        return below
    titles = (technology_title(level.technology).to(language) for level in levels)
    texts = (below if lv.level_dbm is None else dbm(round(lv.level_dbm), language) for lv in levels)
    return "; ".join(f"{title} {text}" for title, text in zip(titles, texts, strict=True))


def technology_note(site: ReferenceSite) -> Text:
    """Write what a site was planned with as an example: any technology that meets the requirement will do."""
    name = technology_title(site.technology)
    return Text(
        f"không bắt buộc; phương án tính dùng {name.vi} {site.band}", f"free; planned with {name.en} {site.band}"
    )


def notice_place(notice: Notice) -> str:
    """Return what a notice is about."""
    return ", ".join(part for part in (notice.code, notice.place_name) if part)


def provenance_lines(package: Package, language: Language) -> Iterator[tuple[str, str]]:
    """Give what the numbers rest on, item by item."""
    yield Text("Gói, bản", "Package, version").to(language), f"{package.package_code}, {package.version}"
    yield Text("Ngày chốt số liệu", "Figures frozen on").to(language), day(package.frozen_on)
    yield Text("Mã kiểm tra bản chốt (SHA-256)", "Digest of the package (SHA-256)").to(language), digest_of(package)
    yield from origin_lines(package.provenance, language)


def _same(text: str) -> Text:
    return Text(text, text)
