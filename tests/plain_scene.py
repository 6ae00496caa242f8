"""A small scene predicted: run as plain Python by a test, which compares, and by ``make plain``, which counts lines."""

from __future__ import annotations

import sys
from dataclasses import replace

import made_hills
import numpy as np

from phusong.coverage.decision import Places
from phusong.coverage.prediction import predict
from phusong.coverage.uncertainty import simulate
from phusong.data.profiles import read_profile

STORED = ("level", "server", "server_high", "second", "second_server", "unseen", "known")


def answers() -> dict[str, np.ndarray]:
    """Return what a prediction of six households around three masts stores, over a surface and under trees."""
    network, terrain, points = made_hills.scene(1, holes=True, households=6, sites=3)
    trees = np.full(terrain.elevation_m.shape, 12, dtype=np.uint8)
    profile = read_profile("vn-default")
    profile = replace(profile, uncertainty=replace(profile.uncertainty, draws=5))
    places = Places(point=np.arange(len(points)), unknown_here={})
    stored = {}
    for title, ground in (("dsm", terrain), ("dtm", replace(terrain, kind="dtm", clutter_m=trees))):
        found = predict(network, ground, points, profile)
        stored.update({f"{title} {name}": getattr(found, name) for name in STORED})
        worlds = simulate(found, places, profile, np.ones(len(points)), [(np.zeros(len(points), dtype=np.int64), 1)])
        stored[f"{title} probability"] = worlds.served_probability
    return stored


if __name__ == "__main__":
    np.savez(sys.argv[1], **answers())
