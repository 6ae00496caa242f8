"""Rows keep their ids from round to round by place and name; what is doubtful is asked; rounds are kept on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from made_gaps import gap_round, gap_rows

from phusong.data.rounds.identity import Matching, carry_ids, match_rounds
from phusong.data.rounds.places import alike, plain_name, spelt_name
from phusong.data.rounds.store import (
    ROUND_FILE,
    ROWS_FILE,
    continued,
    folder_name,
    list_rounds,
    read_round,
    save_round,
)
from phusong.data.store import OutputError
from phusong.errors import MissingFileError, UnreadableFileError


def paired(matching: Matching) -> dict[str, str]:
    return dict(zip(matching.pairs["after_id"], matching.pairs["before_id"], strict=True))


def how(before: pd.DataFrame, after: pd.DataFrame) -> list[str]:
    return list(match_rounds(before, after).pairs["how"])


def asked(before: pd.DataFrame, after: pd.DataFrame) -> list[str]:
    return list(match_rounds(before, after).questions["why"])


@pytest.mark.parametrize(
    ("earlier", "later", "evidence"),
    [
        ({"gap_id": "A", "village_name": "Bản Nà Lạ"}, {"gap_id": "A", "village_name": "Bản Nà Lạ"}, "gap_id"),
        ({"village_name": "Bản Nà Lạ"}, {"gap_id": "B", "village_name": "bản  nà lạ"}, "key"),
        ({"village_name": "Thôn Hoà Bình"}, {"gap_id": "B", "village_name": "Hòa Bình"}, "key"),
        ({"village_name": "Bản Nà Lạ"}, {"gap_id": "B", "village_name": "Xóm Na La"}, "name"),
        ({"village_name": "Thôn 01"}, {"gap_id": "B", "village_name": "TDP 1"}, "key"),
        (
            {"village_name": "Bản Nà Lạ", "north_m": 0},
            {"gap_id": "B", "village_name": "Nà Lạ Trên", "north_m": 200},
            "near",
        ),
        (
            {"village_name": "Bản Nà Lạ", "north_m": 0},
            {"gap_id": "B", "village_name": "Bản Nà Lạ", "commune_code": "99002", "north_m": 200},
            "near",
        ),
        (
            {"village_name": "Khuổi Trang", "north_m": 0},
            {"gap_id": "B", "village_name": "Khuổi Trag", "north_m": 800},
            "spelling",
        ),
        ({"village_name": "Khuổi Trang"}, {"gap_id": "B", "village_name": "Khuổi Trnag", "lat": np.nan}, "spelling"),
    ],
)
def test_a_place_is_known_by(earlier: dict[str, object], later: dict[str, object], evidence: str) -> None:
    """Each kind of evidence makes a pair by itself, and only by id or exact name is it certain."""
    matching = match_rounds(gap_rows(earlier), gap_rows(later))
    assert list(matching.pairs["how"]) == [evidence]
    assert matching.pairs["certain"].tolist() == [evidence in ("gap_id", "key")]
    assert matching.questions.empty


@pytest.mark.parametrize(
    ("earlier", "later", "why"),
    [
        (
            {"gap_id": "A", "village_name": "Nà Lạ", "north_m": 0},
            {"gap_id": "A", "village_name": "Bó Mạ", "north_m": 5000},
            "far",
        ),
        (
            {"village_name": "Khuổi Trang", "north_m": 0},
            {"gap_id": "B", "village_name": "Khuổi Trag", "north_m": 3000},
            "far",
        ),
        ({"village_name": "Bản Hòa", "north_m": 0}, {"gap_id": "B", "village_name": "Bản Hóa", "north_m": 3000}, "far"),
        ({"village_name": "Nà Lạ", "north_m": 0}, {"gap_id": "B", "village_name": "Bó Mạ", "north_m": 100}, "renamed"),
    ],
)
def test_what_only_looks_alike_is_asked(earlier: dict[str, object], later: dict[str, object], why: str) -> None:
    """A name or an id far away, and another name at the same place, are questions and no pairs."""
    assert how(gap_rows(earlier), gap_rows(later)) == []
    assert asked(gap_rows(earlier), gap_rows(later)) == [why]


@pytest.mark.parametrize(
    ("one", "other"),
    [("Thôn 3", "Thôn 4"), ("Nà Lạ A", "Nà Lạ B"), ("Khuổi Trang 1", "Khuổi Trang 2")],
)
def test_numbers_and_letters_tell_neighbours_apart(one: str, other: str) -> None:
    """Thôn 3 is never Thôn 4, however near and however little the names differ."""
    before, after = (
        gap_rows({"village_name": one, "north_m": 0}),
        gap_rows({"village_name": other, "gap_id": "B", "north_m": 900}),
    )
    assert how(before, after) == []
    assert asked(before, after) == []


def test_two_candidates_are_asked_unless_one_is_near() -> None:
    """Of two villages of one name the near one is taken; where both are far a person decides."""
    twins = gap_rows(
        {"village_name": "Nà Lạ", "old_commune": "Xã X", "north_m": 0},
        {"village_name": "Nà Lạ", "old_commune": "Xã Y", "north_m": 9000},
    )
    near = gap_rows({"gap_id": "B", "village_name": "Na La", "north_m": 9100})
    far = gap_rows({"gap_id": "B", "village_name": "Na La", "north_m": 4000})
    former = gap_rows({"gap_id": "B", "village_name": "Na La", "old_commune": "xã x", "north_m": 4000})
    assert paired(match_rounds(twins, near)) == {"B": "T1"}
    assert asked(twins, far) == ["two", "two"]
    assert paired(match_rounds(twins, former)) == {"B": "T0"}


def test_the_answer_of_a_person_settles_a_question() -> None:
    """Yes makes a pair, no makes the question go away."""
    before = gap_rows({"village_name": "Nà Lạ", "north_m": 0})
    after = gap_rows({"gap_id": "B", "village_name": "Bó Mạ", "north_m": 0})
    yes = match_rounds(before, after, answers={("T0", "B"): True})
    no = match_rounds(before, after, answers={("T0", "B"): False})
    assert paired(yes) == {"B": "T0"}
    assert list(yes.pairs["how"]) == ["answer"]
    assert no.pairs.empty
    assert no.questions.empty


def test_a_commune_that_got_another_code_is_the_same_commune() -> None:
    """With the table of successors names meet; without it the far row is new."""
    before = gap_rows({"village_name": "Nà Lạ", "commune_code": "00001", "north_m": 0})
    after = gap_rows({"gap_id": "B", "village_name": "Nà Lạ", "commune_code": "00002", "north_m": 5000})
    assert how(before, after) == []
    assert list(match_rounds(before, after, successors={"00001": "00002"}).pairs["how"]) == ["key"]


def test_different_clusters_and_targets_are_different_places() -> None:
    """Cụm 1 is not Cụm 2, a school not its village."""
    before = gap_rows(
        {"village_name": "Nà Lạ", "cluster_name": "Cụm 1", "north_m": 0},
        {"village_name": "Nà Lạ", "target_type": "school", "north_m": 10},
    )
    after = gap_rows(
        {"gap_id": "B", "village_name": "Nà Lạ", "cluster_name": "Cụm 2", "north_m": 0},
        {"gap_id": "C", "village_name": "Nà Lạ", "target_type": "school", "north_m": 10},
    )
    matching = match_rounds(before, after)
    assert paired(matching) == {"C": "T1"}
    assert list(matching.questions["why"]) == ["renamed"]


def test_ids_outlive_typos_over_three_rounds() -> None:
    """A village keeps its first id while its name is mended twice; a new one never takes an id in use."""
    first = gap_round(gap_rows({"gap_id": "KV-1", "village_name": "Khuổi Trang", "north_m": 0}), "1")
    second = gap_round(
        gap_rows(
            {"gap_id": "KV-9", "village_name": "Khuổi Trag", "north_m": 50},
            {"gap_id": "KV-1", "village_name": "Bó Mạ", "north_m": 9000},
        ),
        "2",
    )
    second, _ = continued(second, [first])
    third = gap_round(gap_rows({"gap_id": "KV-5", "village_name": "Khuổi Tràng", "north_m": 80}), "3")
    third, _ = continued(third, [first, second])
    assert second.rows["gap_id"].nunique() == 2
    assert third.rows["gap_id"].tolist() == [second.rows["gap_id"].tolist()[0]]


def test_what_was_closed_gets_its_id_back() -> None:
    """Present, absent, present again under another spelling: the same id."""
    first = gap_rows({"gap_id": "KV-1", "village_name": "Khuổi Trang", "north_m": 0})
    second = gap_rows({"gap_id": "KV-2", "village_name": "Bó Mạ", "north_m": 9000})
    third = gap_rows({"gap_id": "KV-3", "village_name": "Khuoi Trang", "north_m": 100})
    matching = match_rounds(second, third, history=[first])
    assert carry_ids(matching, third)["gap_id"].tolist() == ["KV-1"]
    assert matching.pairs["before"].tolist() == [-1]


names = st.sampled_from(
    ["Nà Lạ", "Bản Na La", "Nà Lạ A", "Thôn 1", "Thôn 01", "Thôn 2", "Khuổi Trang", "Khuổi Trag", "Bó Mạ"]
)
rows = st.lists(
    st.fixed_dictionaries(
        {
            "village_name": names,
            "cluster_name": st.sampled_from(["", "Cụm 1"]),
            "commune_code": st.sampled_from(["99001", "99002"]),
            "north_m": st.sampled_from([0, 100, 250, 900, 5000]),
        }
    ),
    max_size=8,
)


@settings(deadline=None, max_examples=15, phases=(Phase.explicit, Phase.reuse, Phase.generate))
@given(rows, rows, st.randoms(use_true_random=False))
def test_matching_is_one_to_one_and_knows_no_row_order(
    earlier: list[dict[str, object]], later: list[dict[str, object]], random: object
) -> None:
    """Each row is in one pair or in questions or in neither; shuffled rows give the same pairs and questions."""
    before = gap_rows(*(row | {"gap_id": f"A{n}"} for n, row in enumerate(earlier)))
    after = gap_rows(*(row | {"gap_id": f"B{n}"} for n, row in enumerate(later)))
    matching = match_rounds(before, after)
    assert matching.pairs["before_id"].is_unique
    assert matching.pairs["after_id"].is_unique
    assert not set(matching.pairs["before_id"]) & set(matching.questions["before_id"])
    assert not set(matching.pairs["after_id"]) & set(matching.questions["after_id"])
    order = list(range(len(after)))
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = match_rounds(before.iloc[::-1].reset_index(drop=True), after.iloc[order].reset_index(drop=True))
    assert paired(shuffled) == paired(matching)
    assert set(map(tuple, shuffled.questions[["before_id", "after_id", "why"]].to_numpy())) == set(
        map(tuple, matching.questions[["before_id", "after_id", "why"]].to_numpy())
    )
    carried = carry_ids(matching, after)
    assert carried["gap_id"].is_unique


@settings(deadline=None, max_examples=15)
@given(rows)
def test_a_round_matches_itself(earlier: list[dict[str, object]]) -> None:
    """Every row is its own; nothing is asked."""
    before = gap_rows(*(row | {"gap_id": f"A{n}"} for n, row in enumerate(earlier)))
    matching = match_rounds(before, before)
    assert paired(matching) == {one: one for one in before["gap_id"]}


def test_names_lose_kind_words_and_zeros() -> None:
    """What lists add or leave out before a name does not count; what is the name itself does."""
    assert plain_name("Tổ dân phố 03") == plain_name("TDP. 3") == "3"
    assert spelt_name("Bản Nà Lạ") == "nà lạ"
    assert plain_name("Bản") == "ban"
    assert alike("na la|", "na la tren|1")
    assert not alike("na la|1", "na la|2")
    assert not alike("|", "na la|")


def test_a_round_is_kept_whole(tmp_path: Path) -> None:
    """What is saved is read back: values, types, sources."""
    kept = gap_round(
        gap_rows(
            {
                "village_name": "Nà Lạ",
                "cause": ("terrain", "far"),
                "measured_on": pd.Timestamp("2026-09-15"),
                "grid_power": True,
            }
        ),
        'Đợt 2/2026 "thử"',
    )
    folder = save_round(kept, tmp_path)
    assert folder.name == "dot-2-2026-thu"
    read = read_round(folder)
    pd.testing.assert_frame_equal(read.rows, kept.rows, check_dtype=False)
    assert read.rows["measured_on"].dtype == kept.rows["measured_on"].dtype
    assert read.rows["cause"].tolist() == [("terrain", "far")]
    assert (read.batch, read.province_code, read.made_on, read.sources) == (
        kept.batch,
        kept.province_code,
        kept.made_on,
        kept.sources,
    )


def test_rounds_are_listed_and_never_written_over_by_others(tmp_path: Path) -> None:
    """A round replaces itself; one of another name that falls on the same folder is refused."""
    rows_ = gap_rows({"village_name": "Nà Lạ"})
    save_round(gap_round(rows_, "Đợt 1"), tmp_path)
    save_round(gap_round(gap_rows({"village_name": "A"}, {"village_name": "B"}), "Đợt 1"), tmp_path)
    with pytest.raises(OutputError):
        save_round(gap_round(rows_, "đợt-1"), tmp_path)
    assert [(one.batch, one.rows) for one in list_rounds(tmp_path)] == [("Đợt 1", 2)]
    assert list_rounds(tmp_path / "none") == ()
    assert folder_name("!!") == "dot"


def test_a_damaged_round_is_one_sentence(tmp_path: Path) -> None:
    """A missing folder, a missing table and a broken description are errors a user understands."""
    with pytest.raises(MissingFileError):
        read_round(tmp_path)
    folder = save_round(gap_round(gap_rows({"village_name": "Nà Lạ"})), tmp_path)
    (folder / ROWS_FILE).unlink()
    with pytest.raises(UnreadableFileError):
        read_round(folder)
    (folder / ROUND_FILE).write_text("batch = ", encoding="utf-8")
    with pytest.raises(UnreadableFileError):
        read_round(folder)
