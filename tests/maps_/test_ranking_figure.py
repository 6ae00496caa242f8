"""The figure of the ranking: every row with its name, interval and share; readable without colour; same bytes."""

from __future__ import annotations

import io
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from PIL import Image

from phusong.data.ranking import read_ranking
from phusong.data.report_ranking import figure_note
from phusong.maps import colours
from phusong.maps.drawing import png_bytes
from phusong.maps.ranking_figure import ranking_figure, share_text
from phusong.words import LANGUAGES, Language

NOTE = figure_note(read_ranking())


def made_ranking(n: int = 12) -> pd.DataFrame:
    rows: list[dict[str, Any]] = [
        {
            "rank": i + 1, "gap_id": f"LS-{i}", "village_name": "" if i == 4 else f"Bản Nà Hẩu Thượng {i}",
            "commune_name": "" if i == 4 else "Xã Ngược Bằng", "households": 1200 - i, "rank_low": max(1, i - 2),
            "rank_high": i + 5, "top_share": 1.0 - 0.08 * i, "below_minimum": "need" if i == 11 else "",
        }
        for i in range(n)
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=None if rows else [*made_ranking(1).columns])


def texts_of(figure: Figure) -> list[str]:
    axes = [text.get_text() for axis in figure.axes for text in axis.texts]
    return axes + [text.get_text() for text in figure.texts]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_row_has_its_name_households_and_share(language: Language) -> None:
    """As many as asked; a gap without a village is called by its id; numbers as the language writes them."""
    texts = texts_of(ranking_figure(made_ranking(), top=10, shown=12, note=NOTE, language=language))
    assert sum(text.startswith(f"{rank}. Bản") for rank in range(1, 13) for text in texts) == 11
    assert "5. LS-4" in texts and "100 %" in texts and "12 %" in texts
    assert any(("1.200 hộ" if language == "vi" else "1,200 households") in text for text in texts)
    assert NOTE.to(language) in " ".join(reversed(texts))
    assert ("dưới mức tối thiểu" if language == "vi" else "below a minimum") in texts


def test_bars_span_the_interval_and_the_mark_stands_inside() -> None:
    """From a little before the lowest rank to a little behind the highest."""
    ranking = made_ranking()
    axes = ranking_figure(ranking, top=10, note=NOTE, language="vi").axes[0]
    assert len(axes.patches) == 10
    for bar, line, row in zip(axes.patches, axes.lines, ranking.itertuples(), strict=False):
        x0, x1 = bar.get_x(), bar.get_x() + bar.get_width()
        assert (x0, x1) == pytest.approx((row.rank_low - 0.3, row.rank_high + 0.3))
        assert x0 < float(np.asarray(line.get_xdata())[0]) == row.rank < x1


def test_it_can_be_read_without_colour() -> None:
    """Sure and unsure bars differ in lightness, and the mark from both."""
    lightness = [sum(to_rgb(colour)) for colour in (colours.ACTION, "#D5E4EC")]
    assert abs(lightness[0] - lightness[1]) > 1.2
    figure = ranking_figure(made_ranking(), top=10, note=NOTE, language="vi")
    grey = np.asarray(Image.open(io.BytesIO(png_bytes(figure, dpi=60))).convert("L"))
    assert (grey < 60).any() and ((grey > 200) & (grey < 235)).any()


def test_nothing_is_cut_off_and_nothing_overlaps_its_neighbour() -> None:
    """Every text lies on the paper; names of neighbouring rows stand apart."""
    figure = ranking_figure(made_ranking(), top=10, shown=12, note=NOTE, language="en")
    box = figure.bbox
    drawn = [*figure.texts, *figure.axes[0].texts]
    for text in drawn:
        at = text.get_window_extent()
        assert at.x0 >= 0 and at.x1 <= box.x1 and at.y0 >= 0 and at.y1 <= box.y1, text.get_text()
    names = [text.get_window_extent() for text in figure.axes[0].texts if ". " in text.get_text()]
    assert len(names) == 12
    assert all(upper.y0 > lower.y1 for upper, lower in pairwise(sorted(names, key=lambda at: -at.y0)))


def test_the_same_ranking_gives_the_same_bytes() -> None:
    """Twice."""
    one, two = (png_bytes(ranking_figure(made_ranking(), top=10, note=NOTE, language="vi"), dpi=60) for _ in range(2))
    assert one == two


def test_no_gaps_give_an_empty_picture() -> None:
    """And no error."""
    assert png_bytes(ranking_figure(made_ranking(12).iloc[:0], top=10, note=NOTE, language="vi"), dpi=60)


@pytest.mark.parametrize(
    ("share", "written"), [(1.0, "100 %"), (0.997, "> 99 %"), (0.99, "99 %"), (0.002, "< 1 %"), (0.0, "0 %")]
)
def test_nearly_all_is_not_written_as_all(share: float, written: str) -> None:
    """100 % is every draw, 0 % none."""
    assert share_text(share, "vi") == written
