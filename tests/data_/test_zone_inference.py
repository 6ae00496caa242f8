"""The central meridian is found by where a row says it is; what cannot be decided is asked, never guessed."""

from __future__ import annotations

import check_zone_inference as bench
import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from pyproj import Transformer
from pyproj.transformer import TransformerGroup
from shapely.geometry import box

from phusong.data.boundaries import read_communes
from phusong.data.crs import to_vn2000, unproject, zone_rows
from phusong.data.distances import metres_between
from phusong.data.goals import goals_of
from phusong.data.positions import resolve_positions
from phusong.data.schemas import GAPS
from phusong.data.stated_system import epsg_by_meridian, meridian_by_epsg
from phusong.data.territory import Territory
from phusong.data.zone_inference import _all_places, readings

COMMUNES = bench.made_communes()
WIDE = gpd.GeoDataFrame(
    {"commune_code": ["91999"], "commune_name": ["Xã Rộng"], "province_code": ["91"]},
    geometry=[box(104.4, 10.0, 105.2, 10.4)],
    crs="EPSG:4326",
)
"""A commune wide enough for both zones of An Giang, 104°30′ and 104°45′."""

LON, LAT = 105.15123, 22.15123


def surveyed(lon, lat, zone, **more):
    """Return a row with X and Y of a place in one zone, saying nothing else unless told."""
    northing, easting = to_vn2000(lon, lat, zone)
    row = {"lon": np.nan, "lat": np.nan, "coordinates": "", "northing": float(northing), "easting": float(easting)}
    row |= {"central_meridian": "", "epsg": np.nan, "province_code": "", "commune_code": "", "commune_name": ""}
    return row | more


def code_at(lon, lat, communes=COMMUNES):
    """Return the code of the commune a place is in."""
    return communes["commune_code"].iloc[int(np.flatnonzero(shapely.intersects_xy(communes.geometry, lon, lat))[0])]


def resolve(*rows, communes=COMMUNES, province="08"):
    placed, notes = resolve_positions(pd.DataFrame(rows), GAPS, Territory(province_code=province, communes=communes))
    return placed[["lon", "lat"]].to_numpy(), notes


@pytest.mark.parametrize("seed", [1, 2])
def test_made_communes_are_all_placed_right(seed):
    """Right, wrong and no meridian, X and Y in either order: every point within a metre, every change noted."""
    drawn = bench.draw(COMMUNES, 3, seed)
    for way in bench.WAYS:
        for is_swapped in (False, True):
            rows = bench.written(drawn, COMMUNES, way, is_swapped=is_swapped, seed=seed)
            found, _ = bench.count(drawn, rows, COMMUNES)
            assert (found.right, found.wrong_silent) == (drawn.lon.size, 0), (way, is_swapped)


def test_a_stated_meridian_that_fits_is_never_changed():
    """No note at all, and the place is the stated one to the last digit."""
    row = surveyed(LON, LAT, 9211, central_meridian="106°00′", commune_code=code_at(LON, LAT))
    places, notes = resolve(row)
    assert notes == [] and places[0] == pytest.approx([LON, LAT], abs=1e-7)


def test_a_wrong_meridian_is_replaced_with_a_warning_before_and_after():
    """106°00′ for 105°30′ is 52 km off; the warning says both, the distance and the place taken."""
    row = surveyed(LON, LAT, 9209, central_meridian="106°00′", commune_code=code_at(LON, LAT))
    places, (note,) = resolve(row)
    assert places[0] == pytest.approx([LON, LAT], abs=1e-7)
    assert (note.level, note.code, note.field) == ("warning", "position.zone", "central_meridian")
    assert note.after == "105,151230; 22,151230 (105°30′)"
    for part in ("106°00′", "105°30′", "52 km"):
        assert part in note.text.vi and part in note.text.en


def test_a_missing_meridian_is_a_repair_where_it_is_certain():
    """Only one zone of the province reaches the commune and nothing else comes near."""
    places, (note,) = resolve(surveyed(LON, LAT, 9209, commune_code=code_at(LON, LAT)))
    assert places[0] == pytest.approx([LON, LAT], abs=1e-7)
    assert (note.level, note.code) == ("repair", "position.zone_inferred") and "chắc chắn" in note.text.vi


def test_a_commune_may_be_named_and_not_coded():
    """The name is enough where one commune of the province bears it."""
    name = COMMUNES.set_index("commune_code").loc[code_at(LON, LAT), "commune_name"]
    places, (note,) = resolve(surveyed(LON, LAT, 9209, commune_name=name.removeprefix("Xã ")))
    assert places[0] == pytest.approx([LON, LAT], abs=1e-7) and note.code == "position.zone_inferred"


def test_utm_beside_a_zone_of_105_degrees_makes_it_uncertain():
    """In Hà Nội UTM 48N is 0.7 km from 105°00′: the zone is taken, and asked to be confirmed."""
    lon, lat = 105.55, 21.05
    communes = gpd.GeoDataFrame(
        {"commune_code": ["00001"], "commune_name": ["Xã Một"], "province_code": ["01"]},
        geometry=[box(105.5, 21.0, 105.6, 21.1)],
        crs="EPSG:4326",
    )
    places, (note,) = resolve(surveyed(lon, lat, 5897, commune_code="00001"), communes=communes, province="01")
    assert places[0] == pytest.approx([lon, lat], abs=1e-7)
    assert note.level == "warning" and "chưa chắc chắn" in note.text.vi


def test_utm_is_found_where_no_zone_fits():
    """X and Y of UTM 48N without a word: taken with a warning."""
    row = surveyed(LON, LAT, 3405, commune_code=code_at(LON, LAT))
    places, (note,) = resolve(row)
    assert places[0] == pytest.approx([LON, LAT], abs=1e-7)
    assert note.level == "warning" and "UTM 48N" in note.text.vi


@pytest.mark.parametrize("epsg", [32648, 32649])
def test_wgs84_utm_is_read_where_it_is_stated(epsg):
    """It has no shift of the datum."""
    row = surveyed(LON, LAT, epsg, central_meridian=f"WGS84 UTM {epsg - 32600}N", commune_code=code_at(LON, LAT))
    places, notes = resolve(row)
    assert notes == [] and places[0] == pytest.approx([LON, LAT], abs=1e-7)


def test_a_commune_wide_enough_for_two_zones_is_asked():
    """Nothing stated: an error with both places. One stated: it stands, with a warning and the other place."""
    lon, lat = 104.8, 10.2
    silent = surveyed(lon, lat, 9208, commune_code="91999")
    places, (note,) = resolve(silent, communes=WIDE, province="91")
    assert np.isnan(places).all() and (note.level, note.code) == ("error", "position.zone_ambiguous")
    assert [choice.vi.split(" → ")[0] for choice in note.choices] == ["104°30′", "104°45′"]
    assert "104,800000; 10,200000 (Xã Rộng)" in note.choices[1].vi
    places, (note,) = resolve(silent | {"central_meridian": "104°30′"}, communes=WIDE, province="91")
    assert places[0] == pytest.approx([104.55, lat], abs=1e-3)
    assert (note.level, note.code) == ("warning", "position.zone_unsure") and len(note.choices) == 2


NARROW = WIDE.set_geometry([box(104.55, 10.0, 104.8, 10.4)])


def test_inside_goes_before_near():
    """104,797 is inside, the other zone's 104,547 only 330 m beside the commune: taken, to be confirmed."""
    places, (note,) = resolve(surveyed(104.797, 10.2, 9208, commune_code="91999"), communes=NARROW, province="91")
    assert places[0] == pytest.approx([104.797, 10.2], abs=1e-7)
    assert note.level == "warning" and "chưa chắc chắn" in note.text.vi


@pytest.mark.parametrize(("metres", "code"), [(900, "position.zone"), (1200, None)])
def test_within_a_kilometre_of_the_commune_is_near_enough(metres, code):
    """Boundaries are coarse: 900 m beside it a reading still fits, 1200 m beside it the stated one stands."""
    lon = 104.8 + metres / 109_430.0  # metres in a degree of longitude at 10.2° N
    row = surveyed(lon, 10.2, 9208, central_meridian="105°30′", commune_code="91999")
    communes = WIDE.set_geometry([box(104.6, 10.0, 104.8, 10.4)])
    places, notes = resolve(row, communes=communes, province="91")
    assert [note.code for note in notes] == ([code] if code else [])
    assert places[0][0] == pytest.approx(lon if code else lon + 0.75, abs=1e-3)


def test_without_boundaries_only_what_is_certain_is_taken():
    """The stated meridian; else the only zone of the province, listed; else a question with every place."""
    stated = surveyed(LON, LAT, 9209, central_meridian="105°30′")
    places, notes = resolve(stated, communes=None)
    assert notes == [] and places[0] == pytest.approx([LON, LAT], abs=1e-7)
    places, (note,) = resolve(surveyed(105.9, 18.3, 9209), communes=None, province="42")
    assert places[0] == pytest.approx([105.9, 18.3], abs=1e-7)
    assert (note.level, note.code) == ("repair", "position.zone_assumed")
    places, (note,) = resolve(surveyed(LON, LAT, 9209), communes=None)
    assert np.isnan(places).all() and (note.level, note.code) == ("error", "position.zone_unknown")
    assert [choice.vi.split(" → ")[0] for choice in note.choices] == ["105°30′", "106°00′"]


def test_code_and_meridian_that_differ_are_decided_by_the_commune_or_asked():
    """With the commune the right one is taken and asked back; without boundaries the row is refused."""
    row = surveyed(LON, LAT, 9209, central_meridian="106°00′", epsg=9209.0, commune_code=code_at(LON, LAT))
    places, (note,) = resolve(row)
    assert places[0] == pytest.approx([LON, LAT], abs=1e-7) and note.level == "warning"
    places, (note,) = resolve(row, communes=None)
    assert np.isnan(places).all() and (note.level, note.code) == ("error", "position.zone_contradicted")


def test_a_wrong_commune_does_not_move_a_point_no_zone_brings_there():
    """The stated place stands; that it lies elsewhere is for the comparison with the communes."""
    row = surveyed(LON, LAT, 9209, central_meridian="105°30′", commune_code=code_at(105.15, 22.75))
    places, notes = resolve(row)
    assert notes == [] and places[0] == pytest.approx([LON, LAT], abs=1e-7)


def test_the_province_decides_where_no_commune_is_stated():
    """One reading inside the province is taken; where two are, it is asked."""
    places, (note,) = resolve(surveyed(104.83, LAT, 9211))
    assert places[0] == pytest.approx([104.83, LAT], abs=1e-7) and note.level == "warning"
    places, (note,) = resolve(surveyed(104.83, LAT, 9209))
    assert np.isnan(places).all() and note.code == "position.zone_ambiguous"


def naive(row, territory):
    """Read one row the slow, obvious way: every candidate by its own EPSG operation, the distance to the polygon."""
    goals = goals_of(pd.DataFrame([row]), territory)
    commune = goals.commune[0]
    shape = territory.communes.geometry.iloc[commune]
    _, south, _, north = shape.bounds
    cosine = np.cos(np.radians((south + north) / 2.0))
    own = [z.epsg for z in zone_rows() if z.province_code == goals.province[0]] or list(epsg_by_meridian().values())
    stated = epsg_by_meridian().get(float(row["_degrees"])) if row["_degrees"] else None
    fits = {}
    for epsg in {*own, stated, 3405, 3406} - {None}:
        for is_swapped in (False, True):
            north_m, east_m = (row["easting"], row["northing"]) if is_swapped else (row["northing"], row["easting"])
            if not 600_000 <= north_m <= 2_700_000:
                continue
            lon, lat = unproject(east_m, north_m, epsg)
            if not (102 <= lon <= 118 and 6 <= lat <= 24):
                continue
            point = shapely.Point(lon * cosine, lat)
            away = shapely.transform(shape, lambda xy: xy * [cosine, 1.0]).distance(point) * 111_195.0
            if away <= 1000.0:
                fits[epsg, is_swapped] = (away > 0.0, float(lon), float(lat))
    if stated is not None and (stated, False) in fits:
        return fits[stated, False][1:]
    for tier in ({*own, stated}, {3405, 3406}):
        mine = {key: found for key, found in fits.items() if key[0] in tier}
        inside = [found for found in mine.values() if not found[0]]
        best = inside or list(mine.values())
        if best:
            return best[0][1:] if len(best) == 1 else None
    return None


def test_the_fast_way_equals_the_slow_obvious_one():
    """Rows of all kinds, some asked: the same place, or none, for every row."""
    communes = pd.concat([COMMUNES, WIDE], ignore_index=True)
    drawn = bench.draw(communes, 1, 5)
    territory = Territory(communes=communes)
    parts = []
    for seed, way in enumerate(bench.WAYS):
        rows = bench.written(drawn, communes, way, is_swapped=seed % 2 == 1, seed=seed)
        rows.loc[::7, ["commune_code", "commune_name"]] = "91999", "Xã Rộng"
        parts.append(rows)
    rows = pd.concat(parts, ignore_index=True)
    degrees = {name: deg for deg, epsg in epsg_by_meridian().items() for name in [bench.system_name(epsg)]}
    placed, notes = resolve_positions(rows, GAPS, territory)
    rows["_degrees"] = rows["central_meridian"].map(degrees).fillna(0.0)
    refused = {note.at for note in notes if note.level == "error"}
    kept = 0
    for at, row in enumerate(rows.to_dict("records")):
        expected = naive(row, territory)
        if expected is not None:
            assert at not in refused, at
            assert (placed["lon"][at], placed["lat"][at]) == pytest.approx(expected, abs=1e-7)
            kept += 1
        elif not row["_degrees"]:
            assert at in refused, at
    assert kept > 400 and refused


def test_every_reading_of_every_zone_goes_there_and_back():
    """The shared projection of the zones, moved along, is that of the EPSG operation of each to 10 m."""
    for column, reading in enumerate(readings()):
        lon, lat = meridian_by_epsg()[reading.epsg] + np.array([-0.5, 0.7]), np.array([9.0, 22.0])
        inside = (lon > 102.0) & (lon < 118.0)
        lon, lat = lon[inside], lat[inside]
        northing, easting = to_vn2000(lon, lat, reading.epsg)
        first, second = (easting, northing) if reading.is_swapped else (northing, easting)
        found_lon, found_lat = _all_places(first, second)
        off_m = metres_between(found_lon[:, column], found_lat[:, column], lon, lat)
        assert (off_m < 10.0).all(), reading


def test_the_shift_is_the_national_one_of_epsg():
    """Each 3° zone uses "VN-2000 to WGS 84 (2)", the published operation, unchanged."""
    for epsg in sorted(set(epsg_by_meridian().values()) | {3405, 3406}):
        group = TransformerGroup(4326, epsg, always_xy=True).transformers
        (national,) = [one for one in group if "VN-2000 to WGS 84 (2)" in one.description]
        own = Transformer.from_pipeline(national.definition).transform(500_000.0, 2_300_000.0, direction="INVERSE")
        assert unproject(500_000.0, 2_300_000.0, epsg) == pytest.approx(own, abs=1e-12)


@pytest.mark.shared
@pytest.mark.parametrize("way", bench.WAYS)
def test_points_of_all_34_provinces_find_their_meridian(shared_data, way):
    """Of points in every commune ≥ 99.5 % are placed right, X and Y in either order; none wrong without a warning."""
    communes = read_communes(shared_data / "vn-admin/communes_all_3321_simplified.geojson").communes
    drawn = bench.draw(communes, 1, 3)
    assert communes["province_code"].nunique() == 34
    for is_swapped in (False, True):
        rows = bench.written(drawn, communes, way, is_swapped=is_swapped, seed=3)
        found, _ = bench.count(drawn, rows, communes)
        assert found.wrong_silent == 0
        assert found.right >= 0.995 * found.total, found


@pytest.mark.shared
@pytest.mark.parametrize("name", ["40_nghe_an", "42_ha_tinh", "44_quang_tri", "48_da_nang"])
def test_points_of_full_detail_are_found_by_either_boundaries(shared_data, name):
    """Drawn in detailed communes, judged by these and by the simplified ones: the coarser lines cost nothing."""
    detailed = read_communes(shared_data / f"vn-admin/communes_{name}.geojson", name[:2]).communes
    simplified = read_communes(shared_data / "vn-admin/communes_all_3321_simplified.geojson", name[:2]).communes
    drawn = bench.draw(detailed, 4, 7)
    for communes in (detailed, simplified):
        for seed, way in enumerate(bench.WAYS):
            rows = bench.written(drawn, detailed, way, is_swapped=seed % 2 == 1, seed=seed)
            found, _ = bench.count(drawn, rows, communes)
            assert found.wrong_silent == 0
            assert found.right + found.wrong_warned + found.asked == found.total
            assert found.right >= 0.97 * found.total, (way, found)
