"""A frozen package: the same everywhere, readable again, and any change shows."""

from __future__ import annotations

import dataclasses
import json
from datetime import date

import pytest
from tenders_.made_snapshot import made_gaps, made_provenance, made_sites, made_snapshot, made_villages

from phusong.errors import MissingFileError, PhuSongError, UnreadableFileError
from phusong.tenders.snapshot import canonical_json, freeze, read_snapshot, village_counts, write_snapshot


def test_a_snapshot_read_again_is_the_same(tmp_path):
    """Every field, None and Vietnamese letters included, survives the file; so does the digest."""
    snapshot = made_snapshot()
    write_snapshot(tmp_path / "s.json", snapshot)
    again = read_snapshot(tmp_path / "s.json")
    assert again == snapshot
    assert again.digest == snapshot.digest
    assert any(area.population is None for area in again.areas)


def test_the_order_of_rows_and_last_digits_do_not_change_the_digest():
    """Rows shuffled and coordinates moved by a hundredth of a millimetre: the same package."""
    gaps = made_gaps(20)
    shuffled = gaps.sample(frac=1, random_state=3)
    shuffled["vn2000_easting_m"] = shuffled["vn2000_easting_m"].round(2) + 1e-5
    one, other = (
        freeze(
            "GT-08-01",
            table,
            made_sites(gaps),
            villages=made_villages(gaps),
            provenance=made_provenance(),
            frozen_on=date(2026, 11, 22),
        )
        for table in (gaps, shuffled)
    )
    assert one == other
    assert one.digest == other.digest


def test_the_canonical_form_is_what_the_digest_is_of():
    """Sorted keys, no spaces, no NaN."""
    text = canonical_json(made_snapshot(1))
    assert text == json.dumps(
        json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    assert '"households":' in text
    assert "NaN" not in text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"households": 19', '"households": 20'),
        ("Xã Đà Vị", "Xã Đà Vỹ"),
        ('"simulated": false', '"simulated": true'),
        ('"estimated": false', '"estimated": true'),
    ],
)
def test_an_altered_snapshot_is_refused(tmp_path, old, new):
    """One number, one letter, one flag changed by hand: refused, and the message says what happened."""
    write_snapshot(tmp_path / "s.json", made_snapshot())
    text = (tmp_path / "s.json").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "s.json").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(UnreadableFileError, match="was altered after it was frozen") as error:
        read_snapshot(tmp_path / "s.json")
    assert "đã bị sửa sau khi chốt" in error.value.text.vi


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"format":"phusong-snapshot/2","sha256":"0","snapshot":{}}', "\x00\xff"]
)
def test_a_file_that_is_no_snapshot_is_one_clear_message(tmp_path, content):
    """Nothing but our own error reaches the user."""
    (tmp_path / "s.json").write_text(content, encoding="utf-8")
    with pytest.raises(UnreadableFileError, match="is not a frozen package"):
        read_snapshot(tmp_path / "s.json")


def test_a_missing_file_is_named(tmp_path):
    """The path stands in the message."""
    with pytest.raises(MissingFileError, match=r"none\.json"):
        read_snapshot(tmp_path / "none.json")


def test_totals_come_from_the_areas():
    """Households, population and villages add up to the rows."""
    snapshot, gaps = made_snapshot(), made_gaps()
    assert snapshot.households == gaps["households"].sum()
    assert snapshot.population == sum(a.population for a in snapshot.areas if a.population is not None)
    assert sum(v.households for v in village_counts(snapshot)) == snapshot.households
    assert sum(len(areas) for areas in snapshot.by_commune().values()) == len(gaps)


def test_only_the_sites_and_villages_of_the_package_are_kept():
    """Another village or site of the study does not enter the package."""
    gaps = made_gaps()
    few = gaps.iloc[:9]
    snapshot = freeze(
        "GT-08-02",
        few,
        made_sites(gaps),
        villages=made_villages(gaps),
        provenance=made_provenance(),
        frozen_on=date(2026, 11, 22),
    )
    assert {site.gap_id for site in snapshot.sites} <= set(few["gap_id"])
    assert {v.village_code for v in snapshot.villages} == set(few["village_code"]) - {""}


@pytest.mark.parametrize("provinces", [["08", "04"], []])
def test_a_package_lies_in_one_province(provinces):
    """No gap, or gaps of two provinces: refused."""
    gaps = made_gaps(len(provinces)) if provinces else made_gaps(1).iloc[:0]
    gaps["province_code"] = provinces
    with pytest.raises(PhuSongError, match="exactly one province"):
        freeze(
            "GT-08-01",
            gaps,
            made_sites(made_gaps(1)),
            villages=made_villages(made_gaps(3)),
            provenance=made_provenance(),
            frozen_on=date(2026, 11, 22),
        )


def test_a_missing_number_that_a_document_needs_is_named():
    """A gap without households cannot be frozen; the message says which gap and which value."""
    gaps = made_gaps(1)
    gaps["households"] = float("nan")
    with pytest.raises(PhuSongError, match="LS-02233-001: no value for households"):
        freeze(
            "GT-08-01",
            gaps,
            made_sites(made_gaps(3)),
            villages=made_villages(made_gaps(3)),
            provenance=made_provenance(),
            frozen_on=date(2026, 11, 22),
        )


def test_a_snapshot_cannot_be_changed():
    """It is a frozen value."""
    with pytest.raises(dataclasses.FrozenInstanceError):
        made_snapshot(1).approver = "x"
