"""Printed figures: right geometry, all that a map on paper must carry, the same bytes each time."""

import io
import math

import matplotlib as mpl
import numpy as np
import pytest
import shapely
from maps_.made_tables import made_tables, made_terrain
from PIL import Image

from phusong.maps.figures import (
    Obstacle,
    PathProfile,
    RidgeScene,
    overview_figure,
    path_profile_figure,
    png_bytes,
    ridge_figure,
)


def path_over_ridge(n=201):
    distance = np.linspace(0.0, 10.0, n)
    terrain = 100.0 + 400.0 * np.exp(-(((distance - 5.0) / 0.6) ** 2))
    return PathProfile(
        distance_km=distance, terrain_m=terrain, tx_height_agl_m=42.0, rx_height_agl_m=1.5, frequency_mhz=1800.0,
        obstacle=Obstacle(distance_km=5.0, loss_db=31.4),
    )  # fmt: skip


def overview(tables, language="vi"):
    return overview_figure(
        tables, title="Vùng lõm sóng", source="Nguồn: thử; ngày 22/11/2026.", language=language, simulated=True
    )


def texts_of(figure):
    figure.canvas.draw()
    return " | ".join(text.get_text() for text in figure.findobj(mpl.text.Text) if text.get_text())


def test_the_earth_rises_in_the_middle_of_the_path():
    """Over 10 km the earth of 4/3 radius stands 25 km² ÷ (2 × 8495 km) = 1.47 m above the chord, at both ends 0."""
    bulge = path_over_ridge().bulge_m()
    assert bulge[100] == pytest.approx(1.4715, abs=0.001)
    assert (bulge[0], bulge[-1]) == (0.0, 0.0)


def test_the_fresnel_zone_has_its_published_radius():
    """Half way of 10 km at 1800 MHz: √(0.16655 m × 5000 × 5000 ÷ 10000) = 20.40 m."""
    assert path_over_ridge().fresnel_radius_m()[100] == pytest.approx(20.40, abs=0.01)


def test_the_line_of_sight_joins_the_antennas():
    """It starts at the antenna's height above the mast's foot and ends at the household's."""
    sight = path_over_ridge().sight_m()
    assert (sight[0], sight[-1]) == pytest.approx((142.0, 101.5), abs=0.01)


def test_the_profile_names_the_obstacle_with_its_loss():
    """Ridge, distance and dB stand on the picture in the reader's language, with its decimal sign."""
    assert "Sống núi: 5,0 km, −31,4 dB" in texts_of(path_profile_figure(path_over_ridge(), language="vi"))
    assert "Ridge: 5.0 km, −31.4 dB" in texts_of(path_profile_figure(path_over_ridge(), language="en"))


def test_a_printed_map_carries_what_a_map_must():
    """Scale bar, north, coordinate grid, legend, source, date, and that the data is simulated."""
    said = texts_of(overview(made_tables()))
    for word in ("10 km", "B", "105°20′Đ", "20°10′B", "Tỷ lệ hộ chưa có sóng", "Rất nhiều: từ 200 hộ", "Viettel",
                 "Vị trí trạm tham khảo", "ngày 22/11/2026", "DỮ LIỆU MÔ PHỎNG", "chưa đo"):  # fmt: skip
        assert word in said


def test_the_scale_bar_is_as_long_as_it_says():
    """The bar's 10 km, measured on the map's own axes, are 10 km to within 1 %."""
    axes = overview(made_tables()).axes[0]
    pieces = [patch.get_xy()[:, 0] for patch in axes.patches if len(patch.get_xy()) == 5]
    length_deg = max(map(np.max, pieces)) - min(map(np.min, pieces))
    middle = math.radians(np.mean(axes.get_ylim()))
    assert length_deg * 111.195 * math.cos(middle) == pytest.approx(10.0, rel=0.01)


def test_the_map_is_not_stretched():
    """A kilometre east is as long on paper as a kilometre north, to within 1 %."""
    axes = overview(made_tables()).axes[0]
    box = axes.get_window_extent()
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    across = box.width / ((east - west) * math.cos(math.radians((south + north) / 2)))
    assert across == pytest.approx(box.height / (north - south), rel=0.01)


def test_a_far_island_gets_its_own_frame():
    """A commune far out at sea is drawn in an inset with its name, and the main map keeps its size."""
    tables = made_tables()
    before = overview(tables).axes[0].get_xlim()
    tables["communes"].loc[10, "commune_name"] = "Đặc khu Hoàng Sa"
    tables["communes"].loc[10, "geometry"] = shapely.box(111.5, 16.4, 111.7, 16.5)
    figure = overview(tables)
    assert "Đặc khu Hoàng Sa" in texts_of(figure)
    assert figure.axes[0].get_xlim() == pytest.approx(before, abs=0.02)


def test_figures_give_the_same_bytes():
    """Two drawings of the same tables are equal, whatever the settings of the machine."""
    first = png_bytes(overview(made_tables()), dpi=60)
    with mpl.rc_context({"font.size": 31, "axes.facecolor": "red", "savefig.dpi": 12}):
        assert png_bytes(overview(made_tables()), dpi=60) == first


def test_every_vietnamese_letter_has_a_glyph():
    """No letter of the figure's font is missing: a missing glyph is a warning, and warnings are errors."""
    figure = overview_figure(
        made_tables(),
        title="ẰẮẲẴẶ ẦẤẨẪẬ ỀẾỂỄỆ ỒỐỔỖỘ ỜỚỞỠỢ ỪỨỬỮỰ ỲÝỶỸỴ đ ơ ư",
        source="x",
        language="vi",
        simulated=False,
    )
    assert len(png_bytes(figure, dpi=50)) > 1000


@pytest.mark.parametrize("empty", ["gaps", "sites", "proposed_sites"])
def test_a_map_without_a_layer_is_still_a_map(empty):
    """No gaps, no stations or no reference sites: the rest is drawn."""
    tables = made_tables()
    tables[empty] = tables[empty].iloc[:0]
    assert len(png_bytes(overview(tables, "en"), dpi=50)) > 1000


def test_the_ridge_picture_counts_what_a_buffer_misses():
    """The title's number is the households inside the circle that the model calls unserved."""
    terrain = made_terrain()
    lon, lat = (terrain.west_deg + terrain.east_deg) / 2, (terrain.north_deg + terrain.south_deg) / 2
    east = lon + np.array([0.01, 0.02, 0.05, 0.06, 0.5])
    scene = RidgeScene(
        terrain=terrain, site=(lon, lat), lon_deg=east, lat_deg=np.full(5, lat), served=np.array([1, 1, 0, 0, 0], bool),
        buffer_km=10.0, path=path_over_ridge(), path_end=(lon + 0.06, lat),
    )  # fmt: skip
    figure = ridge_figure(scene, language="vi")
    assert "2 hộ trong vùng đệm nhưng khuất sau sống núi" in texts_of(figure)
    assert Image.open(io.BytesIO(png_bytes(figure, dpi=60))).size[0] == 540
