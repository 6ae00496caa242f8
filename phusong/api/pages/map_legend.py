"""The panel beside the map: every layer a person may have, with its switch and its legend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from phusong.coverage.reasons import operator_title
from phusong.maps import colours, svg
from phusong.maps.phrases import PAGE
from phusong.words import Language, Text


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a legend."""

    swatch: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A layer that can be switched on and off; ``choices`` are ways to draw it, each with a legend if need be."""

    key: str
    title: Text
    needs: str
    entries: Sequence[Entry] = ()
    on: bool = True
    choices: Sequence[tuple[str, str]] = ()
    legends: Mapping[str, Sequence[Entry]] = field(default_factory=dict)
    told: Text | None = None


_FOREIGN = Text(
    "Bản đồ nền này do đơn vị đưa vào, có thể không có Hoàng Sa, Trường Sa; tên hai quần đảo luôn được vẽ lên trên.",
    "This basemap was put in by the agency and may lack Hoàng Sa and Trường Sa; their names are always drawn on top.",
)


def switches(told: Mapping[str, Any], coverage: Mapping[str, Any], language: Language) -> list[Switch]:
    """Return the switches of the layers that are there, in the order of the panel."""
    there = {*told["tiles"], *told["geojson"]}
    if coverage:
        there.add("coverage")
    return [one for one in _switches(coverage, language) if one.needs in there]


def _switches(coverage: Mapping[str, Any], language: Language) -> Iterable[Switch]:
    modes = (("class", Text("theo phân loại của mô hình", "by the model's class")),
             ("finding", Text("theo kết luận và căn cứ", "by finding and evidence")))  # fmt: skip
    refuted = Text("Mô hình thấy lõm, kết luận: có sóng", "Modelled as a gap, found served").to(language)
    yield Switch(
        key="gaps", title=Text("Vùng lõm sóng", "Signal gaps"), needs="gaps",
        entries=[Entry(svg.swatch_svg("none", "dotted"), refuted)],
    )  # fmt: skip
    yield Switch(
        key="rows", title=Text("Khu vực tỉnh báo cáo", "Reported places"), needs="rows",
        entries=_marked((colours.EVIDENCE[f"reported{more}"] for more in ("", "_confirmed", "_served")), language),
    )  # fmt: skip
    yield Switch(
        key="villages", title=Text("Thôn, bản", "Villages"), needs="villages",
        entries=_marked(colours.VILLAGE_CLASSES.values(), language),
        choices=[(key, title.to(language)) for key, title in modes],
    )  # fmt: skip
    yield Switch(
        key="households", title=Text("Hộ dân", "Households"), needs="households",
        entries=[Entry(_dot(one), _capital(one.name, language)) for one in _states()],
    )  # fmt: skip
    yield Switch(key="sites", title=Text("Trạm thu phát sóng", "Stations"), needs="sites", entries=_sites(language))
    yield Switch(
        key="sectors",
        title=Text("Cánh sóng (từ mức 12)", "Sectors (from zoom 12)"),
        needs="sectors",
        entries=_sectors(language),
    )
    yield Switch(
        key="plan_sites", title=Text("Trạm trong kế hoạch mới nhất", "Sites of the newest plan"), needs="plan_sites",
        entries=_marked(colours.PLAN_SITES.values(), language), on=False,
    )  # fmt: skip
    yield Switch(
        key="proposed_sites", title=Text("Vị trí trạm tham khảo", "Reference sites"), needs="proposed_sites",
        entries=_marked([colours.PROPOSED_SITE], language), on=False,
    )  # fmt: skip
    yield Switch(key="packages", title=Text("Gói thầu", "Packages"), needs="packages", on=False,
                 entries=[Entry(svg.swatch_svg("none", "filled").replace("#B9B2A4", colours.ACTION),
                                Text("Ranh giới gói", "Area of a package").to(language))])  # fmt: skip
    later = Text("Khi đã chọn kịch bản", "Once one is chosen").to(language)
    yield Switch(
        key="future_gaps", title=Text("Vùng lõm theo kịch bản", "Gaps of the scenario"), needs="future_gaps",
        entries=[Entry(svg.dashed_svg(colours.FUTURE_GAP), later)],
    )  # fmt: skip
    yield Switch(
        key="coverage", title=Text("Mức thu ngoài trời, mô phỏng", "Level outdoors, modelled"), needs="coverage",
        on=False, choices=[(layer, _layer(layer)) for layer in coverage],
        legends={layer: _levels(kept, language) for layer, kept in coverage.items()},
    )  # fmt: skip
    yield Switch(
        key="shares", title=colours.UNSERVED_SHARE.title, needs="communes", on=False, entries=_shares(language)
    )
    yield from _ground(language)


def _ground(language: Language) -> Iterable[Switch]:
    borders = [(2.6, Text("Ranh giới tỉnh", "Province border")), (1.0, Text("Ranh giới xã", "Commune border"))]
    yield Switch(
        key="communes", title=Text("Ranh giới tỉnh, xã", "Borders"), needs="communes",
        entries=[Entry(svg.line_svg(colours.INK, width), name.to(language)) for width, name in borders],
    )  # fmt: skip
    yield Switch(key="labels", title=Text("Tên xã", "Names of communes"), needs="commune_labels")
    yield Switch(key="roads", title=Text("Đường giao thông", "Roads"), needs="roads", entries=_roads(language))
    yield Switch(
        key="rivers", title=Text("Sông, suối, hồ", "Rivers and lakes"), needs="rivers",
        entries=[Entry(svg.line_svg(colours.WATER, 2.4), Text("Sông, suối, kênh", "River, stream, canal").to(language)),
                 Entry(svg.swatch_svg(colours.WATER, "filled"), Text("Hồ, mặt nước", "Lake, water").to(language))],
    )  # fmt: skip
    yield Switch(key="relief", title=Text("Bóng địa hình", "Relief"), needs="hillshade")
    yield Switch(
        key="basemap", title=Text("Bản đồ nền của đơn vị", "The agency's basemap"), needs="basemap", told=_FOREIGN
    )


def _roads(language: Language) -> list[Entry]:
    looks = [
        (svg.cased_svg(colours.ROAD), Text("Đường ô tô", "Road for cars")),
        (svg.line_svg(colours.ROAD, 1.2), Text("Chưa rõ loại", "Class unknown")),
        (svg.line_svg(colours.ROAD, 1.6, "4 2"), Text("Đường xe máy, đường mòn", "Motorbike road, trail")),
        (svg.line_svg(colours.QUIET_INK, 1.6, "1 3"), Text("Đường thủy", "Waterway")),
    ]
    return [Entry(swatch, name.to(language)) for swatch, name in looks]


def _sectors(language: Language) -> list[Entry]:
    wedge, ring = colours.SECTORS["other"], colours.AROUND["other"]
    told = Text("Hướng anten, màu nhà mạng; không phải vùng phủ", "Where antennas point; not how far they reach")
    around = Text(
        "Anten đẳng hướng; hướng chưa khai báo thì không vẽ", "All around; an unlisted direction is not drawn"
    )
    return [Entry(svg.mark_svg(wedge.mark), told.to(language)), Entry(svg.mark_svg(ring.mark), around.to(language))]


def evidence(language: Language) -> list[tuple[str, Entry]]:
    """Return what findings may rest on, each with its look: they are switched one by one."""
    dark = colours.HOUSEHOLD_STATES["unserved"].colour
    own = {"modelled": svg.swatch_svg(dark, "filled"), "declared": svg.dashed_svg(dark)}
    found = [
        (key, Entry(own.get(key) or svg.mark_svg(style.mark), _capital(style.name, language)))
        for key, style in colours.EVIDENCE.items()
        if not key.startswith("reported")
    ]
    unknown = colours.VILLAGE_CLASSES["undetermined"]
    return [*found, ("undetermined", Entry(svg.mark_svg(unknown.mark), _capital(unknown.name, language)))]


def _layer(layer: str) -> str:
    operator, _, technology = layer.rpartition("_")
    return f"{operator_title(operator)} {technology.upper()}"


def _states() -> Iterable[colours.Style]:
    return (colours.HOUSEHOLD_STATES[key] for key in ("unserved", "served", "undetermined", "no_data"))


def _dot(style: colours.Style) -> str:
    """Draw the dot of households in a state; what is not known has an outline."""
    edge = {"hatched": (colours.QUIET_INK, 1.2, ""), "dotted": (colours.QUIET_INK, 1.2, "1.5 1.5")}
    stroke, width, dash = edge.get(style.shape, ("", 0.0, ""))
    circle = "M-3.4,0a3.4,3.4 0 1,0 6.8,0a3.4,3.4 0 1,0 -6.8,0Z"
    return svg.mark_svg((colours.Part(circle, fill=style.colour, stroke=stroke, width=width, dash=dash),))


def _sites(language: Language) -> list[Entry]:
    found = _marked((*colours.OPERATORS.values(), colours.OTHER_OPERATOR), language)
    return [*found, Entry(svg.outline_svg(), _capital(PAGE["hollow"], language))]


def _levels(kept: Mapping[str, Any], language: Language) -> list[Entry]:
    from phusong.maps.raster_tiles import legend

    told = legend(colours.level_scale(kept["served_dbm"], kept["weak_dbm"]), language)
    return [Entry(svg.swatch_svg(step["colour"], "filled"), step["label"]) for step in told["steps"]]


def _shares(language: Language) -> list[Entry]:
    scale = colours.UNSERVED_SHARE
    known = [
        Entry(svg.swatch_svg(step.colour, "filled"), scale.label(i, language)) for i, step in enumerate(scale.steps)
    ]
    unknown = colours.HOUSEHOLD_STATES["undetermined"]
    return [*known, Entry(svg.style_swatch(unknown), _capital(unknown.name, language))]


def _marked(styles: Iterable[colours.Style], language: Language) -> list[Entry]:
    return [Entry(svg.mark_svg(one.mark), _capital(one.name, language)) for one in styles]


def _capital(text: Text, language: Language) -> str:
    told = text.to(language)
    return told[:1].upper() + told[1:]
