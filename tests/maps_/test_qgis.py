"""QGIS styles: well-formed, made from the colour table, told apart by shape, and every value finds a symbol."""

import xml.etree.ElementTree as ET

import pytest

from phusong.maps import colours
from phusong.maps.qgis import layer_styles

LAYERS = (
    *("communes", "villages", "gaps", "sites", "proposed_sites", "plan_sites"),
    *("future_gaps", "road_gaps", "target_places", "test_points"),
)


def style(layer, language="vi"):
    return ET.fromstring(layer_styles(language)[layer])


def rgba(colour):
    return ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))


@pytest.mark.parametrize("layer", LAYERS)
def test_every_rule_or_class_has_its_symbol(layer):
    """Symbols are named 0, 1, 2 … and each one referred to is there, with at least one layer that has a class."""
    renderer = style(layer).find("renderer-v2")
    symbols = {symbol.get("name") for symbol in renderer.findall("symbols/symbol")}
    used = {node.get("symbol") for node in renderer.iter() if node.tag in ("rule", "category")} or {"0"}
    assert used == symbols
    assert all(node.get("class") for node in renderer.iter("layer"))


def test_village_classes_differ_in_shape_not_only_in_colour():
    """With colours taken away, the five classes still have five different symbols."""
    drawn = set()
    for symbol in style("villages").findall("renderer-v2/symbols/symbol"):
        options = [(node.get("name"), node.get("value")) for node in symbol.iter("Option") if node.get("name")]
        drawn.add(tuple(pair for pair in options if "color" not in pair[0]))
    assert len(drawn) == len(colours.VILLAGE_CLASSES) == 5


def test_operators_keep_colour_and_shape_of_the_table():
    """Each operator's category has the table's colour, and the four shapes are four."""
    root = style("sites")
    shapes = []
    for category, operator in zip(root.iter("category"), colours.OPERATORS, strict=False):
        symbol = root.find(f"renderer-v2/symbols/symbol[@name='{category.get('symbol')}']")
        options = {node.get("name"): node.get("value") for node in symbol.iter("Option")}
        assert category.get("value") == operator
        assert options["color"].startswith(rgba(colours.OPERATORS[operator].colour))
        shapes.append(options["name"])
    assert len(set(shapes)) == 4


@pytest.mark.parametrize(("layer", "scale"), [("communes", colours.UNSERVED_SHARE), ("gaps", colours.GAP_HOUSEHOLDS)])
def test_graduated_layers_have_the_tables_steps(layer, scale):
    """Labels and colours of the five steps are those of the legend elsewhere."""
    root = style(layer)
    rules = root.findall("renderer-v2/rules/rule")[-5:]
    assert [rule.get("label") for rule in rules] == [scale.label(i, "vi") for i in range(5)]
    for rule, step in zip(rules, scale.steps, strict=True):
        symbol = root.find(f"renderer-v2/symbols/symbol[@name='{rule.get('symbol')}']")
        assert rgba(step.colour) in ET.tostring(symbol, encoding="unicode")
        assert f">= {step.low:g}" in rule.get("filter")


def test_columns_have_names_a_reader_knows():
    """Aliases follow the language asked for."""
    for language, name in (("vi", "Số hộ"), ("en", "Households")):
        alias = style("communes", language).find("aliases/alias[@field='households']")
        assert alias.get("name") == name
