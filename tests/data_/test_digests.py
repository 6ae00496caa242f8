"""Digests of files and folders."""

from __future__ import annotations

import hashlib

import pytest

from phusong.data.digests import sha256_by_name, sha256_of
from phusong.errors import MissingFileError


def test_a_file_has_the_digest_of_its_bytes(tmp_path):
    """Reading in pieces gives the digest of the whole, also past one buffer."""
    content = bytes(range(256)) * 5000
    (tmp_path / "a.bin").write_bytes(content)
    assert sha256_of(tmp_path / "a.bin") == hashlib.sha256(content).hexdigest()


def test_a_folder_changes_with_a_name_a_byte_and_nothing_else(tmp_path):
    """The digest of a folder rests on names and contents, not on where the folder is."""
    for place in ("one", "two"):
        (tmp_path / place / "sub").mkdir(parents=True)
        (tmp_path / place / "sub" / "b.txt").write_text("b", encoding="utf-8")
        (tmp_path / place / "a.txt").write_text("a", encoding="utf-8")
    first = sha256_of(tmp_path / "one")
    assert sha256_of(tmp_path / "two") == first
    assert list(sha256_by_name(tmp_path / "one")) == ["a.txt", "sub/b.txt"]
    (tmp_path / "two" / "a.txt").rename(tmp_path / "two" / "c.txt")
    assert sha256_of(tmp_path / "two") != first
    (tmp_path / "two" / "c.txt").rename(tmp_path / "two" / "a.txt")
    (tmp_path / "two" / "a.txt").write_text("A", encoding="utf-8")
    assert sha256_of(tmp_path / "two") != first


def test_a_file_that_is_not_there_is_named(tmp_path):
    """The message names the missing file."""
    with pytest.raises(MissingFileError, match=r"nothing\.tif"):
        sha256_of(tmp_path / "nothing.tif")
