"""From the list of measurements to the calibration: which tests count, what a place is, what is said."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from made_masts import LAT, LON, NETWORK, made_profile, made_terrain
from shapely.geometry import box

from phusong.coverage.comparison import expected_levels
from phusong.coverage.network import Network, Span
from phusong.data.calibration import calibrate_study
from phusong.data.land_cover import LandCover
from phusong.data.measured import receptions

OFF_DB = -6.0
SIDE = 24


def of_4g(network):
    """Return the same masts as strong ones of 4G."""
    return Network(sites=tuple(_site_4g(site) for site in network.sites), inventories=())


def _site_4g(site):
    (service,) = site.services
    sectors = tuple(replace(sector, eirp_dbm=Span.exactly(70.0)) for sector in service.sectors)
    return replace(site, services=(replace(service, technology="4G", bandwidth_mhz=10.0, sectors=sectors),))


def profile_4g(**changes):
    profile = made_profile()
    return replace(profile, rules={"4G": replace(profile.rules["other"], **{"floor_dbm": -135.0, **changes})})


def made_tests(*, network=None, off_db=OFF_DB):
    """Return tests on a square of 24 × 24 about 700 m apart, 6 dB under the model."""
    step = np.arange(SIDE) * 0.0065 - 0.075
    lon, lat = (a.ravel() for a in np.meshgrid(LON + step, LAT + step))
    table = pd.DataFrame({"lon": lon, "lat": lat, "site_id": "", "operator": "lora", "tech": "4G", "environment": ""})
    expected = expected_levels(network or of_4g(NETWORK), made_terrain(), profile_4g(), receptions(table))
    noise = np.random.default_rng(1).normal(0.0, 2.0, len(table))
    return table.assign(rsrp_dbm=expected.level_dbm + off_db + noise, signal=True)


def calibrated(tests, **given):
    return calibrate_study(tests, of_4g(NETWORK), made_terrain(), profile_4g(), **given)


def said(found):
    return " ".join(note.vi for note in found.notes), " ".join(note.en for note in found.notes)


def test_a_bias_in_the_list_is_adopted():
    """Six decibels were taken off the model's own levels: they come back, with places of about a kilometre."""
    found = calibrated(made_tests())
    assert found.adopted is not None
    assert found.adopted.offset_db("4G") == pytest.approx(OFF_DB, abs=0.3)
    assert found.adopted.tests == SIDE**2
    assert 100 < found.adopted.places < SIDE**2
    assert "Dùng 576 trong 576 phép đo" in said(found)[0]


def test_without_measurements_it_says_so():
    """None, and an empty list: no calibration, one sentence."""
    for tests in (None, made_tests().iloc[:0]):
        found = calibrated(tests)
        assert found.found is None
        assert found.adopted is None
        assert found.why.vi == "Không hiệu chỉnh: nghiên cứu không có kết quả đo nào."


def test_tests_that_are_no_levels_outdoors_do_not_count_and_are_counted_in_words():
    """Nothing received, the bottom of the phone's scale, indoors, in a car, LoRa, too far: each said, none fitted."""
    tests = made_tests().astype({"signal": object})
    tests.loc[0:4, "rsrp_dbm"] = np.nan
    tests.loc[5:7, "rsrp_dbm"] = -140.0
    tests.loc[8:9, "signal"] = False
    tests.loc[10:13, "environment"] = "indoor"
    tests.loc[14:16, "environment"] = "vehicle"
    tests.loc[17:22, "tech"] = "other"
    tests.loc[23:24, "lon"] = LON + 1.0
    found = calibrated(tests)
    vi, en = said(found)
    assert found.adopted is not None
    assert found.adopted.tests == SIDE**2 - 25
    assert "Không dùng 10: không thu được gì" in vi
    assert "Không dùng 7: đo trong nhà hoặc trong xe" in vi
    assert "Không dùng 6: công nghệ khác (LoRa…)" in vi
    assert "Left out 2: the model has no level to compare" in en


def test_lora_alone_never_calibrates():
    """Whatever its bias."""
    found = calibrate_study(made_tests().assign(tech="other"), NETWORK, made_terrain(), made_profile())
    assert found.adopted is None
    assert found.found is not None
    assert found.found.tests == 0


def test_a_model_level_below_the_floor_is_left_out_however_strong_the_measurement():
    """Chosen by the model's side, so that weak places are not only those where somebody was lucky."""
    tests = made_tests()
    model_dbm = tests["rsrp_dbm"] - OFF_DB
    floor_dbm = float(model_dbm.median())
    found = calibrate_study(tests, of_4g(NETWORK), made_terrain(), profile_4g(floor_dbm=floor_dbm))
    assert found.found is not None
    assert 0.4 * SIDE**2 < found.found.tests < 0.6 * SIDE**2


def test_all_tests_of_one_named_site_are_one_place():
    """Its height and power are one mistake however far its signal is measured: two sites are too few."""
    tests = made_tests()
    found = calibrated(tests.assign(site_id=np.where(tests["lon"] < LON + 0.02, "A", "B")))
    assert found.found is not None
    assert found.found.places == 2
    assert found.adopted is None
    assert "ở 2 nơi" in found.why.vi


def test_land_classes_are_told_apart_where_there_is_land_cover():
    """Tests in the forest are 8 dB under those in the open: two offsets, and none for what lies in neither."""
    forest = box(LON - 1, LAT, LON + 1, LAT + 1)
    areas = gpd.GeoDataFrame({"land_class": ["forest"]}, geometry=[forest], crs="EPSG:4326")
    cover = LandCover(areas=areas, raster=None, problems=(), sha256="")
    open_land = gpd.GeoDataFrame(
        {"land_class": ["open"]}, geometry=[box(LON - 1, LAT - 1, LON + 1, LAT)], crs=areas.crs
    )
    cover = replace(cover, areas=pd.concat([areas, open_land], ignore_index=True))
    tests = made_tests()
    tests["rsrp_dbm"] -= np.where(tests["lat"] > LAT, 8.0, 0.0)
    found = calibrated(tests, land_cover=cover).adopted
    assert found is not None
    assert found.model == "environment"
    assert found.offset_db("4G", "forest") == pytest.approx(OFF_DB - 8.0, abs=0.6)
    assert found.offset_db("4G", "open") == pytest.approx(OFF_DB, abs=0.6)
    assert calibrated(tests).adopted is not None
    assert calibrated(tests).adopted.model == "one"
