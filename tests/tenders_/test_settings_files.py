"""A department's own options: what cannot be is refused in a sentence, all of it at once; damaged packages too."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tenders_.made_package import made_package

from phusong.errors import UnreadableFileError
from phusong.tenders.consistency import check_manifest, is_lock_file, write_manifest
from phusong.tenders.package.canonical import read_package, write_package
from phusong.tenders.package.settings import read_investor, read_settings


def file(folder: Path, text: str) -> Path:
    path = folder / "tuỳ chọn.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("settings = 3", "no section"),
        ("[[settings]]\nlot_max_sites = 3", "no section"),
        ("[setings]\nlot_max_sites = 3", r"no section \[setings\]"),
        ("[settings]\nfoo = 1", "no entry foo"),
        ("[settings]\nlot_max_sites = [1, 2]", "lot_max_sites must be one value"),
        ("[settings]\nlot_max_sites = true", "lot_max_sites must be one value"),
        ("[settings]\nlot_max_sites = 'ba'", "lot_max_sites must be a number"),
        ("[settings]\nlot_max_households = inf", "lot_max_households must be a number"),
        ("[settings]\nsite_tolerance_m = -5", "site_tolerance_m must be a number from 0"),
        ("[settings]\nreq_households_percent = 195", "from 0 to 100 %"),
        ("[settings]\nacceptance_min_dbm_4g = 95", "from -200 to 0 dBm"),
        ("[settings]\nevaluation_cost_weight = 90", "must add up to 100, got 145"),
        ("[settings]\nsite_tolerance_m = -5\nlot_max_sites = -1", "site_tolerance_m.*; lot_max_sites"),
    ],
)
def test_options_that_cannot_be_are_refused(tmp_path: Path, text: str, said: str) -> None:
    """The sentence names the option and what it may be."""
    with pytest.raises(UnreadableFileError, match=said):
        read_settings(file(tmp_path, text))


def test_an_entry_of_the_investor_is_a_text(tmp_path: Path) -> None:
    """A list is none."""
    with pytest.raises(UnreadableFileError, match="investor must be a text"):
        read_investor(file(tmp_path, '[investor]\ninvestor = ["a"]'))


def test_numbers_may_be_written_with_a_comma(tmp_path: Path) -> None:
    """As people here write them; weights that add up to 100 are taken."""
    text = '[settings]\nlot_tolerance = "1,4"\nevaluation_cost_weight = 50\nevaluation_power_weight = 15'
    own = {one.key: one.value for one in read_settings(file(tmp_path, text))}
    assert (own["lot_tolerance"], own["evaluation_cost_weight"]) == ("1.4", "50")


@pytest.mark.parametrize("number", ["NaN", "Infinity", '"x"', "[]", "null", "true"])
def test_a_package_with_a_number_that_is_none_is_refused(tmp_path: Path, number: str) -> None:
    """Whatever stands in its place."""
    path = tmp_path / "package.json"
    write_package(path, made_package(3))
    text = re.sub(r'"households": \d+', f'"households": {number}', path.read_text(encoding="utf-8"), count=1)
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UnreadableFileError):
        read_package(path)


@pytest.mark.parametrize("content", [b"", b"[]", b"[" * 100_000, b"\xff\x00", b'{"package": {"areas": null}}'])
def test_what_is_no_package_is_refused(tmp_path: Path, content: bytes) -> None:
    """Empty, cut, deep or binary."""
    path = tmp_path / "package.json"
    path.write_bytes(content)
    with pytest.raises(UnreadableFileError):
        read_package(path)


def test_a_document_open_in_word_is_no_change_of_the_set(tmp_path: Path) -> None:
    """Its lock file is neither listed nor missed; any other file is."""
    (tmp_path / "01-bia.docx").write_bytes(b"x")
    write_manifest(tmp_path, made_package(3), "vi")
    for name in ("~$01-bia.docx", ".~lock.01-bia.docx#", "Thumbs.db"):
        assert is_lock_file(name)
        (tmp_path / name).write_bytes(b"x")
    assert check_manifest(tmp_path) == ()
    (tmp_path / "ghi chú.txt").write_bytes(b"x")
    assert [one.file for one in check_manifest(tmp_path)] == ["ghi chú.txt"]
    assert "~$01-bia.docx" not in json.loads((tmp_path / "00-manifest.json").read_text(encoding="utf-8"))["files"]
