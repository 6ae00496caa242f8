"""``accept``: samples are screened with a reason each, and the files and the command say what was found."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path

import docx
import numpy as np
import openpyxl
import pandas as pd
import pytest
from tenders_.made_drive_tests import DAY, MINIMUM_DBM, Drive, ask_of, checked, drive_tests, made_villages

from phusong.cli import main
from phusong.errors import BadInputError, OutOfRangeError, UnknownNameError
from phusong.tenders.acceptance.accept import accept, judge
from phusong.tenders.acceptance.cells import read_cells
from phusong.tenders.acceptance.files import write_files
from phusong.tenders.acceptance.results import Acceptance
from phusong.tenders.acceptance.screening import LEFT_OUT
from phusong.tenders.acceptance.tracks import implausible
from phusong.tenders.package.canonical import write_package
from phusong.tenders.package.values import Package
from phusong.tenders.parts import Making

PACKAGE = made_villages(2, 2, samples=120)
SAMPLES = drive_tests(PACKAGE, [Drive(truth=1.0), Drive(truth=0.6)], np.random.default_rng(2))
ORDER = {"fail": 0, "undecided": 1, "pass": 2}


def _judge(samples: pd.DataFrame, package: Package = PACKAGE) -> Acceptance:
    return judge(package, checked(samples), ask_of(package))


def _figures(found: Acceptance) -> list[object]:
    return [(one.decision, one.samples, one.levels_dbm, one.points) for one in found.villages]


def _counts(found: Acceptance) -> dict[str, int]:
    return {key: count for key, count in found.counts if count}


def _changed(first: int, **values: object) -> pd.DataFrame:
    """Return the samples with the first so many changed."""
    samples = SAMPLES.copy()
    for name, value in values.items():
        if name not in samples:
            samples[name] = "" if isinstance(value, str) else np.nan
        samples.loc[: first - 1, name] = value
    return samples


def test_a_good_village_passes_and_a_bad_one_fails():
    """With figures, points and levels to show for it."""
    found = _judge(SAMPLES)
    assert [one.decision.verdict for one in found.villages] == ["pass", "fail"]
    assert not found.passed
    good = found.villages[0]
    assert good.levels_dbm is not None and good.levels_dbm[0] < good.levels_dbm[1] < good.levels_dbm[2]
    assert [point.missing for point in good.points] == [False, False]
    assert sum(count for _, count in found.counts) == len(SAMPLES)
    assert len(found.left_out) == len(SAMPLES) - dict(found.counts)[""]


@pytest.mark.parametrize(
    ("reason", "values"),
    [
        ("wrong_operator", {"operator": "vinaphone"}),
        ("operator_unknown", {"operator": ""}),
        ("not_mobile", {"mcc": 457.0}),
        ("not_mobile", {"tech": "wifi"}),
        ("no_time", {"time": pd.NaT}),
        ("environment", {"environment": "vehicle"}),
        ("environment", {"environment": "indoor"}),
        ("accuracy_unknown", {"accuracy_m": np.nan}),
        ("accuracy", {"accuracy_m": 30.5}),
        ("window", {"time": pd.Timestamp("2027-03-01 13:00")}),
        ("wrong_pci", {"pci": 7.0}),
        ("pci_unknown", {"pci": np.nan}),
        ("no_level", {"rsrp_dbm": np.nan}),
        ("period", {"time": pd.Timestamp("2026-11-01 08:00")}),
        ("place", {"lat": 23.4}),
        ("technology", {"tech": "3G"}),
    ],
)
def test_every_sample_left_out_has_its_reason(reason, values):
    """And leaves the others as they were; a sample of another technology stays where nothing else was measured."""
    before = _counts(_judge(SAMPLES)).get(reason, 0)
    device = {"device": "máy khác"}  # a track of its own, so that nothing else looks like a jump
    found = _counts(_judge(_changed(3, **values, **device)))
    more = found.get(reason, 0) - before
    assert more == 3 or (reason == "technology" and found.get(reason, 0) <= 3)
    assert set(found) <= {"", *LEFT_OUT}


def test_samples_without_service_count_as_bad():
    """A phone without signal is a bad place, whatever it says of cell or level."""
    samples = SAMPLES.assign(signal=pd.Series([False] * len(SAMPLES), dtype="boolean"), pci=np.nan)
    assert [one.decision.verdict for one in _judge(samples).villages] == ["fail", "fail"]
    none = SAMPLES.assign(tech="none", rsrp_dbm=np.nan)
    assert [one.decision.share_percent for one in _judge(none).villages] == [0.0, 0.0]


def test_a_place_with_another_technology_only_counts_as_bad():
    """Leaving bad places out because the phone fell back would let a village pass."""
    rng = np.random.default_rng(3)
    samples = drive_tests(PACKAGE, [Drive(truth=0.85)] * 2, rng)
    fallen = samples.assign(tech=np.where(samples["rsrp_dbm"] < MINIMUM_DBM, "3G", "4G"))
    before, after = _judge(samples), _judge(fallen)
    for one, other in zip(before.villages, after.villages, strict=True):
        assert other.decision.verdict != "pass"
        assert ORDER[other.decision.verdict] <= max(ORDER[one.decision.verdict], ORDER["undecided"])


def test_samples_of_another_operator_change_nothing():
    """Whatever they say and wherever they are."""
    rng = np.random.default_rng(4)
    others = SAMPLES.assign(
        operator="vinaphone", rsrp_dbm=-50.0, lat=SAMPLES["lat"] + rng.normal(0.0, 0.01, len(SAMPLES))
    )
    assert _figures(_judge(pd.concat([SAMPLES, others], ignore_index=True))) == _figures(_judge(SAMPLES))


@pytest.mark.parametrize("more_db", [0.5, 3.0, 20.0])
def test_higher_levels_never_turn_a_pass_into_a_fail(more_db):
    """Every verdict stays or improves."""
    samples = drive_tests(PACKAGE, [Drive(truth=0.9), Drive(truth=0.99)], np.random.default_rng(8))
    before = _judge(samples).villages
    after = _judge(samples.assign(rsrp_dbm=samples["rsrp_dbm"] + more_db)).villages
    for one, other in zip(before, after, strict=True):
        assert ORDER[other.decision.verdict] >= ORDER[one.decision.verdict]


def test_the_order_of_samples_changes_nothing():
    """Nor does telling them twice."""
    order = np.random.default_rng(9).permutation(len(SAMPLES))
    assert _figures(_judge(SAMPLES.iloc[order].reset_index(drop=True))) == _figures(_judge(SAMPLES))
    twice = _judge(pd.concat([SAMPLES, SAMPLES], ignore_index=True))
    assert _figures(twice) == _figures(_judge(SAMPLES))
    assert _counts(twice)["duplicate"] == len(SAMPLES)


def test_one_window_is_not_enough():
    """All samples in the morning: not decided, and the window is named."""
    time = pd.Series(pd.Timestamp("2027-03-01 08:00") + pd.to_timedelta(np.arange(len(SAMPLES)) * 10, unit="s"))
    samples = SAMPLES.assign(time=time.astype("datetime64[s]"), device=[f"m{i}" for i in range(len(SAMPLES))])
    for one in _judge(samples).villages:
        assert one.decision.verdict == "undecided"
        assert {why.key for why in one.decision.reasons} == {"window_missing"}


def test_speed_is_judged_where_a_least_speed_is_set():
    """As a service of its own; samples without a speed say nothing of it."""
    settings = tuple(
        dataclasses.replace(s, value="5") if s.key == "acceptance_min_dl_mbps" else s for s in PACKAGE.settings
    )
    package = dataclasses.replace(PACKAGE, settings=settings)
    fast = _judge(SAMPLES.assign(dl_mbps=8.0), package)
    assert [(v.service, v.decision.verdict) for v in fast.villages[:2]] == [("signal", "pass"), ("speed", "pass")]
    slow = _judge(SAMPLES.assign(dl_mbps=2.0), package)
    assert slow.villages[1].decision.verdict == "fail"
    silent = _judge(SAMPLES, package).villages[1].decision
    assert (silent.verdict, silent.reasons[0].key) == ("undecided", "no_samples")


def test_a_jump_there_and_back_loses_the_samples_between():
    """And no others; a slow journey is no jump; a track that jumps once keeps its longer piece."""
    time = np.arange(0.0, 100.0, 10.0)
    x = 10.0 * np.arange(10)
    device = np.array(["a"] * 10, dtype=object)
    y = np.where((time >= 40) & (time < 60), 2000.0, 0.0)
    found = implausible(time, x, y, device, speed_m_s=20.0, slack_m=60.0)
    assert np.flatnonzero(found).tolist() == [4, 5]
    once = implausible(time, x, np.where(time >= 70, 2000.0, 0.0), device, speed_m_s=20.0, slack_m=60.0)
    assert np.flatnonzero(once).tolist() == [7, 8, 9]
    assert not implausible(time, 190.0 * np.arange(10), 0.0 * y, device, speed_m_s=20.0, slack_m=60.0).any()
    two = np.where(np.arange(10) % 2, "a", "b").astype(object)
    assert not implausible(time, np.where(two == "a", 0.0, 9e3), 0.0 * y, two, speed_m_s=20.0, slack_m=60.0).any()


def _written(folder: Path, samples: pd.DataFrame = SAMPLES) -> tuple[Path, Path, Path]:
    """Write package, measurements and cells as a user has them."""
    package, log, cells = folder / "v1", folder / "do-kiem.csv", folder / "cells.csv"
    package.mkdir()
    write_package(package / "package.json", PACKAGE)
    named = samples.assign(test_id=[f"D{i}" for i in range(len(samples))], pci=samples["pci"].astype("Int64"))
    named.to_csv(log, index=False, encoding="utf-8")
    cells.write_text("Mã trạm,Nhà mạng,Công nghệ,PCI\nTC-1,Viettel,4G,101; 103\n", encoding="utf-8")
    return package, log, cells


def test_files_are_read_as_a_user_has_them(tmp_path):
    """A .csv log and the cells give what the same samples gave; the evidence names files and digests."""
    _, log, cells = _written(tmp_path)
    found = accept(PACKAGE, log, cells=cells, last_day=DAY)
    assert [one.decision.verdict for one in found.villages] == ["pass", "fail"]
    evidence = " ".join(line.vi for line in found.evidence)
    assert "do-kiem.csv" in evidence and "cells.csv" in evidence and evidence.count("SHA-256") == 3
    assert found == accept(PACKAGE, log, cells=cells, last_day=DAY)
    assert not found.notes
    unchecked = " ".join(line.vi for line in accept(PACKAGE, log).notes)
    assert "Chưa kiểm tra PCI" in unchecked
    after = accept(PACKAGE, log, cells=cells, first_day=date(2027, 3, 2))
    assert dict(after.counts)["period"] == len(SAMPLES)


def test_a_contractor_is_named_or_found(tmp_path):
    """One operator in the files is taken; several ask for a name; another one's samples are left out."""
    mixed = SAMPLES.assign(operator=np.where(np.arange(len(SAMPLES)) < 5, "vinaphone", "viettel"))
    _, log, cells = _written(tmp_path, mixed)
    with pytest.raises(UnknownNameError, match="VinaPhone"):
        accept(PACKAGE, log)
    assert accept(PACKAGE, log, cells=cells).operator == "viettel"
    assert accept(PACKAGE, log, operator="VIETTEL").operator == "viettel"
    other = accept(PACKAGE, log, operator="mobifone")
    assert dict(other.counts)["wrong_operator"] == len(SAMPLES)
    with pytest.raises(OutOfRangeError, match="end after it begins"):
        accept(PACKAGE, log, operator="viettel", first_day=DAY, last_day=date(2027, 2, 1))


def test_broken_lists_are_refused_with_all_their_problems(tmp_path):
    """Every row with what is wrong in it, of measurements and of cells."""
    log, cells = tmp_path / "log.csv", tmp_path / "cells.csv"
    log.write_text(
        "test_id,time,lon,lat,operator,tech,rsrp_dbm\nA,hôm qua,104,22,Viettel,4G,-90\nB,01/03/2027 "
        "08:00,104,22,Viettel,4G,900\n",
        encoding="utf-8",
    )
    with pytest.raises(BadInputError) as refused:
        accept(PACKAGE, log)
    assert {problem.row for problem in refused.value.problems if problem.level == "error"} == {2, 3}
    cells.write_text("Nhà mạng,Công nghệ,PCI\nViettel,4G,101; 2000\nViettel,5G,abc\n", encoding="utf-8")
    with pytest.raises(BadInputError) as refused:
        read_cells(cells)
    assert [(problem.row, problem.found) for problem in refused.value.problems] == [(2, "2000"), (3, "abc")]


def test_minutes_and_results_hold_the_same_figures(tmp_path):
    """The minutes name every village with its verdict and the digests; the workbook counts the same samples."""
    found = _judge(SAMPLES)
    minutes, results = write_files(tmp_path, PACKAGE, found, "vi")
    document = docx.Document(str(minutes))
    tables = [[[cell.text for cell in row.cells] for row in table.rows] for table in document.tables]
    text = "\n".join(cell for table in tables for row in table for cell in row)
    assert "1" * 64 in text and found.digest in text
    verdicts = [row[9] for row in tables[-1][1:]]
    assert verdicts == ["đạt", "không đạt"]
    book = openpyxl.load_workbook(results)
    rows = list(book["Theo thôn"].iter_rows(values_only=True))
    head = next(i for i, row in enumerate(rows) if "Mẫu được dùng" in row)
    used = rows[head].index("Mẫu được dùng")
    assert [rows[head + 1 + i][used] for i in range(2)] == [one.samples for one in found.villages]
    shown = [cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
    numbers = [cell for cell in shown if isinstance(cell, float)]
    lon, lat = SAMPLES["lon"].to_numpy(), SAMPLES["lat"].to_numpy()
    assert not any(np.isclose(lon, cell, atol=1e-4).any() or np.isclose(lat, cell, atol=1e-4).any() for cell in numbers)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_same_acceptance_gives_the_same_bytes(tmp_path, language):
    """Minutes and workbook, in both languages."""
    found = _judge(SAMPLES)
    first = [path.read_bytes() for path in write_files(tmp_path / "a", PACKAGE, found, language)]
    assert first == [path.read_bytes() for path in write_files(tmp_path / "b", PACKAGE, found, language)]


def test_the_command_tells_verdicts_and_writes_the_files(tmp_path, capsys):
    """A version folder or its package.json will do; a wrong day is one sentence and exit code 2."""
    package, log, cells = _written(tmp_path)
    out = tmp_path / "out"
    with pytest.raises(SystemExit) as ended:
        main(["accept", str(package), str(log), "--cells", str(cells), "--to", "01/03/2027", "--out", str(out)])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert "không đạt: 1/2" in said
    assert sorted(path.suffix for path in out.iterdir()) == [".docx", ".xlsx"]
    with pytest.raises(SystemExit) as ended:
        main(["accept", str(package / "package.json"), str(log), "--to", "mai", "--out", str(out)])
    assert ended.value.code == 2
    assert "--to phải là ngày" in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("key", ["acceptance", "minutes", "test_points"])
def test_the_parts_of_a_set_are_written(tmp_path, language, key):
    """Each in both languages, the same bytes each time, with every test point of the package or village of it."""
    from phusong.tenders.acceptance.writers import WRITERS

    making = Making(language=language, maps=tmp_path)
    paths = [tmp_path / f"{name}.x" for name in "ab"]
    for path in paths:
        WRITERS[key](path, PACKAGE, making)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    if key == "test_points":
        renamed = paths[0].rename(tmp_path / "points.xlsx")
        cells = [cell for row in openpyxl.load_workbook(renamed).active.iter_rows(values_only=True) for cell in row]
        expected = {point.point_id for point in PACKAGE.test_points}
    else:
        tables = docx.Document(str(paths[0])).tables
        cells = [cell.text for table in tables for row in table.rows for cell in row.cells]
        by_village = {f"{a.village_name}, {a.commune_name}" for a in PACKAGE.areas}
        expected = {p.point_id for p in PACKAGE.test_points} if key == "acceptance" else by_village
    assert expected <= set(cells)
