"""What drawing in millimetres saves: the pages of an atlas, against the same maps as pictures of matplotlib.

The naive page is what one would write first: both maps as images with their classes, the relief, outlines and a grid,
at 200 dots an inch, drawn from nothing each time. Ours draws the relief once a page and the classes as outlines, and
typst sets the whole. Both are measured in CPU seconds, one after the other in one run: the ratio means something on a
busy machine, the seconds do not.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.colors import LightSource, ListedColormap

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from tenders_.made_map_data import made_map_data
from tenders_.made_package import made_package

from phusong.maps.atlas_frame import Frame, frame_over
from phusong.maps.atlas_ground import Floats, Ground, classes_of
from phusong.maps.atlas_map import frame_size
from phusong.maps.atlas_svg import FILLS
from phusong.maps.drawing import axes_at, drawing, new_figure, png_bytes
from phusong.tenders.atlas import WRITERS
from phusong.tenders.atlas.clusters import Cluster, clusters_of
from phusong.tenders.atlas.map_data import MapData, read_map_data
from phusong.tenders.atlas.pages import LEAST_KM, MAP_MM, ROOM, bounds_of, outline_of
from phusong.tenders.package.values import Package
from phusong.tenders.parts import Making

VILLAGES, NAIVE_PAGES = 60, 3
MM_A_INCH = 25.4
KINDS = ("no_data", "unserved", "weak", "served")


def naive_page(cluster: Cluster, package: Package, data: MapData) -> bytes:
    """Draw both maps of a page as one picture."""
    width, height = frame_size(*MAP_MM)
    bounds = bounds_of(cluster)
    assert bounds is not None
    assert data.ground is not None
    frame = frame_over(bounds, width_mm=width, height_mm=height, least_km=LEAST_KM, room=ROOM)
    with drawing():
        figure = new_figure(2 * MAP_MM[0] / MM_A_INCH, MAP_MM[1] / MM_A_INCH)
        for left, level in ((0.2, data.ground.today_dbm), (5.5, data.ground.planned_dbm)):
            axes = axes_at(figure, left, 0.2, width / MM_A_INCH, height / MM_A_INCH)
            naive_map(axes, frame, data.ground, level, package)
    return png_bytes(figure)


def naive_map(axes: Axes, frame: Frame, ground: Ground, level: Floats, package: Package) -> None:
    """Draw one map of all there is, and look at a part of it."""
    n_rows, n_cols = level.shape
    edges = (
        ground.west_deg,
        ground.west_deg + n_cols * ground.cell_lon_deg,
        ground.north_deg - n_rows * ground.cell_lat_deg,
        ground.north_deg,
    )
    shade = LightSource(315, 45).hillshade(np.nan_to_num(ground.elevation_m), dx=180, dy=180)
    codes = classes_of(level, served_dbm=ground.served_dbm, weak_dbm=ground.weak_dbm)
    axes.imshow(shade, extent=edges, cmap="gray", interpolation="bicubic")
    axes.imshow(codes, extent=edges, cmap=ListedColormap([FILLS[k] for k in KINDS]), vmin=0, vmax=3, alpha=0.6)
    hatched = [np.where(codes == 1, 1.0, 0.0), np.where(codes == 2, 1.0, 0.0)]
    for mask, hatch in zip(hatched, ("////", "...."), strict=True):
        axes.contourf(mask, levels=[0.5, 1.5], extent=edges, origin="upper", colors="none", hatches=[hatch])
    for area in package.areas:
        x, y = shapely.get_coordinates(outline_of(area)).T
        axes.plot(x, y, color="black", linewidth=1)
        axes.annotate(area.gap_id, (area.place.lon_deg, area.place.lat_deg), fontsize=6, clip_on=True)
    west, south, east, north = frame.bounds
    axes.set(xlim=(west, east), ylim=(south, north))
    axes.set_aspect("auto")
    axes.grid(linewidth=0.3)


def main() -> None:
    """Print the seconds a page both ways, their ratio, and the size of the file."""
    package = made_package(VILLAGES)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        maps = made_map_data(folder / "maps", package)
        data, clusters = read_map_data(maps, package), clusters_of(package)
        path = folder / "atlas.pdf"
        WRITERS["atlas"](path, package, Making(language="vi", maps=maps))
        naive_page(clusters[0], package, data)

        started = time.process_time()
        WRITERS["atlas"](path, package, Making(language="vi", maps=maps))
        whole_s = time.process_time() - started
        ours_s = whole_s / len(clusters)

        started = time.process_time()
        pictures = [naive_page(cluster, package, data) for cluster in clusters[:NAIVE_PAGES]]
        naive_s = (time.process_time() - started) / NAIVE_PAGES

        size_mb = path.stat().st_size / 1e6
        naive_mb = sum(len(picture) for picture in pictures) / NAIVE_PAGES * len(clusters) / 1e6
        print(f"atlas of {VILLAGES} villages, {len(clusters)} clusters: {whole_s:.1f} s CPU, {size_mb:.1f} MB")
        print(
            f"a page: {ours_s:.2f} s, naively {naive_s:.2f} s, ratio {naive_s / ours_s:.1f}; pictures {naive_mb:.1f} MB"
        )


if __name__ == "__main__":
    main()
