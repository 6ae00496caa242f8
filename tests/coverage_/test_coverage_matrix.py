"""The coverage matrix against the prediction of the network with the plan built: the same households, exactly."""

from __future__ import annotations

from dataclasses import replace

import made_hills
import made_prediction
import numpy as np
import pytest

from phusong.coverage.coverage_matrix import coverage_matrix, weight_of_points, with_built
from phusong.coverage.decision import Places, decide
from phusong.coverage.network import Network, Sector, Service, Site, Span
from phusong.coverage.prediction import Points, predict
from phusong.coverage.siting import Option, most_households
from phusong.coverage.siting_worlds import held_when_perturbed
from phusong.coverage.states import SERVED, UNSERVED
from phusong.coverage.terrain import Terrain
from phusong.data.profiles import read_profile

PROFILE = read_profile("vn-default")
HEIGHTS_M = (18.0, 30.0, 45.0)


def served(network: Network, terrain: Terrain, points: Points) -> np.ndarray:
    """Which points a prediction of the network calls served, decided as a study decides."""
    prediction = predict(network, terrain, points, PROFILE)
    places = Places(point=np.arange(len(points)), unknown_here={})
    return decide(prediction, places, PROFILE, PROFILE.main_service, indoor=False).overall.state == SERVED


def reached_at_best(network: Network, terrain: Terrain, points: Points) -> np.ndarray:
    """Which points may have service without the statistical margins and with 2 dB more, the most that 0.5 dB gives."""
    rules = {t: replace(rule, served_dbm=rule.served_dbm - 2.0) for t, rule in PROFILE.rules.items()}
    margins = tuple(margin for margin in PROFILE.margins if not margin.statistical)
    best = replace(PROFILE, rules=rules, margins=margins)
    places = Places(point=np.arange(len(points)), unknown_here={})
    decision = decide(predict(network, terrain, points, best), places, best, best.main_service, indoor=False)
    return decision.overall.state != UNSERVED


def option_site(rng: np.random.Generator, number: int, where: tuple[float, float], height_m: float) -> Site:
    """A planned mast: 4G for two operators, 5G now and then, and a 2G that the service does not count."""
    sectors = tuple(
        Sector(
            sector_id=f"{number}-{k}",
            azimuth_deg=None if number % 2 else 120.0 * k,
            ring_size=3,
            downtilt_deg=Span(0.0, 2.0, 4.0, given=False),
            height_agl_m=Span.exactly(height_m),
            eirp_dbm=Span(40.0, 43.0, 46.0, given=False),
        )
        for k in range(3)
    )
    carriers = [("4G", 763.0), ("2G", 942.0)] + ([("5G", 2600.0)] if rng.random() < 0.5 else [])
    services = tuple(
        Service(
            operator="viettel", technology=technology, band="", frequency_mhz=mhz, bandwidth_mhz=10.0,
            operators_served=("viettel", "vinaphone"), status="planned", sectors=sectors,
        )
        for technology, mhz in carriers
    )  # fmt: skip
    return Site(
        site_id=f"P{number}", name="", lon_deg=where[0], lat_deg=where[1], province_code="", commune_code="",
        kind="macro", services=services,
    )  # fmt: skip


def scene(seed: int, *, holes: bool) -> tuple[Network, Terrain, Points, list[Site], list[Option]]:
    """A network, the points it leaves without service, and eight places of three heights, one of them a mast's."""
    network, terrain, points = made_hills.scene(seed, holes=holes, households=400, sites=2)
    rng = np.random.default_rng(seed + 100)
    spread = made_hills.SIZE * made_hills.CELL
    places = [(made_hills.WEST + a * spread, made_hills.NORTH - b * spread) for a, b in rng.uniform(0.05, 0.95, (7, 2))]
    places.append((network.sites[1].lon_deg, network.sites[1].lat_deg))
    unserved = np.flatnonzero(~served(network, terrain, points))
    left = Points(
        lon_deg=points.lon_deg[unserved], lat_deg=points.lat_deg[unserved], of_household=np.arange(len(unserved))
    )
    sites, options = [], []
    for number, where in enumerate(places):
        for height_m in HEIGHTS_M:
            sites.append(option_site(rng, len(sites), where, height_m))
            options.append(
                Option(
                    option_id=sites[-1].site_id,
                    place_id=str(number),
                    kind="upgrade" if number == 7 else "new",
                    cost=height_m,
                )
            )
    return network, terrain, left, sites, options


@pytest.mark.parametrize(("seed", "holes"), [(1, False), (2, True), (3, True)])
def test_the_plan_built_serves_exactly_the_households_promised(seed: int, holes: bool) -> None:
    """Predicted anew with the plan standing beside what stands, the served households are those of the plan."""
    network, terrain, points, sites, options = scene(seed, holes=holes)
    weight = np.random.default_rng(seed).integers(1, 9, len(points)).astype(np.float64)
    plan = most_households(options, coverage_matrix(sites, terrain, points, PROFILE), weight, budget=110.0)
    built = with_built(network, [sites[site.option] for site in plan.chosen])
    again = served(built, terrain, points)
    assert 0.0 < plan.households < weight.sum()
    assert weight[again].sum() == plan.households
    assert np.array_equal(again, plan.left == 0)


@pytest.mark.parametrize("holes", [False, True])
def test_each_row_is_what_the_option_serves_by_itself(holes: bool) -> None:
    """An option predicted alone serves the points of its row; its place and the others do not matter."""
    _, terrain, points, sites, _ = scene(4, holes=holes)
    matrix = coverage_matrix(sites, terrain, points, PROFILE)
    alone = [served(with_built(Network(sites=(), inventories=()), [site]), terrain, points) for site in sites]
    assert any(row.any() for row in alone)
    for option, row in enumerate(alone):
        assert np.array_equal(matrix.of(option), np.flatnonzero(row))


def test_parts_do_not_change_the_matrix() -> None:
    """Few options and points at a time, or all at once: the rows are the same, and progress ends at 1."""
    _, terrain, points, sites, _ = scene(5, holes=True)
    shares: list[float] = []
    whole = coverage_matrix(sites, terrain, points, PROFILE)
    parts = coverage_matrix(
        sites, terrain, points, PROFILE, options_at_once=5, room_bytes=10_000, progress=shares.append
    )
    assert np.array_equal(whole.start, parts.start)
    assert np.array_equal(whole.point, parts.point)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_what_serves_nobody_has_an_empty_row() -> None:
    """An indoor site, one without a service that counts, one far away: rows without points, and no options no rows."""
    _, terrain, points, sites, _ = scene(6, holes=False)
    voice = replace(sites[0], services=tuple(s for s in sites[0].services if s.technology == "2G"))
    far = replace(sites[0], lon_deg=sites[0].lon_deg + 3.0)
    matrix = coverage_matrix([replace(sites[0], kind="indoor"), voice, far], terrain, points, PROFILE)
    assert matrix.start.tolist() == [0, 0, 0, 0]
    assert len(coverage_matrix([], terrain, points, PROFILE)) == 0


def test_households_are_counted_at_their_points() -> None:
    """The weight of a point is that of all who live in its cell."""
    points = Points(lon_deg=np.zeros(3), lat_deg=np.zeros(3), of_household=np.array([2, 0, 2]))
    assert weight_of_points(points, np.array([1.0, 4.0, 2.0])).tolist() == [4.0, 0.0, 3.0]


def test_more_households_of_a_plan_hold_where_its_inputs_are_surer() -> None:
    """Without any error but a little shadowing all hold; with the usual ones fewer.

    Without the plan none hold but those whom today's masts reach at their best, once the margins for spread are off:
    the worlds draw that spread.
    """
    network, terrain, points, sites, options = scene(1, holes=False)
    weight = np.ones(len(points))
    plan = most_households(options, coverage_matrix(sites, terrain, points, PROFILE), weight, budget=110.0)
    served_points = np.flatnonzero(plan.left == 0)
    here = Points(
        lon_deg=points.lon_deg[served_points],
        lat_deg=points.lat_deg[served_points],
        of_household=np.arange(len(served_points)),
    )
    built = [sites[site.option] for site in plan.chosen]
    sure = replace(PROFILE, uncertainty=replace(PROFILE.uncertainty, sigma_db=0.5, **made_prediction.SURE))
    rough = replace(PROFILE, uncertainty=replace(PROFILE.uncertainty, off_air_percent=30.0, bias_sd_db=6.0))
    held = {
        name: held_when_perturbed(network, built, terrain, here, weight[served_points], profile)
        for name, profile in {"sure": sure, "usual": PROFILE, "rough": rough}.items()
    }
    assert held["sure"].promised == plan.households
    assert held["sure"].low == held["sure"].high == plan.households
    assert held["rough"].in_world.mean() < held["usual"].in_world.mean() < plan.households
    assert held["usual"].low <= held["usual"].middle <= held["usual"].high <= plan.households
    nothing = held_when_perturbed(network, [], terrain, here, weight[served_points], sure)
    assert nothing.high <= weight[served_points][reached_at_best(network, terrain, here)].sum()
    assert nothing.high < plan.households
