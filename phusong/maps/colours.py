"""The one colour table: map, legend, QGIS styles, charts and document figures take their colours and marks from here.

No meaning is carried by colour alone: every class has its own mark, every operator its own shape. A mark is drawn from
SVG path data in a box of 16 × 16 centred on the origin, so the page, its legend and any other SVG share one drawing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from phusong.words import Language, Text, number

INK = "#1B2430"
QUIET_INK = "#55606E"
ACTION = "#0B5E8A"
PAPER = "#F6F4EF"
WHITE = "#FFFFFF"


@dataclass(frozen=True, slots=True)
class Part:
    """One path of a mark: SVG path data, its fill and stroke ("" = none), the stroke's width and its dashes."""

    path: str
    fill: str = ""
    stroke: str = ""
    width: float = 0.0
    dash: str = ""


@dataclass(frozen=True, slots=True)
class Style:
    """What one key looks like: its name, its colour, its mark; ``shape`` names the mark for other drawing tools."""

    key: str
    name: Text
    colour: str
    shape: str
    mark: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a sequential scale: ``low`` ≤ value < ``high``."""

    low: float
    high: float
    colour: str
    text_colour: str
    name: Text


@dataclass(frozen=True, slots=True)
class Scale:
    """Five named steps, from light to dark where it is one hue; the same steps everywhere."""

    title: Text
    unit: Text
    steps: tuple[Step, ...]

    def index(self, value: float) -> int | None:
        """Return the number of the step a value falls into; None for NaN, which has no colour."""
        if math.isnan(value):
            return None
        return next((i for i, step in enumerate(self.steps) if value < step.high), len(self.steps) - 1)

    def label(self, index: int, language: Language) -> str:
        """Write a step as its name and its range."""
        step, unit = self.steps[index], self.unit.to(language)
        low, high = number(step.low, language), number(step.high, language)
        below, above = ("dưới {}", "từ {}") if language == "vi" else ("under {}", "{} or more")
        if index == 0:
            span = below.format(high)
        elif math.isinf(step.high):
            span = above.format(low)
        else:
            span = f"{low} – {'dưới' if language == 'vi' else 'under'} {high}"
        return f"{step.name.to(language)}: {span} {unit}"


def _circle(radius: float) -> str:
    return f"M{-radius:g},0a{radius:g},{radius:g} 0 1,0 {2 * radius:g},0a{radius:g},{radius:g} 0 1,0 {-2 * radius:g},0Z"


def _outlined(path: str, colour: str) -> tuple[Part, ...]:
    """Return a filled shape with a white edge, so that it stands out on any ground."""
    return (Part(path, fill=colour, stroke=WHITE, width=1.2),)


def _class_styles() -> dict[str, Style]:
    half = "M0,-5.4a5.4,5.4 0 0,0 0,10.8Z"
    question = "M-2,-1.8a2,2 0 1,1 3,1.7q-1,.6 -1,1.7M0,3.6v.3"
    wine, orange, ochre, teal, grey = "#8E1B3A", "#D9622B", "#EBC04A", "#2B8C86", "#C9CDD3"
    ring = (Part(_circle(6.6), fill=WHITE), Part(_circle(4.4), fill=WHITE, stroke=orange, width=3.0))
    half_disc = (Part(_circle(5.4), fill=WHITE, stroke=INK, width=1.2), Part(half, fill=ochre, stroke=INK, width=1.2))
    unsure = (
        Part(_circle(6.2), fill=grey, stroke=QUIET_INK, width=1.0),
        Part(question, stroke=INK, width=1.5),
    )
    return {
        "white": Style("white", Text("trắng sóng", "no signal"), wine, "disc", _outlined(_circle(6.2), wine)),
        "depression": Style("depression", Text("lõm sóng", "signal gap"), orange, "ring", ring),
        "weak": Style("weak", Text("sóng yếu", "weak signal"), ochre, "half_disc", half_disc),
        "covered": Style("covered", Text("phủ sóng", "covered"), teal, "dot", _outlined(_circle(3.6), teal)),
        "undetermined": Style("undetermined", Text("chưa xác định", "undetermined"), grey, "question", unsure),
    }


VILLAGE_CLASSES = MappingProxyType(_class_styles())
"""Village classes in order of need."""

HOUSEHOLD_STATES = MappingProxyType(
    {
        "unserved": Style("unserved", Text("chưa có sóng", "unserved"), "#8E1B3A", "filled"),
        "undetermined": Style("undetermined", Text("chưa xác định", "undetermined"), "#C9CDD3", "hatched"),
        "no_data": Style("no_data", Text("không có dữ liệu", "no data"), PAPER, "dotted"),
        "served": Style("served", Text("có sóng", "served"), "#2B8C86", "filled"),
    }
)
"""Household states; hatched: diagonal lines on the colour, dotted: paper with a dotted outline."""

_SHAPES = {
    "triangle": "M0,-6.2L6,4.8L-6,4.8Z",
    "square": "M-5,-5H5V5H-5Z",
    "circle": _circle(5.6),
    "diamond": "M0,-6.8L6.2,0L0,6.8L-6.2,0Z",
    "pentagon": "M0,-6L5.7,-1.9L3.5,4.9L-3.5,4.9L-5.7,-1.9Z",
}


def _operator(key: str, name: str, colour: str, shape: str) -> Style:
    return Style(key, Text(name, name), colour, shape, _outlined(_SHAPES[shape], colour))


OPERATORS = MappingProxyType(
    {
        "viettel": _operator("viettel", "Viettel", "#5B4B9A", "triangle"),
        "vinaphone": _operator("vinaphone", "VinaPhone", "#2F74B5", "square"),
        "mobifone": _operator("mobifone", "MobiFone", "#B0447F", "circle"),
        "vietnamobile": _operator("vietnamobile", "Vietnamobile", "#6B7F2A", "diamond"),
    }
)

OTHER_OPERATOR = Style(
    "other", Text("đơn vị khác", "other operator"), QUIET_INK, "pentagon", _outlined(_SHAPES["pentagon"], QUIET_INK)
)


def _antennas(path: str, shape: str, name: Text) -> MappingProxyType[str, Style]:
    return MappingProxyType(
        {
            style.key: Style(
                style.key, name, style.colour, shape,
                (Part(path, fill=f"{style.colour}38" if shape == "wedge" else "", stroke=style.colour, width=0.4),),
            )
            for style in (*OPERATORS.values(), OTHER_OPERATOR)
        }
    )  # fmt: skip


SECTORS = _antennas("M0,0L-4,-6.93A8,8 0 0,1 4,-6.93Z", "wedge", Text("hướng cánh sóng", "direction of a sector"))
AROUND = _antennas(_circle(7.0), "ring", Text("anten đẳng hướng", "antenna all around"))
"""Where antennas point, by operator; the direction alone is meant, not how far it reaches."""

_CROSS = "M-2,-6.4H2V-2H6.4V2H2V6.4H-2V2H-6.4V-2H-2Z"
PROPOSED_SITE = Style("proposed", Text("vị trí trạm tham khảo", "reference site"), INK, "cross", _outlined(_CROSS, INK))

PLAN_SITES = MappingProxyType(
    {
        "new": Style("new", Text("trạm mới", "new site"), ACTION, "cross", _outlined(_CROSS, ACTION)),
        "share": Style(
            "share",
            Text("dùng chung cột", "shared mast"),
            ACTION,
            "square",
            _outlined("M-6,-2.6H-.4V-6H6V2.6H.4V6H-6Z", ACTION),
        ),
        "upgrade": Style(
            "upgrade",
            Text("nâng cấp trạm", "upgrade"),
            ACTION,
            "triangle",
            _outlined("M0,-6.6L6.2,0H2.6V6.4H-2.6V0H-6.2Z", ACTION),
        ),
    }
)
"""Sites of a plan, by what is done there."""


def _evidence_styles() -> dict[str, Style]:
    dark, tick, cross = HOUSEHOLD_STATES["unserved"].colour, "M-3.2,.2L-1,2.6L3.4,-2.6", "M-3,-3L3,3M-3,3L3,-3"
    badge = Part(_circle(6.4), fill=PAPER, stroke=INK, width=1.3)
    dashed = Part(_circle(6.6), stroke=INK, width=1.6, dash="3 2.2")
    measured = (Part(_circle(6.8), stroke=dark, width=1.5), Part(_circle(3.8), fill=dark))
    row = Part(_circle(6.6), stroke=ACTION, width=2.0, dash="3 2.2")
    return {
        "modelled": Style("modelled", Text("mô phỏng, chưa đo", "modelled, not measured"), dark, "filled"),
        "declared": Style("declared", Text("khai báo, xã xác nhận", "declared or confirmed"), INK, "dashed", (dashed,)),
        "measured": Style("measured", Text("đo kiểm", "measured"), dark, "ringed", measured),
        "override": Style(
            "override", Text("kết luận đã ghi", "recorded finding"), INK, "tick",
            (badge, Part(tick, stroke=INK, width=1.7)),
        ),
        "reported": Style("reported", Text("tỉnh báo cáo", "reported"), ACTION, "dashed", (row,)),
        "reported_confirmed": Style(
            "reported_confirmed", Text("tỉnh báo cáo, mô hình cũng thấy lõm", "reported, the model finds it too"),
            ACTION, "dashed", (row, Part(_circle(2.8), fill=dark)),
        ),
        "reported_served": Style(
            "reported_served", Text("tỉnh báo cáo, mô hình cho là có sóng", "reported, the model says served"),
            ACTION, "dashed", (row, Part(cross, stroke=ACTION, width=1.8)),
        ),
    }  # fmt: skip


EVIDENCE = MappingProxyType(_evidence_styles())
"""What a place's finding rests on, and what is reported of it; nothing known has the mark of its class."""

_HOUSE = "M0,-6L6,-.6H4.4V5.2H-4.4V-.6H-6Z"
TARGET_PLACES = MappingProxyType(
    {
        key: Style(key, style.name, style.colour, "house", (Part(_HOUSE, fill=style.colour, stroke=INK, width=1.0),))
        for key, style in HOUSEHOLD_STATES.items()
    }
)
"""Schools, clinics and the like, by the state of the place."""

DARK_ROAD = "#8E1B3A"
ROAD, WATER = "#8C8577", "#8BAABD"
"""Roads and water of the ground: quiet, under everything that is found."""
FUTURE_GAP = "#57091F"


def operator_style(operator: str) -> Style:
    """Return the colour and shape of an operator; one that has none of its own gets the pentagon under its own name."""
    if operator in OPERATORS:
        return OPERATORS[operator]
    name = operator.replace("_", " ").capitalize()
    return Style("other", Text(name, name), OTHER_OPERATOR.colour, OTHER_OPERATOR.shape, OTHER_OPERATOR.mark)


def _scale(title: Text, unit: Text, bounds: tuple[float, ...], colours: tuple[str, ...]) -> Scale:
    names = (
        Text("Rất ít", "Very few"),
        Text("Ít", "Few"),
        Text("Vừa", "Some"),
        Text("Nhiều", "Many"),
        Text("Rất nhiều", "Very many"),
    )
    spans = pairwise((*bounds, math.inf))
    words = (INK, INK, INK, WHITE, WHITE)
    return Scale(title, unit, tuple(Step(*row) for row in _rows(spans, colours, words, names)))


def _rows(
    spans: pairwise[tuple[float, float]], colours: tuple[str, ...], words: tuple[str, ...], names: tuple[Text, ...]
) -> list[tuple[float, float, str, str, Text]]:
    zipped = zip(spans, colours, words, names, strict=True)
    return [(low, high, colour, word, name) for (low, high), colour, word, name in zipped]


GAP_HOUSEHOLDS = _scale(
    Text("Số hộ cần phủ sóng", "Households needing coverage"),
    Text("hộ", "households"),
    (0, 20, 50, 100, 200),
    ("#EFC9CC", "#DB97A0", "#CE7B8C", "#8E1B3A", "#57091F"),
)
GAP_RADIUS_PX = (8.0, 10.0, 12.5, 15.5, 19.0)
"""Radius of a gap's disc, by step of ``GAP_HOUSEHOLDS``."""

UNSERVED_SHARE = _scale(
    Text("Tỷ lệ hộ chưa có sóng", "Share of households unserved"),
    Text("%", "%"),
    (0, 2, 5, 10, 20),
    ("#F4EBDB", "#E4CEA9", "#CBA873", "#8E6536", "#5E3B14"),
)


BELOW_FLOOR = Style("below_floor", Text("dưới mức sàn", "below the floor"), "#D9D2CB", "filled")
"""Cells of a coverage raster where no level is reported."""


def level_scale(served_dbm: float, weak_dbm: float) -> Scale:
    """Return the steps of the received level, weakest first: two that do not serve, three of one hue that do."""
    bounds = (-math.inf, weak_dbm, served_dbm, served_dbm + 10.0, served_dbm + 20.0, math.inf)
    colours = ("#DF6A34", "#EBC04A", "#66B5C0", "#237C86", "#083B45")
    names = (
        Text("Rất yếu", "Very weak"),
        Text("Yếu", "Weak"),
        Text("Đạt ngưỡng", "Served"),
        Text("Tốt", "Good"),
        Text("Mạnh", "Strong"),
    )
    rows = _rows(pairwise(bounds), colours, (INK, INK, INK, WHITE, WHITE), names)
    return Scale(Text("Mức thu trung vị", "Median level"), Text("dBm", "dBm"), tuple(Step(*row) for row in rows))


def commune_fill(share_percent: float, *, households: float, undetermined: float, no_data: float) -> str:
    """Say how a commune is shaded: ``"0"`` … ``"4"`` (a step of the share), ``"undetermined"`` or ``"no_data"``.

    What is not known for at least half of the households is not shown as a share: a commune whose households mostly
    lie outside the data would otherwise look covered.
    """
    step = UNSERVED_SHARE.index(float(share_percent))
    if step is None or not households > 0 or no_data >= households / 2:
        return "no_data"
    if undetermined + no_data >= households / 2:
        return "undetermined"
    return str(step)
