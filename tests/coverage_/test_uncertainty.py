"""Probabilities and intervals: closed forms, a slow obvious way, order and thread independence, honest widening."""

from __future__ import annotations

from dataclasses import replace
from statistics import NormalDist

import naive_worlds
import numpy as np
import pytest
from made_prediction import SURE, needed_dbm, places, predicted, profile_with
from numpy.typing import NDArray

from phusong.coverage.criteria import Profile
from phusong.coverage.prediction import Prediction
from phusong.coverage.uncertainty import Simulated, interval, simulate
from phusong.coverage.worlds import draw_worlds

PROFILE = profile_with()
NEEDED_DBM = needed_dbm(PROFILE)


def run(found: Prediction, profile: Profile, unknown: dict[str, NDArray[np.bool_]] | None = None) -> Simulated:
    n = len(found.points)
    one = (np.zeros(n, dtype=np.int64), 1)
    halves = (np.arange(n) % 2, 2)
    return simulate(found, places(found, unknown), profile, np.full(n, 3.0), [one, halves])


def mixed(n: int = 40, *, seed: int = 1, status: str = "listed") -> Prediction:
    """Levels of every kind around the threshold, some without an end."""
    rng = np.random.default_rng(seed)
    middle = NEEDED_DBM + rng.uniform(-25, 25, n)
    low, high = middle - rng.uniform(0, 12, n), middle + rng.uniform(0, 12, n)
    low[:5], other = np.nan, NEEDED_DBM + rng.uniform(-40, 5, n)
    other[10:20] = np.nan
    found = predicted(low, middle, high, second_dbm=NEEDED_DBM - 9.0, other_dbm=other, status=status, apart_deg=0.001)
    if status == "unknown":
        found.level[-4:, 1, :2] = -32768
        found.server[-4:, 1] = found.second_server[-4:, 1] = -1
        found.second[-4:, 1] = -32768
    return found


@pytest.mark.parametrize("excess_db", [-12.0, -4.0, 0.0, 3.0, 10.0])
def test_one_uncorrelated_link_has_the_normal_probability(excess_db: float) -> None:
    """1,600 far-apart points, 200 draws, σ = 8 dB: Φ(excess / σ) within four standard errors (0.004)."""
    level = np.full(1600, NEEDED_DBM + excess_db)
    found = run(predicted(level, level, level), profile_with(**SURE))
    assert found.served_probability.mean() == pytest.approx(NormalDist().cdf(excess_db / 8.0), abs=0.004)


def test_bias_of_a_world_and_shadowing_add_up() -> None:
    """With a bias of 6 dB as well, the probability is that of σ = 10 dB, within four errors of 2,000 worlds."""
    level = np.full(400, NEEDED_DBM + 7.0)
    profile = profile_with(**SURE | {"bias_sd_db": 6.0, "draws": 2000})
    assert run(predicted(level, level, level), profile).served_probability.mean() == pytest.approx(
        NormalDist().cdf(0.7), abs=4 * 0.21 / 2000**0.5
    )


def test_missing_values_are_placed_between_their_ends() -> None:
    """Ends 10 dB around the middle and no other error: the chance is that of a triangle around the middle."""
    excess_db = np.array([-9.9, -5.0, -1e-3, 5.0, 9.9])
    middle = NEEDED_DBM + np.round(excess_db, 2)
    profile = profile_with(**SURE | {"sigma_db": 1e-9, "draws": 4000})
    found = run(predicted(middle - 10.0, middle, middle + 10.0), profile)
    share = np.round(excess_db, 2) / 10.0
    expected = np.where(share < 0, (1 + share) ** 2 / 2, 1 - (1 - share) ** 2 / 2)
    assert found.served_probability == pytest.approx(expected, abs=4 * 0.5 / 4000**0.5)


@pytest.mark.parametrize("status", ["listed", "unknown"])
def test_worlds_equal_the_slow_way(status: str) -> None:
    """Households served in every world, as without skipping anything, over all kinds of links; and so are the sums."""
    found, profile = mixed(status=status), profile_with(draws=60)
    expected = naive_worlds.served(found, profile)
    got = run(found, profile)
    assert 0.05 < expected.mean() < 0.95
    assert got.served_probability == pytest.approx(expected.mean(axis=0), abs=1e-6)
    assert np.array_equal(got.most[0][:, 0], 3.0 * (~expected).sum(axis=1))
    assert np.array_equal(got.most[1][:, 1], 3.0 * (~expected[:, 1::2]).sum(axis=1))


def test_sums_of_parts_are_the_sum_of_all_in_every_world() -> None:
    """Two halves together are the whole; the least never exceeds the most."""
    got = run(mixed(), PROFILE)
    assert np.array_equal(got.most[1].sum(axis=1), got.most[0][:, 0])
    assert np.all(got.least[0] <= got.most[0])


def test_a_higher_level_never_has_a_lower_probability() -> None:
    """At one place, 0.5 dB more never serves in fewer worlds."""
    level = NEEDED_DBM + np.arange(-40.0, 40.0, 0.5)
    found = predicted(level - 4.0, level, level + 6.0, apart_deg=0.0)
    probability = run(found, PROFILE).served_probability
    assert np.all(np.diff(probability) >= 0.0)
    assert probability[0] < 0.05
    assert probability[-1] > 0.9


def test_without_any_error_answers_are_certain() -> None:
    """σ → 0: served a hundredth above the threshold, unserved a hundredth below, and the interval is one number."""
    level = NEEDED_DBM + np.array([-0.01, 0.01, 20.0, -20.0])
    got = run(predicted(level, level, level), profile_with(**SURE | {"sigma_db": 1e-9}))
    assert got.served_probability.tolist() == [0.0, 1.0, 1.0, 0.0]
    low, high = interval(got.least[0], got.most[0], 90.0)
    assert (low[0], high[0]) == (6, 6)


def test_only_the_statistical_margin_is_replaced() -> None:
    """Another 10 dB of loss moves the answer, another 10 dB of location margin does not."""
    level = np.array([NEEDED_DBM + 5.0])
    found, profile = predicted(level, level, level), profile_with(**SURE | {"sigma_db": 1e-9})
    margins = {m.key: m for m in profile.margins}
    for key, probability in (("location", 1.0), ("building", 0.0)):
        more = replace(margins[key], outdoor_db=margins[key].outdoor_db + 10.0)
        changed = replace(profile, margins=tuple(more if m.key == key else m for m in profile.margins))
        assert run(found, changed).served_probability[0] == probability


def test_silent_masts_leave_what_another_mast_gives() -> None:
    """20 % off air: one mast serves in 80 % of the worlds, with another of the operator 96 %; within four errors."""
    level = np.array([NEEDED_DBM + 30.0])
    profile = profile_with(**SURE | {"sigma_db": 1e-9, "off_air_percent": 20.0, "draws": 4000})
    alone = run(predicted(level, level, level), profile).served_probability[0]
    backed = run(predicted(level, level, level, second_dbm=NEEDED_DBM + 1.0), profile).served_probability[0]
    assert alone == pytest.approx(0.80, abs=4 * 0.4 / 4000**0.5)
    assert backed == pytest.approx(0.96, abs=4 * 0.2 / 4000**0.5)


def test_a_service_of_unknown_status_is_on_in_its_share_of_the_worlds() -> None:
    """Only an unconfirmed mast in reach: half of the worlds."""
    found = predicted([np.nan], [np.nan], [NEEDED_DBM + 30.0], status="unknown")
    profile = profile_with(**SURE | {"sigma_db": 1e-9, "draws": 4000})
    assert run(found, profile).served_probability[0] == pytest.approx(0.5, abs=4 * 0.5 / 4000**0.5)


def test_what_is_not_known_widens_the_interval_to_both_sides() -> None:
    """Where a list may miss sites a dark household may be served: not counted at the low end, counted at the high."""
    level = np.full(10, NEEDED_DBM - 60.0)
    unknown = np.arange(10) < 4
    got = run(predicted(level, level, level), PROFILE, {"vinaphone": unknown})
    low, high = interval(got.least[0], got.most[0], 90.0)
    assert (low[0], high[0]) == (18, 30)
    assert np.all(got.served_probability == 0.0)


def test_without_terrain_nothing_is_said() -> None:
    """No probability; the households may or may not be without service."""
    level = np.full(10, NEEDED_DBM + 60.0)
    got = run(predicted(level, level, level, known=False), PROFILE)
    low, high = interval(got.least[0], got.most[0], 90.0)
    assert np.isnan(got.served_probability).all()
    assert (low[0], high[0]) == (0, 30)


def test_the_interval_contains_its_median_and_its_share_of_the_worlds() -> None:
    """90 % of the worlds lie in it, as many below it as above."""
    got = run(mixed(200), PROFILE)
    low, high = interval(got.least[1], got.most[1], 90.0)
    median = np.median(got.most[1], axis=0)
    assert np.all((low <= median) & (median <= high))
    for half in range(2):
        worlds = got.most[1][:, half]
        assert np.mean(worlds < low[half]) <= 0.05
        assert np.mean(worlds > high[half]) <= 0.05
        assert np.mean((worlds >= low[half]) & (worlds <= high[half])) >= 0.9


def test_neighbours_are_wrong_together() -> None:
    """100 homes within a few metres give a wider interval than 100 far apart, at the same probability."""
    level = np.full(100, NEEDED_DBM)
    widths = []
    for apart_deg in (1e-6, 0.05):
        got = run(predicted(level, level, level, apart_deg=apart_deg), profile_with(**SURE))
        low, high = interval(got.least[0], got.most[0], 90.0)
        widths.append(int(high[0] - low[0]))
    assert widths[0] == 300
    assert widths[1] < 80


def test_answers_do_not_depend_on_threads_or_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """One core or many, points forwards or backwards: the same bits. Another seed: other worlds."""
    found = mixed(300)
    got = run(found, PROFILE)
    monkeypatch.setattr("os.cpu_count", lambda: 1)
    alone = run(found, PROFILE)
    assert np.array_equal(alone.served_probability, got.served_probability)
    assert np.array_equal(alone.most[1], got.most[1])
    points = found.points
    turned = replace(
        found,
        points=replace(points, lon_deg=points.lon_deg[::-1].copy(), lat_deg=points.lat_deg[::-1].copy()),
        **{name: getattr(found, name)[::-1] for name in ("level", "server", "server_high", "second", "second_server")},
    )
    assert np.array_equal(run(turned, PROFILE).served_probability[::-1], got.served_probability)
    assert not np.array_equal(run(found, profile_with(seed=2)).served_probability, got.served_probability)


def test_more_draws_and_masts_leave_the_first_as_they_are() -> None:
    """A study with one more mast at the end of its list has the same worlds otherwise."""
    few, many = draw_worlds(PROFILE.uncertainty, 2, 3), draw_worlds(replace(PROFILE.uncertainty, draws=210), 2, 4)
    assert np.array_equal(many.sigma_db[:200], few.sigma_db)
    assert np.array_equal(many.layer_db[:200], few.layer_db)
    assert np.array_equal(many.mast_db[:200, :3], few.mast_db)
    assert np.array_equal(many.spread[:200, :3], few.spread)


def test_worlds_have_the_spread_of_their_rule() -> None:
    """Over 4,000 draws: σ, bias and masts as stated within 5 %, correlation lengths within their ends."""
    rule = replace(PROFILE.uncertainty, draws=4000)
    worlds = draw_worlds(rule, 2, 3)
    assert worlds.sigma_db.mean() == pytest.approx(rule.sigma_db, rel=0.02)
    assert worlds.sigma_db.std() == pytest.approx(rule.sigma_sd_db, rel=0.05)
    assert worlds.layer_db.std() == pytest.approx(np.hypot(rule.bias_sd_db, rule.layer_bias_sd_db), rel=0.05)
    assert worlds.mast_db.std() == pytest.approx(rule.site_sd_db, rel=0.05)
    assert 1.0 - worlds.on_air.mean() == pytest.approx(rule.off_air_percent / 100.0, abs=0.007)
    assert np.abs(worlds.spread).max() <= 1.0
