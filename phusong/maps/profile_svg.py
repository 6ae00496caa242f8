"""The path profile as a small SVG for a page: crisp at any size, its colours set by classes, its words in one language.

Colours stand as attributes too, those of a white page; the style of a page goes before them, so that it can be dark.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from xml.sax.saxutils import escape

import numpy as np
from numpy.typing import NDArray

from phusong.maps import colours
from phusong.maps.profile_figure import CLUTTER, GROUND, LEAST_SPAN_M, Obstacle, PathProfile
from phusong.words import Language, Text, number

Floats = NDArray[np.float64]

WIDTH, HEIGHT = 360, 270
_LEFT, _RIGHT, _TOP, _BOTTOM = 44.0, 10.0, 70.0, 40.0
"""Free for the heights, the edge, the names above, and the distances below."""
MOST_SAMPLES = 260
"""Corners of the terrain that are drawn: of those nearer to each other the highest."""
_TICKS = 4
_LETTER = 7.0
"""About how wide a letter of the obstacle's name is; the text is as large on a page as its own."""
_WORDS = {
    "distance": Text("Khoảng cách từ trạm (km)", "Distance from the station (km)"),
    "height": Text("Cao độ (m)", "Height (m)"),
    "loss": Text("che khuất", "blocks"),
    "above": Text("cao hơn đường ngắm {} m", "{} m above the line"),
    "below": Text("thấp hơn đường ngắm {} m", "{} m below the line"),
    "away": Text("cách trạm {} km", "{} km from the mast"),
    "missing": Text("thiếu địa hình", "terrain missing"),
    "antenna": Text("{}, {} m", "{}, {} m"),
}


@dataclass(frozen=True, slots=True)
class _Scale:
    """From kilometres and metres to the picture."""

    km: float
    low_m: float
    high_m: float

    def x(self, km: float) -> float:
        return _LEFT + km / self.km * (WIDTH - _LEFT - _RIGHT)

    def y(self, metres: float) -> float:
        return HEIGHT - _BOTTOM - (metres - self.low_m) / (self.high_m - self.low_m) * (HEIGHT - _TOP - _BOTTOM)


def profile_svg(path: PathProfile, *, language: Language, label: Text) -> str:
    """Draw a path profile; ``label`` is what it says to those who do not see it."""
    at = _chosen(path)
    x = path.distance_km[at]
    ground, surface, sight, radius = (
        values[at] for values in (path.ground_m(), path.surface_m(), path.sight_m(), path.fresnel_radius_m())
    )
    known = surface[np.isfinite(surface)]
    low = float(min(known.min(initial=math.inf), sight.min()))
    high = float(max(known.max(initial=-math.inf), (sight + radius).max(), low + LEAST_SPAN_M))
    scale = _Scale(float(x[-1]), low - 0.06 * (high - low), high + 0.04 * (high - low))
    words = {key: text.to(language) for key, text in _WORDS.items()}
    parts = [
        *_axes(scale, words, language),
        _band(scale, x, sight - radius, sight + radius, "pp-fresnel", colours.ACTION, ' fill-opacity="0.16"'),
        *(_band(scale, x[s], np.full(len(x[s]), scale.low_m), ground[s], "pp-ground", GROUND) for s in _runs(ground)),
        *_clutter(scale, x, ground, surface, path),
        *(_line(scale, x[s], ground[s], "pp-outline", colours.INK, ' stroke-width="1.2"') for s in _runs(ground)),
        *_missing(scale, x, ground, words),
        _line(scale, x, sight, "pp-sight", colours.ACTION, ' stroke-width="1.6" stroke-dasharray="7 5"'),
        *_antennas(scale, path, words, language),
        *([] if path.obstacle is None else _obstacle(scale, path, path.obstacle, words, language)),
    ]
    return (
        f'<svg class="pp" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{_attribute(label.to(language))}" font-size="12" fill="{colours.INK}">{"".join(parts)}</svg>'
    )


def _chosen(path: PathProfile) -> NDArray[np.int64]:
    """Return which samples are drawn: both ends, and of the others the highest of each stretch."""
    n, surface = len(path.distance_km), path.surface_m()
    if n <= MOST_SAMPLES:
        return np.arange(n)
    edges = np.linspace(1, n - 1, MOST_SAMPLES - 1).astype(np.int64)
    highest = [
        a + int(np.argmax(np.where(np.isnan(surface[a:b]), np.inf, surface[a:b]))) for a, b in pairwise(edges) if b > a
    ]
    return np.unique([0, *highest, n - 1])


def _runs(values: Floats) -> Iterator[slice]:
    """Yield the stretches whose values are known, of two samples at least."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], np.isfinite(values), [False]]).astype(np.int8)))
    for first, end in edges.reshape(-1, 2).tolist():
        if end - first > 1:
            yield slice(first, end)


def _points(scale: _Scale, x: Floats, y: Floats) -> str:
    return " ".join(f"{scale.x(float(a)):.1f},{scale.y(float(b)):.1f}" for a, b in zip(x, y, strict=True))


def _line(scale: _Scale, x: Floats, y: Floats, name: str, colour: str, more: str) -> str:
    return f'<polyline class="{name}" points="{_points(scale, x, y)}" fill="none" stroke="{colour}"{more}/>'


def _band(scale: _Scale, x: Floats, low: Floats, high: Floats, name: str, colour: str, more: str = "") -> str:
    around = f"{_points(scale, x, high)} {_points(scale, x[::-1], low[::-1])}"
    return f'<polygon class="{name}" points="{around}" fill="{colour}"{more}/>'


def _clutter(scale: _Scale, x: Floats, ground: Floats, surface: Floats, path: PathProfile) -> Iterator[str]:
    if path.clutter_m is not None:
        for stretch in _runs(surface):
            yield _band(scale, x[stretch], ground[stretch], surface[stretch], "pp-clutter", CLUTTER)


def _missing(scale: _Scale, x: Floats, ground: Floats, words: dict[str, str]) -> Iterator[str]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], np.isnan(ground), [False]]).astype(np.int8)))
    for first, end in edges.reshape(-1, 2).tolist():
        left, right = scale.x(float(x[max(first - 1, 0)])), scale.x(float(x[min(end, len(x) - 1)]))
        top, height = _TOP, HEIGHT - _BOTTOM - _TOP
        yield (
            f'<rect class="pp-missing" x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{height:.1f}" '
            f'fill="{colours.PAPER}" stroke="{colours.QUIET_INK}" stroke-dasharray="2 4"/>'
        )
        yield _text((left + right) / 2, HEIGHT - _BOTTOM - 8, words["missing"], "pp-quiet", "middle")


def _axes(scale: _Scale, words: dict[str, str], language: Language) -> Iterator[str]:
    """Yield both axes with their numbers; the lines of the heights run across."""
    bottom, right = HEIGHT - _BOTTOM, WIDTH - _RIGHT
    for metres in _ticks(scale.low_m, scale.high_m):
        y = scale.y(metres)
        yield (
            f'<line class="pp-grid" x1="{_LEFT}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}" '
            f'stroke="{colours.QUIET_INK}" stroke-opacity="0.25"/>'
        )
        yield _text(_LEFT - 6, y + 4.5, number(metres, language), "pp-quiet", "end")
    distances = list(_ticks(0.0, scale.km))
    decimals = 0 if all(km.is_integer() for km in distances) else 1
    for km in distances:
        yield _text(scale.x(km), bottom + 16, number(km, language, decimals=decimals), "pp-quiet", "middle")
    yield _text((_LEFT + right) / 2, HEIGHT - 6, words["distance"], "pp-quiet", "middle")
    yield _text(2, _TOP - 6, words["height"], "pp-quiet", "start")


def _ticks(low: float, high: float) -> Iterator[float]:
    """Yield round numbers between two ends."""
    rough = (high - low) / _TICKS
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * times for times in (1.0, 2.0, 5.0, 10.0) if size * times >= rough)
    first = math.ceil(low / step)
    yield from (step * k for k in range(first, math.floor(high / step) + 1))


def _antennas(scale: _Scale, path: PathProfile, words: dict[str, str], language: Language) -> Iterator[str]:
    ends = ((0, path.tx_height_agl_m, path.tx_name, "start"), (-1, path.rx_height_agl_m, path.rx_name, "end"))
    for i, height_m, name, side in ends:
        foot = float(path.terrain_m[i])
        x = scale.x(float(path.distance_km[i]))
        if math.isfinite(foot):
            top = min(scale.y(foot + height_m), scale.y(foot) - 3.0)
            yield (
                f'<line class="pp-mast" x1="{x:.1f}" y1="{scale.y(foot):.1f}" x2="{x:.1f}" y2="{top:.1f}" '
                f'stroke="{colours.INK}" stroke-width="4"/>'
            )
        digits = 0 if height_m == round(height_m) else 1
        told = words["antenna"].format(name.to(language), number(height_m, language, decimals=digits))
        yield _text(4.0 if side == "start" else WIDTH - 4.0, 14.0, told, "pp-name", side)


def _obstacle(
    scale: _Scale, path: PathProfile, found: Obstacle, words: dict[str, str], language: Language
) -> Iterator[str]:
    """Yield the mark on the obstacle, and above it its name, what it costs, where it stands and how high."""
    top_m = float(np.interp(found.distance_km, path.distance_km, path.surface_m()))
    if not math.isfinite(top_m):
        return
    mark = colours.VILLAGE_CLASSES["white"].colour
    x, y = scale.x(found.distance_km), scale.y(top_m)
    away = words["away"].format(number(found.distance_km, language, decimals=1))
    first = f"{found.name.to(language)} {words['loss']} {number(found.loss_db, language, decimals=1)} dB"
    second = away
    if found.height_m is not None:
        over = words["above" if found.height_m >= 0 else "below"]
        second = f"{away}, {over.format(number(abs(found.height_m), language))}"
    half = max(len(first), len(second)) * _LETTER / 2
    middle = min(max(x, half + 4), WIDTH - half - 4)
    yield (
        f'<line class="pp-leader" x1="{x:.1f}" y1="{y:.1f}" x2="{x:.1f}" y2="{_TOP - 2:.1f}" stroke="{mark}" '
        'stroke-dasharray="2 3"/>'
    )
    yield f'<circle class="pp-top" cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{mark}" stroke="{colours.WHITE}"/>'
    yield _text(middle, 34, first, "pp-obstacle", "middle", f' font-weight="700" fill="{mark}"')
    yield _text(middle, 50, second, "pp-obstacle", "middle", f' fill="{mark}"')


def _text(x: float, y: float, words: str, name: str, anchor: str, more: str = "") -> str:
    fill = f' fill="{colours.QUIET_INK}"' if name == "pp-quiet" else ""
    return f'<text class="{name}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{fill}{more}>{escape(words)}</text>'


def _attribute(words: str) -> str:
    return escape(words, {'"': "&quot;"})
