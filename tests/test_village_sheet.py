"""A village's sheet from a run: found by any spelling, whole or without what a run did not write, no house in it."""

from __future__ import annotations

import re
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from typer.testing import CliRunner

from phusong.cli.village import app
from phusong.data.names import fold
from phusong.data.terms import LEAST_SHOWN
from phusong.errors import MissingFileError, UnknownNameError
from phusong.study.village_files import DOCUMENTS, read_source, write_village
from phusong.study.village_names import find_village
from phusong.study.village_pictures import draw_pictures
from phusong.study.village_sheet import Source, gather_sheet
from phusong.tenders.village_sheet import VillageSheet
from phusong.words import number

VILLAGES = pd.DataFrame(
    {
        "village_code": ["1-01", "1-02", "2-01", "2-02", ""],
        "village_name": ["Bản Nà Lạ", "Thôn 4", "Thôn 4", "Bản Hòa Bình", "Bản Hoa Binh"],
        "commune_code": ["00001", "00001", "00002", "00002", "00002"],
        "commune_name": ["Xã Mường Hạ", "Xã Mường Hạ", "Phường Cẩm Thành", "Phường Cẩm Thành", "Phường Cẩm Thành"],
    }
)


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("1-01", 0),
        ("Bản Nà Lạ", 0),
        ("na la", 0),
        ("NÀ LẠ", 0),
        ("Ba\u0309n Na\u0300 La\u0323", 0),
        ("Thôn Nà Lạ", 0),
        ("thon 4, muong ha", 1),
        ("Thôn 4, Cẩm Thành", 2),
        ("Bản Hoà Bình", 3),
        ("Bản Hoa Binh", 4),
    ],
)
def test_a_village_is_found_however_it_is_written(written, at):
    """By code; with and without accents, kind, case, composition; with its commune; the exact spelling first."""
    assert find_village(VILLAGES, written) == at


def test_the_commune_may_be_given_apart():
    """By name or by code."""
    assert find_village(VILLAGES, "Thôn 4", commune="cam thanh") == 2
    assert find_village(VILLAGES, "Thôn 4", commune="00001") == 1


def test_several_villages_of_a_name_are_listed_with_their_communes():
    """And the user is told what to add."""
    with pytest.raises(UnknownNameError) as told:
        find_village(VILLAGES, "thon 4")
    assert "Thôn 4 (Phường Cẩm Thành, 2-01); Thôn 4 (Xã Mường Hạ, 1-02)" in told.value.text.vi
    assert "2 villages" in told.value.text.en


@pytest.mark.parametrize(
    ("written", "commune", "said"),
    [("Nà Lạc", "", "gần giống: Bản Nà Lạ"), ("xyz qrt", "", "trong 5 thôn"), ("Nà Lạ", "Mường Hạt", "Mường Hạ")],
)
def test_an_unknown_name_is_answered_with_the_nearest(written, commune, said):
    """Of villages as of communes."""
    with pytest.raises(UnknownNameError) as told:
        find_village(VILLAGES, written, commune=commune)
    assert said in told.value.text.vi


@pytest.fixture(scope="module")
def source(small_province: Path, small_results: Path) -> Source:
    return read_source(small_province / "study.toml", small_results)


@pytest.fixture(scope="module")
def gap(source: Source) -> dict:
    """Return the largest area of a run that lies in a village."""
    gaps = source.results.table("gaps")
    own = gaps[(gaps["village_code"] != "") & (gaps["households"] >= LEAST_SHOWN)]
    return own.sort_values("households", ascending=False).to_dict("records")[0]


def village_of(source: Source, code: str) -> dict:
    villages = source.results.table("villages")
    return villages[villages["village_code"] == code].to_dict("records")[0]


@pytest.fixture(scope="module")
def sheet(source: Source, gap: dict) -> VillageSheet:
    return gather_sheet(source, village_of(source, gap["village_code"]))


def test_the_sheet_repeats_the_tables(source: Source, gap: dict, sheet: VillageSheet):
    """Households by state, areas with their reasons, and the nearest stations that the area names."""
    row = village_of(source, gap["village_code"])
    h = sheet.households
    states = (h.served, h.unserved, h.undetermined, h.no_data)
    assert h.total == row["households"] == sum(states)
    assert next(line.gap_id for line in sheet.gaps) == gap["gap_id"]
    assert sheet.gaps[0].reason.vi == gap["reason_vi"]
    said = "; ".join(f"{s.site_id} " for s in sheet.stations)
    assert re.findall(r"(\S+) \(", gap["nearest_sites"]) == said.replace("; ", "").split()
    assert sheet.rests_on.simulated


def copy_with(source: Source, folder: Path, tables: dict[str, pd.DataFrame]) -> Source:
    shutil.copytree(source.results.folder, folder)
    for name, table in tables.items():
        table.to_parquet(folder / f"{name}.parquet")
    return replace(source, results=replace(source.results, folder=folder))


def made_tables(source: Source, gap: dict) -> dict[str, pd.DataFrame]:
    """Return findings, evidence, a plan, a ranking, and the columns of attributes and routes, for one village."""
    code, gap_id, service = gap["village_code"], gap["gap_id"], source.profile.main_service.key
    own = {"village_code": code, "village_name": gap["village_name"], "commune_code": gap["commune_code"]}
    villages = source.results.places("villages")
    mine = villages["village_code"] == code
    columns = {"route": "fund", "route_vi": "Quỹ thử", "route_en": "A fund", "route_rule": "r1", "gates": "committed",
               "gates_vi": "Cần hỏi", "gates_en": "To ask", "mountainous": "yes", "above_200m_percent": 90.0,
               "steep_percent": 70.0, "border": "no", "island": "no", "commune_region": "III", "road_class": "trail",
               "road_km": 1.5, "grid_km": 3.0, "terrain_vi": "thung lũng", "terrain_en": "valley"}  # fmt: skip
    villages = villages.assign(
        **{name: pd.Series([value], dtype=object).repeat(len(villages)).to_numpy() for name, value in columns.items()}
    )
    villages.loc[~mine, "route"] = ""
    finding = {"finding_id": "K1", "target": "village", **own, "commune_name": "", "gap_id": "", "service": service,
               "finding": "white", "basis": "measured", "modelled": "depression", "declared": "", "confirmed": "",
               "measured": "white", "agrees": False, "disagreement_vi": "khác nhau", "disagreement_en": "they differ",
               "households": 10, "author": "Tổ đo", "dated": "2026-10-20", "reason": "", "provisional": False,
               "provisional_because_vi": "", "provisional_because_en": "", "tender": True}  # fmt: skip
    said = {"target": "village", **own, "gap_id": "", "service": service, "kind": "measured", "source": "tests",
            "operator": "viettel", "technology": "4G", "says": "white", "households": 10, "tests": 6, "author": "",
            "dated": "2026-10-20", "detail_vi": "6 phép đo", "detail_en": "6 tests"}  # fmt: skip
    ranked = {"rank": 3, "gap_id": gap_id, "rank_low": 1, "rank_high": 6}
    site = {"order": 1, "option_id": "HT-001", "kind": "new", "host_site_id": "", "operator": "viettel", "band": "B28",
            "technology": "4G", "height_agl_m": 42.0, "lon_deg": gap["lon_deg"] + 0.01, "lat_deg": gap["lat_deg"],
            "gap_ids": f"LS-0;{gap_id}", "households": 9, "cost_low_vnd": 2e9, "cost_vnd": 3e9, "cost_high_vnd": 4e9,
            "backhaul_vi": "viba", "backhaul_en": "microwave", "power_vi": "điện lưới", "power_en": "grid"}  # fmt: skip
    left = {"gap_id": gap_id, "households": 10, "planned_households": 9, "left_households": 1,
            "left_because_vi": "khuất", "left_because_en": "hidden",
            "advice_vi": "vệ tinh", "advice_en": "satellite"}  # fmt: skip
    rows = {"findings": finding, "evidence": said, "ranking": ranked, "plan_sites": site, "plan_gaps": left}
    return {"villages": villages, **{name: pd.DataFrame([row]) for name, row in rows.items()}}


def test_findings_route_and_plan_are_shown_where_there_are_any(source: Source, gap: dict, tmp_path: Path):
    """The finding above the class, the evidence of it, attributes, route with its rule, the plan's site and ranking."""
    full = copy_with(source, tmp_path / "r", made_tables(source, gap))
    found = gather_sheet(full, village_of(full, gap["village_code"]))
    assert (found.main.finding, found.main.basis, found.main.dated, found.main.agrees) == (
        "white", "measured", "20/10/2026", False)  # fmt: skip
    assert found.measured
    assert [(line.kind, line.operator, line.says) for line in found.evidence] == [("measured", "viettel", "white")]
    assert found.route is not None
    assert (found.route.key, found.route.title.vi, found.route.rule) == ("fund", "Quỹ thử", "r1")
    assert "chưa xác minh" in found.route.source.vi
    assert found.rank.vi == "hạng 3/1 (khoảng 1–6)"
    assert [site.order for site in found.plan_sites] == [1]
    assert any("trạm mới số 1 của phương án" in task.what.vi for task in found.tasks)
    assert "HT-001" not in repr(found)
    assert found.gaps[0].planned == 9
    values = {fact.title.en: fact.value.vi for fact in found.facts}
    assert values["Road"] == "đường mòn (cách 1,5 km)"
    assert values["Mountain village"] == "có (90 % từ 200 m trở lên, 70 % dốc ≥ 15 %)"
    whole = draw_pictures(full, village_of(full, gap["village_code"]), found, "vi")
    assert whole.map_png is not None
    assert whole.profile_png is not None
    assert "Mặt cắt từ trạm" in whole.profile_caption.vi


def test_without_findings_routes_and_plan_the_sheet_is_silent_of_them(source: Source, gap: dict, tmp_path: Path):
    """A run that wrote none of them: what the model and the list say, no route, rank, plan; no day is invented."""
    villages, gaps = (source.results.places(name) for name in ("villages", "gaps"))
    old = {
        name: table.drop(columns="route", errors="ignore") for name, table in (("villages", villages), ("gaps", gaps))
    }
    part = copy_with(source, tmp_path / "r", old)
    for name in ("findings", "evidence", "reliability", "ranking", "plan_sites", "plan_gaps"):
        (part.results.folder / f"{name}.parquet").unlink(missing_ok=True)
    found = gather_sheet(part, village_of(part, gap["village_code"]))
    assert {line.kind for line in found.evidence} <= {"modelled", "reported"}
    assert (found.main.finding, found.rank.vi, found.route, found.planned) == ("", "", None, False)
    assert "không có bảng đánh giá" in found.rests_on.reliability.vi
    assert all(task.by == "" for task in found.tasks)


TABLES = ("gaps", "sites", "households", "communes", "asks", "measure_first", "reconciliation", "findings", "evidence",
          "reliability", "ranking", "plan_sites", "plan_gaps", "test_points", "scenarios")  # fmt: skip


@pytest.mark.parametrize("absent", TABLES)
def test_any_table_may_be_absent(source: Source, gap: dict, tmp_path: Path, absent: str):
    """The sheet is gathered and its pictures drawn without it; only the villages are needed."""
    part = copy_with(source, tmp_path / "r", made_tables(source, gap))
    (part.results.folder / f"{absent}.parquet").unlink(missing_ok=True)
    village = village_of(part, gap["village_code"])
    found = gather_sheet(part, village)
    assert found.village_name == village["village_name"]
    if absent in ("gaps", "communes"):
        assert draw_pictures(part, village, found, "vi").map_png is not None
    if absent == "gaps":
        assert found.gaps == ()


def test_an_area_of_four_households_is_not_placed(source: Source, gap: dict, tmp_path: Path):
    """Neither its centre nor its number is told: only that such areas are there."""
    gaps = source.results.places("gaps")
    gaps.loc[gaps["village_code"] == gap["village_code"], "households"] = 4
    few = copy_with(source, tmp_path / "r", {"gaps": gaps})
    found = gather_sheet(few, village_of(few, gap["village_code"]))
    assert found.gaps == ()
    assert found.small_gap_households >= 4
    assert found.stations_from.vi == "trung tâm thôn"


def test_a_covered_village_without_areas_has_its_sheet(source: Source):
    """No area, no reason, and no profile of a ridge that is in nobody's way."""
    villages = source.results.table("villages")
    gaps = set(source.results.table("gaps")["village_code"])
    covered = villages[(villages["village_class"] == "covered") & ~villages["village_code"].isin(gaps)]
    village = covered.to_dict("records")[0]
    found = gather_sheet(source, village)
    assert found.gaps == ()
    assert draw_pictures(source, village, found, "vi").profile_png is None


@pytest.fixture(scope="module")
def written(small_province: Path, small_results: Path, gap: dict, tmp_path_factory: pytest.TempPathFactory):
    out = tmp_path_factory.mktemp("phieu") / "phieu-thon"
    study = small_province / "study.toml"
    return out, write_village(study, small_results, gap["village_code"], out, documents=DOCUMENTS)


def texts_of(path: Path) -> str:
    """Return everything a file holds that can be read."""
    if path.suffix == ".html":
        return re.sub(r"data:image/png;base64,[^\"]+", "", path.read_text(encoding="utf-8"))
    with zipfile.ZipFile(path) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith((".xml", ".rels")))


def test_the_files_are_named_after_the_village(written, gap: dict):
    """Sheet twice, the answer to voters, one letter an operator."""
    out, paths = written
    slug = re.sub(r"[^a-z0-9]+", "-", fold(gap["village_name"]))
    names = [path.name for path in paths]
    assert names[:3] == [f"{kind}-{slug}-{gap['village_code']}{end}" for kind, end in
                         (("phieu-thon", ".docx"), ("phieu-thon", ".html"), ("tra-loi-cu-tri", ".docx"))]  # fmt: skip
    assert len(names) >= 5
    assert all(path.is_file() and path.parent == out for path in paths)


def test_no_household_stands_in_any_file(written, small_results: Path, small_province: Path, gap: dict):
    """The only coordinates are published centres and places to measure at; no household key either."""
    _, paths = written
    homes = pd.read_parquet(small_results / "households.parquet")
    homes = homes[homes["commune_code"] == gap["commune_code"]]
    text = "".join(texts_of(path) for path in paths)
    assert len(homes)
    published = {
        number(value, decimals=5)
        for table in ("villages", "gaps", "measure_first")
        for column in ("lon_deg", "lat_deg")
        for value in pd.read_parquet(small_results / f"{table}.parquet")[column]
    }
    assert set(re.findall(r"\d+,\d{5}(?!\d)", text)) <= published, "no coordinate but those a run publishes"
    places = {repr(float(value)) for column in ("lon_deg", "lat_deg") for value in homes[column]}
    assert not places & set(re.findall(r"\d+\.\d{4,}", text))
    assert not any(f">{key}<" in text or f" {key} " in text for key in homes["household_key"])


def test_a_second_run_gives_the_same_bytes(written, small_province: Path, small_results: Path, gap: dict, tmp_path):
    """Pictures included."""
    _, paths = written
    study = small_province / "study.toml"
    again = write_village(study, small_results, gap["village_code"], tmp_path / "x", documents=DOCUMENTS)
    assert [path.name for path in again] == [path.name for path in paths]
    assert all(a.read_bytes() == b.read_bytes() for a, b in zip(again, paths, strict=True))


def test_results_and_plan_that_are_not_there_are_told(small_province: Path, small_results: Path, tmp_path: Path):
    """One sentence each."""
    study = small_province / "study.toml"
    with pytest.raises(MissingFileError):
        read_source(study, tmp_path)
    with pytest.raises(MissingFileError):
        read_source(study, small_results, tmp_path / "ke-hoach")


def test_tables_of_a_plan_in_its_own_folder_are_read(source: Source, small_province: Path, gap: dict, tmp_path: Path):
    """``--plan``: what the run did not write is the plan's."""
    for name in ("plan_sites", "plan_gaps"):
        made_tables(source, gap)[name].to_parquet(tmp_path / f"{name}.parquet")
    both = read_source(small_province / "study.toml", source.results.folder, tmp_path)
    found = gather_sheet(both, village_of(both, gap["village_code"]))
    assert found.planned
    assert [site.order for site in found.plan_sites] == [1]
    assert isinstance(both.results.places("gaps"), gpd.GeoDataFrame)


def test_the_command_writes_sheet_and_letters(small_province: Path, small_results: Path, gap: dict, tmp_path: Path):
    """Each file is named on a line; a letter nobody knows is refused with the known ones."""
    run = [str(small_province / "study.toml"), gap["village_code"], "--results", str(small_results)]
    done = CliRunner().invoke(app, [*run, "--out", str(tmp_path / "p"), "--letter", "cu-tri", "--lang", "en"])
    assert done.exit_code == 0, done.output
    assert sorted(path.name.split("-")[0] for path in (tmp_path / "p").iterdir()) == ["answer", "village", "village"]
    refused = CliRunner().invoke(app, [*run, "--letter", "bo"])
    assert isinstance(refused.exception, UnknownNameError)
    assert "cu-tri" in refused.exception.text.vi
