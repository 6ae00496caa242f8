"""What a further scenario costs beside the first: prediction, decision, gaps and classes of a sample province.

The first is a whole assessment of today; each other is answered after it, and all are measured one after the other in
one run: the ratios mean something on a busy machine, the seconds do not.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from phusong.coverage.network import Network, Site
from phusong.coverage.scenarios import SCENARIOS
from phusong.data.inputs import Inputs, read_inputs
from phusong.data.sample import make_sample
from phusong.study import Study
from phusong.study.assess import assess
from phusong.study.correction import correction_of
from phusong.study.scenarios import run_scenarios

EVERY = 20
"""One planned site stands beside every so many existing ones."""


def planned(site: Site) -> Site:
    """Return a site like another some 4 km away, planned."""
    services = tuple(replace(service, status="planned") for service in site.services)
    lon_deg, lat_deg = site.lon_deg + 0.02, site.lat_deg + 0.03
    return replace(site, site_id=f"{site.site_id}-KH", lon_deg=lon_deg, lat_deg=lat_deg, services=services)


def with_plans(network: Network) -> Network:
    """Return the network with planned sites."""
    return replace(network, sites=network.sites + tuple(planned(site) for site in network.sites[::EVERY]))


def inputs_of(households: int, folder: Path) -> tuple[Study, Inputs]:
    """Make a sample province and read it."""
    make_sample(folder, households=households)
    study = Study.read(folder / "study.toml")
    inputs = read_inputs(study.file, study.profile)
    return study, replace(inputs, network=with_plans(inputs.network))


def main() -> None:
    """Print the seconds and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--households", type=int, default=60_000)
    households = parser.parse_args().households
    with tempfile.TemporaryDirectory() as folder:
        study, inputs = inputs_of(households, Path(folder) / "mau")
    engine = correction_of(study.file, inputs, study.profile).predict
    run_scenarios(assess(inputs, study.profile, engine=engine), engine=engine)  # compiles, or loads what was compiled

    started = time.process_time()
    found = assess(inputs, study.profile, engine=engine)
    assessed_s = time.process_time() - started
    started = time.process_time()
    (today,) = run_scenarios(found, engine=engine, further=())
    views_s = time.process_time() - started
    first_s = assessed_s + views_s
    print(f"{len(found.households.weight)} household points, {len(inputs.network.sites)} sites, CPU time")
    print(f"the first: {first_s:.2f} s, of which the views by operator and by all {views_s:.2f} s")
    for scenario in SCENARIOS[1:]:
        started = time.process_time()
        _, further = run_scenarios(found, engine=engine, further=(scenario,), today=today)
        further_s = time.process_time() - started
        points = f", {further.predicted_points} points predicted" if further.predicted_points else ""
        print(f"{scenario.key}: {further_s:.2f} s, {100.0 * further_s / first_s:.1f} % of the first{points}")


if __name__ == "__main__":
    main()
