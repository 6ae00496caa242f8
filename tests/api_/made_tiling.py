"""A finished study put into a service as it is: its results and study.toml are copied, nothing is run."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
from api_.made_studies import SAMPLE, province

from phusong.api.database.models import Study, User
from phusong.api.database.types import now
from phusong.api.service import Service
from phusong.api.studies.folders import digest_over, digests_of
from phusong.api.studies.relief import RELIEF, TERRAIN, measured


def put_study(service: Service, sample: Path, results: Path, *, province_code: str = SAMPLE) -> str:
    """Put a study that was run elsewhere into a service; return its id. Somebody must have signed in before."""
    province(service, province_code)
    files = digests_of(results)
    with service.database.write() as db:
        by = db.query(User).first()
        assert by is not None
        study = Study(
            province_code=province_code, name="Rà soát", profile="vn-default", state="done", finished_at=now(),
            digest=digest_over(files), manifest={"files": files}, created_by=by.id,
        )  # fmt: skip
        db.add(study)
        db.flush()
        study_id = study.id
        study.folder = f"studies/{study_id}/results"
    folder = service.settings.home / "studies" / study_id
    shutil.copytree(sample, folder)
    shutil.copytree(results, folder / "results")
    return study_id


def put_relief(service: Service, study_id: str, sample: Path) -> None:
    """Give a study the relief of its terrain, as the job that runs one does."""
    from phusong.data.boundaries import read_communes
    from phusong.study.rasters import write_relief

    bounds = tuple(read_communes(sample / "ranh_gioi.gpkg", "99").communes.total_bounds)
    folder = service.settings.home / "studies" / study_id / RELIEF
    folder.mkdir()
    out = write_relief(sample / "study.toml", bounds, folder / TERRAIN)
    _keep(service, study_id, RELIEF, {**measured(out), **digests_of(folder)[TERRAIN], "file": _under(service, out)})


def put_rasters(service: Service, study_id: str, sample: Path) -> None:
    """Give a study a coverage raster of one level everywhere, without predicting, and its relief."""
    from phusong.coverage.area import area_over, windows
    from phusong.data.boundaries import read_communes
    from phusong.data.coverage_raster import RasterLayer, fill_rasters, finish_raster
    from phusong.maps.colours import level_scale
    from phusong.maps.raster_tiles import coverage_palette

    put_relief(service, study_id, sample)
    communes = read_communes(sample / "ranh_gioi.gpkg", "99").communes
    area = area_over(tuple(communes.total_bounds), 1000)
    folder = service.settings.home / "studies" / study_id / "rasters" / ("0" * 16)
    folder.mkdir(parents=True)
    layer = RasterLayer(
        name="coverage_viettel_4g", description="", palette=coverage_palette(level_scale(-104, -114)), tags={}
    )
    levels = ((at, np.full((at.n_rows, at.n_cols, 1), -9000, dtype=np.int16)) for at in windows(area))
    (filled,) = fill_rasters(folder, area, [layer], levels)
    coverage = finish_raster(filled)
    kept = {**measured(coverage), **digests_of(folder)[coverage.name], "file": _under(service, coverage)}
    steps = {"operator": "viettel", "served_dbm": -104, "weak_dbm": -114, "resolution_m": 1000}
    _keep(service, study_id, "rasters", {"viettel_4g": {**kept, **steps, "job": folder.name}})


def _under(service: Service, path: Path) -> str:
    return path.relative_to(service.settings.home).as_posix()


def _keep(service: Service, study_id: str, key: str, made: object) -> None:
    with service.database.write() as db:
        study = db.get_one(Study, study_id)
        study.manifest = {**(study.manifest or {}), key: made}
