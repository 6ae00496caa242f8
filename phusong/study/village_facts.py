"""What a village is like and who pays for it, in words; what nobody has said is said to be unknown."""

from __future__ import annotations

import math
from collections.abc import Mapping

from phusong.coverage.routes import RouteTable
from phusong.data.provenance import UNVERIFIED
from phusong.study.village_rows import Row, VillageRows, both, text, truth, value
from phusong.tenders.village_sheet import Fact, Route
from phusong.words import LANGUAGES, Language, Text, day, number

UNKNOWN = Text("chưa rõ", "not known")
YES, NO = Text("có", "yes"), Text("không", "no")
_ROADS: Mapping[str, Text] = {
    "car": Text("ô tô tới nơi", "car road"),
    "motorbike": Text("đường xe máy", "motorbike track"),
    "trail": Text("đường mòn", "foot trail"),
    "water": Text("đường thuỷ", "by water"),
    "none": Text("không có đường", "no road"),
}
_ANSWERS = (
    ("is_dbkk", Text("Thôn đặc biệt khó khăn", "Extremely disadvantaged village")),
    ("border", Text("Biên giới", "Border")),
    ("island", Text("Hải đảo", "Island")),
)


def facts_of(rows: VillageRows) -> tuple[Fact, ...]:
    """Return the attributes of a village; what its own row does not say is taken from its largest area."""
    row = _merged(rows)
    return (
        _mountainous(row),
        *(_answer(row, name, title) for name, title in _ANSWERS),
        _said(Text("Khu vực của xã", "Region of the commune"), text(row, "commune_region")),
        _grid(row),
        _road(row),
        _terrain(row),
    )


def route_of(rows: VillageRows, rules: RouteTable) -> Route | None:
    """Return the funding route; None where the run decided none."""
    own = [row for row in (rows.row, *rows.gaps) if text(row, "route")]
    if not own:
        return None
    row = own[0]
    key = text(row, "route")
    title = both(row, "route")
    return Route(
        key=key,
        title=title if title.vi else Text(key, key),
        rule=text(row, "route_rule"),
        source=_source(rules),
        gates=both(row, "gates"),
    )


def _source(rules: RouteTable) -> Text:
    """Name the table of routes, its day, and whether it was verified."""
    vi, en = (f"{rules.title.vi}, {day(rules.valid_from)}", f"{rules.title.en}, {day(rules.valid_from)}")
    return Text(vi, en) if rules.verified else Text(f"{vi}, {UNVERIFIED.vi}", f"{en}, {UNVERIFIED.en}")


def _merged(rows: VillageRows) -> Row:
    """Return the village's row, what it leaves empty filled from its areas, largest first."""
    merged: dict[object, object] = {}
    for row in (rows.row, *rows.gaps):
        merged |= {k: v for k, v in row.items() if k not in merged and text(row, str(k)) not in ("", "unknown")}
    return merged


def _answer(row: Row, name: str, title: Text) -> Fact:
    said = truth(row, name)
    return Fact(title=title, value=UNKNOWN if said is None else YES if said else NO, known=said is not None)


def _said(title: Text, stated: str) -> Fact:
    if stated in ("", "unknown"):
        return Fact(title=title, value=UNKNOWN, known=False)
    return Fact(title=title, value=NO if stated == "none" else Text(stated, stated))


def _mountainous(row: Row) -> Fact:
    title, said = Text("Thôn miền núi", "Mountain village"), truth(row, "mountainous")
    high, steep = value(row, "above_200m_percent"), value(row, "steep_percent")
    if said is None:
        return Fact(title=title, value=UNKNOWN, known=False)
    if not math.isfinite(high + steep):
        return Fact(title=title, value=YES if said else NO)

    def written(language: Language) -> str:
        words = ("từ 200 m trở lên", "dốc ≥ 15 %") if language == "vi" else ("at 200 m or more", "slope ≥ 15 %")
        shares = (f"{number(share, language)} % {name}" for share, name in zip((high, steep), words, strict=True))
        return f"{(YES if said else NO).to(language)} ({', '.join(shares)})"

    return Fact(title=title, value=Text(*(written(language) for language in LANGUAGES)))


def _grid(row: Row) -> Fact:
    title, said, away = Text("Điện lưới", "Grid power"), truth(row, "grid_power"), value(row, "grid_km")
    if said is None:
        return Fact(title=title, value=UNKNOWN, known=False)
    answer = YES if said else NO
    return Fact(title=title, value=_with_km(answer, away, Text("cách lưới", "line at")))


def _road(row: Row) -> Fact:
    title, said = Text("Đường", "Road"), text(row, "road_class")
    if said not in _ROADS:
        return Fact(title=title, value=UNKNOWN, known=False)
    return Fact(title=title, value=_with_km(_ROADS[said], value(row, "road_km"), Text("cách", "at")))


def _with_km(said: Text, away_km: float, words: Text) -> Text:
    if not math.isfinite(away_km):
        return said
    vi, en = (number(away_km, language, decimals=1) for language in LANGUAGES)
    return Text(f"{said.vi} ({words.vi} {vi} km)", f"{said.en} ({words.en} {en} km)")


def _terrain(row: Row) -> Fact:
    said = both(row, "terrain")
    return Fact(title=Text("Địa hình", "Terrain"), value=said if said.vi else UNKNOWN, known=bool(said.vi))
