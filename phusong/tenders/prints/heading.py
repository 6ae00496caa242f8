"""What stands at the head and foot of every printed annex and map: package, version, date, digest, banner."""

from __future__ import annotations

from phusong.tenders.naming import province_in
from phusong.tenders.package.canonical import digest_of
from phusong.tenders.package.values import AWARDS, Package
from phusong.tenders.sentences import banner
from phusong.words import Language, Text, day

_PAGE = Text("Trang", "Page")
_PACKAGE = Text("Gói {code}, phiên bản {version}, chốt ngày {day}", "Package {code}, version {version}, frozen {day}")
_ABOVE = Text(
    "Gói {code}, phiên bản {version} – {province} – {route} – {award}",
    "Package {code}, version {version} – {province} – {route} – {award}",
)


def head_of(title: Text, package: Package, language: Language) -> dict[str, str]:
    """Return the running head and foot as the layout ``page.typ`` takes them."""
    named = _PACKAGE.to(language).format(code=package.package_code, version=package.version, day=day(package.frozen_on))
    return {
        "left": title.to(language),
        "right": named,
        "foot": f"SHA-256 {digest_of(package)}",
        "page": _PAGE.to(language),
        "banner": banner(package, language),
    }


def under_title(package: Package, language: Language) -> str:
    """Return the line under the title: package, version, province, funding route, way of award."""
    place = province_in(package.province_name, language)
    return _ABOVE.to(language).format(
        code=package.package_code,
        version=package.version,
        province=place[:1].upper() + place[1:],
        route=package.route_title.to(language),
        award=AWARDS[package.award].to(language),
    )
