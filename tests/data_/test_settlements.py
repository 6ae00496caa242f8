"""Households find their villages however the names are typed; nothing is joined by a guess."""

from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from shapely.geometry import box

from phusong.coverage.network import Inventory
from phusong.data.inventory import unknown_here
from phusong.data.settlements import settle
from phusong.data.store import MANIFEST, OutputError, whole_folder, write_json, write_parquet
from phusong.data.study_file import read_study_file
from phusong.errors import MissingFileError, StudyError

VILLAGES = pd.DataFrame(
    {
        "village_code": ["V1", "V2", "V3", "V4"],
        "village_name": ["Thôn Hoà Bình", "Bản Nà Lốc", "Thôn Trung", "Bản Trung"],
        "commune_code": ["99001", "99001", "99002", "99002"],
        "lon": [105.1, 105.2, np.nan, np.nan],
        "lat": [18.5, 18.6, np.nan, np.nan],
    }
)


def households(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["commune_code", "village_code", "village_name"])


@pytest.mark.parametrize(
    "written",
    [
        "Thôn Hoà Bình",
        "thôn hòa bình",
        "Hoà Bình",
        "  HOÀ   BÌNH ",
        unicodedata.normalize("NFD", "Thôn Hoà Bình"),
    ],
)
def test_a_village_is_found_however_its_name_is_typed(written: str) -> None:
    """Tone-mark placement, letter case, spaces, NFD and a left-out "Thôn" make no difference."""
    _, found = settle(VILLAGES, households(("99001", "", written)))
    assert found.tolist() == [0]


def test_the_code_decides_before_the_name() -> None:
    """A stated village code is taken even where the name says another village."""
    _, found = settle(VILLAGES, households(("99001", "V2", "Thôn Hoà Bình")))
    assert found.tolist() == [1]


def test_a_name_that_stands_twice_in_a_commune_is_not_guessed() -> None:
    """The name Trung may be either of two villages: the household gets one of its own, neither of them."""
    table, found = settle(VILLAGES, households(("99002", "", "Trung")))
    assert found.tolist() == [4]
    assert table["village_code"].tolist() == ["V1", "V2", "V3", "V4", "99002-1"]


def test_villages_only_the_households_name_are_added_once() -> None:
    """Two spellings of one unlisted village make one village; a household that names none has none."""
    table, found = settle(
        VILLAGES,
        households(("99001", "", "Bản Mới"), ("99001", "", "bản mới"), ("99001", "", ""), ("99002", "", "Bản Mới")),
    )
    assert found.tolist() == [4, 4, -1, 5]
    assert len(table) == 6


def test_without_a_village_list_households_make_the_villages() -> None:
    """An empty list of villages is filled from the households alone."""
    table, found = settle(pd.DataFrame(), households(("99001", "", "A"), ("99001", "", "B")))
    assert (len(table), found.tolist()) == (2, [0, 1])


COMMUNES = gpd.GeoDataFrame(
    {"commune_code": ["99001", "99002"]},
    geometry=[box(105.0, 18.0, 105.5, 18.5), box(105.5, 18.0, 106.0, 18.5)],
    crs=4326,
)
LON, LAT = np.array([105.25, 105.48, 105.75, 105.99]), np.array([18.25, 18.25, 18.25, 18.25])


@pytest.mark.parametrize(
    ("inventory", "expected"),
    [
        (Inventory(operator="a", completeness="complete", declared_on=date(2026, 10, 1)), [False] * 4),
        (Inventory(operator="a", completeness="none"), [True] * 4),
        (Inventory(operator="a", completeness="partial", missing_communes=("99002",)), [False, True, True, True]),
        (Inventory(operator="a", completeness="partial"), [True] * 4),
        (Inventory(operator="a", completeness="complete", neighbours_listed=False), [False, False, False, True]),
    ],
)
def test_where_a_list_may_miss_sites_follows_its_declaration(inventory: Inventory, expected: list[bool]) -> None:
    """Nowhere, everywhere, within 5 km of the communes left out, or within 5 km of the border."""
    (flags,) = unknown_here([inventory], COMMUNES, LON, LAT, reach_km=5.0).values()
    assert flags.tolist() == expected


def test_without_boundaries_a_partial_list_may_miss_sites_anywhere() -> None:
    """No polygons, no way to say where the missing communes are."""
    partial = Inventory(operator="a", completeness="partial", missing_communes=("99002",))
    assert unknown_here([partial], None, LON, LAT, reach_km=5.0)["a"].all()


def test_every_mistake_in_a_study_file_is_named_at_once(tmp_path: Path) -> None:
    """Unknown sections and entries, wrong types and missing ones come in one message in both languages."""
    path = tmp_path / "study.toml"
    path.write_text(
        '[study]\nname = 3\nprovnce = "1"\n[inputs]\nterrain_kind = "dem"\nstations = [1]\n[more]\n', encoding="utf-8"
    )
    with pytest.raises(StudyError) as caught:
        read_study_file(path)
    for word in ("name", "provnce", "terrain_kind", "stations", "[more]", "province_code", "terrain"):
        assert word in caught.value.text.vi
        assert word in caught.value.text.en


def test_all_missing_files_are_named_at_once(tmp_path: Path) -> None:
    """Each input that is not there is in the message."""
    path = tmp_path / "study.toml"
    path.write_text(
        '[study]\nname = "a"\nprovince_code = "99"\n[inputs]\nterrain_kind = "dsm"\n'
        'stations = ["t.xlsx"]\nterrain = "dem"\n',
        encoding="utf-8",
    )
    with pytest.raises(MissingFileError) as caught:
        read_study_file(path)
    assert "t.xlsx" in caught.value.text.vi
    assert "dem" in caught.value.text.vi


def test_a_results_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    """A failure keeps the older results and leaves nothing beside; a foreign folder is refused untouched."""
    out = tmp_path / "out"
    with whole_folder(out) as folder:
        write_json(folder / MANIFEST, {"run": 1})
    with pytest.raises(KeyboardInterrupt), whole_folder(out) as folder:
        write_json(folder / MANIFEST, {"run": 2})
        raise KeyboardInterrupt
    assert '"run": 1' in (out / MANIFEST).read_text(encoding="utf-8")
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "a.txt").touch()
    with pytest.raises(OutputError), whole_folder(foreign):
        pass
    assert [p.name for p in foreign.iterdir()] == ["a.txt"]


def test_two_runs_at_once_do_not_meet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes that write the same folder each have their own; the last to finish stands, whole."""
    out = tmp_path / "out"
    monkeypatch.setattr("os.getpid", lambda: 1)
    with whole_folder(out) as first:
        write_json(first / MANIFEST, {"run": 1})
        monkeypatch.setattr("os.getpid", lambda: 2)
        with whole_folder(out) as second:
            assert first != second
            write_json(second / MANIFEST, {"run": 2})
        assert '"run": 2' in (out / MANIFEST).read_text(encoding="utf-8")
    assert '"run": 1' in (out / MANIFEST).read_text(encoding="utf-8")


def test_a_table_is_written_as_the_same_bytes(tmp_path: Path) -> None:
    """Twice the same table, with and without geometry, gives twice the same file."""
    plain = pd.DataFrame({"a": [1, 2], "b": ["x", "ừ"]})
    for name, table in (("plain", plain), ("geo", COMMUNES)):
        for k in (1, 2):
            write_parquet(tmp_path / f"{name}{k}.parquet", table)
        assert (tmp_path / f"{name}1.parquet").read_bytes() == (tmp_path / f"{name}2.parquet").read_bytes()
