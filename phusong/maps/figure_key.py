"""The legend of a printed map, set in inches: headings, fills and marks with their words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

KeyRow = tuple[str, Mapping[str, Any]]
"""The words of a row and its look: of a marker, of a fill, or none for a heading."""

_PITCH_IN, _COLUMN_IN, _SWATCH_IN, _WORDS_IN = 0.158, 2.2, (0.2, 0.085), 0.29
_POINTS_PER_IN = 72.0


def draw_key(figure: Figure, groups: Sequence[Sequence[KeyRow]], *, at_in: tuple[float, float], beside: bool) -> None:
    """Draw a legend from its upper left corner: its groups one below the other (``beside`` the map), or in columns."""
    x, y = at_in
    for group in groups:
        for words, look in group:
            pitch = max(_PITCH_IN, 1.05 * look.get("markersize", 0.0) / _POINTS_PER_IN)
            y -= pitch
            _draw_row(figure, words, look, x, y + pitch / 2)
        x, y = (x, y - 0.7 * _PITCH_IN) if beside else (x + _COLUMN_IN, at_in[1])


def _draw_row(figure: Figure, words: str, look: Mapping[str, Any], x: float, y: float) -> None:
    inches = figure.dpi_scale_trans
    if "marker" in look:
        figure.add_artist(Line2D([x + _SWATCH_IN[0] / 2], [y], linestyle="", transform=inches, **look))
    elif look:
        width, height = _SWATCH_IN
        figure.add_artist(Rectangle((x, y - height / 2), width, height, transform=inches, **look))
    figure.text(x + (_WORDS_IN if look else 0.0), y - 0.035, words, transform=inches, fontsize=7,
                fontweight="normal" if look else "bold")  # fmt: skip
