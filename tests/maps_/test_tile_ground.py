"""Tiles of the ground: roads, rivers and borders are lines where they are, sectors point where the list says."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from maps_.made_tiles import SIDE, SOUTH, WEST, read_tile, snapshot

from phusong.coverage.network import Network, Sector, Service, Site, Span
from phusong.errors import UnknownNameError
from phusong.maps.mvt import line_layer
from phusong.maps.tile_grid import WORLD_BITS, whole_units
from phusong.maps.tile_layers import SECTORS
from phusong.maps.tile_store import TileSource
from phusong.maps.tile_ways import way_tables
from phusong.maps.vector_tiles import EVERYTHING, Rights, TileFilter, layers, tile
from phusong.study.tile_sectors import sector_tables
from phusong.study.veil import OUTSIDE_CODE, shown_network

MASTS = Rights(stations=True)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> TileSource:
    """Return an opened snapshot with roads, rivers and sectors."""
    path = snapshot(tmp_path_factory.mktemp("ground") / "study.duckdb", n=50).path
    return TileSource.open(path)


def read_at(
    source: TileSource, layer: str, z: int, lon: float, lat: float, **asked: str
) -> dict[str, gpd.GeoDataFrame]:
    """Return what is drawn of a layer at a zoom around a place."""
    x, y = (int(axis[0]) >> WORLD_BITS - z for axis in whole_units(np.array([lon]), np.array([lat])))
    return read_tile(tile(source, layer, z, x, y, TileFilter(**asked) if asked else EVERYTHING, MASTS))


def test_lines_and_their_parts_are_read_back() -> None:
    """A line keeps its corners and its parts; what is shorter than a unit is left out, points beside it too."""
    one = shapely.LineString([(10, 10), (20, 10), (20.2, 10.1), (20, 40)])
    two = shapely.MultiLineString([[(100, 100), (200, 100)], [(300, 4), (0, 4000)]])
    tiny = shapely.LineString([(1, 1), (1.2, 1.2)])
    mixed = shapely.GeometryCollection([shapely.Point(3, 3), shapely.LineString([(5, 5), (6, 6)])])
    body = line_layer("ways", [one, tiny, two, mixed], {"n": np.array(["a", "b", "c", "d"])})
    told = read_tile(body)["ways"]
    assert told["n"].tolist() == ["a", "c", "d"]
    assert told.geometry.iloc[0].equals(shapely.LineString([(10, 10), (20, 10), (20, 40)]))
    assert told.geometry.iloc[1].equals(two)
    assert told.geometry.iloc[2].equals(shapely.LineString([(5, 5), (6, 6)]))
    assert line_layer("ways", [tiny], {}) == b""


def test_roads_are_joined_far_out_and_named_near(source: TileSource) -> None:
    """Two pieces of one road are one line far out; a trail is drawn from zoom 12."""
    far = read_at(source, "roads", 8, WEST + 0.1, SOUTH + 0.25)["roads"]
    assert far["road_name"].tolist() == ["QL1"]
    near = read_at(source, "roads", 12, WEST + 0.2, SOUTH + 0.25)["roads"]
    assert set(near["road_class"]) == {"car", "trail"}


def test_rivers_are_lines_and_lakes_areas(source: TileSource) -> None:
    """Each part holds its own kind of shape; outside there is nothing at all."""
    found = read_at(source, "rivers", 8, WEST + 0.1, SOUTH + 0.1)
    assert set(found) == {"rivers", "lakes"}
    assert found["rivers"]["water_name"].tolist() == ["Sông Mẫu"]
    assert found["lakes"]["water_name"].tolist() == ["Hồ Mẫu"]
    assert found["rivers"].geom_type.tolist() == ["LineString"]
    assert set(found["lakes"].geom_type) <= {"Polygon", "MultiPolygon"}
    assert read_at(source, "rivers", 12, 107.0, 15.0) == {}


def test_what_is_not_given_is_no_layer() -> None:
    """A study without roads or with none near has no table of them, so no layer."""
    none = gpd.GeoDataFrame({"road_name": [], "road_class": []}, geometry=[], crs="EPSG:4326")
    assert way_tables(None, None) == way_tables(none, None) == {}


@pytest.mark.parametrize("z", [6, 9, 12])
def test_borders_go_between_provinces_and_not_between_communes(source: TileSource, z: int) -> None:
    """Two provinces of two communes each: a line between south and north, none between west and east."""
    middle = (WEST + SIDE / 2, SOUTH + SIDE / 2)
    found = read_at(source, "provinces", z, *middle)["provinces"]
    assert set(found["province_code"]) == {"01", "02"}
    x, y = (int(axis[0]) for axis in whole_units(np.array([middle[0]]), np.array([SOUTH + SIDE / 4])))
    shift = WORLD_BITS - z
    inner = shapely.Point(*(axis % (1 << shift) * 4096 / (1 << shift) for axis in (x, y)))
    below = read_at(source, "provinces", z, middle[0], SOUTH + SIDE / 4)
    lines = below.get("provinces")
    assert lines is None or min(lines.distance(inner)) > 2


def test_sectors_are_told_to_those_who_may_and_as_asked(source: TileSource) -> None:
    """From zoom 12, by operator and technology; without the right the layer is not there."""
    found = read_at(source, "sectors", 12, 105.125, 21.125)["sectors"]
    assert found["azimuth_deg"].tolist() == [120.0, 0.0]
    assert found["round"].astype(bool).tolist() == [False, True]
    assert len(read_at(source, "sectors", 12, 105.125, 21.125, operator="viettel")["sectors"]) == 1
    assert read_at(source, "sectors", 12, 105.125, 21.125, technology="2G") == {}
    assert read_at(source, "sectors", 11, 105.125, 21.125) == {}
    assert "sectors" not in {one.name for one in layers(source)}
    with pytest.raises(UnknownNameError):
        tile(source, "sectors", 12, 0, 0)


def test_what_is_concluded_bears_its_day(source: TileSource) -> None:
    """The day stands beside findings of the main service; the model has none."""
    assert source.table("gaps")["dated"].fillna("").tolist() == ["2026-10-30", "", "", ""]


def sector(azimuth: float | None, ring: int) -> Sector:
    """Return an antenna."""
    span = Span.exactly(30.0)
    return Sector(
        sector_id="1", azimuth_deg=azimuth, ring_size=ring, downtilt_deg=span, height_agl_m=span, eirp_dbm=span
    )


def site(code: str, *services: Service) -> Site:
    """Return a mast."""
    return Site(
        site_id=code, name=code, lon_deg=105.0, lat_deg=21.0, province_code="01", commune_code="", kind="macro",
        services=services,
    )  # fmt: skip


def service(technology: str, *sectors: Sector) -> Service:
    """Return an operator's carrier."""
    return Service(
        operator="viettel", technology=technology, band="", frequency_mhz=900.0, bandwidth_mhz=10.0,  # type: ignore[arg-type]
        operators_served=("viettel", "vinaphone"), status="on_air", sectors=sectors,
    )  # fmt: skip


def test_an_unknown_direction_is_no_sector_and_a_mast_outside_is_none() -> None:
    """Technologies on one antenna are one row; all around is said; neither the unknown nor the veiled is written."""
    known = site("A", service("4G", sector(30.0, 3), sector(None, 3)), service("2G", sector(30.0, 3)))
    around = site("B", service("4G", sector(None, 0)))
    veiled = site(f"{OUTSIDE_CODE}1", service("4G", sector(10.0, 3)))
    network = shown_network(Network(sites=(known, around, veiled), inventories=()))
    table = sector_tables(network)[SECTORS]
    assert table[["site_id", "technologies", "azimuth_deg", "round"]].to_numpy().tolist() == [
        ["A", "2G, 4G", 30.0, False],
        ["B", "4G", 0.0, True],
    ]
    assert set(table["operators"]) == {"viettel, vinaphone"}
    assert sector_tables(Network(sites=(site("C", service("4G", sector(None, 3))),), inventories=())) == {}
