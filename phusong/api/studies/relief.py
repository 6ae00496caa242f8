"""The heights that the relief of a study is drawn from: written by the job that runs it, beside its results."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from phusong.api.database.models import Study
from phusong.api.jobs.kinds import Plain
from phusong.data.digests import sha256_of

RELIEF = "relief"
"""Key of a study's manifest, and folder beside its results."""
TERRAIN = "terrain.tif"
SNAPSHOT = "study.duckdb"


def written_relief(folder: Path, study_file: Path, results: Path) -> Plain:
    """Write the heights around the places of a study that has just been run; return what its manifest keeps of them."""
    from phusong.maps.tile_store import TileSource
    from phusong.study.rasters import write_relief

    source = TileSource.open(results / SNAPSHOT)
    try:
        bounds = source.bounds
    finally:
        source.close()
    (folder / RELIEF).mkdir()
    out = write_relief(study_file, bounds, folder / RELIEF / TERRAIN)
    return {**measured(out), "sha256": sha256_of(out), "size": out.stat().st_size}


def kept_relief(study: Study, written: Plain) -> dict[str, Any]:
    """Return what the manifest of a study in its place keeps of its relief."""
    return {**written, "file": f"studies/{study.id}/{RELIEF}/{TERRAIN}"}


def measured(path: Path) -> dict[str, Any]:
    """Return name, bounds and width of cells of a raster."""
    import rasterio

    with rasterio.open(path) as file:
        return {"name": path.name, "bounds": list(file.bounds), "cell_deg": file.transform.a}
