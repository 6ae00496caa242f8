"""The few SVG pieces atlas maps are drawn with, in millimetres; every word is escaped."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape

from phusong.maps.colours import HOUSEHOLD_STATES, INK, QUIET_INK, VILLAGE_CLASSES, WHITE, Part, level_scale

FONT = "Tinos"
_LEVELS = level_scale(0.0, -1.0)
FILLS = {
    "served": _LEVELS.steps[2].colour,
    "weak": VILLAGE_CLASSES["weak"].colour,
    "unserved": _LEVELS.steps[0].colour,
    "no_data": HOUSEHOLD_STATES["no_data"].colour,
}
"""Classes in the colours of the interactive map's levels."""
PATTERNS = {"unserved": "hatch", "weak": "dots", "no_data": "cross"}
"""What survives a black-and-white printer: a served area is the only one without lines or dots."""
OPACITY = {"served": 0.6, "weak": 0.65, "unserved": 0.6, "no_data": 1.0}

_DEFS = (
    "<defs>"
    '<pattern id="hatch" width="1.7" height="1.7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    f'<path d="M0,.85H1.7" stroke="{INK}" stroke-width=".22" stroke-opacity=".75"/></pattern>'
    '<pattern id="dots" width="1.6" height="1.6" patternUnits="userSpaceOnUse" patternTransform="rotate(30)">'
    f'<circle cx=".8" cy=".8" r=".2" fill="{INK}" fill-opacity=".8"/></pattern>'
    '<pattern id="cross" width="3" height="3" patternUnits="userSpaceOnUse">'
    f'<path d="M.9,.9L2.1,2.1M2.1,.9L.9,2.1" stroke="{QUIET_INK}" stroke-width=".16" stroke-opacity=".7"/></pattern>'
    "</defs>"
)


def svg(width_mm: float, height_mm: float, pieces: Iterable[str]) -> bytes:
    """Return a drawing of a size on paper; its unit is the millimetre."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width_mm:.2f}mm" height="{height_mm:.2f}mm" '
        f'viewBox="0 0 {width_mm:.2f} {height_mm:.2f}" font-family="{FONT}">{_DEFS}{"".join(pieces)}</svg>'
    ).encode()


def filled(path: str, kind: str) -> str:
    """Return an area of a class: its colour, and its pattern over it."""
    colour = f'<path d="{path}" fill="{FILLS[kind]}" fill-opacity="{OPACITY[kind]:g}" fill-rule="evenodd"/>'
    if kind not in PATTERNS:
        return colour
    return f'{colour}<path d="{path}" fill="url(#{PATTERNS[kind]})" fill-rule="evenodd"/>'


def stroked(path: str, colour: str = INK, *, width: float = 0.3, dash: str = "", halo: float = 0.0) -> str:
    """Return a line, on a white one that is wider by ``halo`` where asked for."""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    line = f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width:g}" stroke-linejoin="round"{dashes}/>'
    return (stroked(path, WHITE, width=width + halo) if halo else "") + line


def words(
    text: str,
    x: float,
    y: float,
    *,
    size: float = 2.4,
    anchor: str = "middle",
    bold: bool = False,
    italic: bool = False,
    colour: str = INK,
    turned: float = 0.0,
    halo: bool = False,
) -> str:
    """Return words at a place; ``y`` is their base line."""
    looks = f' font-size="{size:g}" text-anchor="{anchor}" fill="{colour}"'
    looks += ' font-weight="bold"' if bold else ""
    looks += ' font-style="italic"' if italic else ""
    looks += f' transform="rotate({turned:g} {x:.2f} {y:.2f})"' if turned else ""
    if halo:
        looks += f' stroke="{WHITE}" stroke-width=".7" stroke-linejoin="round" paint-order="stroke"'
    return f'<text x="{x:.2f}" y="{y:.2f}"{looks}>{escape(_printable(text))}</text>'


def _printable(text: str) -> str:
    """Return a text without signs that no drawing may hold."""
    return "".join(sign for sign in text if sign.isprintable() or sign == "\N{NO-BREAK SPACE}")


def ring(x: float, y: float, radius: float, *, fill: str = "none", colour: str = INK, dash: str = "") -> str:
    """Return a circle."""
    dashes = f' stroke-dasharray="{dash}"' if dash else ""
    place = f'cx="{x:.2f}" cy="{y:.2f}" r="{radius:.2f}"'
    return f'<circle {place} fill="{fill}" stroke="{colour}" stroke-width=".3"{dashes}/>'


def box(
    x: float, y: float, width: float, height: float, *, fill: str = WHITE, stroke: str = INK, line: float = 0.2
) -> str:
    """Return a rectangle."""
    edge = f' stroke="{stroke}" stroke-width="{line:g}"' if stroke else ""
    return f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" fill="{fill}"{edge}/>'


def marked(mark: tuple[Part, ...], x: float, y: float, *, size: float) -> str:
    """Return a mark of the colour table at a place; its box of 16 becomes ``size`` millimetres."""
    parts = "".join(
        f'<path d="{part.path}" fill="{part.fill or "none"}"'
        + (f' stroke="{part.stroke}" stroke-width="{part.width:g}"' if part.stroke else "")
        + "/>"
        for part in mark
    )
    return f'<g transform="translate({x:.2f} {y:.2f}) scale({size / 16:.4f})">{parts}</g>'


def clipped(name: str, width_mm: float, height_mm: float, pieces: Iterable[str]) -> str:
    """Return pieces of which only what lies in a rectangle at the origin is seen."""
    return (
        f'<clipPath id="{name}"><path d="M0,0H{width_mm:.2f}V{height_mm:.2f}H0Z"/></clipPath>'
        f'<g clip-path="url(#{name})">{"".join(pieces)}</g>'
    )
