"""Calibration: a bias that is there is found, one that is not is not adopted, places are witnesses."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from made_hills import scene
from made_masts import made_profile

from phusong.coverage.best_server import HIGH, LOW, MIDDLE, NONE
from phusong.coverage.calibrated import calibrated, with_lower_floors
from phusong.coverage.calibration import MIN_PLACES, MOST_DB, Calibration, Group, Pairs, calibrate
from phusong.coverage.criteria import TechnologyRule
from phusong.coverage.prediction import predict
from phusong.words import Text


def made_pairs(
    seed, bias_db=0.0, *, places=40, tests_a_place=8, place_sd_db=5.0, noise_db=4.0, more_db=None, land=None
):
    """Return tests whose measured level is the model's, a bias, one error for each place and noise.

    ``more_db`` adds to the bias by technology, ``land`` by environment.
    """
    random = np.random.default_rng(seed)
    more_db, land = more_db or {"4G": 0.0}, land or {"": 0.0}
    n = places * tests_a_place
    place = np.repeat(np.arange(places), tests_a_place)
    technology = np.array(list(more_db), dtype=object)[random.integers(0, len(more_db), n)]
    environment = np.array(list(land), dtype=object)[random.integers(0, len(land), n)]
    model = random.uniform(-125.0, -60.0, n)
    error = bias_db + random.normal(0.0, place_sd_db, places)[place] + random.normal(0.0, noise_db, n)
    error += np.array([more_db[t] + land[e] for t, e in zip(technology, environment, strict=True)])
    return Pairs(
        model_dbm=model, measured_dbm=model + error, technology=technology, environment=environment, place=place
    )


def each_row_a_place(pairs):
    """Return the same tests as if every one were independent: what cross-validation by random rows believes."""
    return replace(pairs, place=np.arange(len(pairs.place)))


def adopted_share(pairs_of, seeds=40):
    return float(np.mean([calibrate(pairs_of(seed)).adopted for seed in range(seeds)]))


@pytest.mark.parametrize("bias_db", [-9.0, -6.0, 6.0, 9.0])
def test_a_bias_is_recovered(bias_db):
    """Within three standard errors of places that differ by 5 dB; the spread is that of places and noise together."""
    found = calibrate(made_pairs(1, bias_db, places=60))
    assert found.adopted
    assert found.model == "one"
    assert found.offset_db("4G") == pytest.approx(bias_db, abs=3 * 1.25 * 5.0 / math.sqrt(60))
    assert found.sigma_db == pytest.approx(math.hypot(5.0, 4.0), rel=0.2)
    assert (found.tests, found.places) == (480, 60)
    assert "Đã hiệu chỉnh" in found.why.vi
    assert "Calibrated" in found.why.en


def test_without_a_bias_nothing_is_adopted_for_most_seeds():
    """One technology or two: at most one in ten studies is fooled by chance."""
    assert adopted_share(made_pairs) <= 0.1
    assert adopted_share(lambda seed: made_pairs(seed, more_db={"4G": 0.0, "2G": 0.0})) <= 0.1


def test_what_is_not_adopted_corrects_nothing_and_says_why():
    """No offset, a table with the candidate that did not help, and a sentence in both languages."""
    found = calibrate(made_pairs(0))
    assert not found.adopted
    assert found.offset_db("4G") == 0.0
    assert [(row.key, row.better) for row in found.cross_validation] == [("none", False), ("one", False)]
    assert found.why.vi.startswith("Không hiệu chỉnh: ở những nơi để riêng ra kiểm tra")
    assert "not more than one standard error" in found.why.en


def test_local_noise_is_not_taken_for_a_bias_because_places_are_held_out_whole():
    """Twelve places, each with its own error, a hundred tests each: by random rows most studies would adopt it."""

    def local(seed):
        return made_pairs(seed, places=12, tests_a_place=100, place_sd_db=8.0, noise_db=2.0)

    assert adopted_share(local) <= 0.1
    assert adopted_share(lambda seed: each_row_a_place(local(seed))) >= 0.5


def test_one_crazy_site_does_not_win():
    """A fifth of all tests, at one place 60 dB off: nothing is adopted for it, and a true bias stays what it is."""
    for bias_db in (0.0, -7.0):
        sane = made_pairs(4, bias_db)
        crazy = made_pairs(5, 60.0, places=1, tests_a_place=80)
        both = joined(sane, crazy)
        found = calibrate(both)
        assert found.adopted == (bias_db != 0.0)
        assert found.offset_db("4G") == pytest.approx(calibrate(sane).offset_db("4G"), abs=0.5)


def test_technologies_get_a_bias_each_and_one_not_measured_none():
    """4G 7 dB low and 2G 3 dB high are told apart; 5G was not measured."""
    found = calibrate(made_pairs(2, places=80, more_db={"4G": -7.0, "2G": 3.0}))
    assert found.model == "technology"
    assert found.offset_db("4G") == pytest.approx(-7.0, abs=2.0)
    assert found.offset_db("2G") == pytest.approx(3.0, abs=2.0)
    assert found.offset_db("4G") - found.offset_db("2G") == pytest.approx(-10.0, abs=1.0)
    assert found.offset_db("5G") == 0.0


def test_environments_get_a_bias_each_where_that_helps():
    """Forest 8 dB under open land; a class nobody measured in has its technology's."""
    found = calibrate(made_pairs(3, places=80, land={"open": 4.0, "forest": -4.0}))
    assert found.model == "environment"
    assert found.offset_db("4G", "open") - found.offset_db("4G", "forest") == pytest.approx(8.0, abs=1.0)
    assert found.offset_db("4G", "water") == found.offset_db("4G")
    same = calibrate(made_pairs(3, -8.0, places=80, land={"open": 0.0, "forest": 0.0}))
    assert same.model == "one"


def joined(one, other):
    """Return the tests of both, at different places."""
    names = ("model_dbm", "measured_dbm", "technology", "environment")
    both = {name: np.concatenate([getattr(one, name), getattr(other, name)]) for name in names}
    return Pairs(**both, place=np.concatenate([one.place, other.place + 1000]))


@pytest.mark.parametrize("places", [2, 4, 6])
def test_a_rarely_measured_technology_stays_near_the_whole(places):
    """Places of 2G 12 dB off the rest: under five of them it has the bias of the rest, then not all of its own."""
    many = made_pairs(6, -6.0, places=60)
    few = made_pairs(7, 6.0, places=places, place_sd_db=0.5, more_db={"2G": 0.0})
    found = calibrate(joined(many, few))
    apart_db = found.offset_db("2G") - found.offset_db("4G")
    assert found.adopted
    assert apart_db == pytest.approx(0.0, abs=0.3) if places < 5 else 3.0 < apart_db < 11.0


def test_few_places_are_not_fitted():
    """However many tests, and whatever their bias; none at all neither."""
    found = calibrate(made_pairs(1, -9.0, places=MIN_PLACES - 1, tests_a_place=500))
    assert not found.adopted
    assert found.cross_validation == ()
    assert f"ở {MIN_PLACES - 1} nơi" in found.why.vi
    empty = made_pairs(1, places=0)
    assert (calibrate(empty).adopted, calibrate(empty).tests) == (False, 0)
    assert math.isnan(calibrate(empty).sigma_db)


def test_constant_data_are_no_special_case():
    """Model and measurement equal everywhere: nothing to correct. A constant difference is the bias, exactly."""
    flat = made_pairs(1, 0.0, place_sd_db=0.0, noise_db=0.0)
    assert not calibrate(flat).adopted
    off = calibrate(replace(flat, measured_dbm=flat.model_dbm - 5.0))
    assert off.offset_db("4G") == -5.0
    assert off.sigma_db == pytest.approx(0.0, abs=1e-9)
    same_level = replace(flat, model_dbm=np.full(len(flat.place), -90.0), measured_dbm=np.full(len(flat.place), -97.0))
    assert calibrate(same_level).offset_db("4G") == -7.0


def test_a_bias_too_large_to_be_one_is_refused():
    """Thirty decibels are RSSI instead of RSRP or a wrong power: said, not fitted away."""
    found = calibrate(made_pairs(1, 30.0))
    assert not found.adopted
    assert found.offset_db("4G") == 0.0
    assert "RSSI" in found.why.vi
    assert f"{MOST_DB:.1f}" in found.why.en


def test_the_order_of_tests_does_not_matter():
    """The same tests shuffled, their places numbered as before, give the same."""
    pairs = made_pairs(9, -5.0, more_db={"4G": 0.0, "2G": 3.0})
    order = np.random.default_rng(1).permutation(len(pairs.place))
    names = ("model_dbm", "measured_dbm", "technology", "environment", "place")
    mixed = calibrate(Pairs(**{name: getattr(pairs, name)[order] for name in names}))
    straight = calibrate(pairs)
    assert mixed.groups[0].offset_db == straight.groups[0].offset_db
    assert mixed.model == straight.model
    assert mixed.sigma_db == pytest.approx(straight.sigma_db, abs=1e-9)


def made_calibration(**offsets_db):
    groups = [
        Group(technology=t.removeprefix("t"), environment=e, tests=1, places=1, offset_db=off, sigma_db=1.0)
        for t, by_land in offsets_db.items()
        for e, off in by_land.items()
    ]
    return Calibration(
        adopted=True, model="environment", sigma_db=1.0, tests=1, places=1, groups=tuple(groups), cross_validation=(),
        why=Text("", ""),
    )  # fmt: skip


def hills_profile(floor_dbm=-130.0):
    rule = TechnologyRule(served_dbm=-100, weak_dbm=-110, max_path_km=20, floor_dbm=floor_dbm)
    return replace(made_profile(), rules={"2G": rule, "4G": rule})


@pytest.mark.parametrize("offset_db", [-7.5, 6.3])
def test_a_corrected_prediction_is_the_prediction_and_the_offset(offset_db):
    """At every end, and the bound over missing terrain; 2G, not calibrated, keeps its bytes; floors are the study's."""
    network, terrain, points = scene(3, holes=True)
    profile, calibration = hills_profile(-115.0), made_calibration(t4G={"": offset_db})
    plain = predict(network, terrain, points, hills_profile(-140.0))
    found = predict(network, terrain, points, with_lower_floors(profile, calibration))
    corrected = calibrated(found, calibration, np.full(len(points), "", dtype=object), profile)
    raised = 0
    for i, layer in enumerate(corrected.layers):
        off = offset_db if layer.technology == "4G" else 0.0
        for end in (LOW, MIDDLE, HIGH):
            level = plain.level_dbm(i, end) + off
            expected = np.where(level >= -115.0 - 1e-9, level, np.nan)
            np.testing.assert_allclose(corrected.level_dbm(i, end), expected, atol=1e-6)
            raised += int((np.isfinite(expected) & (plain.level_dbm(i, end) < -115.0)).sum())
        assert np.array_equal(corrected.server[:, i] >= 0, corrected.level[:, i, MIDDLE] != NONE)
        heard = corrected.server[:, i] >= 0
        assert np.array_equal(corrected.server[heard, i], plain.server[heard, i])
        second = np.where(plain.second[:, i] == NONE, np.nan, plain.second[:, i] / 100.0 + off)
        second[~(second >= -115.0 - 1e-9)] = np.nan
        found_second = np.where(corrected.second[:, i] == NONE, np.nan, corrected.second[:, i] / 100.0)
        np.testing.assert_allclose(found_second, second, atol=1e-6)
        assert np.array_equal(corrected.second_server[:, i] >= 0, np.isfinite(second))
        assert np.array_equal(corrected.server_high[:, i] >= 0, corrected.level[:, i, HIGH] != NONE)
        free = np.where(plain.unseen[:, i] == NONE, np.nan, plain.unseen[:, i] / 100.0 + off)
        now = corrected.unseen[:, i]
        np.testing.assert_allclose(now[now != NONE] / 100.0, free[now != NONE], atol=1e-6)
    assert (raised > 0) == (offset_db > 0), "levels under the floor that an offset lifts over it are found"


def test_the_offset_is_that_of_the_point_s_environment():
    """Forest and open points of one layer move apart; a class not measured has the technology's own."""
    network, terrain, points = scene(3, holes=False)
    profile = hills_profile(-300.0)
    calibration = made_calibration(t4G={"": 2.0, "forest": -5.0})
    land = np.array(["forest", "open", ""], dtype=object)[np.arange(len(points)) % 3]
    found = predict(network, terrain, points, profile)
    corrected = calibrated(found, calibration, land, profile)
    layer = next(i for i, la in enumerate(found.layers) if la.technology == "4G")
    moved = corrected.level_dbm(layer) - found.level_dbm(layer)
    heard = np.isfinite(moved)
    np.testing.assert_allclose(moved[heard], np.where(land == "forest", -5.0, 2.0)[heard], atol=1e-6)
    assert heard.sum() > 10
