"""QGIS layer styles (QML, QGIS 3) from the colour table: what opens in QGIS looks like the map page."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from phusong.maps import colours
from phusong.maps.phrases import FIELD_NAMES
from phusong.words import Language, Text

QGIS_VERSION = "3.22.0-Białowieża"
MM_PER_PX = 0.2646
"""A screen pixel at 96 dpi, so that discs have the map page's size."""
OUTLINE = "#8C8577"

_QGIS_SHAPES = {
    "disc": "circle",
    "ring": "circle",
    "half_disc": "circle",
    "dot": "circle",
    "question": "circle",
    "triangle": "triangle",
    "square": "square",
    "circle": "circle",
    "diamond": "diamond",
    "pentagon": "pentagon",
    "cross": "cross_fill",
}
Layer = tuple[str, dict[str, str]]
"""A symbol layer: its QGIS class and its properties."""


def layer_styles(language: Language) -> dict[str, str]:
    """Return the QML of every layer of results.gpkg, by layer name."""
    return {
        "communes": communes_qml(language),
        "villages": villages_qml(language),
        "gaps": gaps_qml(language),
        "sites": sites_qml(language),
        "proposed_sites": proposed_sites_qml(language),
        "plan_sites": plan_sites_qml(language),
        "plan_gaps": gaps_qml(language),
        "candidates": candidates_qml(language),
        "future_gaps": future_gaps_qml(language),
        "road_gaps": road_gaps_qml(language),
        "target_places": target_places_qml(language),
        "test_points": test_points_qml(language),
    }


def communes_qml(language: Language) -> str:
    """Communes graduated by unserved_percent; hatched or dotted where less than half is known."""
    scale, states = colours.UNSERVED_SHARE, colours.HOUSEHOLD_STATES
    missing = '"unserved_percent" IS NULL OR "households" <= 0 OR "no_data_households" >= 0.5 * "households"'
    unsure = '"undetermined_households" + "no_data_households" >= 0.5 * "households"'
    dotted = [_fill(colours.PAPER, outline=colours.QUIET_INK, line="dot")]
    hatched = [_fill(states["undetermined"].colour), _hatch(colours.QUIET_INK)]
    rules = [
        (missing, states["no_data"].name.to(language), dotted),
        (f"NOT ({missing}) AND {unsure}", states["undetermined"].name.to(language), hatched),
    ]
    known = f"NOT ({missing}) AND NOT ({unsure})"
    for i, step in enumerate(scale.steps):
        where = f"{known} AND {_between('unserved_percent', step)}"
        rules.append((where, scale.label(i, language), [_fill(step.colour)]))
    return _document(_rules("fill", rules), "commune_name", language)


def gaps_qml(language: Language) -> str:
    """Gaps graduated by households: the polygon, and a disc at its centre."""
    scale = colours.GAP_HOUSEHOLDS
    rules = []
    for i, (step, radius_px) in enumerate(zip(scale.steps, colours.GAP_RADIUS_PX, strict=True)):
        area = _fill(step.colour, outline=scale.steps[3].colour, alpha=115)
        disc = _marker("circle", step.colour, size_mm=2 * radius_px * MM_PER_PX, outline=colours.WHITE)
        rules.append((_between("households", step), scale.label(i, language), [area, ("CentroidFill", {}), disc]))
    return _document(_rules("fill", rules), "gap_id", language)


def villages_qml(language: Language) -> str:
    """Villages categorised by village_class: disc, ring, half disc, small dot, question mark."""
    entries = [(key, style.name.to(language), _village(style)) for key, style in colours.VILLAGE_CLASSES.items()]
    return _document(_categories("village_class", entries), "village_name", language)


def sites_qml(language: Language) -> str:
    """Stations by operator, each its shape; on a shared mast the first operator's."""
    first = "trim(lower(string_to_array(\"operators\", ',')[0]))"
    styles = [*colours.OPERATORS.values(), colours.OTHER_OPERATOR]
    values = [*colours.OPERATORS, ""]
    entries = [
        (value, style.name.to(language), [_marker(_QGIS_SHAPES[style.shape], style.colour, size_mm=3.0)])
        for value, style in zip(values, styles, strict=True)
    ]
    return _document(_categories(first, entries), "site_id", language)


def raster_qml(scale: colours.Scale, last_value: int, language: Language) -> str:
    """Coverage raster by steps of the level: value v is −v dBm, ``last_value`` stands for below the floor."""
    root = Element("qgis", version=QGIS_VERSION, styleCategories="Symbology")
    renderer = SubElement(
        SubElement(root, "pipe"), "rasterrenderer", type="singlebandpseudocolor", band="1", opacity="1", alphaBand="-1"
    )
    shader = SubElement(
        SubElement(renderer, "rastershader"), "colorrampshader", colorRampType="DISCRETE", classificationMode="1",
        clip="0", minimumValue="1", maximumValue=str(last_value),
    )  # fmt: skip
    entries = [
        (f"{min(-step.low, last_value - 1):g}", step.colour, scale.label(i, language))
        for i, step in reversed(list(enumerate(scale.steps)))
    ]
    entries.append((str(last_value), colours.BELOW_FLOOR.colour, colours.BELOW_FLOOR.name.to(language)))
    for value, colour, label in entries:
        SubElement(shader, "item", value=value, color=colour, label=label, alpha="255")
    return _text(root)


def proposed_sites_qml(language: Language) -> str:
    """Reference sites: one mark."""
    mark = _marker("cross_fill", colours.PROPOSED_SITE.colour, size_mm=3.6)
    return _document(_single("marker", mark), "site_id", language)


def plan_sites_qml(language: Language) -> str:
    """Sites of a plan by what is done there, each its shape."""
    entries = [
        (key, style.name.to(language), [_marker(_QGIS_SHAPES[style.shape], style.colour, size_mm=3.6)])
        for key, style in colours.PLAN_SITES.items()
    ]
    return _document(_categories("kind", entries), "option_id", language)


def candidates_qml(language: Language) -> str:
    """Candidates of a plan: small dots, the chosen ones filled."""
    looks = {"chosen": colours.ACTION, "": colours.PAPER}
    names = {"chosen": Text("được chọn", "chosen"), "": Text("đã xét, không chọn", "considered, not chosen")}
    entries = [
        (key, names[key].to(language), [_marker("circle", colour, size_mm=1.8, outline=colours.ACTION)])
        for key, colour in looks.items()
    ]
    return _document(_categories("verdict", entries), "option_id", language)


def test_points_qml(language: Language) -> str:
    """Where to measure next: one mark."""
    mark = _marker("circle", colours.WHITE, size_mm=2.8, outline=colours.ACTION, width_mm=0.8)
    return _document(_single("marker", mark), "village_name", language)


def target_places_qml(language: Language) -> str:
    """Schools, clinics and the like by their state."""
    entries = [
        (key, style.name.to(language), [_marker("pentagon", style.colour, size_mm=3.2, outline=colours.INK)])
        for key, style in colours.TARGET_PLACES.items()
    ]
    return _document(_categories("state", entries), "place_name", language)


def future_gaps_qml(language: Language) -> str:
    """Gaps of a scenario: a dashed outline."""
    return _document(
        _single("fill", _fill(colours.FUTURE_GAP, outline=colours.FUTURE_GAP, line="dash", alpha=13)),
        "village_name",
        language,
    )


def road_gaps_qml(language: Language) -> str:
    """Stretches of road without signal: a thick line."""
    line = ("SimpleLine", {"line_color": _rgba(colours.DARK_ROAD), "line_width": "1", "line_width_unit": "MM"})
    return _document(_single("line", line), "road_name", language)


def _single(kind: str, layer: Layer) -> Element:
    renderer = Element("renderer-v2", type="singleSymbol", symbollevels="0", enableorderby="0", forceraster="0")
    _symbol(SubElement(renderer, "symbols"), "0", kind, [layer])
    return renderer


def _between(field: str, step: colours.Step) -> str:
    below = "" if math.isinf(step.high) else f' AND "{field}" < {step.high:g}'
    return f'"{field}" >= {step.low:g}{below}'


def _village(style: colours.Style) -> list[Layer]:
    """Return the symbol layers of a village class, drawn as the table's mark is."""
    if style.shape == "ring":
        ring = _marker("circle", colours.WHITE, size_mm=2.6, outline=style.colour, width_mm=0.8)
        return [_marker("circle", colours.WHITE, size_mm=3.6, outline=colours.WHITE), ring]
    if style.shape == "half_disc":
        half = _marker("semi_circle", style.colour, size_mm=3.0, outline=colours.INK, angle_deg=-90)
        return [_marker("circle", colours.WHITE, size_mm=3.0, outline=colours.INK), half]
    if style.shape == "question":
        letter = {"font": "DejaVu Sans", "chr": "?", "size": "2.8", "color": _rgba(colours.INK), "offset": "0,0"}
        return [_marker("circle", style.colour, size_mm=3.2, outline=colours.QUIET_INK), ("FontMarker", letter)]
    return [_marker("circle", style.colour, size_mm=1.8 if style.shape == "dot" else 3.2)]


def _marker(
    shape: str,
    colour: str,
    *,
    size_mm: float,
    outline: str = colours.WHITE,
    width_mm: float = 0.25,
    angle_deg: float = 0.0,
) -> Layer:
    return "SimpleMarker", {
        "name": shape, "color": _rgba(colour), "size": f"{size_mm:.2f}", "size_unit": "MM", "angle": f"{angle_deg:g}",
        "outline_color": _rgba(outline), "outline_style": "solid", "outline_width": f"{width_mm:g}",
        "outline_width_unit": "MM", "scale_method": "diameter",
    }  # fmt: skip


def _fill(colour: str, *, outline: str = OUTLINE, line: str = "solid", alpha: int = 255) -> Layer:
    return "SimpleFill", {
        "color": _rgba(colour, alpha), "style": "solid", "outline_color": _rgba(outline), "outline_style": line,
        "outline_width": "0.2", "outline_width_unit": "MM",
    }  # fmt: skip


def _hatch(colour: str) -> Layer:
    return "SimpleFill", {"color": _rgba(colour), "style": "b_diagonal", "outline_style": "no"}


def _rgba(colour: str, alpha: int = 255) -> str:
    return ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)) + f",{alpha}"


def _rules(kind: str, rules: Iterable[tuple[str, str, list[Layer]]]) -> Element:
    """Return a rule-based renderer: rules, unlike classes, can test several columns."""
    renderer = Element("renderer-v2", type="RuleRenderer", symbollevels="0", enableorderby="0", forceraster="0")
    tree = SubElement(renderer, "rules", key="root")
    symbols = SubElement(renderer, "symbols")
    for number, (where, label, layers) in enumerate(rules):
        SubElement(tree, "rule", key=f"rule-{number}", symbol=str(number), filter=where, label=label)
        _symbol(symbols, str(number), kind, layers)
    return renderer


def _categories(attribute: str, entries: Iterable[tuple[str, str, list[Layer]]]) -> Element:
    renderer = Element("renderer-v2", type="categorizedSymbol", attr=attribute, symbollevels="0", enableorderby="0")
    renderer.set("forceraster", "0")
    categories = SubElement(renderer, "categories")
    symbols = SubElement(renderer, "symbols")
    for number, (value, label, layers) in enumerate(entries):
        SubElement(categories, "category", value=value, symbol=str(number), label=label, render="true")
        _symbol(symbols, str(number), "marker", layers)
    return renderer


def _symbol(parent: Element, name: str, kind: str, layers: Iterable[Layer]) -> None:
    """Add a symbol; a centroid fill takes the layer after it as the marker it draws."""
    symbol = SubElement(parent, "symbol", name=name, type=kind, alpha="1", clip_to_extent="1", force_rhr="0")
    pending = None
    for cls, properties in layers:
        where = pending if pending is not None else symbol
        layer = SubElement(where, "layer", {"class": cls, "enabled": "1", "locked": "0", "pass": "0"})
        _options(layer, properties)
        pending = None
        if cls == "CentroidFill":
            pending = SubElement(layer, "symbol", name=f"@{name}@1", type="marker", alpha="1", clip_to_extent="1")


def _options(layer: Element, properties: Mapping[str, str]) -> None:
    options = SubElement(layer, "Option", type="Map")
    for name, value in properties.items():
        SubElement(options, "Option", name=name, type="QString", value=value)


def _document(renderer: Element, shown: str, language: Language) -> str:
    """Return the QML text: renderer, column names in the reader's language, the column that names a feature."""
    root = Element("qgis", version=QGIS_VERSION, styleCategories="Symbology|Fields|MapTips")
    root.append(renderer)
    aliases = SubElement(root, "aliases")
    for number, (field, name) in enumerate(FIELD_NAMES.items()):
        SubElement(aliases, "alias", index=str(number), field=field, name=name.to(language))
    SubElement(root, "previewExpression").text = f'"{shown}"'
    return _text(root)


def _text(root: Element) -> str:
    indent(root, space=" ")
    body = tostring(root, encoding="unicode")
    return f"<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n{body}\n"
