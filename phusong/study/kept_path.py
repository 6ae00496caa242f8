"""The path from a mast of a study kept open to a place, worked out over the terrain of the run."""

from __future__ import annotations

from phusong.coverage.earth import path_km
from phusong.study.kept import KeptStudy
from phusong.study.path_profile import UNCALIBRATED, Asked, SitePath, check_apart, check_terrain, site_path


def kept_path(kept: KeptStudy, asked: Asked) -> SitePath | None:
    """Return the path from a mast of which may be told, the nearest of several of that code; None without one.

    Raises
    ------
    PhuSongError
        The mast has no such service, the place is at its foot, or terrain is missing at an end.
    """
    found = [site for site in kept.ground.shown.sites if site.site_id == asked.site_id]
    if not found:
        return None
    site = min(found, key=lambda one: path_km(one.lon_deg, one.lat_deg, asked.lon_deg, asked.lat_deg)[0])
    check_apart(site, asked)
    terrain = kept.ground.inputs.terrain
    check_terrain(terrain, site, asked, kept.file.terrain.name)
    return site_path(
        site,
        terrain,
        kept.profile,
        asked,
        air=kept.file.air,
        simulated=kept.file.simulated,
        notes=(UNCALIBRATED,) if kept.file.calibrate else (),
    )
