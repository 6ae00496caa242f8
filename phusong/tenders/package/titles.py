"""How the values a package holds are called in every file: answers, sites, roads, land, findings, days, levels."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from datetime import date
from types import MappingProxyType

from phusong.coverage.findings import KIND_TITLES, SAYS_TITLES
from phusong.coverage.reasons import operator_title
from phusong.data.layer_columns import CONSTRAINT_KINDS, ROAD_CLASSES
from phusong.data.provenance import dbm
from phusong.data.terms import technology_title
from phusong.tenders.package.values import Area, Level
from phusong.words import Language, Text, day

NOT_KNOWN = Text("chưa rõ", "not known")
YES_NO: Mapping[str, Text] = MappingProxyType(
    {"yes": Text("có", "yes"), "no": Text("không", "no"), "unknown": NOT_KNOWN}
)
SITE_KINDS: Mapping[str, Text] = MappingProxyType(
    {
        "new": Text("xây dựng mới", "new"),
        "upgrade": Text("nâng cấp cột hiện có", "upgrade of a standing mast"),
        "share": Text("dùng chung cột hiện có", "sharing of a standing mast"),
    }
)
_BELOW = Text("dưới mức tính", "below floor")
_ROADS = {option.value: option.title for option in ROAD_CLASSES} | {
    "none": Text("không có đường", "no road"),
    "": NOT_KNOWN,
}
_LAND = {option.value: option.title for option in CONSTRAINT_KINDS} | {"unknown": NOT_KNOWN}
_SAYS: Mapping[str, Text] = {str(key): title for key, title in SAYS_TITLES.items()}
_BASES: Mapping[str, Text] = {str(key): title for key, title in KIND_TITLES.items()}


def same(text: str) -> Text:
    """Return words that stand alike in both languages."""
    return Text(text, text)


def road_title(road_class: str) -> Text:
    """Return the words of a class of roads; what is in no table stays as it is."""
    return _ROADS.get(road_class, same(road_class))


def land_titles(constraints: str) -> list[Text]:
    """Return the kinds of restricted land among the codes of a site."""
    return [_LAND.get(kind, same(kind)) for kind in constraints.split(";") if kind]


def finding_title(finding: str) -> Text:
    """Return what a finding says."""
    return _SAYS.get(finding, same(finding))


def basis_title(basis: str) -> Text:
    """Return what a finding rests on."""
    return _BASES.get(basis, same(basis))


def written_day(dated: str) -> str:
    """Write 2026-09-30 as 30/09/2026, what is no day as it is."""
    try:
        return day(date.fromisoformat(dated))
    except ValueError:
        return dated


def levels_text(area: Area, technologies: Collection[str], language: Language) -> str:
    """Write an area's predicted levels, an operator a line, the strongest first; below the floor is said."""
    operators: dict[str, list[Level]] = {}
    for level in sorted(area.levels, key=_weakness):
        if level.technology in technologies:
            operators.setdefault(level.operator, []).append(level)
    return "\n".join(f"{operator_title(name)}: {_levels(own, language)}" for name, own in operators.items())


def _levels(levels: Collection[Level], language: Language) -> str:
    below = _BELOW.to(language)
    if all(level.level_dbm is None for level in levels):
        return below
    titles = (technology_title(level.technology).to(language) for level in levels)
    texts = (below if lv.level_dbm is None else dbm(round(lv.level_dbm), language) for lv in levels)
    return "; ".join(f"{title} {text}" for title, text in zip(titles, texts, strict=True))


def _weakness(level: Level) -> tuple[float, str, str]:
    return (math.inf if level.level_dbm is None else -level.level_dbm, level.operator, level.technology)
