"""The pictures of a village sheet, drawn from a run and its study file: never with a household as an end."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import geopandas as gpd

from phusong.coverage.sight import SHORTEST_PATH_KM, NearSite, in_the_way
from phusong.coverage.terrain import Terrain
from phusong.data.inputs import read_ground
from phusong.data.terms import LEAST_SHOWN
from phusong.errors import PhuSongError
from phusong.maps.drawing import png_bytes
from phusong.maps.extent import Bounds
from phusong.maps.hillshade import hillshade_overlay
from phusong.maps.profile_figure import RIDGE, Obstacle, PathProfile
from phusong.maps.village_figure import MapStation, VillageScene, ridge_strip, view_of_village, village_figure
from phusong.study.path_profile import Asked, SitePath, site_path
from phusong.study.path_report import profile_of
from phusong.study.village_rows import Row, text
from phusong.study.village_sheet import Source, near_sites, reference_place
from phusong.tenders.village_document import SheetPictures
from phusong.tenders.village_sheet import VillageSheet
from phusong.words import LANGUAGES, Language, Text, number

RIDGE_M = 10.0
"""What rises this far above the line of sight is called a ridge."""

_FRINGE_DEG = 0.01
_TERRAIN = Text("Địa hình", "Terrain")
_DPI = 220


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Scene:
    """What both pictures are drawn from."""

    scene: VillageScene
    view: Bounds
    terrain: Terrain | None
    near: NearSite | None
    place: tuple[float, float]
    place_name: Text


def draw_pictures(source: Source, village: Row, sheet: VillageSheet, language: Language) -> SheetPictures:
    """Draw the map and the profile of a sheet; one that nothing is known for is left out and the sheet says so."""
    made = _scene(source, village, sheet)
    if made is None:
        return SheetPictures()
    figure = village_figure(made.scene, made.view, language=language)
    profile, caption = _profile(source, made)
    return SheetPictures(
        map_png=png_bytes(figure, dpi=_DPI),
        profile_png=None if profile is None else png_bytes(ridge_strip(profile, language=language), dpi=_DPI),
        profile_caption=caption,
    )


def _scene(source: Source, village: Row, sheet: VillageSheet) -> _Scene | None:
    own = {gap.gap_id for gap in sheet.gaps}
    gaps = _places(source, "gaps")
    gaps = gaps[gaps["households"] >= LEAST_SHOWN]
    mine = gaps[gaps["gap_id"].isin(own)]
    rows = [row for row in mine.to_dict("records") if text(row, "gap_id") == _first(sheet)]
    lon_deg, lat_deg, name = reference_place(village, rows)
    near = next(iter(near_sites(source, lon_deg, lat_deg)), None) if _has_profile(sheet) else None
    scene = VillageScene(
        gaps=mine,
        other_gaps=gaps[~gaps["gap_id"].isin(own)],
        communes=_places(source, "communes"),
        centre=(sheet.lon_deg, sheet.lat_deg) if math.isfinite(sheet.lon_deg + sheet.lat_deg) else None,
        village_class=sheet.main.modelled,
        stations=_stations(source, lon_deg, lat_deg),
        planned=[(s.lon_deg, s.lat_deg) for s in sheet.plan_sites if math.isfinite(s.lon_deg + s.lat_deg)],
        path=((near.site.lon_deg, near.site.lat_deg), (lon_deg, lat_deg)) if near else None,
    )
    view = view_of_village(scene)
    if view is None:
        return None
    terrain = _terrain(source, view)
    relief = None if terrain is None else hillshade_overlay(terrain, 500)
    return _Scene(
        scene=replace(_seen(scene, view), relief=relief),
        view=view,
        terrain=terrain,
        near=near,
        place=(lon_deg, lat_deg),
        place_name=name,
    )


def _first(sheet: VillageSheet) -> str:
    return sheet.gaps[0].gap_id if sheet.gaps else ""


def _has_profile(sheet: VillageSheet) -> bool:
    return bool(sheet.gaps) or sheet.main.modelled != "covered"


def _places(source: Source, name: str) -> gpd.GeoDataFrame:
    """Return a table with its shapes, those that have one."""
    if not source.results.has(name):
        columns = {"gaps": ["gap_id", "households"]}.get(name, [])
        return gpd.GeoDataFrame({column: [] for column in columns}, geometry=[], crs="EPSG:4326")
    table = source.results.places(name)
    return table[~(table.geometry.isna() | table.geometry.is_empty)]


def _seen(scene: VillageScene, view: Bounds) -> VillageScene:
    """Leave out what lies outside the map, so that the key names nothing else."""
    west, south, east, north = view
    around = scene.other_gaps.cx[west:east, south:north]
    stations = [s for s in scene.stations if west < s.lon_deg < east and south < s.lat_deg < north]
    return replace(scene, other_gaps=around, communes=scene.communes.cx[west:east, south:north], stations=stations)


def _stations(source: Source, lon_deg: float, lat_deg: float) -> Sequence[MapStation]:
    return [
        MapStation(
            operator=near.operator, lon_deg=near.site.lon_deg, lat_deg=near.site.lat_deg, label=near.site.site_id
        )
        for near in near_sites(source, lon_deg, lat_deg)
    ]


def _terrain(source: Source, view: Bounds) -> Terrain | None:
    """Return the terrain of the map; None where the study has none there."""
    west, south, east, north = view
    fringe = _FRINGE_DEG
    try:
        return read_ground(source.file, (west - fringe, south - fringe, east + fringe, north + fringe))
    except PhuSongError:
        return None


def _profile(source: Source, made: _Scene) -> tuple[PathProfile | None, Text]:
    """Return the profile from the nearest station to the published place, and its caption."""
    if made.near is None or made.terrain is None or made.near.distance_km < SHORTEST_PATH_KM:
        return None, Text("", "")
    site, (lon_deg, lat_deg) = made.near.site, made.place
    technology = made.near.service.technology
    asked = Asked(
        site_id=site.site_id, lon_deg=lon_deg, lat_deg=lat_deg, operator=made.near.operator, technology=technology
    )
    try:
        path = site_path(site, made.terrain, source.profile, asked, air=source.file.air)
    except PhuSongError:
        return None, Text("", "")
    answers = (path.chosen, *path.others)
    same = next((answer for answer in answers if answer.link.service == made.near.service), path.chosen)
    path = replace(path, chosen=same)
    way = in_the_way(made.terrain, made.near, lon_deg, lat_deg, rx_height_agl_m=source.profile.receiver_height_m)
    drawn = profile_of(path)
    obstacle = _named(drawn.obstacle, way.loss_db)
    return replace(drawn, rx_name=_short(made.place_name), obstacle=obstacle), _caption(path, made)


def _short(place: Text) -> Text:
    return Text(place.vi[:1].upper() + place.vi[1:], place.en.removeprefix("the ").replace("centre", "Centre", 1))


def _named(obstacle: Obstacle | None, loss_db: float) -> Obstacle | None:
    """Say on one line what is in the way, with the loss that the reason of the gap says: the strip is low."""
    if obstacle is None or obstacle.height_m is None:
        return obstacle
    rise_m = obstacle.height_m
    what = RIDGE if rise_m >= RIDGE_M else _TERRAIN
    vi, en = (number(abs(rise_m), language) for language in LANGUAGES)
    side = Text("cao hơn", "above") if rise_m >= 0 else Text("thấp hơn", "below")
    name = Text(f"{what.vi} {side.vi} đường ngắm {vi} m", f"{what.en} {en} m {side.en} the line of sight")
    return replace(obstacle, name=name, loss_db=loss_db, height_m=None)


def _caption(path: SitePath, made: _Scene) -> Text:
    site, service, km = path.site, path.chosen.service, path.way.length_km
    name = f"{site.name} ({site.site_id})" if site.name not in ("", site.site_id) else site.site_id
    mhz = number(service.frequency_mhz)
    return Text(
        f"Mặt cắt từ trạm {name}, {service.technology} {mhz} MHz, đến {made.place_name.vi}: "
        f"{number(km, decimals=1)} km (mô phỏng)",
        f"Profile from station {name}, {service.technology} {mhz} MHz, to {made.place_name.en}: "
        f"{number(km, 'en', decimals=1)} km (modelled)",
    )
