"""Marks and swatches of the colour table as small inline SVG, for legends."""

from __future__ import annotations

from phusong.maps.colours import INK, QUIET_INK, Part, Style


def mark_svg(mark: tuple[Part, ...], *, size_px: int = 18) -> str:
    """Draw a mark; decorative, so hidden from screen readers (its name stands beside it)."""
    paths = "".join(_path(part) for part in mark)
    return f'<svg aria-hidden="true" width="{size_px}" height="{size_px}" viewBox="-8 -8 16 16">{paths}</svg>'


def disc_svg(radius_px: float, colour: str, *, width_px: int) -> str:
    """Draw the disc of a gap at its true size on the map, centred in a box as wide as the largest."""
    x, y, height = width_px / 2, radius_px + 1, 2 * radius_px + 2
    return (
        f'<svg aria-hidden="true" width="{width_px}" height="{height:g}" viewBox="{-x:g} {-y:g} {width_px} {height:g}">'
        f'<circle r="{radius_px:g}" fill="{colour}" stroke="#FFFFFF" stroke-width="1.5"/></svg>'
    )


def swatch_svg(colour: str, kind: str) -> str:
    """Draw an area's swatch: ``filled``, ``hatched`` (diagonal lines) or ``dotted`` (a dotted outline)."""
    dots = ' stroke-dasharray="1.5 2.5"' if kind == "dotted" else ""
    stroke = QUIET_INK if kind == "dotted" else "#B9B2A4"
    lines = f'<path d="M3,12L11,2M9,12L17,2M15,12L23,2" stroke="{QUIET_INK}" stroke-width="1"/>'
    return (
        '<svg aria-hidden="true" width="24" height="14" viewBox="0 0 24 14">'
        f'<rect x="1" y="1" width="22" height="12" fill="{colour}" stroke="{stroke}"{dots}/>'
        f"{lines if kind == 'hatched' else ''}</svg>"
    )


def dashed_svg(colour: str) -> str:
    """Draw the swatch of an area that is only outlined, with a dashed line."""
    return (
        '<svg aria-hidden="true" width="24" height="14" viewBox="0 0 24 14"><rect x="2" y="2" width="20" height="10" '
        f'fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="5 4"/></svg>'
    )


def line_svg(colour: str, width: float = 4, dash: str = "") -> str:
    """Draw the swatch of a line."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return (
        '<svg aria-hidden="true" width="24" height="14" viewBox="0 0 24 14">'
        f'<path d="M2,7H22" stroke="{colour}" stroke-width="{width:g}"{dashed}/></svg>'
    )


def cased_svg(colour: str) -> str:
    """Draw the swatch of a road: white between two edges."""
    return (
        '<svg aria-hidden="true" width="24" height="14" viewBox="0 0 24 14">'
        f'<path d="M2,7H22" stroke="{colour}" stroke-width="5"/>'
        '<path d="M2,7H22" stroke="#FFFFFF" stroke-width="3"/></svg>'
    )


def outline_svg() -> str:
    """Draw the hollow mark of a station that is off the air or planned."""
    part = Part("M-4.6,-4.6H4.6V4.6H-4.6Z", fill="#FFFFFF", stroke=INK, width=1.4)
    return mark_svg((part,))


def style_swatch(style: Style) -> str:
    """Draw an area style of the table."""
    return swatch_svg(style.colour, style.shape)


def _path(part: Part) -> str:
    fill = part.fill or "none"
    stroke = f' stroke="{part.stroke}" stroke-width="{part.width:g}" stroke-linecap="round"' if part.stroke else ""
    dash = f' stroke-dasharray="{part.dash}"' if part.dash else ""
    return f'<path d="{part.path}" fill="{fill}"{stroke}{dash}/>'
