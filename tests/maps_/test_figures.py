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
from phusong.maps.overview_figure import LANDSCAPE_IN, PORTRAIT_IN


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
    """Over 10 km the earth of k = 157/107 stands 25 km² ÷ (2 × 9348 km) = 1.34 m above the chord, at both ends 0."""
    bulge = path_over_ridge().bulge_m()
    assert bulge[100] == pytest.approx(1.3372, abs=0.001)
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


SHAPES = {
    "long": [shapely.box(105.0, 18.2, 105.1, 18.4), shapely.box(105.05, 18.9, 105.15, 19.0)],
    "tiny": [shapely.box(105.0, 18.5, 105.01, 18.51)],
    "many": list(made_tables()["communes"].geometry),
}


def shaped(name):
    """Return tables whose communes have the given shapes, amid all stations."""
    tables = made_tables()
    tables["around"] = tables["communes"]
    chosen = tables["communes"].iloc[: len(SHAPES[name])].copy()
    tables["communes"] = chosen.set_geometry(SHAPES[name], crs="EPSG:4326")
    return tables


@pytest.mark.parametrize("name", SHAPES)
def test_a_map_of_any_shape_fills_a_lying_page(name):
    """North–south, one tiny commune or many: the paper is the page's, the whole area is seen, nothing is stretched."""
    figure = overview_figure(
        shaped(name), title="Gói", source="Nguồn: thử", language="vi", simulated=True, box_in=LANDSCAPE_IN
    )
    assert tuple(figure.get_size_inches()) == LANDSCAPE_IN
    axes = figure.axes[0]
    (west, east), (south, north) = axes.get_xlim(), axes.get_ylim()
    seen = shapely.box(west, south, east, north)
    assert all(seen.contains(shape) for shape in SHAPES[name])
    box = axes.get_window_extent()
    across = box.width / ((east - west) * math.cos(math.radians((south + north) / 2)))
    assert across == pytest.approx(box.height / (north - south), rel=0.01)
    said = [text for text in figure.findobj(mpl.text.Text) if text.get_text()]
    assert min(text.get_fontsize() for text in said) >= 6.5


@pytest.mark.parametrize("name", SHAPES)
def test_the_grid_has_a_few_lines_whatever_the_shape(name):
    """One to eight labels each way, so that coordinates can be read and do not run together."""
    figure = overview_figure(
        shaped(name), title="Gói", source="Nguồn: thử", language="vi", simulated=True, box_in=LANDSCAPE_IN
    )
    axes = figure.axes[0]
    for axis, (low, high) in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
        assert 1 <= sum(low <= tick <= high for tick in axis.get_majorticklocs()) <= 8


def test_an_upright_map_is_no_taller_than_its_box():
    """A long area stops at the height of the page."""
    figure = overview_figure(shaped("long"), title="Gói", source="Nguồn", language="vi", simulated=True)
    assert tuple(figure.get_size_inches()) == pytest.approx(PORTRAIT_IN)


def test_the_legend_names_only_operators_in_view():
    """Stations far outside the view are neither drawn nor explained."""
    tables = shaped("tiny")
    assert "Viettel" not in texts_of(overview(tables))
    tables["sites"].loc[0, ["lon_deg", "lat_deg"]] = (105.005, 18.505)
    tables["sites"].loc[0, "geometry"] = shapely.Point(105.005, 18.505)
    assert "Viettel" in texts_of(overview(tables))


def test_stations_of_other_communes_are_faint():
    """Those of the package stand out."""
    tables = made_tables()
    tables["communes"] = tables["communes"].iloc[4:8]
    drawn = [mark for mark in overview(tables).axes[0].collections if mark.get_zorder() in (3.5, 4)]
    assert {(mark.get_zorder(), mark.get_alpha()) for mark in drawn} == {(3.5, 0.35), (4, 1.0)}


def test_a_hole_in_a_commune_stays_open():
    """A city inside a commune is not painted over: the colour inside the hole is the paper's."""
    tables = made_tables()
    ring = shapely.box(105.0, 18.0, 105.4, 18.4).difference(shapely.box(105.15, 18.15, 105.25, 18.25))
    tables["communes"] = tables["communes"].iloc[[4]].set_geometry([ring], crs="EPSG:4326")
    figure = overview({"communes": tables["communes"]})
    picture = np.asarray(Image.open(io.BytesIO(png_bytes(figure, dpi=100))).convert("RGB"))
    axes = figure.axes[0]

    def colour_at(lon, lat):
        x, y = axes.transData.transform((lon, lat))
        return tuple(picture[picture.shape[0] - 1 - round(y), round(x)].tolist())

    assert colour_at(105.19, 18.19) == (255, 255, 255)
    assert colour_at(105.07, 18.07) != (255, 255, 255)


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
