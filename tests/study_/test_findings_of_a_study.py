"""A study's findings from its files: whole, consistent, in a workbook, and nearer the truth with every measurement."""

from __future__ import annotations

import json

import check_findings
import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

from phusong.cli.findings import app
from phusong.coverage.findings import PRECEDENCE
from phusong.data.store import MANIFEST, write_parquet
from phusong.errors import MissingFileError, UnknownNameError
from phusong.study.findings_book import findings_of_results, findings_of_study, write_findings
from phusong.study.reliability import reliability_text

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def found(small_province):
    """What the small province's study concludes."""
    return findings_of_study(small_province / "study.toml")


@pytest.fixture(scope="module")
def scene(small_province):
    """The small province's study with its hidden truth."""
    return check_findings.scene_of(small_province)


def test_every_target_has_one_finding_and_all_its_evidence(found):
    """Findings and evidence speak of the same villages, services and gaps; what each kind said is in the evidence."""
    findings, evidence = found.tables["findings"], found.tables["evidence"]
    key = ["target", "village_code", "gap_id", "service"]
    assert findings["finding_id"].is_unique and not findings.duplicated(key).any()
    assert set(map(tuple, evidence[key].to_numpy())) == set(map(tuple, findings[key].to_numpy()))
    modelled = evidence[evidence["kind"] == "modelled"]
    assert len(modelled) == len(findings)
    merged = findings.merge(modelled[[*key, "says"]], on=key)
    assert (merged["modelled"] == merged["says"]).all()
    for kind in PRECEDENCE:
        silent = findings[findings[kind] == ""]
        spoken = evidence[evidence["kind"] == kind]
        assert not set(map(tuple, silent[key].to_numpy())) & set(map(tuple, spoken[key].to_numpy()))
    assert not (findings["tender"] & findings["provisional"]).any()
    assert findings.loc[findings["tender"], "finding"].isin(["white", "depression", "unserved"]).all()


def test_the_reliability_counts_close(found):
    """Communes add up to the whole; the line says what the table says."""
    table = found.tables["reliability"]
    whole, communes = table[table["commune_code"] == ""].iloc[0], table[table["commune_code"] != ""]
    for name in ("tests", "decided", "right", "undetermined"):
        assert communes[name].sum() == whole[name]
    assert (table["decided"] + table["undetermined"] == table["tests"]).all()
    assert (table["right"] <= table["decided"]).all()
    assert f"{whole['right']}/{whole['decided']}" in found.reliability.vi


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_workbook_has_its_sheets_and_the_same_bytes(found, tmp_path, language):
    """Findings, evidence, disagreements, test points, reliability, how to record; no home's position anywhere."""
    paths = [tmp_path / name for name in ("a.xlsx", "b.xlsx")]
    for path in paths:
        write_findings(path, found, dated=found.study.dated, language=language)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    book = openpyxl.load_workbook(paths[0])
    assert len(book.sheetnames) == 6
    texts = [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row if cell.value]
    assert found.reliability.to(language) in texts
    assert not any(text in ("nan", "None", "NaT", "True", "False") for text in texts)


def test_test_points_stand_at_nobodys_house_and_for_five_households_or_more(found, small_province):
    """Positions of the household list never appear among the places to measure at."""
    points = found.tables["test_points"]
    homes = pd.read_csv(small_province / "ho_dan.csv", dtype=str)
    lon = next(name for name in homes.columns if name.startswith("Kinh"))
    written = {round(float(value.replace(",", ".")), 5) for value in homes[lon].dropna()}
    lat = next(name for name in homes.columns if name.startswith("Vĩ"))
    houses = {
        (round(float(x.replace(",", ".")), 5), round(float(y.replace(",", ".")), 5))
        for x, y in zip(homes[lon], homes[lat], strict=True)
    }
    assert written and not set(zip(points["lon_deg"], points["lat_deg"], strict=True)) & houses
    assert (points["households"] >= 5).all() and points["households"].is_monotonic_decreasing


def test_one_village_alone_keeps_its_own_rows_only(found):
    """By code or by name; an unknown one is one sentence."""
    code, name = found.tables["findings"][["village_code", "village_name"]].iloc[0]
    one = found.of_village(code)
    assert set(one.tables["findings"]["village_code"]) == {code} == set(one.tables["evidence"]["village_code"])
    assert code in set(found.of_village(name.lower()).tables["findings"]["village_code"])
    with pytest.raises(UnknownNameError, match="No village"):
        found.of_village("Bản Không Có")


def test_the_command_writes_the_book_from_results_that_hold_the_tables(found, small_province, tmp_path):
    """Nothing is predicted anew; results without the tables say what to do."""
    study = str(small_province / "study.toml")
    (tmp_path / MANIFEST).write_text(json.dumps({"calibration": {"adopted": False}}), encoding="utf-8")
    with pytest.raises(MissingFileError, match="have no table"):
        findings_of_results(small_province / "study.toml", tmp_path)
    for name, table in found.tables.items():
        write_parquet(tmp_path / f"{name}.parquet", table)
    out = tmp_path / "ket-luan.xlsx"
    said = CliRunner().invoke(app, [study, "--results", str(tmp_path), "--out", str(out), "--lang", "en", "--json"])
    assert said.exit_code == 0 and out.is_file()
    assert json.loads(said.stdout.splitlines()[-1])["counts"] == found.counts
    code = found.tables["findings"]["village_code"].iloc[0]
    said = CliRunner().invoke(app, [study, "--results", str(tmp_path), "--out", str(out), "--village", code])
    assert "mô hình" in said.stdout
    again = findings_of_results(small_province / "study.toml", tmp_path)
    assert again.reliability == found.reliability == reliability_text_of(found)


def reliability_text_of(found):
    """The line worked out once more from the table."""
    row = found.tables["reliability"].iloc[0]
    from phusong.coverage.reliability import Reliability

    names = ("tests", "places", "decided", "decided_places", "right", "low_percent", "high_percent", "interval_percent")
    return reliability_text(Reliability(**{name: row[name] for name in names}))


def test_the_line_says_when_nothing_was_measured_and_when_the_tests_made_the_model(found):
    """No measurement is no reliability; a calibrated model is not judged by its own tests."""
    from phusong.coverage.reliability import Reliability

    nothing = Reliability(
        tests=0,
        places=0,
        decided=0,
        decided_places=0,
        right=0,
        low_percent=0.0,
        high_percent=0.0,
        interval_percent=90.0,
    )
    assert "chưa có phép đo" in reliability_text(nothing).vi
    some = Reliability(
        tests=9,
        places=5,
        decided=8,
        decided_places=4,
        right=7,
        low_percent=60.0,
        high_percent=97.0,
        interval_percent=90.0,
    )
    assert "không phải kiểm chứng độc lập" in reliability_text(some, calibrated=True).vi
    assert "7/8 (87,5 %)" in reliability_text(some).vi and "60,0–97,0 %" in reliability_text(some).vi
    assert "independent" not in reliability_text(some).en


def test_measurements_bring_findings_nearer_the_hidden_truth(scene):
    """With all places measured fewer villages are open and more are right than with none; few findings are wrong."""
    table = check_findings.improvement(scene, 1, shares=(0, 100))
    own = table[(table["target"] == "village") & ~table["reported"]].set_index("percent")
    assert own.loc[100, "undetermined"] < own.loc[0, "undetermined"]
    assert own.loc[100, "right"] > own.loc[0, "right"]
    total = own.loc[100, ["right", "undetermined", "wrong"]].sum()
    assert own.loc[100, "wrong"] <= 0.15 * total


def test_the_reliability_interval_holds_the_hidden_share(scene):
    """In nine of ten seeds, with few places and with many."""
    pool = check_findings.pool_of(scene)
    for places in (15, 60):
        held, _ = check_findings.coverage(pool, places, 200)
        assert held >= 87.0
