"""The check of finished files: a set agrees with its package; any altered total, code or coordinate is found."""

from __future__ import annotations

import dataclasses
import re
import shutil
import sqlite3
import zipfile
from contextlib import closing

import pytest
import shapely
from tenders_.made_package import made_package
from tenders_.made_set import write_set, writers

from phusong.data.money import Money
from phusong.tenders.consistency import MANIFEST, check_manifest, check_set, write_manifest
from phusong.tenders.consistency.numbers import numbers_in, written_number
from phusong.tenders.consistency.words_of_money import amounts_in_words
from phusong.tenders.papers.amounts import in_words
from phusong.tenders.parts import Making, part
from phusong.words import LANGUAGES, number

N = 12


@pytest.fixture(scope="module")
def package():
    return made_package(N, simulated=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory, package):
    folder = tmp_path_factory.mktemp("set")
    return folder, write_set(folder, package)


@pytest.fixture
def altered(made, tmp_path):
    """Give a function that alters one file of a copy, writes the manifest anew and returns what the check says."""
    folder, _ = made

    def alter(key, change, package):
        name = part(key).file_name("vi")
        shutil.copy(folder / name, tmp_path / name)
        change(tmp_path / name)
        write_manifest(tmp_path, package, "vi")
        assert check_manifest(tmp_path) == ()
        return check_set(tmp_path, package, "vi", keys=[key])

    return alter


def in_zip(member, old, new, count=1):
    """Return a change of one text in a member of a zip; that it is there is checked."""

    def change(path):
        with zipfile.ZipFile(path) as archive:
            members = {info.filename: archive.read(info) for info in archive.infolist()}
        text = members[member].decode("utf-8")
        assert re.search(old, text), f"{old} not in {path.name}"
        members[member] = re.sub(old, new, text, count=count).encode("utf-8")
        with zipfile.ZipFile(path, "w") as archive:
            for name, content in members.items():
                archive.writestr(name, content)

    return change


def in_text(old, new):
    def change(path):
        text = path.read_bytes().decode("utf-8")
        assert old in text
        path.write_bytes(text.replace(old, new, 1).encode("utf-8"))

    return change


def in_layer(statement, *values):
    def change(path):
        with closing(sqlite3.connect(path)) as file, file:
            for (trigger,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                file.execute(f'DROP TRIGGER "{trigger}"')
            assert file.execute(statement, values).rowcount >= 1

    return change


DOCUMENT = "word/document.xml"


def test_a_set_agrees_with_its_package(made, package):
    """Nothing is said of a set as it was made."""
    folder, keys = made
    assert [one.text.vi for one in check_set(folder, package, "vi", keys=keys)] == []


def test_an_english_set_agrees_too(tmp_path, package):
    """English numbers are read as English numbers."""
    keys = write_set(tmp_path, made_package(3), "en")
    assert [one.text.en for one in check_set(tmp_path, made_package(3), "en", keys=keys)] == []


def test_totals_in_running_text_are_found(altered, package):
    """Households, areas, cost and cost in words: each altered once, each found with its paragraph."""
    households = re.escape(number(package.households))
    cost = re.escape(number(package.cost.middle))
    for key, old, new in (
        ("list_submission", households, number(package.households + 3)),
        ("list_decision", households, number(package.households + 100)),
        ("estimate_submission", cost, number(package.cost.middle + 1)),
        ("estimate_decision", "trăm", "mươi"),
        ("list_submission", f">{N}<", f">{N + 1}<"),
        ("summary", households, number(package.households - 1)),
    ):
        with zipfile.ZipFile(_file(altered, key)) as archive:
            if not re.search(old, archive.read(DOCUMENT).decode()):
                continue
        found = altered(key, in_zip(DOCUMENT, old, new), package)
        assert found, (key, old)
        assert any(one.where.vi.startswith(("đoạn", "bảng")) for one in found)


def _file(altered, key):
    folder = altered.__closure__[0].cell_contents
    return folder / part(key).file_name("vi")


def test_codes_in_papers_are_found(altered, package):
    """A package code of another package in any paper is told."""
    own = package.package_code.replace("-", '</w:t><w:noBreakHyphen/><w:t xml:space="preserve">')
    for key in ("cover", "list_submission", "dossier_decision", "contract", "acceptance"):
        found = altered(key, in_zip(DOCUMENT, re.escape(own), "GT-08-Q-07"), package)
        assert any("GT-08-Q-07" in one.found.vi for one in found), key


def test_a_commune_row_of_a_paper_is_found(altered, package):
    """The households of one commune in the list's table."""
    commune = package.areas[0].commune_code
    households = sum(area.households for area in package.areas if area.commune_code == commune)
    found = altered("list_submission", in_zip(DOCUMENT, f">{households}<", f">{households + 1}<"), package)
    assert any(str(households) == one.expected.vi for one in found)


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize("fact", ["households", "lat_deg", "lon_deg", "vn2000_northing_m", "vn2000_easting_m"])
def test_numbers_in_cells_are_found(altered, package, fact):
    """Households and coordinates of one area in Annex I, with sheet and cell."""
    area = package.areas[N // 2]
    value = getattr(area, fact, None) if fact == "households" else getattr(area.place, fact)
    new = value + (1 if fact == "households" else 0.01 if fact.endswith("_m") else 0.000001)
    old = rf'(<c r="\w+" s="\d+"><v>){re.escape(repr(value))}</v>'
    found = altered("areas", in_zip(SHEET, old, rf"\g<1>{new!r}</v>"), package)
    assert found
    assert any("ô" in one.where.vi for one in found)


def test_the_stored_value_of_a_formula_is_found(altered, package):
    """A total whose formula is left alone and whose stored value is altered."""
    for key, total in (("areas", package.households), ("costs", round(package.cost.middle))):
        folder = altered.__closure__[0].cell_contents
        with zipfile.ZipFile(folder / part(key).file_name("vi")) as archive:
            sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
            has = [n for n in sheets if re.search(rf"</f><v>{total}(\.0)?</v>", archive.read(n).decode())]
        assert has, key
        change = in_zip(has[0], rf"</f><v>{total}(\.0)?</v>", f"</f><v>{total + 5}</v>")
        found = altered(key, change, package)
        assert any("công thức" in one.what.vi and "ô" in one.where.vi for one in found), key


def test_a_code_in_a_workbook_is_found(altered, package):
    """One area's code becomes one that does not exist: it is told as strange, and its own as missing."""
    area = package.areas[3]
    change = in_zip("xl/sharedStrings.xml", f">{area.gap_id}<", ">LS-99999-77<")
    found = altered("areas", change, package)
    assert any("LS-99999-77" in one.found.vi for one in found)
    assert any(area.gap_id in one.what.vi for one in found)


@pytest.mark.parametrize("key", ["data_areas", "data_households", "data_sites"])
def test_every_number_and_code_of_a_text_table_is_guarded(altered, package, key):
    """Households, costs, coordinates and codes of the first row, one at a time; the row and column are told."""
    folder = altered.__closure__[0].cell_contents
    lines = (folder / part(key).file_name("vi")).read_text(encoding="utf-8-sig").splitlines()
    names, cells = lines[0].split(","), lines[1].split(",")
    guarded = [n for n in names if n.endswith(("households", "_deg", "_m", "_vnd")) and not n.startswith("tolerance")]
    for name in guarded:
        at = names.index(name)
        if at > names.index("lon_deg") + 3 and key != "data_sites":
            continue
        old = cells[at]
        if not old or (key == "data_sites" and '"' in lines[1]):
            continue
        new = [*cells[:at], old[:-1] + str((int(old[-1]) + 1) % 10), *cells[at + 1 :]]
        assert altered(key, in_text(lines[1], ",".join(new)), package), name


def test_missing_and_repeated_rows_are_found(altered, package):
    """A row left out and a row written twice, in a .csv."""
    folder = altered.__closure__[0].cell_contents
    line = (folder / part("data_areas").file_name("vi")).read_bytes().decode("utf-8").splitlines(keepends=True)[2]
    code = package.areas[1].gap_id
    for new in ("", line * 2):
        found = altered("data_areas", in_text(line, new), package)
        assert any(code in one.what.vi for one in found)


def test_kml_numbers_positions_and_outlines_are_found(altered, package):
    """Data, description, point and outline."""
    area, site = package.areas[0], package.sites[0]
    for old, new in (
        (f"<value>{area.households}</value>", f"<value>{area.households + 1}</value>"),
        (f"<value>{area.place.lat_deg:.6f}</value>", f"<value>{area.place.lat_deg + 0.0001:.6f}</value>"),
        (f"{site.place.lon_deg:.6f},", f"{site.place.lon_deg + 0.00001:.6f},"),
        (f"<name>{site.site_id}</name>", "<name>TC-08-999</name>"),
        (f"<value>{round(site.cost.middle)}</value>", f"<value>{round(site.cost.middle) + 100}</value>"),
    ):
        assert altered("data_kml", in_text(old, new), package), old
    corner = shapely.from_wkt(area.outline_wkt).exterior.coords[1]
    pair = f"{corner[0]:.6f},{corner[1]:.6f}"
    found = altered("data_kml", in_text(pair, f"{corner[0] + 0.001:.6f},{corner[1]:.6f}"), package)
    assert any("ranh giới" in one.what.vi for one in found)


def test_geopackage_attributes_and_geometry_are_found(altered, package):
    """Numbers, codes and points of layers; the layer and row are told."""
    area, site = package.areas[0], package.sites[0]
    moved = shapely.to_wkb(shapely.Point(site.place.lon_deg + 0.0001, site.place.lat_deg))
    head = b"GP\x00\x01" + (4326).to_bytes(4, "little")
    for statement, values in (
        ("UPDATE areas SET households = households + 1 WHERE gap_id = ?", (area.gap_id,)),
        ("UPDATE areas SET lat_deg = lat_deg + 0.00001 WHERE gap_id = ?", (area.gap_id,)),
        ("UPDATE areas SET gap_id = 'LS-00000-01' WHERE gap_id = ?", (area.gap_id,)),
        ("UPDATE sites SET cost_high_vnd = cost_high_vnd + 1 WHERE site_id = ?", (site.site_id,)),
        ("UPDATE communes SET households = households - 1 WHERE commune_code = ?", (area.commune_code,)),
        ("UPDATE test_points SET x_north_m = x_north_m + 1 WHERE point_id = ?", (package.test_points[0].point_id,)),
        ("UPDATE sites SET geom = ? WHERE site_id = ?", (head + moved, site.site_id)),
        ("DELETE FROM villages WHERE village_code = ?", (area.village_code,)),
    ):
        found = altered("data_gpkg", in_layer(statement, *values), package)
        assert found, statement


def other(package, **changes):
    """Return the package with one area or site changed, its totals with it."""
    areas, sites = list(package.areas), list(package.sites)
    if "place" in changes:
        areas[5] = dataclasses.replace(areas[5], place=dataclasses.replace(areas[5].place, **changes["place"]))
    if "households" in changes:
        areas[5] = dataclasses.replace(areas[5], **changes["households"])
    if "code" in changes:
        areas[5] = dataclasses.replace(areas[5], gap_id=changes["code"])
    if "site" in changes:
        sites[1] = dataclasses.replace(sites[1], **changes["site"])
    return dataclasses.replace(package, areas=tuple(areas), sites=tuple(sites))


@pytest.mark.parametrize(
    ("key", "changes"),
    [
        ("areas_print", {"place": {"lat_deg": 22.123456}}),
        ("areas_print", {"place": {"vn2000_northing_m": 2_400_000.5}}),
        ("areas_print", {"households": {"households": 99, "planned_households": 99, "left_households": 0}}),
        ("areas_print", {"code": "LS-02233-99"}),
        ("households_print", {"households": {"households": 99, "planned_households": 98, "left_households": 1}}),
        ("sites_print", {"site": {"households": 7}}),
        ("costs_print", {"site": {"cost": Money(1e9, 2e9, 3e9)}}),
    ],
)
def test_pages_of_another_package_are_found(tmp_path, package, key, changes):
    """A PDF of a package with one number, code or coordinate changed is told from the true one."""
    path = tmp_path / part(key).file_name("vi")
    writers()[key](path, other(package, **changes), Making(language="vi", maps=tmp_path))
    found = check_set(tmp_path, package, "vi", keys=[key])
    assert found, key
    writers()[key](path, package, Making(language="vi", maps=tmp_path))
    assert check_set(tmp_path, package, "vi", keys=[key]) == ()


def test_a_lost_or_damaged_file_is_told(made, tmp_path, package):
    """No file, and a file of rubbish."""
    assert [one.found.vi for one in check_set(tmp_path, package, "vi", keys=["areas"])] == ["không có"]
    (tmp_path / part("areas").file_name("vi")).write_bytes(b"rubbish")
    (found,) = check_set(tmp_path, package, "vi", keys=["areas"])
    assert "hỏng" in found.found.vi


def test_the_manifest_tells_altered_lost_and_extra_files(tmp_path, package):
    """Three files, one of each kind of change; the manifest's bytes are the same each time."""
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(name)
    write_manifest(tmp_path, package, "vi")
    first = (tmp_path / MANIFEST).read_bytes()
    write_manifest(tmp_path, package, "vi")
    assert (tmp_path / MANIFEST).read_bytes() == first
    assert check_manifest(tmp_path) == ()
    (tmp_path / "a.txt").write_text("other")
    (tmp_path / "b.txt").unlink()
    (tmp_path / "c.txt").write_text("new")
    assert [one.file for one in check_manifest(tmp_path)] == ["a.txt", "b.txt", "c.txt"]
    (tmp_path / MANIFEST).unlink()
    assert len(check_manifest(tmp_path)) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_amounts_in_words_are_read_back(language):
    """Words of amounts of every size come back as the amount."""
    for amount in (12_000, 105_400, 1_000_001, 20_015_004, 33_100_000_000, 7_405_021_000_115, 21_000_000_000):
        text = f"(Bằng chữ: {in_words(amount, language)})"
        assert [value for value, _ in amounts_in_words(text, language)] == [amount]


def test_numbers_are_read_by_language():
    """1.234,5 and 1,234.5; codes, dates and laws are no numbers."""
    assert written_number("1.234,5", "vi").value == written_number("1,234.5", "en").value == 1234.5
    assert written_number("22.371731", "vi").value == 22.371731
    text = "GT-08-Q-01 ngày 22/11/2026, Nghị định 214/2025/NĐ-CP: 3.220 hộ, 4G"
    assert [one.value for one in numbers_in(text, "vi")] == [3220.0]
