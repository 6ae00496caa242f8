"""The name of what is in the way stays within a profile's axes, wherever it stands."""

from __future__ import annotations

import numpy as np
import pytest

from phusong.maps.profile_figure import Obstacle, PathProfile
from phusong.maps.village_figure import ridge_strip
from phusong.words import Text


@pytest.mark.parametrize("share", [0.02, 0.2, 0.3, 0.5, 0.72, 0.8, 0.98])
def test_the_name_of_a_ridge_is_never_cut(share):
    """Near either edge, in the middle and between."""
    x = np.linspace(0.0, 5.0, 101)
    name = Text("Sống núi cao hơn đường ngắm 226 m", "Ridge 226 m above the line of sight")
    path = PathProfile(distance_km=x, terrain_m=400.0 + 200.0 * np.exp(-((x - 5.0 * share) ** 2)), tx_height_agl_m=30.0,
                       rx_height_agl_m=1.5, frequency_mhz=942.5,
                       obstacle=Obstacle(distance_km=5.0 * share, loss_db=52.5, name=name))  # fmt: skip
    figure = ridge_strip(path, language="vi")
    figure.draw_without_rendering()
    axes = figure.axes[0]
    label = next(text for text in axes.texts if text.get_text().startswith("Sống núi"))
    box, inside = label.get_window_extent(), axes.get_window_extent()
    assert inside.x0 - 1 <= box.x0
    assert box.x1 <= inside.x1 + 1
