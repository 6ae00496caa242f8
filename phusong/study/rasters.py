"""Coverage rasters of a study, on request: per layer the best median level on a grid, as a picture that can be read."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.area import Area, Bounds, area_levels, area_over, degrees_a_metre
from phusong.coverage.criteria import Profile
from phusong.coverage.network import Completeness, Network
from phusong.coverage.reasons import operator_title
from phusong.coverage.transmitters import Layer, transmitters
from phusong.data.coverage_raster import RasterLayer, cells_inside, fill_rasters, finish_raster
from phusong.data.coverage_values import BELOW_FLOOR_VALUE
from phusong.data.inputs import Inputs, read_inputs
from phusong.data.provenance import Provenance, dbm
from phusong.data.raster_sampling import write_heights
from phusong.data.store import whole_files
from phusong.data.terms import technology_title
from phusong.data.terrain import read_terrain
from phusong.errors import PhuSongError, Range
from phusong.maps.colours import Scale, level_scale
from phusong.maps.qgis import raster_qml
from phusong.maps.raster_tiles import coverage_palette
from phusong.study import Study, provenance
from phusong.study.correction import correction_of
from phusong.study.progress import Progress, Silent, Stopwatch
from phusong.study.veil import OUTSIDE_CODE, OUTSIDE_OPERATOR
from phusong.words import LANGUAGES, Language, Text, number

RESOLUTION_M = Range(10.0, 2000.0, "m")
MAX_CELLS = 100_000_000
"""Cells of the box around the area: 0.1 GB for what lies inside, and hours of work."""
AROUND_M = 5000.0
"""Without boundaries the area is the box of the households and so much around it."""
RELIEF_AROUND_M = 10_000.0

STEPS = (
    Text("Đọc và kiểm tra dữ liệu", "Read and check the inputs"),
    Text("Dự báo mức thu từng ô", "Predict the level of every cell"),
    Text("Ghi GeoTIFF", "Write GeoTIFF"),
)

QUANTITY = Text(
    "Mức thu trung vị ngoài trời của sector tốt nhất, mô phỏng, chưa trừ dự trữ; "
    "thông số trạm còn thiếu lấy giá trị giữa, trạm chưa rõ trạng thái không tính",
    "Predicted median level outdoors of the best sector, margins not taken off; "
    "missing station values at their middle, stations of unknown status not counted",
)
NO_BORDER = Text(
    "Có trạm tỉnh bên mà không có ranh giới xã: mức thu ngoài tỉnh sẽ cho biết vị trí các trạm ấy",
    "A neighbour's masts count and there are no commune boundaries: levels beyond the border would tell where they are",
)
LISTS: Mapping[Completeness, Text] = {
    "complete": Text("đầy đủ", "complete"),
    "partial": Text("chưa đầy đủ", "partial"),
    "none": Text("không có", "none"),
}


class RasterError(PhuSongError):
    """A raster that cannot be made as asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rasters:
    """The files written and the steps of their colours, by layer; their grid and how many cells lie in the area."""

    files: Mapping[str, Path]
    scales: Mapping[str, Scale]
    area: Area
    cells_inside: int


def make_rasters(
    path: Path,
    out: Path,
    *,
    layers: Sequence[str] = (),
    resolution_m: float = 100.0,
    language: Language = "vi",
    progress: Progress | None = None,
) -> Rasters:
    """Write ``coverage_<layer>.tif`` of layers of a study into a folder, all of them or none.

    Parameters
    ----------
    path
        The study file.
    out
        The folder; other files in it stay, rasters of the same layers are replaced.
    layers
        Names as in column names (``viettel_4g``); all layers of the profile's main service without any.
    resolution_m
        Side of a cell at the middle latitude, 10 to 2,000 m.
    language
        Of the metadata.
    progress
        Told where the work stands.

    Raises
    ------
    RasterError
        A layer that nobody has on air, no layer at all, more than ``MAX_CELLS`` cells, none inside the boundaries.
    PhuSongError
        Whatever else a user can mend, as for a run.
    """
    RESOLUTION_M.check("resolution", resolution_m)
    study = Study.read(path)
    watch = Stopwatch(progress or Silent(), STEPS)
    with whole_files(out) as folder:
        watch.next()
        inputs = read_inputs(study.file, study.profile)
        chosen = chosen_layers(inputs.network, study.profile, layers)
        area, inside = _area(inputs, resolution_m)
        correction = correction_of(study.file, inputs, study.profile)
        rests_on = provenance(study, estimated=inputs.estimated, correction=correction)
        lists = {i.operator: i.completeness for i in inputs.network.inventories}
        written = [
            _raster_layer(la, study, rests_on, lists.get(la.operator, "none"), resolution_m, language) for la in chosen
        ]
        watch.next()
        windows = area_levels(
            inputs.network,
            inputs.terrain,
            area,
            study.profile,
            chosen,
            engine=correction.predict,
            inside=inside,
            progress=watch.share,
        )
        filled = fill_rasters(folder, area, written, windows)
        watch.next()
        files = {}
        for layer, path in zip(chosen, filled, strict=True):
            files[layer.key] = out / finish_raster(path).name
            style = raster_qml(_scale(layer, study.profile), BELOW_FLOOR_VALUE, language)
            path.with_name(f"coverage_{layer.key}.qml").write_text(style, encoding="utf-8")
            watch.share(len(files) / len(chosen))
    scales = {layer.key: _scale(layer, study.profile) for layer in chosen}
    return Rasters(files=files, scales=scales, area=area, cells_inside=int(np.count_nonzero(inside)))


def write_relief(path: Path, bounds: Bounds, out: Path) -> Path:
    """Write the ground of a study within some bounds, and a little around them: what relief is drawn from."""
    file = Study.read(path).file
    west, south, east, north = bounds
    across, along = (RELIEF_AROUND_M * deg for deg in degrees_a_metre(north))
    around = (west - across, south - along, east + across, north + along)
    return write_heights(out, read_terrain(file.terrain, kind=file.terrain_kind, bounds=around).terrain)


def chosen_layers(network: Network, profile: Profile, names: Sequence[str]) -> tuple[Layer, ...]:
    """Return the layers of some names, or all of the main service, in the order of the network's layers.

    Raises
    ------
    RasterError
        A name that is no layer on air, or nothing on air at all.
    """
    layers = transmitters(network, profile).layers
    on_air = {layer.key: layer for layer in layers if layer.operator != OUTSIDE_OPERATOR}
    known = ", ".join(on_air)
    if not on_air:
        raise RasterError(
            Text("Không có trạm nào đang phát: không có lớp để vẽ", "Nothing is on air: there is no layer to draw")
        )
    unknown = [name for name in names if name not in on_air]
    if unknown:
        raise RasterError(
            Text(f"Không có lớp “{unknown[0]}”: chọn {known}", f"No layer “{unknown[0]}”: choose among {known}")
        )
    main = profile.main_service
    chosen = tuple(la for la in on_air.values() if (la.key in names if names else la.technology in main.technologies))
    if not chosen:
        raise RasterError(
            Text(
                f"Không có lớp nào của dịch vụ “{main.title.vi}” đang phát: hãy chọn --layer trong {known}",
                f"No layer of the service “{main.title.en}” is on air: choose --layer among {known}",
            )
        )
    return chosen


def _area(inputs: Inputs, resolution_m: float) -> tuple[Area, NDArray[np.bool_]]:
    """Return the grid over the study area and its cells inside: in the communes, else all around the households."""
    if inputs.communes is None and any(site.site_id.startswith(OUTSIDE_CODE) for site in inputs.network.sites):
        raise RasterError(NO_BORDER)
    bounds = _households_box(inputs) if inputs.communes is None else tuple(inputs.communes.total_bounds)
    area = area_over(bounds, resolution_m)
    if area.cells > MAX_CELLS:
        raise RasterError(_too_many(area.cells, resolution_m))
    if inputs.communes is None:
        return area, np.ones((area.n_rows, area.n_cols), dtype=np.bool_)
    inside = cells_inside(area, inputs.communes.geometry)
    if not inside.any():
        raise RasterError(
            Text(
                f"Không ô nào {number(resolution_m)} m có tâm nằm trong ranh giới xã: hãy chọn ô nhỏ hơn",
                f"No cell of {number(resolution_m, 'en')} m has its centre inside the communes: choose smaller cells",
            )
        )
    return area, inside


def _households_box(inputs: Inputs) -> Bounds:
    lon, lat = inputs.households["lon"], inputs.households["lat"]
    a_metre_lon, a_metre_lat = degrees_a_metre(float(lat.mean()))
    x, y = AROUND_M * a_metre_lon, AROUND_M * a_metre_lat
    return float(lon.min()) - x, float(lat.min()) - y, float(lon.max()) + x, float(lat.max()) + y


def _too_many(cells: int, resolution_m: float) -> Text:
    """Say how many cells there would be and which resolution is coarse enough."""
    enough_m = 5 * math.ceil(resolution_m * math.sqrt(1.01 * cells / MAX_CELLS) / 5)
    return Text(
        f"Ô {number(resolution_m)} m cho {number(cells)} ô, nhiều hơn mức cho phép {number(MAX_CELLS)}: "
        f"hãy chọn --resolution {enough_m} trở lên",
        f"Cells of {number(resolution_m, 'en')} m make {number(cells, 'en')} of them, more than the "
        f"{number(MAX_CELLS, 'en')} allowed: choose --resolution {enough_m} or more",
    )


def _scale(layer: Layer, profile: Profile) -> Scale:
    """Return the steps of a layer: its thresholds with the margins outdoors, at whole dBm as the values are."""
    rule, margin_db = profile.rules[layer.technology], profile.margin_db(indoor=False)
    return level_scale(math.ceil(rule.served_dbm + margin_db), math.ceil(rule.weak_dbm + margin_db))


def _raster_layer(
    layer: Layer,
    study: Study,
    rests_on: Provenance,
    completeness: Completeness,
    resolution_m: float,
    language: Language,
) -> RasterLayer:
    """Return what the file of a layer is called, how it is coloured and what it says of itself."""
    scale = _scale(layer, study.profile)
    values = _values_text(study.profile.rules[layer.technology].floor_dbm)
    colours = _colours_text(scale, study.profile.margin_db(indoor=False))
    tags = {
        "STUDY": study.file.name,
        "PROVINCE": f"{study.file.province_code} {study.province}".strip(),
        "LAYER": layer.key,
        "QUANTITY": QUANTITY.to(language),
        "VALUES": values.to(language),
        "COLOURS": colours.to(language),
        "SIMULATED_DATA": (Text("có", "yes") if study.file.simulated else Text("không", "no")).to(language),
        "STATION_LIST": LISTS[completeness].to(language),
        "RESOLUTION_M": f"{resolution_m:g}",
        "MODEL": rests_on.model.to(language),
        "SCENARIO": rests_on.scenario.to(language),
        "PROFILE": f"{rests_on.profile}: {rests_on.profile_title.to(language)}",
        "DATE": rests_on.created_on.isoformat(),
        "SOFTWARE": f"Phủ Sóng {rests_on.version}",
        "INPUTS_SHA256": "; ".join(f"{file.name} {file.sha256}" for file in rests_on.inputs),
    }
    name = f"{operator_title(layer.operator)} {technology_title(layer.technology).to(language)}"
    band = Text("mức thu trung vị ngoài trời, giá trị v là −v dBm", "median level outdoors, value v is −v dBm")
    return RasterLayer(
        name=f"coverage_{layer.key}",
        description=f"{name}: {band.to(language)}",
        palette=coverage_palette(scale),
        tags=tags,
    )


def _values_text(floor_dbm: float) -> Text:
    vi, en = dbm(floor_dbm, "vi"), dbm(floor_dbm, "en")
    return Text(
        "1–254: mức thu −1 đến −254 dBm, làm tròn xuống (110 là −110 dBm); "
        f"255: không dùng được: dưới mức sàn {vi} dBm, quá tầm của trạm hoặc trạm không nghe được máy; "
        "0: ngoài vùng nghiên cứu hoặc thiếu địa hình",
        "1–254: level of −1 to −254 dBm, rounded down (110 is −110 dBm); "
        f"255: of no use: below the floor of {en} dBm, beyond the station's reach or the phone not heard; "
        "0: outside the study area, or terrain is missing",
    )


def _colours_text(scale: Scale, margin_db: float) -> Text:
    """Write the steps of the colours, and that the margins outdoors are in their thresholds."""
    vi, en = ("; ".join(scale.label(i, language) for i in range(len(scale.steps))) for language in LANGUAGES)
    margin_vi, margin_en = (number(margin_db, language, decimals=1) for language in LANGUAGES)
    return Text(
        f"{vi} (ngưỡng của bộ ngưỡng cộng dự trữ ngoài trời {margin_vi} dB)",
        f"{en} (the profile's thresholds plus margins outdoors of {margin_en} dB)",
    )
