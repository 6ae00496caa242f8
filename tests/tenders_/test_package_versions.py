"""Versions of a frozen package: never written over, each saying what it follows, why, and what changed."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from tenders_.made_package import made_package

from phusong.data.money import Money
from phusong.data.provenance import InputFile
from phusong.data.store import OutputError
from phusong.errors import MissingFileError, UnreadableFileError
from phusong.tenders.package import difference_fields as fields
from phusong.tenders.package.canonical import digest_of
from phusong.tenders.package.difference import SUBJECTS, between_versions, changes_between
from phusong.tenders.package.settings import OWN_SOURCE, read_investor, read_settings
from phusong.tenders.package.template import settings_template
from phusong.tenders.package.values import Area, Filled, MapFile, Package, ReferenceSite
from phusong.tenders.package.versions import (
    PACKAGE_FILE,
    new_version,
    next_version,
    read_version,
    same_content,
    version_folder,
    versions,
)
from phusong.words import LANGUAGES, Text


def freeze(folder: Path, package: Package) -> Package:
    with new_version(folder, package):
        pass
    return package


def with_area(package: Package, **changed: object) -> Package:
    first, *rest = package.areas
    return replace(package, areas=(replace(first, **changed), *rest))  # type: ignore[arg-type]


def test_versions_follow_each_other_and_stay(tmp_path: Path) -> None:
    """The second names the digest of the first, why it is there and what changed; both can be read."""
    home = tmp_path / "GT-08-Q-01"
    assert versions(home) == ()
    first = freeze(home, next_version(None, made_package(6), ""))
    second = next_version(first, with_area(made_package(6), households=77, left_households=77), "xã đếm lại số hộ")
    freeze(home, second)
    assert versions(home) == (1, 2)
    assert read_version(home) == second == read_version(home, 2)
    assert read_version(home, 1) == first
    assert (second.previous_digest, second.because) == (digest_of(first), "xã đếm lại số hộ")
    assert {change.code for change in second.changes} >= {second.areas[0].gap_id}


def test_what_is_frozen_is_never_written_over(tmp_path: Path) -> None:
    """The same number again is refused and the file stays as it was."""
    package = freeze(tmp_path / "G", replace(made_package(3), version=1))
    before = (tmp_path / "G/v1" / PACKAGE_FILE).read_bytes()
    with (
        pytest.raises(OutputError, match="never written over"),
        new_version(tmp_path / "G", replace(package, because="khác")),
    ):
        pass
    assert (tmp_path / "G/v1" / PACKAGE_FILE).read_bytes() == before


def test_a_version_that_fails_half_way_is_not_there(tmp_path: Path) -> None:
    """Nothing of it stays, and its number is free."""
    with pytest.raises(RuntimeError), new_version(tmp_path / "G", replace(made_package(3), version=1)) as made:
        (made / "maps").mkdir()
        raise RuntimeError
    assert versions(tmp_path / "G") == ()
    assert list((tmp_path / "G").iterdir()) == []


def test_missing_and_altered_versions_are_one_sentence(tmp_path: Path) -> None:
    """No version, a number that is none, a file edited after it was frozen."""
    with pytest.raises(MissingFileError):
        read_version(tmp_path)
    freeze(tmp_path, replace(made_package(3), version=1))
    with pytest.raises(MissingFileError, match="9"):
        read_version(tmp_path, 9)
    path = version_folder(tmp_path, 1) / PACKAGE_FILE
    content = json.loads(path.read_text(encoding="utf-8"))
    content["package"]["areas"][0]["households"] += 1
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(UnreadableFileError):
        read_version(tmp_path)


def test_the_day_and_the_reason_alone_are_no_change() -> None:
    """Anything else is."""
    package = made_package(4)
    later = replace(package, frozen_on=date(2027, 1, 1), because="lại", version=8)
    assert same_content(package, later)
    assert not same_content(package, replace(package, approver="Nguyễn Văn A"))
    assert not same_content(package, with_area(package, population=12345))


def test_equal_packages_have_no_changes() -> None:
    """Whatever their number, day and reason."""
    package = made_package(10)
    assert changes_between(package, replace(package, version=2, because="x", frozen_on=date(2027, 1, 1))) == ()


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.title.en)
def test_every_field_of_every_row_is_compared(subject: object) -> None:
    """A field is in the table of its kind of row, or is the code rows are known by."""
    package = replace(
        made_package(3, told={"place": "Hà Giang"}), map_files=(MapFile(name="base.gpkg", sha256="0" * 64),)
    )
    rows = tuple(subject.rows(package))  # type: ignore[attr-defined]
    assert rows
    codes = {
        *("gap_id", "village_code", "site_id", "stage", "key", "point_id", "operator", "code", "technology", "name"),
        *("role", "dated"),
    }
    uncompared = {field.name for field in dataclasses.fields(rows[0])} - set(subject.fields)  # type: ignore[attr-defined]
    margin = {"title", "source", "statistical"} if subject.fields is fields.MARGIN_FIELDS else set()  # type: ignore[attr-defined]
    assert uncompared <= codes | margin


def test_rows_added_removed_and_changed_are_told_apart() -> None:
    """One of each, with words for what it was and is."""
    old = made_package(6)
    new = made_package(6)
    areas = (replace(new.areas[0], households=99, left_households=5), *new.areas[2:])
    extra = replace(new.areas[1], gap_id="LS-NEW-01")
    changes = changes_between(old, replace(new, areas=(*areas, extra)))
    of_areas = [c for c in changes if c.subject == "Khu vực"]
    assert {(c.kind, c.code) for c in of_areas if c.kind != "changed"} == {
        ("added", "LS-NEW-01"),
        ("removed", old.areas[1].gap_id),
    }
    counted = next(c for c in of_areas if c.what.vi == "hộ cần phủ")
    assert (counted.before, counted.after) == (str(old.areas[0].households), "99")
    totals = next(c for c in changes if c.subject == "Gói thầu" and c.what.vi == "tổng hộ cần phủ")
    assert totals.after == str(sum(a.households for a in (*areas, extra)))


def test_money_thresholds_settings_and_inputs_are_told() -> None:
    """Each with the values before and after as documents print them."""
    old = made_package(6)
    study = old.provenance
    new = replace(
        old,
        costs=(replace(old.costs[0], amount=Money(1e9, 1.5e9, 2e9)), *old.costs[1:]),
        settings=tuple(
            replace(s, value="2", source=OWN_SOURCE) if s.key == "lot_tolerance" else s for s in old.settings
        ),
        investor=(Filled(key="place", value="Tuyên Quang"),),
        provenance=replace(
            study,
            thresholds=(replace(study.thresholds[0], served_dbm=-105.5), *study.thresholds[1:]),
            inputs=(*study.inputs[1:], InputFile(role=Text("đo", "tests"), name="do.csv", sha256="ab" * 32)),
        ),
    )
    told = {(c.subject, c.what.vi): (c.before, c.after) for c in changes_between(old, new) if c.kind == "changed"}
    assert told["Khoản khái toán", "thành tiền, đồng"][1] == "1.000.000.000 – 1.500.000.000 – 2.000.000.000"
    assert told["Tuỳ chọn", "giá trị"] == ("1,5", "2")
    assert told["Ngưỡng", "mức có sóng, dBm"][1] == "-105,5"
    kinds = {(c.kind, c.subject, c.code) for c in changes_between(old, new)}
    assert ("added", "Chủ đầu tư điền", "Địa danh") in kinds
    assert ("added", "Tệp đầu vào", "đo: do.csv") in kinds


def test_no_change_tells_the_place_of_a_standing_mast_or_of_few_households() -> None:
    """Their coordinates are in neither column; that something moved is not told either where nothing may be shown."""
    old = made_package(6)
    host = replace(old.sites[0], kind="upgrade", host_site_id="VTL123")
    moved = replace(host, place=replace(host.place, lat_deg=11.111111))
    few = replace(old.areas[0], households=4, planned_households=4, left_households=0)
    gone = replace(few, place=replace(few.place, lat_deg=11.111111), outline_wkt="POINT (1 1)")
    before = replace(old, sites=(host, *old.sites[1:]), areas=(few, *old.areas[1:]))
    after = replace(old, sites=(moved, *old.sites[1:]), areas=(gone, *old.areas[1:]))
    assert changes_between(before, after) == ()
    fewer = replace(old, sites=(moved, *old.sites[1:]), areas=(gone, *old.areas[1:]))
    words = json.dumps([[c.before, c.after] for c in changes_between(old, fewer)])
    assert "11,111111" not in words
    assert isinstance(moved, ReferenceSite)
    assert isinstance(gone, Area)


def test_two_versions_that_do_not_follow_can_be_compared() -> None:
    """What comes out is the later one, with the earlier as what it follows."""
    old, new = made_package(4), replace(with_area(made_package(4), population=1234), version=5)
    told = between_versions(old, new)
    assert (told.previous_digest, len(told.changes)) == (digest_of(old), len(changes_between(old, new)))
    assert any(c.after == "1.234" for c in told.changes)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_file_of_settings_changes_nothing_until_it_is_edited(tmp_path: Path, language: str) -> None:
    """Read back it gives our options and nothing told; an edited line is the department's own value."""
    path = tmp_path / "a.toml"
    text = settings_template(language)  # type: ignore[arg-type]
    path.write_text(text, encoding="utf-8")
    assert read_settings(path) == read_settings()
    assert read_investor(path) == ()
    for setting in read_settings():
        assert f"# {setting.key} = " in text
    path.write_text(text.replace('# lot_tolerance = "1.5"', 'lot_tolerance = "1.3"'), encoding="utf-8")
    own = {setting.key: setting for setting in read_settings(path)}["lot_tolerance"]
    assert (own.value, own.source) == ("1.3", OWN_SOURCE)
