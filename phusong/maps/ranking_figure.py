"""The gaps that come first, each with the interval of its rank: what stays in front however the weights are set."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from phusong.maps import colours
from phusong.maps.drawing import axes_at, drawing, new_figure
from phusong.words import Language, Text, number

SURE_SHARE = 0.9
"""From this share of the draws among the top, a gap is called surely there."""

_WIDTH_IN, _LABEL_IN, _SHARE_IN, _ROW_IN, _HEAD_IN, _FOOT_IN, _NOTE_IN = 7.0, 2.55, 0.75, 0.32, 0.95, 0.75, 0.13
_NOTE_LETTERS = 125
_BAR = 0.46
_LIGHT = "#D5E4EC"
_WORDS = {
    "title": Text("{} vùng lõm xếp đầu và khoảng hạng", "The first {} gaps and the interval of their ranks"),
    "rank": Text("Hạng", "Rank"),
    "share": Text("Trong {}\nnơi đầu", "Among\nfirst {}"),
    "sure": Text("đứng trong {} nơi đầu ở ít nhất {} % lần thử", "among the first {} in at least {} % of the draws"),
    "unsure": Text("tùy trọng số, ngưỡng", "depends on weights, thresholds"),
    "base": Text("hạng theo trọng số đã chọn", "rank by the weights chosen"),
    "below": Text("dưới mức tối thiểu", "below a minimum"),
    "households": Text("{} hộ", "{} households"),
}


def ranking_figure(
    ranking: pd.DataFrame, *, top: int, note: Text, language: Language, shown: int | None = None
) -> Figure:
    """Draw the first rows of a ranking with the intervals of their ranks.

    Parameters
    ----------
    ranking
        The table of the ranking; rows in order of rank.
    top
        How many gaps are the top: the share of the draws in which each is among them is printed.
    note
        What stands under the picture: where the weights come from.
    shown
        How many rows are drawn; the top where not given.
    """
    rows = [{str(key): value for key, value in row.items()} for row in ranking.head(shown or top).to_dict("records")]
    words = {key: text.to(language) for key, text in _WORDS.items()}
    with drawing():
        lines = textwrap.wrap(note.to(language), _NOTE_LETTERS)
        foot_in = _FOOT_IN + _NOTE_IN * (len(lines) - 1)
        height_in = _HEAD_IN + _ROW_IN * max(len(rows), 1) + foot_in
        figure = new_figure(_WIDTH_IN, height_in)
        plot = (_LABEL_IN, foot_in, _WIDTH_IN - _LABEL_IN - _SHARE_IN, _ROW_IN * max(len(rows), 1))
        axes = axes_at(figure, *plot)
        for at, row in enumerate(rows):
            _draw_row(axes, at, row, words, language)
        _set_axes(axes, rows, top, words)
        _write_head(figure, axes, height_in, top, len(rows), words, any(row["below_minimum"] for row in rows), language)
        for up, line in enumerate(reversed(lines)):
            y = (0.12 + up * _NOTE_IN) / height_in
            figure.text(0.1 / _WIDTH_IN, y, line, fontsize=6.5, color=colours.QUIET_INK)
        return figure


def _draw_row(axes: Axes, at: int, row: Mapping[str, Any], words: Mapping[str, str], language: Language) -> None:
    sure = row["top_share"] >= SURE_SHARE
    low, high = row["rank_low"] - 0.3, row["rank_high"] + 0.3
    look: dict[str, Any] = {"edgecolor": colours.ACTION, "linewidth": 0.9, "zorder": 2}
    axes.barh(at, high - low, left=low, height=_BAR, facecolor=colours.ACTION if sure else _LIGHT, **look)
    fill = colours.WHITE if row["below_minimum"] else colours.INK
    edge: dict[str, Any] = {
        "markeredgecolor": colours.INK if row["below_minimum"] else colours.WHITE,
        "markeredgewidth": 1.1,
    }
    axes.plot([row["rank"]], [at], marker="D", markersize=6.5, color=fill, zorder=3, **edge)
    households = words["households"].format(number(row["households"], language))
    name = str(row["village_name"]) or str(row["gap_id"])
    side = axes.get_yaxis_transform()
    axes.text(-0.015, at - 0.18, _short(f"{row['rank']}. {name}"), transform=side, ha="right", va="center", fontsize=8)
    second = _short(f"{row['commune_name']}, {households}" if row["commune_name"] else households, 44)
    axes.text(-0.015, at + 0.24, second, transform=side, ha="right", va="center", fontsize=6.5, color=colours.QUIET_INK)
    share = share_text(row["top_share"], language)
    weight = "bold" if sure else "normal"
    axes.text(1.14, at, share, transform=side, ha="right", va="center", fontsize=8, fontweight=weight)


def share_text(share: float, language: Language) -> str:
    """Write a share of the draws; what is not all of them is not written as 100 %, what is some not as 0 %."""
    if 0.995 <= share < 1.0:
        return "> 99 %"
    return "< 1 %" if 0.0 < share < 0.005 else f"{number(100.0 * share, language)} %"


def _short(words: str, most: int = 36) -> str:
    return words if len(words) <= most else f"{words[: most - 1]}…"


def _set_axes(axes: Axes, rows: list[dict[str, Any]], top: int, words: Mapping[str, str]) -> None:
    last = max([top + 1, *(int(row["rank_high"]) for row in rows)])
    axes.set(xlim=(0.4, last + 0.8), ylim=(max(len(rows), 1) - 0.5, -0.5), xlabel=words["rank"], yticks=[])
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=10, min_n_ticks=2))
    axes.set_xlim(0.4, last + 0.8)
    axes.axvline(top + 0.5, color=colours.INK, linewidth=1.0, linestyle=(0, (4, 3)), zorder=1)
    axes.grid(axis="x", color="#DDE1E6", linewidth=0.5, zorder=0)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=7.5)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)


def _write_head(
    figure: Figure,
    axes: Axes,
    height_in: float,
    top: int,
    count: int,
    words: Mapping[str, str],
    any_below: bool,
    language: Language,
) -> None:
    title = words["title"].format(number(count, language))
    figure.text(0.1 / _WIDTH_IN, 1 - 0.26 / height_in, title, fontsize=11, fontweight="bold")
    share = words["share"].format(number(top, language))
    across = axes.get_xaxis_transform()
    axes.annotate(share, (1.14, 1.0), xycoords="axes fraction", xytext=(0, 4), textcoords="offset points", ha="right",
                  va="bottom", fontsize=6.5, color=colours.QUIET_INK)  # fmt: skip
    axes.annotate(f"{number(top, language)}", (top + 0.5, 1.0), xycoords=across, xytext=(0, 2), ha="center",
                  textcoords="offset points", va="bottom", fontsize=6.5, color=colours.INK)  # fmt: skip
    sure = words["sure"].format(number(top, language), number(100.0 * SURE_SHARE, language))
    y, x = 1 - 0.5 / height_in, 0.1
    for face, text in ((colours.ACTION, sure), (_LIGHT, words["unsure"])):
        x = _key(figure, x, y, height_in, "s", face, colours.ACTION, text)
    x = _key(figure, 0.1, y - 0.17 / height_in, height_in, "D", colours.INK, colours.WHITE, words["base"])
    if any_below:
        _key(figure, x, y - 0.17 / height_in, height_in, "D", colours.WHITE, colours.INK, words["below"])


def _key(
    figure: Figure, x_in: float, y: float, height_in: float, marker: str, face: str, edge: str, words: str
) -> float:
    """Draw one entry of the key; return where the next one starts, in inches."""
    look: dict[str, Any] = {
        "marker": marker,
        "markersize": 6.0,
        "markerfacecolor": face,
        "markeredgecolor": edge,
        "linestyle": "",
    }
    figure.add_artist(Line2D([(x_in + 0.06) / _WIDTH_IN], [y], **look))
    written = figure.text((x_in + 0.17) / _WIDTH_IN, y, words, fontsize=7, va="center_baseline")
    return x_in + 0.45 + written.get_window_extent().width / figure.dpi
