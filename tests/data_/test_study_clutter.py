"""A study lays clutter on bare ground by its own land cover and table, reads them once, and says how it is treated."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
import rasterio
from rasterio.transform import Affine

import phusong.data.inputs as inputs_module
from phusong.data.clutter import clearing, clutter_text
from phusong.data.inputs import read_inputs
from phusong.data.land_cover import read_land_cover
from phusong.errors import MissingFileError, StudyError
from phusong.study import Study, provenance, run_study
from phusong.study.correction import Correction

pytestmark = pytest.mark.slow

LAND_COVER = 'land_cover = "lop_phu.tif"\n'
TABLE = 'clutter_heights = "vat_che.toml"\n'
HOUSEHOLDS = 'households = "ho_dan.csv"\n'


@pytest.fixture(scope="module")
def folder(small_province, tmp_path_factory):
    """Return a copy of the small province with a forest without end (code 7) and a table that knows the code."""
    path = tmp_path_factory.mktemp("clutter") / "tinh"
    shutil.copytree(small_province, path)
    profile = {"driver": "GTiff", "dtype": "uint8", "count": 1, "height": 40, "width": 40}
    everywhere = Affine(0.1, 0.0, 103.0, 0.0, -0.1, 20.5)
    with rasterio.open(path / "lop_phu.tif", "w", crs="EPSG:4326", transform=everywhere, **profile) as out:
        out.write(np.full((40, 40), 7, dtype=np.uint8), 1)
    classes = ("unknown", "water", "open", "residential", "built_up", "forest", "settlement")
    text = "clearing_m = 45\n" + "".join(
        f'[class.{name}]\nheight_m = {10 * k}\nsource = "đo"\n' for k, name in enumerate(classes[:-1])
    )
    text += '[class.settlement]\nheight_m = 2\nsource = "đo"\n[codes]\n7 = "forest"\n'
    (path / "vat_che.toml").write_text(text, encoding="utf-8")
    return path


def study_of(folder, kind, *more, without=""):
    text = (folder / "study.toml").read_text(encoding="utf-8")
    kind_line = 'terrain_kind = "dsm"\n'
    assert kind_line in text
    assert without in text
    text = text.replace(kind_line, f'terrain_kind = "{kind}"\n{"".join(more)}').replace(without, "")
    (folder / "other.toml").write_text(text, encoding="utf-8")
    return Study.read(folder / "other.toml")


def inputs_of(study, monkeypatch):
    """Read the inputs and return them with the number of times the land cover was read."""
    reads = []
    monkeypatch.setattr(inputs_module, "read_land_cover", lambda *a, **k: reads.append(a) or read_land_cover(*a, **k))
    return read_inputs(study.file, study.profile), len(reads)


def test_bare_ground_gets_the_studys_own_heights_and_clearings(folder, monkeypatch):
    """Forest is 50 m by its table and 2 m around every household; land cover is read once."""
    inputs, reads = inputs_of(study_of(folder, "dtm", LAND_COVER, TABLE), monkeypatch)
    terrain, households = inputs.terrain, inputs.households
    near = clearing(terrain, households["lon"], households["lat"], clearing_m=45.0)
    assert near.any()
    assert np.array_equal(terrain.clutter_m, np.where(near, 2, 50))
    assert inputs.clutter_heights.name == "vat_che.toml"
    assert reads == 1


def test_estimated_households_and_clutter_share_one_reading(folder, monkeypatch):
    """Without a household list the same land cover places the households and gives the clutter."""
    inputs, reads = inputs_of(study_of(folder, "dtm", LAND_COVER, TABLE, without=HOUSEHOLDS), monkeypatch)
    assert inputs.estimated
    assert set(np.unique(inputs.terrain.clutter_m)) == {2, 50}
    assert reads == 1


def test_a_surface_model_never_gets_clutter(folder, monkeypatch):
    """With listed households the land cover is not even read."""
    inputs, reads = inputs_of(study_of(folder, "dsm", LAND_COVER, TABLE), monkeypatch)
    assert inputs.terrain.clutter_m is None
    assert inputs.clutter_heights is None
    assert reads == 0


def test_bare_ground_without_land_cover_has_none(folder, monkeypatch):
    """It works, and the sentence says that levels may be optimistic."""
    study = study_of(folder, "dtm")
    inputs, reads = inputs_of(study, monkeypatch)
    assert inputs.terrain.clutter_m is None
    assert reads == 0
    assert "lạc quan" in provenance(study, estimated=False, correction=Correction(calibration=None)).model.vi


def test_a_wrong_table_stops_the_study_even_where_it_is_not_needed(folder):
    """An unknown class, or a table that is not there, is told before anything is computed."""
    (folder / "sai.toml").write_text("clearing_m = -1", encoding="utf-8")
    study = study_of(folder, "dsm", 'clutter_heights = "sai.toml"\n')
    with pytest.raises(StudyError, match="clearing_m"):
        read_inputs(study.file, study.profile)
    with pytest.raises(MissingFileError, match=r"khong\.toml"):
        study_of(folder, "dsm", 'clutter_heights = "khong.toml"\n')


@pytest.mark.parametrize("kind", ["dsm", "dtm"])
@pytest.mark.parametrize("more", [(), (LAND_COVER,)])
def test_the_sentence_stands_beside_the_model(folder, kind, more):
    """In the provenance that every document, map and manifest prints, and in the ledger, in both languages."""
    study = study_of(folder, kind, *more)
    sentence = clutter_text(kind, land_cover_given=bool(more))
    model = provenance(study, estimated=False, correction=Correction(calibration=None)).model
    assert model.vi.endswith(sentence.vi)
    assert model.en.endswith(sentence.en)
    assert sentence in {row.source for row in study.ledger if row.key == "clutter"}


def test_a_profile_that_counts_trees_twice_is_refused_before_anything_is_read(folder):
    """A vegetation margin over a surface model."""
    from importlib import resources

    text = (resources.files("phusong.data.profiles") / "vn-default.toml").read_text(encoding="utf-8")
    (folder / "cay.toml").write_text(text.replace('key = "building"', 'key = "vegetation"'), encoding="utf-8")
    study = (
        (folder / "study.toml").read_text(encoding="utf-8").replace('profile = "vn-default"', 'profile = "cay.toml"')
    )
    (folder / "twice.toml").write_text(study, encoding="utf-8")
    with pytest.raises(StudyError, match="vegetation"):
        Study.read(folder / "twice.toml")


def test_a_whole_study_over_bare_ground_keeps_its_table(folder, tmp_path):
    """The manifest holds the heights with their sources, the ledger says they are computed along each path."""
    study_of(folder, "dtm", LAND_COVER, TABLE)
    manifest = run_study(folder / "other.toml", tmp_path / "ket-qua").manifest
    table = manifest["clutter_heights"]
    assert (table["table"], table["clearing_m"]) == ("vat_che.toml", 45.0)
    assert table["classes"]["forest"] == {"height_m": 50, "source": "đo"}
    assert {row["key"]: row["treatment"] for row in manifest["ledger"]}["clutter"] == "computed"
