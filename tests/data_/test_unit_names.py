"""Units as lists write them: of today or of before July 2025, by code or name, misspelt, split, contradicting."""

from __future__ import annotations

import unicodedata

import geopandas as gpd
import pandas as pd
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from shapely.geometry import box

from phusong.data.boundaries import read_communes
from phusong.data.former_units import COLUMNS, FormerUnits
from phusong.data.lists import read_list
from phusong.data.names import fold
from phusong.data.population import join_population, read_population
from phusong.data.schemas import GAPS, HOUSEHOLDS, STATIONS, VILLAGES
from phusong.data.spelling import edit_distance, nearest
from phusong.data.territory import Territory
from phusong.data.unit_import import merge_tables
from phusong.data.unit_names import _NOTED_ROWS, resolve_units
from phusong.data.unit_reading import KnownUnits, Said, read_unit
from phusong.data.unit_spelling import is_plain, readings, spelling_of
from phusong.data.unit_tables import read_unit_table

TODAY = {
    "00985": "Xã Bắc Mê",
    "00991": "Xã Minh Ngọc",
    "00997": "Xã Thượng Lâm",
    "01000": "Phường Hà Giang 1",
    "01003": "Phường Hà Giang 2",
    "01006": "Xã Hoà Thuỷ",
    "01009": "Xã Ba Tơ",
    "01012": "Xã Ba Tô",
    "01015": "Phường Đông Sơn",
    "01018": "Xã Đông Sơn",
    "01021": "Xã Xa Dung",
    "01024": "Xã Ea M'Droh",
    "01027": "Phường Yên Phú",
}
COMMUNES = gpd.GeoDataFrame(
    {"commune_code": list(TODAY), "commune_name": list(TODAY.values()), "province_code": ["08"] * len(TODAY)},
    geometry=[box(105 + at / 10, 22, 105.1 + at / 10, 22.1) for at in range(len(TODAY))],
    crs="EPSG:4326",
)


def middle(code):
    """Return a longitude inside a commune."""
    return 105.05123 + list(TODAY).index(code) / 10


def old(code, name, district, *targets, province="Hà Giang"):
    return [
        dict.fromkeys(COLUMNS, "")
        | {"old_code": code, "old_name": name, "old_district": district, "old_province": province}
        | {"old_province_code": "02", "new_code": target, "new_name": TODAY[target], "new_province_code": "08"}
        | {"valid_to": "2025-07-01", "part": "full" if len(targets) == 1 else "partial"}
        for target in targets
    ]


FORMER = FormerUnits.of(
    pd.DataFrame(
        [
            *old("00700", "Thị trấn Bắc Mê", "Huyện Bắc Mê", "00985"),
            *old("00985", "Xã Yên Định", "Huyện Bắc Mê", "00985"),
            *old("00703", "Xã Minh Tân", "Huyện Bắc Mê", "00985", "00991"),
            *old("00706", "Xã Lạc Nông", "Huyện Bắc Mê", "00991"),
            *old("00712", "Xã Tân Lập", "Huyện Bắc Mê", "00991"),
            *old("00715", "Xã Tân Lập", "Huyện Quang Bình", "00997"),
            *old("00991", "Xã Đường Âm", "Huyện Bắc Mê", "00985"),
            *old("00718", "Xã Yên Phú", "Huyện Bắc Mê", "01006"),
        ]
    )
)
ROW = {"province_code": "08", "lon": "", "lat": ""}
LAT = 22.05123


def read(tmp_path, *rows, schema=VILLAGES, former=FORMER, communes=COMMUNES, province="08"):
    named = [ROW | {"village_name": f"Thôn {at}"} | row for at, row in enumerate(rows)]
    table = pd.DataFrame([row | ({"lat": LAT} if row["lon"] and not row["lat"] else {}) for row in named], dtype=object)
    table.to_csv(tmp_path / "danh-sach.csv", index=False)
    return read_list(
        tmp_path / "danh-sach.csv", schema, Territory(province_code=province, communes=communes, former=former)
    )


def of_units(checked):
    return [
        (problem.level, problem.code, problem.after)
        for problem in checked.problems
        if problem.code.startswith(("unit.", "place.")) and problem.row
    ]


def choices(checked):
    return [[choice.vi for choice in p.choices] for p in checked.problems if p.choices and p.code.startswith("unit.")]


FILLED = ("repair", "unit.code_filled", "00997")
RULES = {
    "the code of today": ({"commune_code": "00997"}, "00997", []),
    "a code that lost its zeros": ({"commune_code": 997.0}, "00997", []),
    "the name of today": ({"commune_name": "Xã Thượng Lâm"}, "00997", [FILLED]),
    "code and name of today": ({"commune_code": "00997", "commune_name": "Thuong Lam"}, "00997", []),
    "a name without kind": ({"commune_name": "Thượng Lâm"}, "00997", [FILLED]),
    "a name without accents": ({"commune_name": "xa thuong lam"}, "00997", [FILLED]),
    "an abbreviated kind": ({"commune_name": "X. Thượng Lâm"}, "00997", [FILLED]),
    "the tone mark elsewhere": ({"commune_name": "xã Hòa Thủy"}, "01006", [("repair", "unit.code_filled", "01006")]),
    "a number with a zero": ({"commune_name": "P. Hà Giang 02"}, "01003", [("repair", "unit.code_filled", "01003")]),
    "a roman number": ({"commune_name": "Phường Hà Giang II"}, "01003", [("repair", "unit.code_filled", "01003")]),
    "another apostrophe": ({"commune_name": "Xã Ea M’DROH"}, "01024", [("repair", "unit.code_filled", "01024")]),
    "no apostrophe": ({"commune_name": "Ea Mdroh"}, "01024", [("repair", "unit.code_filled", "01024")]),
    "a name like a kind": ({"commune_name": "Xa Dung"}, "01021", [("repair", "unit.code_filled", "01021")]),
    "the kind decides": ({"commune_name": "P. Đông Sơn"}, "01015", [("repair", "unit.code_filled", "01015")]),
    "another kind": ({"commune_name": "Phường Thượng Lâm"}, "00997", [("repair", "unit.kind", "Xã Thượng Lâm")]),
    "an old code": ({"commune_code": "00700"}, "00985", [("repair", "unit.former", "00985")]),
    "an old code and name": (
        {"commune_code": "00700", "commune_name": "TT. Bắc Mê"},
        "00985",
        [("repair", "unit.former", "00985")],
    ),
    "an old name": ({"commune_name": "Xã Lạc Nông"}, "00991", [("repair", "unit.former", "Xã Minh Ngọc")]),
    "an old name, code given twice": (
        {"commune_code": "00985", "commune_name": "Yên Định"},
        "00985",
        [("repair", "unit.former", "00985")],
    ),
    "an old code that is another today": (
        {"commune_code": "00991", "commune_name": "Xã Đường Âm"},
        "00985",
        [("repair", "unit.former", "00985")],
    ),
    "an old name with its district": (
        {"commune_name": "Xã Tân Lập", "old_district": "H. Quang Bình"},
        "00997",
        [("repair", "unit.former", "Xã Thượng Lâm")],
    ),
    "district and commune of old in their columns": (
        {"old_commune": "Tân Lập", "old_district": "Bắc Mê"},
        "00991",
        [("repair", "unit.former", "00991")],
    ),
    "an address": (
        {"commune_name": "xã Tân Lập, huyện Bắc Mê"},
        "00991",
        [("repair", "unit.former", "Xã Minh Ngọc")],
    ),
    "today beside old": ({"commune_name": "Minh Ngọc", "old_commune": "Lạc Nông"}, "00991", None),
    "one letter wrong": ({"commune_name": "Thượng Lân"}, "00997", [("warning", "unit.typo", "Xã Thượng Lâm")]),
    "one letter missing": ({"commune_name": "Thượng âm"}, "00997", [("warning", "unit.typo", "Xã Thượng Lâm")]),
    "a wrong accent": ({"commune_name": "Xã Thuợng Lãm"}, "00997", [("warning", "unit.typo", "Xã Thượng Lâm")]),
    "an old name with a slip": ({"commune_name": "Lạc Nôngg"}, "00991", [("warning", "unit.typo", "Xã Minh Ngọc")]),
    "a code nobody has": (
        {"commune_code": "99999", "commune_name": "Thượng Lâm"},
        "00997",
        [("warning", "unit.code", "00997")],
    ),
}


@pytest.mark.parametrize("at_point", [True, False], ids=["with a point", "without"])
@pytest.mark.parametrize("rule", RULES)
def test_words_that_decide_give_the_code_of_today(tmp_path, rule, at_point):
    """Each way to write a unit that can mean one only, with the note it gets: the same with a point and without."""
    words, code, notes = RULES[rule]
    checked = read(tmp_path, words | ({"lon": middle(code)} if at_point else {}))
    assert checked.rows["commune_code"].tolist() == [code]
    if notes is not None:
        assert of_units(checked) == notes


OPEN = {
    "a split commune": ({"commune_name": "Xã Minh Tân"}, ("00985", "00991"), "unit.split"),
    "the code of a split commune": ({"commune_code": "00703"}, ("00985", "00991"), "unit.split"),
    "two old communes of one name": ({"commune_name": "Xã Tân Lập"}, ("00991", "00997"), "unit.namesakes"),
    "a name of a xã and a phường": ({"commune_name": "Đông Sơn"}, ("01015", "01018"), "unit.namesakes"),
    "two names without accents": ({"commune_name": "Xa Ba To"}, ("01009", "01012"), "unit.namesakes"),
    "code and name of two units": (
        {"commune_code": "00997", "commune_name": "Xã Hòa Thủy"},
        ("00997", "01006"),
        "unit.contradiction",
    ),
    "today and old of two units": (
        {"commune_name": "Xã Thượng Lâm", "old_commune": "Lạc Nông"},
        ("00997", "00991"),
        "unit.contradiction",
    ),
    "a phường of today that is a xã of old": ({"commune_name": "Xã Yên Phú"}, ("01027", "01006"), "unit.namesakes"),
}


@pytest.mark.parametrize("rule", OPEN)
def test_what_words_leave_open_the_point_decides(tmp_path, rule):
    """In each of the communes it can be, that one is taken and listed; a contradiction is to be acknowledged."""
    words, codes, code = OPEN[rule]
    checked = read(tmp_path, *(words | {"lon": middle(commune)} for commune in codes))
    assert checked.rows["commune_code"].tolist() == list(codes)
    level = "warning" if code == "unit.contradiction" else "repair"
    said = "unit.contradiction" if code == "unit.contradiction" else "unit.split"
    assert of_units(checked) == [(level, said, f"{TODAY[commune]} ({commune})") for commune in codes]


@pytest.mark.parametrize("rule", OPEN)
def test_what_nothing_decides_is_asked_with_its_choices(tmp_path, rule):
    """Without a point the row of a gap list waits for an answer; with one elsewhere it stays, where the point is."""
    words, codes, code = OPEN[rule]
    alone = read(tmp_path, words)
    assert of_units(alone) == [("error", code, None)]
    assert choices(alone) == [[f"{TODAY[commune]} ({commune})" for commune in codes]]
    assert alone.rows.empty
    elsewhere = read(tmp_path, words | {"lon": middle("01021")})
    assert of_units(elsewhere) == [("warning", code, None)]
    assert choices(elsewhere) == [[f"{TODAY[commune]} ({commune})" for commune in (*codes, "01021")]]
    stated = words.get("commune_code", "")
    assert elsewhere.rows["commune_code"].tolist() == [stated if stated in TODAY else "01021"]
    assert elsewhere.rows["commune_name"].tolist() == [words.get("commune_name", "Xã Xa Dung")]


def test_a_station_of_a_split_commune_stays_and_is_asked(tmp_path):
    """A list that can do without the commune keeps the row: the station may be anywhere."""
    row = {"site_id": "A", "operator": "Viettel", "tech": "4G", "commune_name": "Xã Minh Tân"}
    checked = read(tmp_path, row, schema=STATIONS)
    assert of_units(checked) == [("warning", "unit.split", None)]
    assert checked.rows["commune_code"].tolist() == [""]
    assert not {"_unit", "_candidates"} & set(checked.rows)


def test_an_unknown_name_is_asked_with_the_nearest_names(tmp_path):
    """Nothing is guessed; where no conversion is imported the advice to import one is given."""
    checked = read(tmp_path, {"commune_name": "Xã Thuần Lầm Mới"}, {"commune_name": "Xã Ba Tố"})
    assert of_units(checked) == [("error", "unit.unknown", None)] * 2
    assert "Xã Thượng Lâm (00997)" in choices(checked)[0]
    assert choices(checked)[1][:2] == ["Xã Ba Tô (01012)", "Xã Ba Tơ (01009)"] or set(choices(checked)[1][:2]) == {
        "Xã Ba Tô (01012)",
        "Xã Ba Tơ (01009)",
    }
    without = read(tmp_path, {"commune_name": "Xã Lạc Nông"}, former=None)
    assert "hãy nhập bảng chuyển đổi" in next(p.text.vi for p in without.problems if p.code == "unit.unknown")


def test_a_number_in_a_name_is_never_a_slip(tmp_path):
    """Phường Hà Giang 3 is not Hà Giang 2 mistyped."""
    checked = read(tmp_path, {"commune_name": "Phường Hà Giang 3"})
    assert of_units(checked) == [("error", "unit.unknown", None)]


def test_a_name_elsewhere_than_the_point_is_one_warning_on_the_name(tmp_path):
    """The name's code is kept; the code the list did not give is not blamed."""
    checked = read(tmp_path, {"commune_name": "Thượng Lâm", "lon": middle("01021")})
    assert of_units(checked) == [("warning", "place.other_commune", None), FILLED]
    assert [p.column for p in checked.problems if p.code == "place.other_commune"] == ["commune_name"]


def test_old_provinces_lead_to_todays(tmp_path):
    """By name without any table, by code with one; a name that is not the code's is asked back, rows stay."""
    rows = [
        {"province_code": "", "province_name": "tỉnh Hà Giang", "commune_name": "Thượng Lâm"},
        {"province_code": "02", "province_name": "", "commune_name": "Thượng Lâm"},
        {"province_code": "04", "province_name": "Tuyên Quang", "commune_name": "", "commune_code": "00997"},
        {"province_code": "", "province_name": "Tuyên Qang", "commune_name": "", "commune_code": "00997"},
    ]
    checked = read(tmp_path, *rows)
    assert checked.rows["province_code"].tolist() == ["08", "08", "04", "08"]
    assert checked.rows["commune_code"].tolist() == ["00997"] * 4
    found = [(p.row, p.code) for p in checked.problems if p.code.startswith("unit.") and p.code != "unit.code_filled"]
    assert found == [(3, "unit.former"), (4, "unit.contradiction"), (5, "unit.unknown")]


@pytest.mark.parametrize("schema", [GAPS, VILLAGES], ids=["gaps", "villages"])
def test_a_list_of_old_units_only_is_read(tmp_path, schema):
    """No column of today's communes: the old commune stands in for it."""
    row = {"old_commune": "Lạc Nông", "lon": middle("00991"), "households_total": 80, "grid_power": "x"}
    checked = read(tmp_path, row, schema=schema)
    assert checked.rows["commune_code"].tolist() == ["00991"]


def test_the_conversion_alone_resolves_names_without_boundaries(tmp_path):
    """Names and codes of today come from the conversion's targets; positions are said to be unchecked."""
    rows = {"commune_name": "Lạc Nông"}, {"commune_code": "00715"}, {"commune_name": "Thượng Lâm"}
    checked = read(tmp_path, *rows, communes=None)
    assert checked.rows["commune_code"].tolist() == ["00991", "00997", "00997"]
    assert [p.code for p in checked.problems if p.row is None and p.code.startswith("place")] == ["place.unchecked"]


def test_with_nothing_imported_units_are_said_to_be_unchecked(tmp_path):
    """Words stay as they are; one warning for the whole file; provinces are still known."""
    checked = read(
        tmp_path, {"province_code": "", "province_name": "Hà Giang", "commune_name": "X"}, communes=None, former=None
    )
    assert checked.rows[["province_code", "commune_code", "commune_name"]].to_numpy().tolist() == [["08", "", "X"]]
    unchecked = [problem for problem in checked.problems if problem.code == "place.unchecked"]
    assert len(unchecked) == 1 and "tên, mã xã" in unchecked[0].text.vi


def test_units_of_a_province_nobody_knows_here_are_left_alone(tmp_path):
    """A neighbour's station is not held against our communes."""
    row = {"site_id": "A", "operator": "Viettel", "tech": "4G", "province_code": "04", "commune_name": "Xã Lũng Nặm"}
    checked = read(tmp_path, row | {"lon": 106.3, "lat": 22.85}, schema=STATIONS, former=None)
    assert of_units(checked) == []
    assert checked.rows["commune_name"].tolist() == ["Xã Lũng Nặm"]


def test_what_thousands_of_rows_say_alike_is_listed_for_a_thousand(tmp_path):
    """Every row is converted; the last note listed says how many more there are."""
    count = _NOTED_ROWS + 5
    rows = pd.DataFrame(dict.fromkeys(("province_code", "commune_code"), "") | {"commune_name": ["Lạc Nông"] * count})
    resolved, notes = resolve_units(rows, HOUSEHOLDS, Territory(province_code="08", communes=COMMUNES, former=FORMER))
    assert (resolved["commune_code"] == "00991").all()
    assert len(notes) == _NOTED_ROWS
    assert "(và 5 dòng khác như thế)" in notes[-1].text.vi and "khác" not in notes[-2].text.vi
    assert rows["commune_code"].eq("").all()  # the argument is not changed


def slow_distance(one, other):
    """The same count by definition: the least over every last step."""
    if not one or not other:
        return len(one) + len(other)
    least = min(
        slow_distance(one[:-1], other) + 1,
        slow_distance(one, other[:-1]) + 1,
        slow_distance(one[:-1], other[:-1]) + (one[-1] != other[-1]),
    )
    if len(one) > 1 and len(other) > 1 and one[-2:] == other[:-3:-1]:
        least = min(least, slow_distance(one[:-2], other[:-2]) + 1)
    return least


@given(st.text("abă", max_size=5), st.text("abă", max_size=5))
def test_distance_is_the_least_number_of_slips(one, other):
    """The table gives what trying every way gives."""
    assert edit_distance(one, other) == slow_distance(one, other)


@given(st.text("abcd", max_size=6), st.lists(st.text("abcd", max_size=6), max_size=12), st.integers(1, 4))
def test_the_nearest_are_those_of_measuring_all(written, spellings, count):
    """Leaving out what cannot be near changes nothing."""
    assert nearest(written, spellings, count) == sorted((slow_distance(written, s), s) for s in set(spellings))[:count]


KNOWN = KnownUnits(Territory(province_code="08", communes=COMMUNES, former=FORMER))
NAMES = st.sampled_from(sorted(TODAY.items()))


def spelt(name, way):
    kind, _, rest = name.partition(" ")
    return {
        "upper": name.upper(),
        "lower": name.lower(),
        "nfd": unicodedata.normalize("NFD", name),
        "spaces": f"  {name.replace(' ', '  ')} ",
        "short": rest,
        "kind": f"{kind[0]}. {rest}",
        "plain": fold(name),
        "PLAIN": fold(rest).upper(),
    }[way]


@given(NAMES, st.sampled_from(["upper", "lower", "nfd", "spaces", "short", "kind", "plain", "PLAIN"]))
def test_no_spelling_of_a_name_is_ever_another_unit(unit, way):
    """It is that unit, or it is asked which of several."""
    code, name = unit
    reading = read_unit(Said("08", "", "", "", spelt(name, way), ""), KNOWN)
    assert reading is not None
    assert reading.codes == (code,) or (reading.is_open and code in reading.codes)


@given(NAMES, st.data())
@example(("00997", "Xã Thượng Lâm"), None)
def test_one_slip_is_never_silently_another_unit(unit, data):
    """A letter dropped, doubled, changed or swapped: that unit warned of, or a question; never another unawares."""
    code, name = unit
    written = name.replace("ợ", "ớ") if data is None else slipped(name, data)
    exact = {way.key for way in readings(written)} | {way.plain for way in readings(written) if is_plain(written)}
    others = [*(n for c, n in TODAY.items() if c != code), *(old.name for old in FORMER.units)]
    assume(not exact & {key for other in others for key in (spelling_of(other).key, spelling_of(other).plain)})
    reading = read_unit(Said("08", "", "", "", written, ""), KNOWN)
    assert reading is not None
    assert reading.is_open or reading.how == "typo" or reading.codes == (code,)


def slipped(name, data):
    at = data.draw(st.integers(0, len(name) - 2))
    letter = data.draw(st.sampled_from("aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạ "))
    return data.draw(
        st.sampled_from(
            [
                name[:at] + name[at + 1 :],
                name[:at] + letter + name[at:],
                name[:at] + letter + name[at + 1 :],
                name[:at] + name[at + 1] + name[at] + name[at + 2 :],
            ]
        )
    )


@pytest.fixture(scope="module")
def country(shared_data):
    communes = read_communes(shared_data / "vn-admin/communes_all_3321_simplified.geojson").communes
    lines, _ = merge_tables([read_unit_table(shared_data / "vn-merger/splits.json")])
    return communes, FormerUnits.of(lines)


@pytest.fixture(scope="module")
def code_list(shared_data):
    return pd.read_csv(shared_data / "vn-admin/communes_gso_code_location_2025.csv", dtype=str)


CODE_OF_BA_CHE = ("06970", "06978")
"""Xã Ba Chẽ has another code in the list of codes than in the boundaries: the only one of 3,321."""


@pytest.mark.shared
@pytest.mark.parametrize("with_former", [False, True], ids=["boundaries", "boundaries and conversion"])
@pytest.mark.parametrize(
    ("way", "asked"),
    [
        (lambda row: row.ward, 0),
        (lambda row: unicodedata.normalize("NFD", row.ward.upper()), 0),
        (lambda row: {"X": "X.", "P": "P.", "Đ": "đặc khu "}[row.ward[0]] + row.wardShort, 1),
        (lambda row: row.wardShort, 1),
        (lambda row: fold(row.ward), 16),
        (lambda row: fold(row.wardShort), 20),
    ],
    ids=["as listed", "upper NFD", "abbreviated", "short", "without accents", "short without accents"],
)
def test_every_real_name_leads_to_its_own_code(country, code_list, way, asked, with_former):
    """All 3,321 names of the official list, in every usual spelling: their own code, or asked, never another."""
    communes, former = country
    known = KnownUnits(Territory(communes=communes, former=former if with_former else None))
    wrong, questions = [], []
    for row in code_list.itertuples():
        written = way(row)
        reading = read_unit(Said(row.provinceCode.zfill(2), "", "", "", written, ""), known)
        code = row.wardCode.zfill(5)
        code = CODE_OF_BA_CHE[1] if code == CODE_OF_BA_CHE[0] else code
        if reading.is_open:
            assert code in reading.codes, (written, reading)
            questions.append(written)
        elif reading.codes != (code,):
            wrong.append((written, reading))
    assert wrong == []
    assert len(questions) == asked, questions


@pytest.mark.shared
def test_every_old_commune_converts_through_a_list(country, tmp_path):
    """All 10,052 old units by code and name with their old province: their communes of today, split ones open."""
    communes, former = country
    territory = Territory(communes=communes, former=former)
    units = [unit for unit in former.units if len(unit.code) == 5]
    rows = pd.DataFrame(
        {
            "province_code": "",
            "province_name": [unit.province for unit in units],
            "commune_code": [unit.code for unit in units],
            "commune_name": [unit.name for unit in units],
        }
    )
    resolved, _ = resolve_units(rows, VILLAGES, territory)
    candidates = [
        tuple(open_codes) or (code,)
        for open_codes, code in zip(resolved["_candidates"], resolved["commune_code"], strict=True)
    ]
    wanted = [tuple(dict.fromkeys(target.code for target in unit.targets)) for unit in units]
    apart = [
        (unit.full_name, unit.code, found)
        for unit, found, target in zip(units, candidates, wanted, strict=True)
        if set(found) != set(target)
    ]
    assert {code for *_, code, found in apart if found != (code,)} == set()
    assert len(apart) == 35, apart  # split communes, one part of which has their old code and name today


FIGURES = {
    "40_nghe_an": (130, 3_831_694),
    "42_ha_tinh": (69, 1_621_134),
    "44_quang_tri": (78, 1_870_664),
    "48_da_nang": (94, 3_127_193),
}


@pytest.mark.shared
@pytest.mark.parametrize("file", FIGURES)
def test_the_real_population_file_is_read_right(shared_data, file):
    """Every commune of the four provinces in full detail has its figure; "đang cập nhật" stays unknown, never 0."""
    count, people = FIGURES[file]
    reading = read_population(shared_data / "vn-admin/communes_population_area_2025-07-17.csv")
    communes = read_communes(shared_data / f"vn-admin/communes_{file}.geojson").communes
    joined = join_population(communes, reading)
    assert (joined.joined, joined.unjoined) == (count, ())
    assert int(joined.communes.population.sum()) == people
    assert not (joined.communes.population == 0).any()


@pytest.mark.shared
def test_the_figures_with_commas_and_without_a_number_are_those_of_the_country(shared_data):
    """66 communes have none, four are written with a thousands comma."""
    path = shared_data / "vn-admin/communes_population_area_2025-07-17.csv"
    raw = pd.read_csv(path, dtype=str)
    table = read_population(path).table
    assert table.population.isna().sum() == (raw.dansonguoi == "đang cập nhật").sum() == 66
    commas = raw.dansonguoi.str.contains(",", na=False).to_numpy()
    assert commas.sum() == 4
    assert table.population[commas].tolist() == [float(text.replace(",", "")) for text in raw.dansonguoi[commas]]
    plain = pd.to_numeric(raw.dansonguoi, errors="coerce").notna().to_numpy()
    assert (table.population[plain].to_numpy() == raw.dansonguoi[plain].astype(float).to_numpy()).all()
