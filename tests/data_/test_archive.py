"""Zip files whose bytes depend on their contents alone."""

from __future__ import annotations

import zipfile

from phusong.data.archive import rezip, write_zip


def test_order_dates_and_attributes_leave_no_trace(tmp_path):
    """The same members, written in another order, year and mode, end as the same bytes."""
    for name, order, year in (
        ("a.zip", ("x.xml", "[Content_Types].xml"), 1999),
        ("b.zip", ("[Content_Types].xml", "x.xml"), 2026),
    ):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for member in order:
                info = zipfile.ZipInfo(member, date_time=(year, 2, 3, 4, 5, 6))
                info.external_attr = year << 16
                archive.writestr(info, f"content of {member}")
        rezip(tmp_path / name)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_contents_stay_and_office_finds_its_first_part_first(tmp_path):
    """Nothing is lost, and [Content_Types].xml leads."""
    members = {"word/đoạn.xml": "Phủ Sóng".encode(), "[Content_Types].xml": b"<Types/>", "_rels/.rels": b""}
    write_zip(tmp_path / "a.docx", members)
    with zipfile.ZipFile(tmp_path / "a.docx") as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["[Content_Types].xml", "_rels/.rels", "word/đoạn.xml"]
        assert {name: archive.read(name) for name in archive.namelist()} == members
