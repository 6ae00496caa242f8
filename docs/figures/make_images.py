"""Make the pictures of README and docs: ``python docs/figures/make_images.py [RESULTS]``, from the project's root.

RESULTS is a folder of results of the sample province; without it the sample is made and run, which takes about two
minutes. The map needs Chromium. ``… RESULTS PLAN SHEET.html`` photographs the map of a plan and a village's sheet, too.
"""

from __future__ import annotations

import io
import math
import shutil
import sys
import tempfile
from pathlib import Path

import geopandas as gpd
import numpy as np
from PIL import Image

from phusong.coverage.decision import Places, decide
from phusong.coverage.earth import path_km
from phusong.coverage.network import Network, Sector, Service, Site, Span
from phusong.coverage.prediction import predict, prediction_points
from phusong.coverage.profile import terrain_profile
from phusong.coverage.radio.diffraction import path_diffraction
from phusong.coverage.states import SERVED
from phusong.coverage.terrain import Terrain
from phusong.data.profiles import read_profile
from phusong.data.sample import make_sample
from phusong.maps.figures import Obstacle, PathProfile, RidgeScene, path_profile_figure, png_bytes, ridge_figure
from phusong.study import run_study
from phusong.study.path_profile import Asked, site_path
from phusong.study.path_report import profile_of

IMAGES = Path(__file__).resolve().parents[1] / "images"
SITE = (105.35, 19.20)
KM_PER_DEG = 111.3
SHRINK = math.cos(math.radians(SITE[1]))
HEIGHT_M, FREQUENCY_MHZ, BUFFER_KM = 42.0, 1842.5, 3.0
BEHIND = (2.3, 0.6)
"""The hamlet behind the ridge: km east and north of the station."""


def main(arguments: list[str]) -> None:
    """Write every picture into docs/images."""
    IMAGES.mkdir(exist_ok=True)
    write_ridge("vi")
    write_ridge("en")
    write_profile()
    if arguments:
        write_map_picture(Path(arguments[0]))
        for write, given in zip((write_plan_picture, write_sheet_picture), arguments[1:], strict=False):
            write(Path(given))
        return
    with tempfile.TemporaryDirectory() as folder:
        sample = make_sample(Path(folder) / "tinh-mau")
        write_map_picture(run_study(sample.study, Path(folder) / "ket-qua").folder)


def write_ridge(language: str) -> None:
    """Draw the scene in which a distance buffer is wrong."""
    figure = ridge_figure(ridge_scene(), language="vi" if language == "vi" else "en")
    _save(f"ridge.{language}.png", png_bytes(figure, dpi=110))


def write_profile() -> None:
    """Draw what ``phusong profile`` draws: from the station of that scene to the hamlet behind the ridge."""
    path = site_path(
        _station(),
        _terrain(),
        read_profile("vn-default"),
        Asked(site_id="S", lon_deg=_behind()[0], lat_deg=_behind()[1]),
        simulated=True,
    )
    _save("profile.png", png_bytes(path_profile_figure(profile_of(path), language="vi", width_in=9.0), dpi=110))


def _behind() -> tuple[float, float]:
    return SITE[0] + BEHIND[0] / KM_PER_DEG / SHRINK, SITE[1] + BEHIND[1] / KM_PER_DEG


def ridge_scene() -> RidgeScene:
    """Return one station, two hamlets and the ridge between them, with the answer of the model for every household."""
    terrain, profile = _terrain(), read_profile("vn-default")
    lon_deg, lat_deg = _households()
    points = prediction_points(lon_deg, lat_deg, terrain)
    prediction = predict(Network(sites=(_station(),), inventories=()), terrain, points, profile)
    places = Places(point=points.of_household, unknown_here={})
    answers = decide(prediction, places, profile, profile.main_service, indoor=False)
    end = _behind()
    return RidgeScene(
        terrain=terrain,
        site=SITE,
        lon_deg=lon_deg,
        lat_deg=lat_deg,
        served=answers.overall.state == SERVED,
        buffer_km=BUFFER_KM,
        path=_path(terrain, end),
        path_end=end,
    )


def _terrain() -> Terrain:
    """Return a valley with a ridge that runs north to south 0.9 km east of the station, cut by a pass in the south."""
    side = 300
    cell = 1.0 / 3600.0
    north, west = SITE[1] + side / 2 * cell, SITE[0] - side / 2 * cell
    rows, cols = np.mgrid[0:side, 0:side]
    x = (west + (cols + 0.5) * cell - SITE[0]) * KM_PER_DEG * SHRINK
    y = (north - (rows + 0.5) * cell - SITE[1]) * KM_PER_DEG
    crest = 0.9 + 0.12 * np.sin(1.7 * y)
    ridge = 190.0 * np.exp(-(((x - crest) / 0.32) ** 2)) * (1.0 - 0.8 * np.exp(-(((y + 1.7) / 0.45) ** 2)))
    hills = 14.0 * np.sin(2.3 * x + 0.6 * y) * np.cos(1.9 * y - 0.8 * x)
    far = 90.0 * (np.exp(-(((x + 2.9) / 0.7) ** 2)) + np.exp(-(((x - 3.6) / 0.7) ** 2)))
    return Terrain(
        elevation_m=np.rint(320.0 + ridge + hills + far).astype(np.int16),
        west_deg=west,
        north_deg=north,
        cell_lon_deg=cell,
        cell_lat_deg=cell,
        kind="dtm",
    )


def _households() -> tuple[np.ndarray, np.ndarray]:
    """Return a hamlet on either side of the ridge and houses along the valleys."""
    random = np.random.default_rng(7)
    groups = (
        ((-0.5, 0.2), (0.35, 0.40), 90),
        (BEHIND, (0.16, 0.40), 110),
        ((-1.2, -1.2), (0.30, 0.30), 45),
        ((2.0, -1.7), (0.20, 0.25), 45),
        ((-0.6, 1.9), (0.30, 0.30), 35),
    )
    x, y = np.concatenate([np.array(at) + random.normal(size=(n, 2)) * spread for at, spread, n in groups]).T
    return SITE[0] + x / KM_PER_DEG / SHRINK, SITE[1] + y / KM_PER_DEG


def _station() -> Site:
    """Return a 4G station with nothing left open: three sectors, 43 dBm + 17.5 dBi − 1 dB."""
    sectors = tuple(
        Sector(
            sector_id=f"S{azimuth:.0f}",
            azimuth_deg=azimuth,
            ring_size=3,
            downtilt_deg=Span.exactly(4.0),
            height_agl_m=Span.exactly(HEIGHT_M),
            eirp_dbm=Span.exactly(59.5),
        )
        for azimuth in (0.0, 120.0, 240.0)
    )
    service = Service(
        operator="viettel",
        technology="4G",
        band="B3",
        frequency_mhz=FREQUENCY_MHZ,
        bandwidth_mhz=20.0,
        operators_served=("viettel",),
        status="on_air",
        sectors=sectors,
    )
    return Site(
        site_id="S",
        name="S",
        lon_deg=SITE[0],
        lat_deg=SITE[1],
        province_code="",
        commune_code="",
        kind="macro",
        services=(service,),
    )


def _path(terrain: Terrain, end: tuple[float, float]) -> PathProfile:
    distance_km, height_m = terrain_profile(terrain, *SITE, *end)
    assert math.isclose(distance_km[-1], path_km(*SITE, *end)[0], rel_tol=1e-6)
    found = path_diffraction(
        distance_km, height_m, frequency_ghz=FREQUENCY_MHZ / 1000.0, tx_height_agl_m=HEIGHT_M, rx_height_agl_m=1.5
    )
    assert found.obstacle is not None
    return PathProfile(
        distance_km=distance_km,
        terrain_m=height_m,
        tx_height_agl_m=HEIGHT_M,
        rx_height_agl_m=1.5,
        frequency_mhz=FREQUENCY_MHZ,
        obstacle=Obstacle(distance_km=found.obstacle.distance_km, loss_db=found.obstacle.loss_db),
    )


def write_map_picture(results: Path) -> None:
    """Photograph map.html with the gap opened that shows best why distance is not enough."""
    address = f"{(results / 'map.html').resolve().as_uri()}#at=gaps:{telling_gap(results)}"
    _save("map.png", _photograph(address, 1366, 768))


def write_plan_picture(plan: Path) -> None:
    """Photograph the map of a plan with its second site opened."""
    site = gpd.read_parquet(plan / "plan_sites.parquet")["option_id"].iloc[1]
    _save("plan.png", _photograph(f"{(plan / 'map.html').resolve().as_uri()}#at=plan_sites:{site}", 1280, 800))


def write_sheet_picture(sheet: Path) -> None:
    """Photograph the first page of a village's sheet."""
    _save("village-sheet.png", _photograph(sheet.resolve().as_uri(), 900, 1262, ready="body"))


def _photograph(address: str, width: int, height: int, *, ready: str = "html[data-ready]") -> bytes:
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    with sync_playwright() as player:
        browser = player.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": height})
        page.goto(address)
        page.wait_for_selector(ready)
        page.wait_for_timeout(500)
        picture: bytes = page.screenshot(type="png")
        browser.close()
    return picture


def telling_gap(results: Path) -> str:
    """Return the largest gap within 4 km of a station behind a ridge of 20 dB or more."""
    gaps = gpd.read_parquet(results / "gaps.parquet")
    near = gaps[(gaps["nearest_distance_km"].between(1.0, 4.0)) & (gaps["obstacle_loss_db"] >= 20.0)]
    best = near.sort_values(["households", "gap_id"], ascending=[False, True]).iloc[0]
    return str(best["gap_id"])


def _save(name: str, png: bytes) -> None:
    """Write a picture with a palette: a third of the bytes."""
    with Image.open(io.BytesIO(png)) as picture:
        small = picture.convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE, kmeans=5)
        small.save(IMAGES / name, optimize=True)
    print(f"{name}: {(IMAGES / name).stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
