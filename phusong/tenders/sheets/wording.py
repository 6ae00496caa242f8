"""Words and sentences that stand alike in the workbooks of a set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from phusong.data.terms import range_text, technology_title
from phusong.tenders.package.canonical import digest_of
from phusong.tenders.package.titles import NOT_KNOWN, basis_title, finding_title, land_titles, same, written_day
from phusong.tenders.package.values import Area, Notice, Package, ReferenceSite, Village
from phusong.tenders.sentences import origin_lines
from phusong.words import Language, Text, day

SUBTOTAL = Text("Cộng", "Subtotal")
ASSUMED = Text("giả định, chưa xác minh", "assumed, not verified")
SOURCED = Text("có căn cứ", "has a source")
STAGES: Mapping[str, Text] = MappingProxyType(
    {"capex": Text("đầu tư", "investment"), "opex": Text("vận hành", "running")}
)
_REGIONS = {"none": Text("không thuộc", "none"), "": NOT_KNOWN, "unknown": NOT_KNOWN}


def attached(package: Package) -> Text:
    """Say which frozen package a sheet is of."""
    code, dated, digest = package.package_code, day(package.frozen_on), digest_of(package)[:16]
    return Text(
        f"Gói {code}, bản {package.version}, số liệu chốt ngày {dated}, mã kiểm tra {digest}…",
        f"Package {code}, version {package.version}, figures frozen on {dated}, digest {digest}…",
    )


def region_text(region: str) -> Text:
    """Return the region of a commune in words."""
    return _REGIONS.get(region, same(region))


def land_text(constraints: str) -> Text:
    """Return the kinds of restricted land a site stands on; a place on none says so."""
    kinds = land_titles(constraints)
    if not kinds:
        return Text("không thấy hạn chế trong dữ liệu", "no restriction in the data")
    return Text(", ".join(kind.vi for kind in kinds), ", ".join(kind.en for kind in kinds))


def finding_text(area: Area) -> Text:
    """Say what was concluded, on what, by whom and when; the reason where people overrode."""
    finding = area.finding
    what, basis = finding_title(finding.finding), basis_title(finding.basis)
    tail = "".join(f"; {part}" for part in (finding.author, written_day(finding.dated), finding.reason) if part)
    return Text(f"{what.vi} – {basis.vi}{tail}", f"{what.en} – {basis.en}{tail}")


def interval(place: Area | Village) -> Text:
    """Write the interval of households without signal."""
    low, high = place.unserved_low, place.unserved_high
    return Text(range_text(low, high), range_text(low, high, "en"))


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
