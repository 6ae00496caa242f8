"""Measured levels against the model: the named site's own level, known bias recovered, no level without terrain."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_masts import CELL, LAT, LON, NETWORK, WEST, made_profile, made_site, made_terrain, slow_level_dbm
from scipy.stats import spearmanr

from phusong.coverage.comparison import OUTCOMES, Receptions, agreement, expected_levels
from phusong.coverage.network import Network


def received(*rows):
    """Return receptions of (longitude, site named), on the parallel of the sites."""
    lon, site = zip(*rows, strict=True)
    n = len(rows)
    return Receptions(
        lon_deg=np.array(lon),
        lat_deg=np.full(n, LAT),
        site_id=np.array(site, dtype=object),
        operator=np.array(["lora"] * n, dtype=object),
        technology=np.array(["other"] * n, dtype=object),
    )


def outcomes(expected):
    return [OUTCOMES[code] for code in expected.outcome]


def test_a_named_site_answers_for_itself_and_no_name_means_the_best_of_them():
    """Beside B, A is compared with A's own weak level; without a name B's counts: both as written out by hand."""
    terrain = made_terrain(ridge_m=120)
    place = LON + 0.045
    found = expected_levels(NETWORK, terrain, made_profile(), received((place, "A"), (place, "B"), (place, "")))
    from_a, from_b = (slow_level_dbm(terrain, site, place) for site in NETWORK.sites)
    assert from_a < from_b - 30.0, "the ridge and the distance must tell the sites apart"
    assert found.level_dbm == pytest.approx([from_a, from_b, from_b], abs=0.006)  # levels are stored in 0.01 dB
    assert outcomes(found) == ["compared"] * 3


def test_missing_terrain_leaves_no_level():
    """A gap in the elevations on the path, under the receiver, or past the edge: said, never a number."""
    terrain = made_terrain(hole=slice(465, 472))
    rows = (LON + 0.02, "A"), (LON + 0.045, "A"), (WEST + 468 * CELL, "A"), (WEST - 0.01, "A"), (LON + 0.045, "B")
    found = expected_levels(NETWORK, terrain, made_profile(), received(*rows))
    assert outcomes(found) == ["compared", "no_terrain", "no_terrain", "no_terrain", "compared"]
    assert np.isnan(found.level_dbm).tolist() == [False, True, True, True, False]


def test_a_hidden_path_that_could_be_the_stronger_leaves_no_best_level():
    """Without a site named, B behind missing terrain may be the one received, unless A is near enough to outdo it."""
    terrain = made_terrain(hole=slice(465, 472))
    found = expected_levels(NETWORK, terrain, made_profile(), received((LON + 0.02, ""), (LON + 0.003, "")))
    assert outcomes(found) == ["no_terrain", "compared"]


def test_what_the_list_does_not_have_is_told_apart_from_what_is_too_far():
    """An unknown site, one not built yet and another operator's are not listed; past max_path_km is out of reach."""
    network = Network(
        sites=(*NETWORK.sites, made_site("P", LON, status="planned"), made_site("V", LON, operator="viettel")),
        inventories=(),
    )
    rows = (LON + 0.01, "X"), (LON + 0.01, "P"), (LON + 0.01, "V"), (LON + 0.06, "A"), (LON + 0.02, "A")
    found = expected_levels(network, made_terrain(), made_profile(max_path_km=5.0), received(*rows))
    assert outcomes(found) == ["not_listed"] * 3 + ["out_of_reach", "compared"]


def test_a_reception_below_the_floor_still_has_its_level():
    """It was received, so the floor and the uplink do not cut the model: else only its good side would be compared."""
    terrain = made_terrain(ridge_m=400)
    network = Network(sites=(made_site("A", LON, uplink_max_loss_db=60.0),), inventories=())
    profile = made_profile(floor_dbm=-100.0)
    found = expected_levels(network, terrain, profile, received((LON + 0.045, "A")))
    assert found.level_dbm == pytest.approx([slow_level_dbm(terrain, network.sites[0], LON + 0.045)], abs=0.006)
    assert found.level_dbm[0] < -100.0
    assert agreement(found.level_dbm, np.array([-110.0]), found.floor_dbm).below_floor == 1


def test_the_order_of_receptions_does_not_matter():
    """Sites mixed at will: each row keeps its own level."""
    rng = np.random.default_rng(3)
    lon, sites = LON + rng.uniform(-0.08, 0.08, 60), rng.choice(["A", "B", ""], 60)
    rows = [(float(x), str(site)) for x, site in zip(lon, sites, strict=True)]
    terrain, order = made_terrain(ridge_m=60), rng.permutation(60)
    straight = expected_levels(NETWORK, terrain, made_profile(), received(*rows))
    mixed = expected_levels(NETWORK, terrain, made_profile(), received(*(rows[i] for i in order)))
    assert np.array_equal(mixed.level_dbm, straight.level_dbm[order])
    assert len(set(straight.level_dbm)) > 30


@given(bias_db=st.floats(-60, 60), seed=st.integers(0, 1000))
def test_a_known_bias_and_spread_are_recovered(bias_db, seed):
    """Measured = model − bias + noise: bias and standard deviation come back, pairs without a model level aside."""
    rng = np.random.default_rng(seed)
    model = rng.uniform(-130, -60, 50)
    noise = rng.normal(0, 6, 50)
    noise -= noise.mean()
    measured = model - bias_db + noise
    holes = np.concatenate([model, [np.nan, np.nan]])
    found = agreement(holes, np.concatenate([measured, [-1.0, -2.0]]), np.full(52, -300.0))
    assert found.measurements == 50
    assert found.bias_db == pytest.approx(bias_db, abs=1e-9)
    assert found.std_db == pytest.approx(np.sqrt((noise**2).sum() / 49))
    assert found.below_floor == 0


def test_ranks_agree_oppose_or_cannot_be_told():
    """1 for the same order however stretched, −1 for the reverse, NaN where one side is constant or pairs are few."""
    model = np.array([-120.0, -100.0, -90.0, -60.0])
    floor = np.full(4, -140.0)
    assert agreement(model, -(model**2), floor).rank_correlation == pytest.approx(1.0)
    assert agreement(model, -model, floor).rank_correlation == pytest.approx(-1.0)
    assert math.isnan(agreement(model, np.full(4, -113.0), floor).rank_correlation)
    assert math.isnan(agreement(model[:2], model[:2], floor[:2]).rank_correlation)


def test_nothing_to_compare_gives_no_numbers():
    """No pairs: zero measurements and NaN, not zero bias."""
    found = agreement(np.array([np.nan]), np.array([-100.0]), np.array([np.nan]))
    assert found == replace(found, measurements=0, below_floor=0)
    assert all(math.isnan(value) for value in (found.bias_db, found.std_db, found.rank_correlation))


def test_rank_correlation_is_spearmans() -> None:
    """With ties, the rank correlation is that of scipy's own."""
    rng = np.random.default_rng(3)
    for _ in range(20):
        model, measured = rng.integers(-120, -60, (2, 40)).astype(np.float64)
        expected = spearmanr(model, measured).statistic
        assert agreement(model, measured, np.full(40, -200.0)).rank_correlation == pytest.approx(expected, abs=1e-12)
