"""What changed from one version of a package to the next: rows added, removed and changed, field by field.

``Change.subject``, ``before`` and ``after`` are Vietnamese words as documents print them; ``what`` names the field in
both languages. What no public file may hold is in none of them: the place of a standing mast, and where so few
households are that they could be told.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import MappingProxyType
from typing import Any

from phusong.coverage.reasons import operator_title
from phusong.data.money import Money
from phusong.data.terms import LEAST_SHOWN, technology_title, village_class_title
from phusong.maps.phrases import ANSWERS, BASES, FINDINGS
from phusong.tenders.package.canonical import digest_of
from phusong.tenders.package.difference_fields import (
    AREA_FIELDS,
    BIDDER_FIELDS,
    COST_FIELDS,
    FILE_FIELDS,
    MARGIN_FIELDS,
    NOTICE_FIELDS,
    PACKAGE_FIELDS,
    POINT_FIELDS,
    SETTING_FIELDS,
    SITE_FIELDS,
    STUDY_FIELDS,
    THRESHOLD_FIELDS,
    TOLD_FIELDS,
    VILLAGE_FIELDS,
    Fields,
)
from phusong.tenders.package.investor import INVESTOR_FIELDS
from phusong.tenders.package.shown import STANDING_MAST, is_shown, shown_place
from phusong.tenders.package.values import (
    AWARDS,
    Area,
    Change,
    CostLine,
    Finding,
    Level,
    Package,
    Place,
    ReferenceSite,
    Setting,
)
from phusong.words import Text, day, number

UNKNOWN = Text("chưa biết", "not known")
SHORT_DIGEST = 12
FEW = Text(f"dưới {LEAST_SHOWN} hộ: không nêu vị trí", f"fewer than {LEAST_SHOWN} households: place not told")
WHOLE_ROW = Text("cả dòng", "the whole row")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subject:
    """Rows of one kind: what they are called, where they stand, by what code they are known, their fields.

    ``label`` is what stands for the code in documents, None for the code itself. Of rows whose ``part_of`` (a site)
    came or went as a whole nothing more is said.
    """

    title: Text
    rows: Callable[[Package], Iterable[Any]]
    code: Callable[[Any], str]
    fields: Fields
    label: Callable[[Any], str] | None = None
    part_of: Callable[[Any], str] | None = None

    def called(self, row: Any, code: str) -> str:
        """Return what a row is called in documents."""
        return code if self.label is None else self.label(row)


SUBJECTS: tuple[_Subject, ...] = (
    _Subject(title=Text("Khu vực", "Area"), rows=lambda p: p.areas, code=lambda a: a.gap_id, fields=AREA_FIELDS),
    _Subject(
        title=Text("Thôn", "Village"),
        rows=lambda p: p.villages,
        code=lambda v: v.village_code or v.commune_code,
        fields=VILLAGE_FIELDS,
    ),
    _Subject(
        title=Text("Trạm tham chiếu", "Reference site"),
        rows=lambda p: p.sites,
        code=lambda s: s.site_id,
        fields=SITE_FIELDS,
    ),
    _Subject(
        title=Text("Khoản khái toán", "Cost line"),
        rows=lambda p: p.costs,
        code=lambda c: f"{c.site_id}/{c.stage}/{c.key}",
        fields=COST_FIELDS,
        label=lambda c: f"{c.site_id}, {c.item.vi}",
        part_of=lambda c: str(c.site_id),
    ),
    _Subject(
        title=Text("Điểm đo", "Test point"),
        rows=lambda p: p.test_points,
        code=lambda t: t.point_id,
        fields=POINT_FIELDS,
    ),
    _Subject(
        title=Text("Nhà thầu có khả năng", "Plausible bidder"),
        rows=lambda p: p.bidders,
        code=lambda b: operator_title(b.operator),
        fields=BIDDER_FIELDS,
    ),
    _Subject(
        title=Text("Cảnh báo", "Warning"),
        rows=lambda p: p.warnings,
        code=lambda n: "/".join(filter(None, (n.key, n.code))),
        fields=NOTICE_FIELDS,
        label=lambda n: str(n.code),
    ),
    _Subject(
        title=Text("Thông tin còn thiếu", "Missing"),
        rows=lambda p: p.missing,
        code=lambda n: "/".join(filter(None, (n.key, n.code))),
        fields=NOTICE_FIELDS,
        label=lambda n: str(n.code),
    ),
    _Subject(
        title=Text("Tuỳ chọn", "Setting"),
        rows=lambda p: p.settings,
        code=lambda s: s.key,
        fields=SETTING_FIELDS,
        label=lambda s: str(s.title.vi),
    ),
    _Subject(
        title=Text("Chủ đầu tư điền", "Told by the investor"),
        rows=lambda p: p.investor,
        code=lambda f: INVESTOR_FIELDS[f.key].vi if f.key in INVESTOR_FIELDS else f.key,
        fields=TOLD_FIELDS,
    ),
    _Subject(
        title=Text("Ngưỡng", "Threshold"),
        rows=lambda p: p.provenance.thresholds,
        code=lambda t: technology_title(t.technology).vi,
        fields=THRESHOLD_FIELDS,
    ),
    _Subject(
        title=Text("Dự trữ", "Margin"),
        rows=lambda p: p.provenance.margins,
        code=lambda m: m.title.vi,
        fields=MARGIN_FIELDS,
    ),
    _Subject(
        title=Text("Tệp đầu vào", "Input file"),
        rows=lambda p: p.provenance.inputs,
        code=lambda f: f"{f.role.vi}: {f.name}",
        fields=FILE_FIELDS,
    ),
    _Subject(
        title=Text("Tệp bản đồ", "Map file"), rows=lambda p: p.map_files, code=lambda f: f.name, fields=FILE_FIELDS
    ),
)


def changes_between(old: Package, new: Package) -> tuple[Change, ...]:
    """Return every difference of two versions of a package: the package, its study, then its rows kind by kind.

    A row is known by its code: one whose code is new was added, one whose code is gone was removed.
    """
    return (
        *_of_row(Text("Gói thầu", "Package"), new.package_code, PACKAGE_FIELDS, old, new),
        *_of_row(Text("Nghiên cứu", "Study"), new.package_code, STUDY_FIELDS, old.provenance, new.provenance),
        *_of_row(Text("Cân đối các gói", "Balance"), new.package_code, {"text": WHOLE_ROW}, old.balance, new.balance),
        *(change for subject in SUBJECTS for change in _of_subject(subject, old, new)),
    )


def between_versions(old: Package, new: Package) -> Package:
    """Return a version with its changes and its predecessor told from any other version of the package."""
    return replace(new, previous_digest=digest_of(old), changes=changes_between(old, new))


def _of_subject(subject: _Subject, old: Package, new: Package) -> Iterator[Change]:
    before, after = (_by_code(subject, package) for package in (old, new))
    moved = {site.site_id for site in old.sites} ^ {site.site_id for site in new.sites}
    for code in (*after, *(code for code in before if code not in after)):
        row = after.get(code, before.get(code))
        called = subject.called(row, code)
        if subject.part_of is not None and subject.part_of(row) in moved:
            continue
        if code not in before:
            yield _whole("added", subject, called, "", _named(row, subject))
        elif code not in after:
            yield _whole("removed", subject, called, _named(row, subject), "")
        else:
            yield from _of_row(subject.title, called, subject.fields, before[code], row)


def _by_code(subject: _Subject, package: Package) -> dict[str, Any]:
    """Return rows by their code; of rows that share one the second and later ones get a number."""
    rows: dict[str, Any] = {}
    for row in subject.rows(package):
        code, times = subject.code(row), 1
        while (key := code if times == 1 else f"{code} ({times})") in rows:
            times += 1
        rows[key] = row
    return rows


def _whole(kind: Any, subject: _Subject, code: str, before: str, after: str) -> Change:
    return Change(kind=kind, subject=subject.title.vi, code=code, what=WHOLE_ROW, before=before, after=after)


def _of_row(title: Text, code: str, fields: Fields, old: Any, new: Any) -> Iterator[Change]:
    for name, what in fields.items():
        before, after = _public(old, name), _public(new, name)
        if before != after:
            yield Change(
                kind="changed",
                subject=title.vi,
                code=code,
                what=what,
                before=_shown(name, before),
                after=_shown(name, after),
            )


def _public(row: Any, name: str) -> Any:
    """Return a value of a row, less exactly where that is no reader's business."""
    if isinstance(row, ReferenceSite) and name == "place":
        return shown_place(row) or STANDING_MAST
    if isinstance(row, Area) and name in ("place", "outline_wkt") and not is_shown(row):
        return FEW
    if isinstance(row, Setting) and name == "value":
        return _as_number(row.value)
    return getattr(row, name)


def _as_number(value: str) -> float | str:
    """Return a value that is a number as one, so that it is written like all others."""
    return float(value) if re.fullmatch(r"-?\d+(\.\d+)?", value) else value


def _named(row: Any, subject: _Subject) -> str:
    """Return what a row is in a few words: its name and what it counts."""
    if isinstance(row, CostLine):
        return f"{row.item.vi}: {_shown('amount', row.amount)} đồng"
    if subject.fields is FILE_FIELDS:
        return _shown("sha256", row.sha256)
    names = [getattr(row, name, "") for name in ("village_name", "commune_name")]
    said = [", ".join(name for name in names if isinstance(name, str) and name)]
    if hasattr(row, "households"):
        said.append(f"{number(row.households)} hộ")
    if hasattr(row, "cost"):
        said.append(f"{number(row.cost.middle)} đồng")
    said += [_shown("text", getattr(row, name)) for name in ("text", "value") if hasattr(row, name)]
    said += [f"{_shown('served_dbm', row.served_dbm)} dBm"] if hasattr(row, "served_dbm") else []
    return "; ".join(word for word in said if word)


def _shown(name: str, value: Any) -> str:
    """Write a value as documents print it."""
    if name == "outline_wkt" and isinstance(value, str):
        return _outline(value)
    if name == "sha256":
        return f"{value[:SHORT_DIGEST]}…"
    if name in _WORDS:
        return _WORDS[name](value)
    return _plain(value)


def _outline(wkt: str) -> str:
    """Tell outlines apart; their coordinates are in the data of the set."""
    digest = hashlib.sha256(wkt.encode("utf-8")).hexdigest()
    return f"{number(wkt.count(',') + 1)} đỉnh, mã {digest[:SHORT_DIGEST]}…"


def _plain(value: Any) -> str:
    if value is None:
        return UNKNOWN.vi
    if isinstance(value, bool):
        return ANSWERS["yes" if value else "no"].vi
    if isinstance(value, int | float):
        return _number(float(value))
    if isinstance(value, date):
        return day(value)
    if isinstance(value, tuple):
        return "; ".join(_plain(one) for one in value)
    writer = _BY_TYPE.get(type(value))
    return writer(value) if writer else str(value)


def _number(value: float) -> str:
    """Write a number with as many decimals as it has, three at the most."""
    decimals = next((d for d in range(3) if round(value, d) == round(value, 3)), 3)
    return number(value, decimals=decimals)


def _money(value: Money) -> str:
    ends = (value.low, value.middle, value.high)
    return _number(value.middle) if len(set(ends)) == 1 else " – ".join(_number(end) for end in ends)


def _place(value: Place) -> str:
    return (
        f"{number(value.lat_deg, decimals=6)}; {number(value.lon_deg, decimals=6)} (WGS84); "
        f"X {number(value.vn2000_northing_m, decimals=2)}; Y {number(value.vn2000_easting_m, decimals=2)} "
        f"(VN-2000, {value.central_meridian})"
    )


def _finding(value: Finding) -> str:
    said = (FINDINGS.get(value.finding), BASES.get(value.basis))
    words = [text.vi for text in said if text is not None]
    return "; ".join(filter(None, (*words, value.author, value.dated, value.reason)))


def _level(value: Level) -> str:
    level = "dưới mức sàn" if value.level_dbm is None else f"{number(value.level_dbm, decimals=1)} dBm"
    return f"{operator_title(value.operator)} {value.technology}: {level}"


_ANSWER_FIELDS = ("grid_power", "is_dbkk", "border", "island", "by_road")
_WORDS: Mapping[str, Callable[[Any], str]] = MappingProxyType(
    {
        **dict.fromkeys(_ANSWER_FIELDS, lambda value: ANSWERS[value].vi if value in ANSWERS else str(value)),
        "village_class": lambda value: village_class_title(value).vi if value else UNKNOWN.vi,
        "award": lambda value: AWARDS[value].vi,
    }
)
_BY_TYPE: Mapping[type, Callable[[Any], str]] = MappingProxyType(
    {Money: _money, Place: _place, Finding: _finding, Level: _level, Text: lambda value: value.vi}
)
