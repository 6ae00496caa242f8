"""Everything a study reads, read once and checked: values in, problems beside them, nothing opened later."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from phusong.coverage.criteria import Profile
from phusong.coverage.network import Completeness, Inventory, Network, Site
from phusong.coverage.radio.pattern import AntennaPattern
from phusong.coverage.terrain import Terrain
from phusong.data.antenna_files import read_antennas
from phusong.data.boundaries import read_communes, stored_communes
from phusong.data.checks.masts import near_pairs
from phusong.data.clutter import ClutterHeights, clutter_on, read_clutter_heights
from phusong.data.donors import with_donors
from phusong.data.estimate import estimate_households
from phusong.data.land_cover import LandCover, read_land_cover
from phusong.data.layers import NO_LAYERS, Layers, read_layers
from phusong.data.lists import CheckedList, read_list
from phusong.data.phone_logs import as_tests
from phusong.data.population import join_population, read_population
from phusong.data.schema import ListSchema
from phusong.data.schemas import DECLARATIONS, GAPS, HOUSEHOLDS, MEASUREMENTS, STATIONS, VILLAGES
from phusong.data.stations import network_from_rows
from phusong.data.study_file import StudyFile
from phusong.data.terrain import read_terrain
from phusong.data.terrain_grid import Bounds
from phusong.data.territory import Territory
from phusong.data.unit_import import stored_units
from phusong.data.unplaced import Unplaced, unplaced_sites, with_unplaced
from phusong.errors import BadInputError, Problem, StudyError
from phusong.words import Text, number

FRINGE_DEG = 0.4
"""Terrain is kept this far around the households, about 40 km: masts beyond the border serve them too."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Inputs:
    """The checked inputs of a study.

    ``communes`` is None without boundaries. ``estimated`` says whether households were estimated. ``missing`` counts,
    file by file, the values the lists left out. ``clutter_heights`` is the table by which the terrain has clutter, None
    where it has none. ``reported`` is the province's gap list: its errors are among ``problems`` but stop no study, for
    its rows are set beside the results and nothing is computed from them.
    """

    communes: gpd.GeoDataFrame | None
    villages: pd.DataFrame
    households: pd.DataFrame
    network: Network
    terrain: Terrain
    clutter_heights: ClutterHeights | None
    measurements: pd.DataFrame | None
    estimated: bool
    problems: tuple[Problem, ...]
    missing: Mapping[str, Mapping[str, int]]
    reported: CheckedList | None = None
    layers: Layers = NO_LAYERS


class _Reading:
    """What has been met so far, one file after the other."""

    def __init__(self, file: StudyFile) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.missing: dict[str, Mapping[str, int]] = {}
        self._former = stored_units()

    def territory(self, communes: gpd.GeoDataFrame | None) -> Territory:
        """Return what lists are held against; days are not, so that a study does not change with the day it is run."""
        return Territory(province_code=self.file.province_code, communes=communes, former=self._former)

    def reported(self, communes: gpd.GeoDataFrame | None) -> CheckedList | None:
        """Read the province's gap list, if there is one."""
        if self.file.reported_gaps is None:
            return None
        checked = read_list(self.file.reported_gaps, GAPS, self.territory(communes))
        self.problems += checked.problems
        return checked

    def list_rows(self, path: Path, schema: ListSchema, communes: gpd.GeoDataFrame | None = None) -> pd.DataFrame:
        """Read one list; with boundaries its rows are placed in their communes."""
        checked: CheckedList = read_list(path, schema, self.territory(communes))
        self.problems += checked.problems
        self.missing[path.name] = {field: n for field, n in checked.missing.items() if n}
        return checked.rows


def read_inputs(file: StudyFile, profile: Profile) -> Inputs:
    """Read every input of a study.

    Raises
    ------
    BadInputError
        Lists with errors: every problem of all of them at once.
    StudyError
        Neither households nor what an estimate needs.
    """
    reading = _Reading(file)
    heights = read_clutter_heights(file.clutter_heights)
    communes = _communes(reading)
    network = _network(reading, communes)
    villages = reading.list_rows(file.villages, VILLAGES, communes) if file.villages else pd.DataFrame()
    measurements = as_tests(reading.list_rows(file.measurements, MEASUREMENTS, communes)) if file.measurements else None
    land_cover = None
    if file.households is not None:
        households = reading.list_rows(file.households, HOUSEHOLDS, communes)
    else:
        around = None if communes is None else _with_fringe(*communes.total_bounds)
        land_cover = _land_cover(reading, heights, around)
        households = _estimated(reading, communes, land_cover, profile)
    if any(problem.level == "error" for problem in reading.problems):
        raise BadInputError(reading.problems)
    reported = reading.reported(communes)
    terrain = _terrain(reading, households)
    if land_cover is None and terrain.kind == "dtm":
        land_cover = _land_cover(reading, heights, terrain.bounds)
    clutter_m = clutter_on(terrain, land_cover, heights, households["lon"], households["lat"])
    layers = read_layers(file, terrain.bounds)
    reading.problems += layers.problems
    return Inputs(
        communes=communes,
        villages=villages,
        households=households,
        network=network,
        terrain=replace(terrain, clutter_m=clutter_m),
        clutter_heights=None if clutter_m is None else heights,
        measurements=measurements,
        estimated=file.households is None,
        problems=tuple(reading.problems),
        missing=reading.missing,
        reported=reported,
        layers=layers.layers,
    )


def _communes(reading: _Reading) -> gpd.GeoDataFrame | None:
    file = reading.file
    if file.communes is None:
        stored = stored_communes()
        own = None if stored is None else stored[stored["province_code"] == file.province_code].reset_index(drop=True)
        communes = own if own is not None and len(own) else None
    else:
        found = read_communes(file.communes, file.province_code)
        reading.problems += found.problems
        communes = found.communes
    if communes is None or file.population is None:
        return communes
    population = read_population(file.population)
    joined = join_population(communes, population)
    reading.problems += [*population.problems, *joined.problems]
    return joined.communes


def read_reported(file: StudyFile, path: Path) -> CheckedList:
    """Read a gap list held against what the study's own lists are held against."""
    reading = _Reading(file)
    return read_list(path, GAPS, reading.territory(_communes(reading)))


def read_sites(file: StudyFile) -> tuple[Site, ...]:
    """Read the station lists alone, not placed in their communes; rows that cannot be used are left out."""
    return _network(_Reading(file), None).sites


def read_ground(file: StudyFile, bounds: Bounds) -> Terrain:
    """Read the terrain of an area with the clutter on it, as a run reads it.

    Clearings are those around the households of the list: around estimated ones there are none here.
    """
    terrain = read_terrain(file.terrain, kind=file.terrain_kind, bounds=bounds).terrain
    if terrain.kind == "dsm" or file.land_cover is None:
        return terrain
    reading = _Reading(file)
    heights = read_clutter_heights(file.clutter_heights)
    land_cover = _land_cover(reading, heights, terrain.bounds)
    houses = reading.list_rows(file.households, HOUSEHOLDS) if file.households else pd.DataFrame({"lon": [], "lat": []})
    return replace(terrain, clutter_m=clutter_on(terrain, land_cover, heights, houses["lon"], houses["lat"]))


def read_surroundings(file: StudyFile, lon_deg: pd.Series[float], lat_deg: pd.Series[float]) -> Inputs:
    """Read what lies around the households of a study that has been run: all but households, villages and gap lists.

    ``lon_deg, lat_deg`` are the households as the results hold them: terrain and clutter are those of the run.
    Measurements are read where the study calibrates its model by them.
    """
    reading = _Reading(file)
    heights = read_clutter_heights(file.clutter_heights)
    communes = _communes(reading)
    network = _network(reading, communes)
    asked = file.measurements if file.calibrate else None
    measurements = as_tests(reading.list_rows(asked, MEASUREMENTS, communes)) if asked else None
    households = pd.DataFrame({"lon": lon_deg, "lat": lat_deg})
    terrain = _terrain(reading, households)
    clutter_m = None
    if terrain.kind == "dtm":
        bounds = terrain.bounds
        if file.households is None and communes is not None:
            bounds = _with_fringe(*communes.total_bounds)
        clutter_m = clutter_on(terrain, _land_cover(reading, heights, bounds), heights, lon_deg, lat_deg)
    return Inputs(
        communes=communes,
        villages=pd.DataFrame(),
        households=households,
        network=network,
        terrain=replace(terrain, clutter_m=clutter_m),
        clutter_heights=None if clutter_m is None else heights,
        measurements=measurements,
        estimated=file.households is None,
        problems=tuple(reading.problems),
        missing=reading.missing,
        layers=read_layers(file, terrain.bounds).layers,
    )


def _network(reading: _Reading, communes: gpd.GeoDataFrame | None) -> Network:
    file = reading.file
    antennas = _antennas(reading)
    listed: list[Site] = []
    unplaced: dict[str, Unplaced] = {}
    assumed: dict[str, int] = {}
    for path in file.stations:
        rows = reading.list_rows(path, STATIONS, communes)
        for operator, found in unplaced_sites(rows, communes, province_code=file.province_code).items():
            unplaced[operator] = unplaced[operator] | found if operator in unplaced else found
        placed = rows[rows["lon"].notna()]
        part, problems = network_from_rows(placed, inventories=(), source=path.name, antennas=antennas)
        reading.problems += [*problems, *_without_antennas(file, path, placed)]
        listed += part.sites
        for field, count in part.assumed.items():
            assumed[field] = assumed.get(field, 0) + count
    sites, problems = with_donors(listed, file.path.name)
    reading.problems += [*problems, *_indoor(file, sites), *_across_lists(file, sites)]
    own = [site for site in sites if site.province_code in ("", file.province_code)]
    standing = [service for site in own for service in site.services if service.status != "planned"]
    operators = {o for service in standing for o in service.operators_served}  # a plan is no list of what stands
    inventories = tuple(with_unplaced(i, unplaced.get(i.operator)) for i in _inventories(reading, operators))
    return Network(sites=sites, inventories=inventories, assumed=dict(sorted(assumed.items())))


def _antennas(reading: _Reading) -> Mapping[str, AntennaPattern] | None:
    if reading.file.antennas is None:
        return None
    antennas, problems = read_antennas(reading.file.antennas)
    reading.problems += problems
    return antennas


def _without_antennas(file: StudyFile, path: Path, rows: pd.DataFrame) -> list[Problem]:
    """Note a list that names antennas in a study that has no patterns of them."""
    named = int((rows["antenna"] != "").sum())
    if file.antennas is not None or not named:
        return []
    text = Text(
        f"{number(named)} dòng ghi mẫu anten nhưng study.toml không có thư mục antennas: tính theo giản đồ 3GPP",
        f"{number(named, 'en')} rows name an antenna but study.toml has no folder antennas: the 3GPP pattern is taken",
    )
    return [Problem(level="warning", file=path.name, text=text)]


def _indoor(file: StudyFile, sites: Sequence[Site]) -> list[Problem]:
    """Note the sites that are left out because they serve indoors only."""
    indoor = [site.site_id for site in sites if site.kind == "indoor"]
    if not indoor:
        return []
    some = ", ".join(indoor[:5])
    text = Text(
        f"{number(len(indoor))} trạm trong nhà không phủ ngoài trời, không được tính: {some}",
        f"{number(len(indoor), 'en')} indoor sites never serve outdoors and are not counted: {some}",
    )
    return [Problem(level="warning", file=file.path.name, text=text)]


def _across_lists(file: StudyFile, sites: Sequence[Site]) -> list[Problem]:
    """Note what only shows when all lists lie side by side: masts listed twice, one site code for two places."""
    source = file.path.name
    problems = near_pairs(tuple(sites), source)
    places: dict[str, set[tuple[float, float]]] = {}
    for site in sites:
        places.setdefault(site.site_id, set()).add((site.lon_deg, site.lat_deg))
    clashing = sorted(site_id for site_id, found in places.items() if len(found) > 1)
    if clashing:
        some = ", ".join(clashing[:5])
        text = Text(
            f"{number(len(clashing))} mã trạm đứng ở hai nơi trong các danh sách khác nhau: {some}",
            f"{number(len(clashing), 'en')} site codes stand at two places in different lists: {some}",
        )
        problems.append(Problem(level="warning", file=source, text=text))
    return problems


def _inventories(reading: _Reading, listed: set[str]) -> tuple[Inventory, ...]:
    """Return each operator's inventory.

    One that declared nothing may miss sites anywhere; one without a mast of its own in the province has no list.
    """
    file = reading.file
    declared: dict[str, Inventory] = {}
    if file.declarations:
        for row in reading.list_rows(file.declarations, DECLARATIONS).to_dict("records"):
            declared[str(row["operator"])] = _declared(row)
    found = []
    for operator in sorted({*file.operators, *listed, *declared}):
        inventory = declared.get(operator)
        if operator not in listed:
            inventory = Inventory(operator=operator, completeness="none")
        elif inventory is None:
            inventory = Inventory(operator=operator, completeness="partial", neighbours_listed=False)
        if operator not in listed or operator not in declared:
            reading.problems.append(_undeclared(file, operator, operator in listed))
        found.append(inventory)
    return tuple(found)


def _declared(row: Mapping[Hashable, Any]) -> Inventory:
    completeness: Completeness = row["completeness"]
    return Inventory(
        operator=row["operator"],
        completeness=completeness,
        declared_on=None if pd.isna(row["declared_on"]) else row["declared_on"],
        missing_communes=tuple(row["missing_communes"] or ()),
        neighbours_listed=row["neighbours_listed"] is True,
    )


def _undeclared(file: StudyFile, operator: str, listed: bool) -> Problem:
    if listed:
        text = Text(
            f"Nhà mạng {operator} chưa khai báo danh sách trạm có đầy đủ không: "
            "nơi không có sóng của nhà mạng này là chưa xác định. Hãy thêm vào tệp khai báo.",
            f"{operator} has not declared whether its station list is complete: "
            "where it gives no signal is undetermined. Add it to the declarations.",
        )
    else:
        text = Text(
            f"Không có danh sách trạm của nhà mạng {operator}: "
            "nơi chỉ có thể nhà mạng này phủ là chưa xác định, không phải lõm sóng.",
            f"There is no station list of {operator}: where only it might serve is undetermined, not a gap.",
        )
    return Problem(level="warning", file=file.path.name, text=text)


def _land_cover(reading: _Reading, heights: ClutterHeights, bounds: Bounds | None) -> LandCover | None:
    path = reading.file.land_cover
    if path is None:
        return None
    land_cover = read_land_cover(path, bounds=bounds, codes=heights.codes)
    reading.problems += land_cover.problems
    return land_cover


def _with_fringe(west_deg: float, south_deg: float, east_deg: float, north_deg: float) -> Bounds:
    return west_deg - FRINGE_DEG, south_deg - FRINGE_DEG, east_deg + FRINGE_DEG, north_deg + FRINGE_DEG


def _estimated(
    reading: _Reading, communes: gpd.GeoDataFrame | None, land_cover: LandCover | None, profile: Profile
) -> pd.DataFrame:
    if communes is None or communes["population"].isna().all():
        raise StudyError(
            Text(
                "Không có danh sách hộ dân, và không ước tính được vì thiếu ranh giới xã hoặc dân số: "
                "cần households, hoặc communes cùng population",
                "There is no household list, and none can be estimated without commune boundaries and population: "
                "give households, or communes and population",
            )
        )
    estimate = estimate_households(
        communes, land_cover, persons_per_household=profile.persons_per_household, seed=reading.file.seed
    )
    reading.problems += estimate.problems
    return estimate.households.rename(columns={"lon_deg": "lon", "lat_deg": "lat"})


def _terrain(reading: _Reading, households: pd.DataFrame) -> Terrain:
    file = reading.file
    lon, lat = households["lon"], households["lat"]
    bounds = _with_fringe(lon.min(), lat.min(), lon.max(), lat.max())
    found = read_terrain(file.terrain, kind=file.terrain_kind, bounds=bounds)
    reading.problems += found.problems
    return found.terrain
