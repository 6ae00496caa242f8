"""Text typed for TCVN3 and VNI fonts: converted where it is that, and nothing else ever is."""

from __future__ import annotations

import csv
import unicodedata

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from phusong.data import legacy_fonts
from phusong.data.legacy_fonts import convert, convert_column, decode_legacy, is_syllable, plain_words
from phusong.data.lists import read_list
from phusong.data.schemas import GAPS
from phusong.data.text_repairs import MOST_NOTES, repair_texts

KNOWN = [
    ("Th«n Nµ L¹", "Thoân Naø Laï", "Thôn Nà Lạ"),
    ("TØnh Hµ Giang, huyÖn MÌo V¹c", "Tænh Haø Giang, huyeän Meøo Vaïc", "Tỉnh Hà Giang, huyện Mèo Vạc"),
    ("X· M­êng L¸t", "Xaõ Möôøng Laùt", "Xã Mường Lát"),
    ("®ang cËp nhËt", "ñang caäp nhaät", "đang cập nhật"),
    ("tr¾ng sãng, lâm sãng", "traéng soùng, loõm soùng", "trắng sóng, lõm sóng"),
    ("§¾k N«ng", "Ñaék Noâng", "Đắk Nông"),
    ("Tæng sè hé ch­a cã", "Toång soá hoä chöa coù", "Tổng số hộ chưa có"),
    ("nguyÔn thÞ kú, quúnh", "nguyeãn thò kyø, quyønh", "nguyễn thị kỳ, quỳnh"),
    ("b·i bÓ, cØ, nghØ, gi÷a", "baõi beå, cæ, nghæ, giöõa", "bãi bể, cỉ, nghỉ, giữa"),
]
_MORE_WORDS = """
ằng ẳng ẵng ắng ặng bầu bẩu bẫu bấu bậu bẻ bẽ bé bẹ về vể vễ vế vệ bì bỉ bĩ bí bị bò bỏ bõ bó bọ hồ hổ hỗ hố hộ
bờ bở bỡ bớ bợ cù củ cũ cú cụ từ tử tữ tứ tự lỳ lỷ lỹ lý lỵ Đèo Ôn Ấp Ơn Ưng Ăng Âu Êm
"""
WORDS = " ".join([*(plain.replace(",", "") for *_, plain in KNOWN), _MORE_WORDS]).split()
_TO_TCVN3 = {letter: chr(code) for code, letter in legacy_fonts._TCVN3_LETTERS.items() if code < 256}
_TO_VNI = {plain: written for written, plain in reversed(legacy_fonts._vni_letters().items())}


def written(text, encoding):
    """Return a text as it was typed for a legacy font."""
    table = _TO_TCVN3 if encoding == "tcvn3" else _TO_VNI
    return "".join(table.get(letter) or table.get(letter.lower(), letter) for letter in text)


@pytest.mark.parametrize(("tcvn3", "vni", "plain"), KNOWN)
def test_known_words_are_read(tcvn3, vni, plain):
    """Texts as those fonts wrote them, by hand and not from our tables."""
    assert decode_legacy([tcvn3]) == ([plain], "tcvn3")
    assert decode_legacy([vni]) == ([plain], "vni")
    assert unicodedata.is_normalized("NFC", decode_legacy([vni])[0][0])


def test_the_table_of_tcvn3_is_that_of_the_standard():
    """67 small letters with their marks and 7 capitals stand where VSCII-3 has them; all are different."""
    letters = "".join(letter for code, letter in legacy_fonts._TCVN3_LETTERS.items() if code < 256)
    assert len(letters) == len(set(letters)) == 74
    assert bytes.fromhex("54 68 AB 6E 20 4D AD EA 6E 67 20 A7 D8 6E 68").decode("latin-1") == "Th«n M\xadêng §Ønh"
    assert convert("Th«n M\xadêng §Ønh", "tcvn3") == "Thôn Mường Đỉnh"


def test_capitals_are_those_of_the_word():
    """A capital font has the codes of small letters: capitals around say what was meant; a first letter does not."""
    assert convert("TH«N Nµ L¹", "tcvn3") == "THÔN Nà Lạ"
    assert convert("TØNH §ång th¸p", "tcvn3") == "TỈNH Đồng tháp"
    assert convert("THOÂN NAØ LAÏ, Ñaûo Ö", "vni") == "THÔN NÀ LẠ, Đảo Ư"
    assert convert("Thoân NaØ", "vni") == "Thôn Nà"


@given(st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join), max_size=8))
@example(["Cá", "Bá"])
def test_unicode_is_never_changed(texts):
    """Vietnamese in Unicode stays, composed or not, whatever words stand together."""
    assert decode_legacy(texts) == (texts, None)
    apart = [unicodedata.normalize("NFD", text) for text in texts]
    assert decode_legacy(apart) == (apart, None)


@given(
    st.lists(st.lists(st.sampled_from(WORDS), min_size=3, max_size=5).map(" ".join), min_size=4, max_size=8),
    st.sampled_from(["tcvn3", "vni"]),
)
def test_a_column_typed_for_a_legacy_font_is_known(texts, encoding):
    """Twelve words or more of either encoding are converted whole; only marked capitals of TCVN3 are lost."""
    typed = [written(text, encoding) for text in texts]
    if typed == texts:
        return
    decoded, found = decode_legacy(typed)
    assert found == encoding
    assert [text.lower() for text in decoded] == [text.lower() for text in texts]


@pytest.mark.parametrize(
    "texts",
    [
        ["Viettel", "TQG0327-12", "105,34808/22,62924", "N/A", ""],
        ["5 µm", "10 m²", "± 3 dB", "45°", "½", "3×4", "© 2026", "«Nà Lạ»", "§ 5"],
        ["café", "Köln", "naïve", "Señor", "São Paulo", "Ø110", "Müller", "Ångström", "crème brûlée"],
        ["Đắk Lắk", "Krông Ana", "Cư M'gar", "Plei Kần", "Ia Púch", "Êa Súp", "Hà Tĩnh"],
        ["Cá", "Lò", "Bó", "Séo", "Sín Chéng", "Hòa", "Tú", "Mù Cả"],
        [],
    ],
)
def test_other_texts_are_left_alone(texts):
    """Codes, coordinates, signs, other languages, highland names, names whose letters all languages share."""
    assert decode_legacy(texts) == (texts, None)


def test_a_mixed_column_is_converted_where_it_is_legacy():
    """Communes' lists put together: each cell is judged; what is plain either way stays when others are Unicode."""
    mixed = ["Th«n Nµ L¹", "Bản Lạ", "cá", "X· Néi"]
    assert decode_legacy(mixed) == (["Thôn Nà Lạ", "Bản Lạ", "cá", "Xã Nội"], "tcvn3")
    assert decode_legacy(["Th«n Nµ L¹", "cá"]) == (["Thôn Nà Lạ", "cỏ"], "tcvn3")


def test_syllables():
    """Tones before stopped consonants, place of the tone mark, highland names; foreign words are none."""
    assert all(
        map(
            is_syllable,
            [
                "hoà",
                "hòa",
                "thuỷ",
                "thủy",
                "quý",
                "nghiêng",
                "gìn",
                "giếng",
                "oanh",
                "khuya",
                "Krông",
                "Đắk",
                "Lắk",
                "ĐĂK",
            ],
        )
    )
    assert not any(map(is_syllable, ["cãc", "hảt", "Néi", "Thoân", "naø", "köln", "éi"]))
    assert plain_words("Thôn Nà Lạ 5, Köln") == (4, 3)


def test_a_column_keeps_its_other_cells():
    """Numbers, days and empty cells stay; the caller's column is not changed."""
    cells = pd.Series(["Th«n Nµ", 5.0, None, "", "x", "Th«n Nµ"], index=[3, 4, 5, 6, 7, 8], dtype=object)
    before = cells.copy()
    found = convert_column(cells)
    assert found is not None and found.encoding == "tcvn3"
    assert found.cells.tolist() == ["Thôn Nà", 5.0, None, "", "x", "Thôn Nà"]
    assert found.cells.index.equals(cells.index)
    assert found.changed.tolist() == [True, False, False, False, False, True]
    pd.testing.assert_series_equal(cells, before)
    assert convert_column(pd.Series(["Nà Lạ", 1.0], dtype=object)) is None


def gaps(path, villages, classes="trắng sóng", encoding="utf-8"):
    rows = ["Mã tỉnh;Mã xã;Tên thôn;Tổng số hộ;Số hộ chưa có sóng;Phân loại;Kinh độ;Vĩ độ"]
    rows += [f"08;00985;{name};50;20;{classes};105,{10000 + i};22,6" for i, name in enumerate(villages)]
    path.write_text("\n".join(rows), encoding=encoding)
    return path


def test_converted_cells_are_listed_before_and_after(tmp_path):
    """Names and options are read, each cell is a repair with what it was and what it became."""
    checked = read_list(gaps(tmp_path / "a.csv", ["Nµ L¹", "B¶n §«ng"], classes="tr¾ng sãng"), GAPS)
    assert checked.rows["village_name"].tolist() == ["Nà Lạ", "Bản Đông"]
    assert checked.rows["gap_class"].tolist() == ["white", "white"]
    repairs = [(p.row, p.column, p.found, p.after) for p in checked.problems if p.code == "text.tcvn3"]
    assert (2, "Tên thôn", "Nµ L¹", "Nà Lạ") in repairs and (3, "Phân loại", "tr¾ng sãng", "trắng sóng") in repairs
    assert len(repairs) == 4


def test_silence_in_a_legacy_font_is_still_an_error_where_a_value_is_needed(tmp_path):
    """The repair of the letters does not hide that the cell says nothing."""
    checked = read_list(gaps(tmp_path / "a.csv", ["®ang cËp nhËt", "Nµ L¹"]), GAPS)
    assert [(p.row, p.column) for p in checked.problems if p.level == "error"] == [(2, "Tên thôn")]


def test_decomposed_letters_are_told_once_a_column(tmp_path):
    """NFD is composed and said with its number of cells."""
    names = [unicodedata.normalize("NFD", name) for name in ("Nà Lạ", "Bản Đông", "Nà Mạ")]
    checked = read_list(gaps(tmp_path / "a.csv", [*names, "Nà Pó"]), GAPS)
    told = [(p.row, p.column, p.level) for p in checked.problems if p.code == "text.nfd"]
    assert told == [(2, "Tên thôn", "repair")]
    assert "3 ô" in next(p.text.vi for p in checked.problems if p.code == "text.nfd")
    assert checked.rows["village_name"].tolist() == ["Nà Lạ", "Bản Đông", "Nà Mạ", "Nà Pó"]


def test_very_many_converted_cells_are_counted_in_one_note():
    """The first thousand cells have a note each, the rest one, which says how many."""
    field = GAPS.field("village_name")
    cells = pd.Series([f"Th«n Nµ L¹ {n}" for n in range(MOST_NOTES + 500)], dtype=object)
    repaired, notes = repair_texts(cells, field)
    assert repaired.str.startswith("Thôn Nà Lạ").all()
    assert len(notes) == MOST_NOTES + 1
    assert notes[-1].at == MOST_NOTES and "500 ô" in notes[-1].text.vi
    assert all(note.after is None for note in repair_texts(cells, field, shows_cells=False)[1])


def real_names(shared_data):
    """Return the names of today's communes and of those before July 2025."""
    with (shared_data / "vn-admin" / "communes_population_area_2025-07-17.csv").open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    former = (name.strip() for row in rows for name in row["truocsapnhap"].split(","))
    return sorted({unicodedata.normalize("NFC", name) for name in [*(row["tenhc"] for row in rows), *former] if name})


@pytest.mark.shared
@pytest.mark.parametrize("encoding", ["tcvn3", "vni"])
def test_every_commune_name_comes_back(shared_data, encoding):
    """Of 11,000 real names, typed in either encoding, 99.9 % come back; the others (highland names) stay."""
    names = real_names(shared_data)
    decoded, found = decode_legacy([written(name, encoding) for name in names])
    wrong = [name for name, text in zip(names, decoded, strict=True) if name.lower() != text.lower()]
    assert found == encoding and len(names) > 10_000
    assert len(wrong) <= 0.001 * len(names), wrong


@pytest.mark.shared
def test_no_real_name_in_unicode_is_ever_changed(shared_data):
    """Columns of one to forty names, also of those whose letters legacy fonts share: none is taken for legacy."""
    names = real_names(shared_data)
    shared_letters = [name for name in names if not legacy_fonts._ONLY_UNICODE.search(name) and not name.isascii()]
    rng = np.random.default_rng(1)
    for pool in (names, shared_letters):
        assert decode_legacy(pool)[1] is None
        for size in rng.choice([1, 2, 3, 5, 10, 40], 300):
            texts = list(rng.choice(pool, size))
            assert decode_legacy(texts) == (texts, None)
