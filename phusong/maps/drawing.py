"""What all printed figures share: settings that depend on no machine, and PNG bytes that stay the same."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from phusong.maps import colours

_SETTINGS: dict[Any, Any] = {
    "font.family": "DejaVu Sans",  # ships with matplotlib and has every Vietnamese letter
    "font.size": 9,
    "text.color": colours.INK,
    "axes.labelcolor": colours.INK,
    "axes.edgecolor": colours.QUIET_INK,
    "axes.labelsize": 8.5,
    "xtick.color": colours.QUIET_INK,
    "ytick.color": colours.QUIET_INK,
    "hatch.linewidth": 0.6,
    "figure.facecolor": colours.WHITE,
    "savefig.facecolor": colours.WHITE,
    "path.simplify": True,
}


@contextmanager
def drawing() -> Iterator[None]:
    """Draw with our settings over matplotlib's defaults, whatever the machine's own are."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_SETTINGS)
        yield


def new_figure(width_in: float, height_in: float) -> Figure:
    """Return a figure drawn without a screen and known to no global state."""
    figure = Figure(figsize=(width_in, height_in))
    FigureCanvasAgg(figure)
    return figure


def axes_at(figure: Figure, left_in: float, bottom_in: float, width_in: float, height_in: float) -> Axes:
    """Place axes by inches from the lower left corner of the paper."""
    width, height = (float(side) for side in figure.get_size_inches())
    return figure.add_axes((left_in / width, bottom_in / height, width_in / width, height_in / height))


def png_bytes(figure: Figure, *, dpi: int = 200) -> bytes:
    """Render a figure; the file carries neither date nor version."""
    out = io.BytesIO()
    with drawing():
        figure.savefig(out, format="png", dpi=dpi, metadata={"Software": None}, pil_kwargs={"compress_level": 4})
    return out.getvalue()
