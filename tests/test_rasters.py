"""Rasters of a study: the levels of its engine inside its communes, whole files or none, mistakes in one sentence."""

from __future__ import annotations

import json
import math
import shutil
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import rasterio
import shapely
from interrupting import interrupted

from phusong.cli import main
from phusong.cli.screen import INTERRUPTED, MISTAKE
from phusong.coverage.area import area_over
from phusong.coverage.kernel_arrays import MIDDLE, NONE
from phusong.coverage.prediction import Points, predict
from phusong.data.coverage_values import BELOW_FLOOR_VALUE, NO_DATA_VALUE
from phusong.data.digests import sha256_of
from phusong.data.inputs import read_inputs
from phusong.data.store import OutputError
from phusong.errors import OutOfRangeError
from phusong.study import Study, rasters
from phusong.study.rasters import MAX_CELLS, RasterError, Rasters, make_rasters
from phusong.words import Text

COARSE_M = 1000.0


@pytest.fixture(scope="module")
def made(small_province: Path, tmp_path_factory: pytest.TempPathFactory) -> Rasters:
    """Return the rasters of the main service of the small province."""
    out = tmp_path_factory.mktemp("rasters") / "ket-qua"
    return make_rasters(small_province / "study.toml", out, resolution_m=COARSE_M)


def values(path: Path) -> np.ndarray:
    with rasterio.open(path) as file:
        read: np.ndarray = file.read(1)
    return read


def test_all_layers_of_the_main_service_are_made(made: Rasters, small_province: Path) -> None:
    """Without names every layer of mobile data gets its file, and nothing else stands in the folder."""
    assert set(made.files) >= {"viettel_4g", "vinaphone_4g", "mobifone_4g"}
    assert {name.rpartition("_")[2] for name in made.files} <= {"4g", "5g"}
    folder = next(iter(made.files.values())).parent
    expected = {f"coverage_{name}.{suffix}" for name in made.files for suffix in ("tif", "qml")}
    assert {p.name for p in folder.iterdir()} == expected


def test_a_raster_holds_the_levels_of_the_engine_in_the_communes(made: Rasters, small_province: Path) -> None:
    """At each centre inside, minus the value is the middle level rounded down; outside the communes there is none."""
    study = Study.read(small_province / "study.toml")
    inputs = read_inputs(study.file, study.profile)
    assert inputs.communes is not None
    with rasterio.open(made.files["viettel_4g"]) as file:
        found = file.read(1)
        lon, lat = (np.asarray(axis) for axis in file.xy(*np.indices(found.shape).reshape(2, -1)))
    points = Points(lon_deg=lon, lat_deg=lat, of_household=np.arange(lon.size))
    prediction = predict(inputs.network, inputs.terrain, points, study.profile)
    at = [layer.key for layer in prediction.layers].index("viettel_4g")
    level = prediction.level[:, at, MIDDLE].reshape(found.shape)
    inside = shapely.contains_xy(inputs.communes.union_all(), lon, lat).reshape(found.shape)
    assert inside.sum() == made.cells_inside > 100
    assert (found[~inside] == NO_DATA_VALUE).all()
    received = inside & (level != NONE)
    assert received.sum() > 50
    assert np.array_equal(-found[received].astype(int), np.floor(level[received] / 100).astype(int))
    nothing = inside & (level == NONE) & (prediction.unseen[:, at] == NONE).reshape(found.shape)
    assert (found[nothing] == BELOW_FLOOR_VALUE).all()


def test_the_file_says_what_it_is(made: Rasters, small_province: Path) -> None:
    """Study, layer, model, thresholds with their margins, that the data are simulated, the digests of the inputs."""
    with rasterio.open(made.files["viettel_4g"]) as file:
        tags, description = file.tags(), file.descriptions[0]
    assert description.startswith("Viettel 4G: mức thu trung vị ngoài trời")
    assert tags["LAYER"] == "viettel_4g"
    assert tags["SIMULATED_DATA"] == "có"
    assert tags["STATION_LIST"] in ("đầy đủ", "chưa đầy đủ")
    assert "chưa trừ dự trữ" in tags["QUANTITY"]
    assert "Yếu: -114 – dưới -104 dBm; Đạt ngưỡng: -104 – dưới -94 dBm" in tags["COLOURS"]
    assert "dự trữ ngoài trời 5,4 dB" in tags["COLOURS"]
    assert "P.1812-8" in tags["MODEL"]
    assert sha256_of(small_province / "tram_viettel.xlsx") in tags["INPUTS_SHA256"]


def test_the_qgis_style_colours_every_value_as_the_palette_does(made: Rasters) -> None:
    """The first item whose value is not below that of a cell gives its colour, as QGIS picks it; no step is unnamed."""
    path = made.files["viettel_4g"]
    shader = ElementTree.parse(path.with_suffix(".qml")).find("pipe/rasterrenderer/rastershader/colorrampshader")
    assert shader is not None
    items = [(float(item.attrib["value"]), item.attrib["color"]) for item in shader.findall("item")]
    assert items == sorted(items)
    with rasterio.open(path) as file:
        palette = file.colormap(1)
    for value in range(1, 256):
        colour = next(colour for most, colour in items if value <= most)
        assert colour == "#{:02X}{:02X}{:02X}".format(*palette[value][:3]), value
    labels = [item.attrib["label"] for item in shader.findall("item")]
    assert labels[0] == "Mạnh: từ -84 dBm"
    assert labels[-2:] == ["Rất yếu: dưới -114 dBm", "dưới mức sàn"]


def test_the_same_study_gives_the_same_bytes_and_leaves_other_files_alone(
    made: Rasters, small_province: Path, tmp_path: Path
) -> None:
    """One layer alone, made again into a folder with a report of somebody's: same digest, the report stays."""
    (tmp_path / "report.xlsx").write_bytes(b"mine")
    again = make_rasters(small_province / "study.toml", tmp_path, layers=["viettel_4g"], resolution_m=COARSE_M)
    assert sha256_of(again.files["viettel_4g"]) == sha256_of(made.files["viettel_4g"])
    expected = {"coverage_viettel_4g.qml", "coverage_viettel_4g.tif", "report.xlsx"}
    assert {p.name for p in tmp_path.iterdir()} == expected


def test_without_boundaries_the_area_is_around_the_households(
    small_province: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The box of the households and 5 km on each side, every cell of it."""
    monkeypatch.setenv("PHUSONG_HOME", str(tmp_path / "home"))
    province = shutil.copytree(small_province, tmp_path / "tinh")
    study = province / "study.toml"
    text = study.read_text(encoding="utf-8")
    assert 'communes = "ranh_gioi.gpkg"\n' in text
    study.write_text(text.replace('communes = "ranh_gioi.gpkg"\n', ""), encoding="utf-8")
    made = make_rasters(study, tmp_path / "out", layers=["viettel_4g"], resolution_m=2000.0)
    read = Study.read(study)
    homes = read_inputs(read.file, read.profile).households
    with rasterio.open(made.files["viettel_4g"]) as file:
        box = file.bounds
    assert made.cells_inside == made.area.cells
    assert 5.0 <= (homes["lat"].min() - box.bottom) * 110.6 <= 7.1
    assert 5.0 <= (box.right - homes["lon"].max()) * 105.5 <= 7.1


@pytest.mark.parametrize("interrupted", ["rasters.finish_raster", "rasters.read_inputs"])
def test_interrupted_it_keeps_the_older_file_whole(
    made: Rasters, small_province: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, interrupted: str
) -> None:
    """Ctrl-C while reading or while finishing: the old raster stands as it was and nothing new beside it."""
    old = shutil.copy(made.files["viettel_4g"], tmp_path)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(f"phusong.study.{interrupted}", stop)
    for out in (tmp_path, tmp_path / "new"):
        with pytest.raises(KeyboardInterrupt):
            make_rasters(small_province / "study.toml", out, layers=["viettel_4g"], resolution_m=COARSE_M)
    assert [p.name for p in tmp_path.iterdir()] == [Path(old).name]
    assert sha256_of(Path(old)) == sha256_of(made.files["viettel_4g"])


@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C reaches a child differently on Windows")
def test_ctrl_c_while_predicting_leaves_nothing_behind(small_province: Path, tmp_path: Path) -> None:
    """Interrupted in the middle, ``raster`` ends with 130 and no folder."""
    out = tmp_path / "out"
    arguments = ["raster", str(small_province / "study.toml"), "--out", str(out), "--resolution", "20"]
    code, err = interrupted(arguments, step=2, after_s=0.5)
    assert code == INTERRUPTED
    assert "Traceback" not in err
    assert list(tmp_path.iterdir()) == []


def test_mistakes_are_named(small_province: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A layer nobody has, a resolution out of range, a file for a folder, too many cells: each says what is allowed."""
    study, out = small_province / "study.toml", tmp_path / "out"

    def mistake(error: type[Exception], **asked: object) -> Text:
        with pytest.raises(error) as caught:
            make_rasters(study, out, **asked)  # type: ignore[arg-type]
        text: Text = caught.value.text  # type: ignore[attr-defined]
        return text

    unknown = mistake(RasterError, layers=["viettel_4g", "viettel_6g"])
    assert "“viettel_6g”" in unknown.vi
    assert "viettel_4g" in unknown.vi
    assert "10" in mistake(OutOfRangeError, resolution_m=9.0).vi
    assert "2000" in mistake(OutOfRangeError, resolution_m=2001.0).en
    monkeypatch.setattr(rasters, "MAX_CELLS", 100)
    assert "--resolution" in mistake(RasterError).en
    assert not out.exists()
    out.write_bytes(b"mine")
    assert "out" in mistake(OutputError, layers=["viettel_4g"]).vi
    assert out.read_bytes() == b"mine"


@pytest.mark.parametrize("resolution_m", [10.0, 17.3, 50.0])
def test_the_resolution_it_advises_is_coarse_enough(resolution_m: float) -> None:
    """A box with too many cells has few enough at the resolution the message names, and not far fewer."""
    side_deg = 1.5 * resolution_m * math.sqrt(MAX_CELLS) / 111_000
    bounds = (105.0, 18.0, 105.0 + side_deg, 18.0 + side_deg)
    area = area_over(bounds, resolution_m)
    assert area.cells > MAX_CELLS
    advised_m = float(rasters._too_many(area.cells, resolution_m).en.split("--resolution ")[1].split()[0])
    assert MAX_CELLS / 3 < area_over(bounds, advised_m).cells <= MAX_CELLS


def test_the_command_writes_the_layers_it_is_given(
    capfd: pytest.CaptureFixture[str], small_province: Path, tmp_path: Path
) -> None:
    """--layer twice makes two files and says so; an unknown one ends with exit code 2 and one line."""
    study, out = str(small_province / "study.toml"), str(tmp_path / "out")
    asked = ["--layer", "viettel_4g", "--layer", "vinaphone_2g", "--resolution", "2000"]
    with pytest.raises(SystemExit) as ended:
        main(["raster", study, "--out", out, *asked, "--json", "--lang", "en"])
    said = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert not ended.value.code
    assert [line["step"] for line in said if line["event"] == "step"] == [1, 2, 3]
    assert set(said[-1]["files"]) == {"viettel_4g", "vinaphone_2g"}
    assert (values(Path(out) / "coverage_vinaphone_2g.tif") != NO_DATA_VALUE).sum() == said[-1]["cells_inside"]
    with pytest.raises(SystemExit) as ended:
        main(["raster", study, "--out", out, "--layer", "abc", "--quiet"])
    assert ended.value.code == MISTAKE
    assert len(capfd.readouterr().err.strip().splitlines()) == 1
