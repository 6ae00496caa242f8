"""The colour table: classes stay apart for eyes that see fewer colours; scales are one hue with fixed steps."""

import itertools
import math

import numpy as np
import pytest

from phusong.maps import colours

# Machado, Oliveira & Fernandes 2009, "A physiologically-based model for simulation of color vision deficiency",
# severity 1.0, on linear RGB.
MACHADO = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
}
# Viénot, Brettel & Mollon 1999, "Digital video colourmaps for checking the legibility of displays by dichromats".
RGB_TO_LMS = np.array(
    [[17.8824, 43.5161, 4.11935], [3.45565, 27.1554, 3.86714], [0.0299566, 0.184309, 1.46709]],
)
VIENOT_LMS = {
    "protanopia": [[0, 2.02344, -2.52581], [0, 1, 0], [0, 0, 1]],
    "deuteranopia": [[1, 0, 0], [0.494207, 0, 1.24827], [0, 0, 1]],
}
# IEC 61966-2-1 (sRGB, D65).
RGB_TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])


def linear(colour: str) -> np.ndarray:
    srgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def cielab(rgb: np.ndarray) -> np.ndarray:
    xyz = RGB_TO_XYZ @ np.clip(rgb, 0, 1) / (RGB_TO_XYZ @ np.ones(3))
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def as_seen(colour: str, method: str, sight: str) -> np.ndarray:
    if method == "machado":
        return cielab(np.array(MACHADO[sight]) @ linear(colour))
    return cielab(np.linalg.inv(RGB_TO_LMS) @ np.array(VIENOT_LMS[sight]) @ RGB_TO_LMS @ linear(colour))


def test_the_conversion_to_cielab_is_right():
    """Published CIELAB (D65) of pure sRGB red and of white are met, so the distances below mean something."""
    assert cielab(linear("#FF0000")) == pytest.approx([53.24, 80.09, 67.20], abs=0.1)
    assert cielab(linear("#FFFFFF")) == pytest.approx([100, 0, 0], abs=0.1)


@pytest.mark.parametrize("method", ["machado", "vienot"])
@pytest.mark.parametrize("sight", ["protanopia", "deuteranopia"])
def test_class_colours_stay_apart_without_red_or_green(method, sight):
    """Any two village classes differ by at least 22 in CIELAB under both simulations of both dichromacies."""
    seen = {key: as_seen(style.colour, method, sight) for key, style in colours.VILLAGE_CLASSES.items()}
    pairs = {(a, b): float(np.linalg.norm(seen[a] - seen[b])) for a, b in itertools.combinations(seen, 2)}
    assert {pair: round(gap, 1) for pair, gap in pairs.items() if gap < 22} == {}


@pytest.mark.parametrize("method", ["machado", "vienot"])
@pytest.mark.parametrize("sight", ["protanopia", "deuteranopia"])
def test_levels_of_a_raster_stay_apart_without_red_or_green(method, sight):
    """Any two of the five steps, below the floor and the paper around differ by at least 13 under each simulation.

    Where it decides, served against not served, by at least 18.
    """
    scale = colours.level_scale(-104, -114)
    table = {step.low: step.colour for step in scale.steps} | {
        "floor": colours.BELOW_FLOOR.colour,
        "none": colours.WHITE,
    }
    seen = {key: as_seen(colour, method, sight) for key, colour in table.items()}
    gaps = {(a, b): float(np.linalg.norm(seen[a] - seen[b])) for a, b in itertools.combinations(seen, 2)}
    assert min(gaps.values()) >= 13
    serving = {-104, -94, -84}
    assert min(gap for (a, b), gap in gaps.items() if (a in serving) != (b in serving)) >= 18


def test_levels_change_their_step_at_the_thresholds():
    """A level on the served threshold is served, just under it weak; the serving steps get darker with the level."""
    scale = colours.level_scale(-104, -114)
    level_dbm = {-130.0: 0, -114.1: 0, -114.0: 1, -104.1: 1, -104.0: 2, -94.0: 3, -84.0: 4, -30.0: 4}
    assert {value: scale.index(value) for value in level_dbm} == level_dbm
    lightness = [cielab(linear(step.colour))[0] for step in scale.steps[2:]]
    assert all(a - b >= 15 for a, b in itertools.pairwise(lightness))
    assert scale.label(0, "vi") == "Rất yếu: dưới -114 dBm"


def test_nothing_is_told_by_colour_alone():
    """Each class and each operator has a shape of its own."""
    for table in (colours.VILLAGE_CLASSES, colours.OPERATORS):
        shapes = [style.shape for style in table.values()]
        marks = [tuple(part.path for part in style.mark) for style in table.values()]
        assert len(set(shapes)) == len(set(marks)) == len(table)


@pytest.mark.parametrize("scale", [colours.GAP_HOUSEHOLDS, colours.UNSERVED_SHARE])
def test_a_scale_is_one_hue_from_light_to_dark(scale):
    """Five steps; each darker than the one before by at least 8 units of lightness; hues within 25 degrees."""
    lab = [cielab(linear(step.colour)) for step in scale.steps]
    lightness = [value[0] for value in lab]
    hues = [math.degrees(math.atan2(value[2], value[1])) for value in lab]
    assert len(scale.steps) == 5
    assert all(a - b >= 8 for a, b in itertools.pairwise(lightness))
    assert max(hues) - min(hues) < 25


@pytest.mark.parametrize(
    "scale", [colours.GAP_HOUSEHOLDS, colours.UNSERVED_SHARE, colours.level_scale(-104, -114)], ids=lambda s: s.title.en
)
def test_words_on_a_step_can_be_read(scale):
    """Text on every step reaches the WCAG contrast of 4.5 to 1."""

    def luminance(colour):
        return float(RGB_TO_XYZ[1] @ linear(colour))

    for step in scale.steps:
        light, dark = sorted((luminance(step.colour), luminance(step.text_colour)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, step


@pytest.mark.parametrize(("value", "step"), [(0, 0), (19, 0), (20, 1), (199.9, 3), (200, 4), (1e6, 4)])
def test_a_value_on_a_boundary_belongs_to_the_higher_step(value, step):
    """Steps are closed below and open above, and the last has no end."""
    assert colours.GAP_HOUSEHOLDS.index(value) == step


def test_an_unknown_value_has_no_step():
    """NaN has no colour; a commune with it is shown as without data."""
    assert colours.UNSERVED_SHARE.index(math.nan) is None
    assert colours.commune_fill(math.nan, households=10, undetermined=0, no_data=0) == "no_data"


@pytest.mark.parametrize(
    ("households", "undetermined", "no_data", "fill"),
    [(100, 0, 0, "1"), (100, 49, 0, "1"), (100, 50, 0, "undetermined"), (100, 0, 50, "no_data"), (0, 0, 0, "no_data"),
     (100, 30, 30, "undetermined")],
)  # fmt: skip
def test_a_commune_known_for_less_than_half_is_not_shaded(households, undetermined, no_data, fill):
    """A share is shown only where more than half of the households are decided."""
    assert colours.commune_fill(3.0, households=households, undetermined=undetermined, no_data=no_data) == fill


def test_steps_are_written_as_the_language_does():
    """A step says its name, its range and its unit."""
    assert colours.GAP_HOUSEHOLDS.label(0, "vi") == "Rất ít: dưới 20 hộ"
    assert colours.GAP_HOUSEHOLDS.label(2, "vi") == "Vừa: 50 – dưới 100 hộ"
    assert colours.GAP_HOUSEHOLDS.label(4, "en") == "Very many: 200 or more households"


def test_an_operator_unknown_to_the_table_keeps_its_name():
    """Another operator is drawn with the fifth shape under the name given."""
    style = colours.operator_style("itelecom")
    assert (style.name.vi, style.shape) == ("Itelecom", "pentagon")
