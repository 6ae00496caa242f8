"""The check against a set written anew: any single digit altered in any kind of file is found, edits are not."""

from __future__ import annotations

import random
import re
import shutil

import docx
import openpyxl
import pytest
from tenders_.alterations import CHANGES, members_of, other_packages, pack
from tenders_.made_package import made_package
from tenders_.made_set import write_set, writers

from phusong.tenders.consistency import compare_afresh, write_manifest
from phusong.tenders.parts import Making, part, parts_of

TIMES = {"docx": 2, "xlsx": 4, "csv": 12, "kml": 12, "gpkg": 16}
PRINTS = ("areas_print", "households_print", "sites_print", "costs_print")


@pytest.fixture(scope="module")
def package():
    return made_package(3, award="order", simulated=True)


@pytest.fixture(scope="module")
def fresh(tmp_path_factory, package):
    folder = tmp_path_factory.mktemp("fresh")
    write_set(folder, package)
    return folder


@pytest.mark.parametrize("suffix", sorted(TIMES))
def test_any_digit_altered_in_any_file_is_found(fresh, tmp_path, package, suffix):
    """Numbers, codes and coordinates at random places: the file is told each time, and a place in it."""
    rng = random.Random(4)
    for one in parts_of(package.award):
        name = one.file_name("vi")
        for _ in range(TIMES[suffix] if one.suffix == suffix else 0):
            shutil.copy(fresh / name, tmp_path / name)
            what = CHANGES[suffix](rng, tmp_path / name)
            if not what:
                (tmp_path / name).unlink()
                continue
            write_manifest(tmp_path, package, "vi")
            found = compare_afresh(tmp_path, fresh, package, "vi")
            assert {two.file for two in found} == {name}, what
            assert all(two.where.vi for two in found)
            (tmp_path / name).unlink()


def test_pages_of_a_package_with_one_fact_changed_are_found(fresh, tmp_path, package):
    """Households, codes, coordinates and costs of one area or site: at least one print tells each of them."""
    for title, other in other_packages(random.Random(2), package):
        found = set()
        for key in PRINTS:
            path = tmp_path / part(key).file_name("vi")
            writers()[key](path, other, Making(language="vi", maps=tmp_path))
            found |= {one.file for one in compare_afresh(tmp_path, fresh, package, "vi")}
        assert found, title


def test_what_the_investor_fills_in_is_no_disagreement(fresh, tmp_path, package):
    """Every mark of every Word paper replaced by words and numbers, and a sentence put in."""
    for one in parts_of(package.award):
        if one.suffix != "docx":
            continue
        path = tmp_path / one.file_name("vi")
        members = members_of(fresh / path.name)
        text = members["word/document.xml"].decode("utf-8")
        text = re.sub(r"\[(?:chủ đầu tư[^\]<]*|…)\]", "Sở KH&amp;CN, số 45, 1.250.000 đồng", text)
        text = text.replace("</w:p>", "</w:p><w:p><w:r><w:t>Ghi thêm: liên hệ phòng 402.</w:t></w:r></w:p>", 1)
        pack(path, {**members, "word/document.xml": text.encode("utf-8")})
    assert [one.text.vi for one in compare_afresh(tmp_path, fresh, package, "vi")] == []


def test_files_saved_again_by_other_programs_agree(fresh, tmp_path, package):
    """Word papers through python-docx, workbooks through openpyxl, which leaves out what formulas work out to."""
    for one in parts_of(package.award):
        path = tmp_path / one.file_name("vi")
        if one.suffix == "docx":
            docx.Document(str(fresh / path.name)).save(str(path))
        elif one.suffix == "xlsx":
            book = openpyxl.load_workbook(fresh / path.name)
            book.save(path)
            book.close()
    assert [one.text.vi for one in compare_afresh(tmp_path, fresh, package, "vi")] == []


def test_a_row_taken_out_is_found(fresh, tmp_path, package):
    """A line of a .csv and a paragraph with a number of a Word paper."""
    path = tmp_path / part("data_areas").file_name("vi")
    lines = (fresh / path.name).read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:2] + lines[3:]))
    found = compare_afresh(tmp_path, fresh, package, "vi")
    assert {one.file for one in found} == {path.name}
