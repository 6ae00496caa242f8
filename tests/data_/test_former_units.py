"""Conversion tables of old communes: reading every form, joining several, following later changes, keeping them."""

from __future__ import annotations

import json
from importlib import metadata

import openpyxl
import pytest

from phusong.data.former_units import FormerUnits, district_key, old_province_code_of, same_district
from phusong.data.territory import Territory
from phusong.data.unit_import import import_units, merge_tables, stored_units
from phusong.data.unit_lookup import convert_name
from phusong.data.unit_tables import packaged_tables, read_unit_table
from phusong.errors import BadInputError, MissingFileError, UnreadableFileError

SPLITS = {
    "data": [
        {
            "level1_id": "02",
            "name": "Tỉnh Hà Giang",
            "splits": [{"new_id": "08", "name": "Tỉnh Tuyên Quang"}],
            "level3s": [
                {
                    "level3_id": "00700",
                    "name": "Thị trấn Yên Phú",
                    "splits": [{"new_id": "00985", "name": "Xã Bắc Mê"}],
                },
                {
                    "level3_id": "00703",
                    "name": "Xã Minh Tân",
                    "splits": [{"new_id": "00985", "name": "Xã Bắc Mê"}, {"new_id": "00991", "name": "Xã Minh Ngọc"}],
                },
            ],
            "level2s": [
                {
                    "level2_id": "099",
                    "name": "Huyện Đảo Xa",
                    "splits": [{"new_id": "00999", "name": "Đặc khu Đảo Xa"}],
                }
            ],
        }
    ]
}
MERGES = {
    "data": [
        {
            "level1_id": "08",
            "name": "Tỉnh Tuyên Quang",
            "merges": [{"old_id": "02", "name": "Tỉnh Hà Giang", "type": "full"}],
            "level2s": [
                {
                    "level2_id": "00985",
                    "name": "Xã Bắc Mê",
                    "merges": [
                        {"old_id": "00700", "name": "Thị trấn Yên Phú", "type": "full"},
                        {"old_id": "00703", "name": "Xã Minh Tân", "type": "partial"},
                    ],
                },
                {
                    "level2_id": "00991",
                    "name": "Xã Minh Ngọc",
                    "merges": [{"old_id": "00703", "name": "Xã Minh Tân", "type": "partial"}],
                },
            ],
        }
    ]
}


def put(path, content):
    path.write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return path


def targets(former, code):
    return {
        target.code: part
        for unit in former.by_code[code]
        for target, part in zip(unit.targets, unit.parts, strict=True)
    }


def kept(store, *paths):
    summary = import_units(paths, store)
    former = stored_units(store)
    assert former is not None
    return former, summary


def said(summary):
    return " | ".join(problem.text.vi for problem in summary.problems)


@pytest.mark.parametrize("form", [SPLITS, MERGES])
def test_the_public_mapping_is_read_from_either_side(tmp_path, form):
    """Old → new and new → old give the same conversion: one whole commune, one split into two."""
    former, summary = kept(tmp_path, put(tmp_path / "mapping.json", form))
    assert targets(former, "00700") == {"00985": "full"}
    assert targets(former, "00703") == {"00985": "partial", "00991": "partial"}
    assert (summary.split_communes, summary.changes, summary.problems) == (1, 0, ())
    assert [unit.is_split for unit in former.by_code["00703"]] == [True]


def test_an_island_district_without_communes_is_a_unit_of_its_own(tmp_path):
    """Its three-digit code and its name lead to the special zone."""
    former, summary = kept(tmp_path, put(tmp_path / "splits.json", SPLITS))
    unit = former.by_code["099"][0]
    assert (unit.district, unit.targets[0].name, unit.targets[0].province_code) == (
        "Huyện Đảo Xa",
        "Đặc khu Đảo Xa",
        "08",
    )
    assert (summary.old_communes, summary.new_communes) == (3, 3)
    assert former.province_codes == {"02": "08"}


@pytest.mark.parametrize(
    "headers",
    [
        ["Mã xã cũ", "Xã cũ", "Huyện cũ", "Tỉnh cũ", "Mã xã mới", "Xã mới"],
        ["old code", "old name", "old district", "old province", "new code", "new name"],
        ["ma cu", "ten xa cu", "huyen", "tinh cu", "ma moi", "ten xa moi"],
    ],
)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_spreadsheet_of_conversions_is_read_under_usual_headers(tmp_path, headers, kind):
    """Vietnamese, English, without accents; codes that lost their zeros get them back, the district is kept."""
    rows = [
        ["700", "thị trấn Yên Phú", "huyện Bắc Mê", "tỉnh Hà Giang", "985", "xã Bắc Mê"],
        [703.0, "xã Minh Tân", "huyện Bắc Mê", "tỉnh Hà Giang", 985, "xã Bắc Mê"],
        [703, "xã Minh Tân", "huyện Bắc Mê", "tỉnh Hà Giang", 991, "xã Minh Ngọc"],
    ]
    path = tmp_path / f"bang.{kind}"
    if kind == "csv":
        put(path, "\n".join(",".join(map(str, row)) for row in [headers, *rows]))
    else:
        book = openpyxl.Workbook()
        for row in [headers, *rows]:
            book.active.append(row)
        book.save(path)
    former, _ = kept(tmp_path, path)
    unit = former.by_code["00700"][0]
    assert (unit.name, unit.district, unit.province) == ("Thị trấn Yên Phú", "huyện Bắc Mê", "Hà Giang")
    assert unit.targets[0].province_code == "08"
    assert targets(former, "00703") == {"00985": "partial", "00991": "partial"}


def package(folder):
    """Write tables of the form the package vietnamadminunits carries."""
    ward = {"wardKeywords": [], "wardLat": 22.5, "wardLon": 105.2}
    legacy = {
        "DICT_PROVINCE": {"tinhhagiang": {"province": "Tỉnh Hà Giang", "provinceCode": "02"}},
        "DICT_PROVINCE_DISTRICT": {
            "tinhhagiang": {
                "huyenbacme": {"district": "Huyện Bắc Mê", "districtCode": "031"},
                "huyendaoxa": {"district": "Huyện Đảo Xa", "districtCode": "099"},
            }
        },
        "DICT_PROVINCE_DISTRICT_WARD_NO_ACCENTED": {
            "tinhhagiang": {
                "huyenbacme": {"thitranyenphu": ward | {"ward": "Thị trấn Yên Phú", "wardCode": "00700"}},
                "huyendaoxa": {"NaN": {"ward": float("nan"), "wardCode": float("nan")}},
            }
        },
        "DICT_PROVINCE_DISTRICT_WARD_ACCENTED": {
            "tinhhagiang": {"huyenbacme": {"xãminhtân": ward | {"ward": "Xã Minh Tân", "wardCode": "00703"}}}
        },
    }
    today = {
        "DICT_PROVINCE": {"tinhtuyenquang": {"province": "Tỉnh Tuyên Quang", "provinceCode": "08"}},
        "DICT_PROVINCE_WARD_NO_ACCENTED": {
            "tinhtuyenquang": {
                "xabacme": ward | {"ward": "Xã Bắc Mê", "wardCode": "00985"},
                "dackhudaoxa": ward | {"ward": "Đặc khu Đảo Xa", "wardCode": "00999"},
            }
        },
        "DICT_PROVINCE_WARD_ACCENTED": {
            "tinhtuyenquang": {"xãminhngọc": ward | {"ward": "Xã Minh Ngọc", "wardCode": "00991"}}
        },
    }
    whole = {
        "xabacme": ["tinhhagiang_huyenbacme_thitranyenphu"],
        "dackhudaoxa": ["tinhhagiang_huyendaoxa_"],
    }
    split = [
        {"newWardKey": "xabacme", "isDefaultNewWard": True},
        {"newWardKey": "xãminhngọc", "isDefaultNewWard": False},
    ]
    converter = {
        "DICT_PROVINCE_WARD_NO_DIVIDED": {"tinhtuyenquang": whole},
        "DICT_PROVINCE_WARD_DIVIDED": {"tinhtuyenquang": {"tinhhagiang_huyenbacme_xãminhtân": split}},
    }
    folder.mkdir(parents=True)
    for name, table in (("parser_legacy", legacy), ("parser_from_2025", today), ("converter_2025", converter)):
        put(folder / f"{name}.json", table)
    return folder


def test_the_tables_of_the_package_are_read_without_importing_it(tmp_path, monkeypatch):
    """An installed distribution of that form is found by its metadata; its code, which would fail, never runs."""
    package(tmp_path / "site/vietnamadminunits/data")
    put(tmp_path / "site/vietnamadminunits/__init__.py", "raise RuntimeError('imported')")
    info = tmp_path / "site/vietnamadminunits-1.0.3.dist-info"
    info.mkdir()
    put(info / "METADATA", "Metadata-Version: 2.1\nName: vietnamadminunits\nVersion: 1.0.3\n")
    put(info / "RECORD", "")
    monkeypatch.syspath_prepend(tmp_path / "site")
    assert packaged_tables() == tmp_path / "site/vietnamadminunits/data"
    former, summary = kept(tmp_path)
    unit = former.by_code["00700"][0]
    assert (unit.full_name, unit.targets[0].code) == ("Thị trấn Yên Phú, Huyện Bắc Mê, Hà Giang", "00985")
    assert targets(former, "00703") == {"00985": "partial", "00991": "partial"}
    assert former.by_code["099"][0].targets[0].code == "00999"
    assert (summary.old_communes, summary.split_communes, summary.problems) == (3, 1, ())


def test_without_file_and_without_package_the_import_says_what_is_needed(tmp_path, monkeypatch):
    """One sentence, nothing stored."""

    def absent(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr("phusong.data.unit_tables.distribution", absent)
    with pytest.raises(MissingFileError, match="vietnamadminunits"):
        import_units([], tmp_path)
    assert stored_units(tmp_path) is None


def test_several_files_complete_each_other(tmp_path):
    """The mapping has no districts, the package has: a commune gets both; nothing contradicts."""
    former, summary = kept(tmp_path, put(tmp_path / "merges.json", MERGES), package(tmp_path / "data"))
    assert former.by_code["00703"][0].full_name == "Xã Minh Tân, Huyện Bắc Mê, Hà Giang"
    assert summary.problems == ()


def test_files_that_contradict_each_other_are_listed_and_both_kept_as_possible(tmp_path):
    """Where one file leads elsewhere than the other the unit counts as split; other names are both understood."""
    other = put(
        tmp_path / "khac.csv",
        "Mã cũ,Xã cũ,Tỉnh cũ,Mã mới,Xã mới\n00700,Thị trấn Yên Phú,Hà Giang,00991,Xã Minh Ngọc\n"
        "00703,Xã Minh Tấn,Hà Giang,00985,Xã Bắc Mê\n00703,Xã Minh Tấn,Hà Giang,00991,Xã Minh Ngọc\n",
    )
    former, summary = kept(tmp_path, put(tmp_path / "splits.json", SPLITS), other)
    assert "Thị trấn Yên Phú (00700): các bảng chuyển đổi không khớp nhau" in said(summary)
    assert "Mã cũ 00703 mang nhiều tên: Xã Minh Tân, Xã Minh Tấn" in said(summary)
    assert len(summary.problems) == 2
    assert set(targets(former, "00700")) == {"00985", "00991"}
    assert {unit.name for unit in former.by_code["00703"]} == {"Xã Minh Tân", "Xã Minh Tấn"}
    assert (summary.old_communes, summary.split_communes) == (3, 2)


CHANGES = """Ngày hiệu lực,Loại thay đổi,Mã cũ,Tên cũ,Mã mới,Tên mới,Quyết định
01/03/2026,đổi tên,00985,Xã Bắc Mê,00985,Phường Bắc Mê,NQ 12
15/06/2027,đổi mã,00985,Phường Bắc Mê,00986,Phường Bắc Mê,QĐ 7
15/06/2027,chia,00991,Xã Minh Ngọc,00992,Xã Minh Ngọc 1,QĐ 7
15/06/2027,chia,00991,Xã Minh Ngọc,00993,Xã Minh Ngọc 2,QĐ 7
"""


def test_later_changes_follow_upon_the_conversion(tmp_path):
    """Merged in 2025, renamed in 2026, given a new code in 2027: the old commune is what it is now; splits split."""
    mapping, changes = put(tmp_path / "splits.json", SPLITS), put(tmp_path / "thay-doi.csv", CHANGES)
    former, summary = kept(tmp_path, changes, mapping)
    assert summary.changes == 4
    assert [target.name for target in former.by_code["00700"][0].targets] == ["Phường Bắc Mê"]
    assert set(targets(former, "00700")) == {"00986"}
    assert set(targets(former, "00703")) == {"00986", "00992", "00993"}
    assert targets(former, "00985") == {"00986": ""}
    assert {unit.name for unit in former.by_code["00985"]} == {"Xã Bắc Mê", "Phường Bắc Mê"}
    assert {target.province_code for unit in former.units for target in unit.targets} == {"08"}


def test_each_import_replaces_only_what_it_brings(tmp_path):
    """Changes stay when the conversion is imported again, and the conversion when the changes are."""
    mapping, changes = put(tmp_path / "splits.json", SPLITS), put(tmp_path / "thay-doi.csv", CHANGES)
    kept(tmp_path, mapping)
    assert set(targets(kept(tmp_path, changes)[0], "00700")) == {"00986"}
    former, summary = kept(tmp_path, put(tmp_path / "merges.json", MERGES))
    assert set(targets(former, "00700")) == {"00986"}
    assert summary.changes == 4 and "099" not in former.by_code
    first_only = put(tmp_path / "it.csv", "\n".join(CHANGES.splitlines()[:2]))
    assert set(targets(kept(tmp_path, first_only)[0], "00700")) == {"00985"}


def test_a_conversion_by_names_takes_its_codes_from_what_is_known(tmp_path):
    """Names without codes find the code another file has; a name nobody knows is listed and left out."""
    names = put(
        tmp_path / "ten.csv",
        "Xã cũ,Huyện cũ,Tỉnh cũ,Xã mới\nXã Lạc Nông,Bắc Mê,Hà Giang,Xã Bắc Mê\nXã Phiêng,Bắc Mê,Hà Giang,Xã Không Có\n",
    )
    former, summary = kept(tmp_path, put(tmp_path / "splits.json", SPLITS), names)
    found = {unit.name: {target.code for target in unit.targets} for unit in former.units}
    assert found["Xã Lạc Nông"] == {"00985"} and "Xã Phiêng" not in found
    assert "Không biết “Xã Phiêng” nay là đơn vị nào" in said(summary)


@pytest.mark.parametrize(
    "content", ["{", '{"data": []}', '{"data": [{"x": 1}]}', '{"data": 3}', "[]", '{"splits": []}', '{"data": [1]}']
)
def test_a_json_file_of_another_form_is_one_clear_error(tmp_path, content):
    """Nothing is stored then, and what was stored stays."""
    kept(tmp_path, put(tmp_path / "splits.json", SPLITS))
    with pytest.raises(UnreadableFileError, match="no conversion table"):
        import_units([put(tmp_path / "x.json", content)], tmp_path)
    former = stored_units(tmp_path)
    assert former is not None and "00700" in former.by_code
    assert not list(tmp_path.glob("*.part"))


def test_files_that_are_not_there_or_say_nothing_are_refused(tmp_path):
    """A missing file, a folder without tables, a list of something else."""
    with pytest.raises(MissingFileError, match="nowhere"):
        import_units([tmp_path / "nowhere.json"], tmp_path)
    with pytest.raises(UnreadableFileError, match="no conversion table"):
        import_units([tmp_path], tmp_path)
    with pytest.raises((BadInputError, UnreadableFileError)):
        import_units([put(tmp_path / "a.csv", "a,b\n1,2\n")], tmp_path)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Huyện Bắc Mê", "H. Bắc Mê", True),
        ("Huyện Bắc Mê", "bac me", True),
        ("Thị xã Kỳ Anh", "Huyện Kỳ Anh", False),
        ("TX Kỳ Anh", "Thị xã Kỳ Anh", True),
        ("TP. Hà Giang", "Thành phố Hà Giang", True),
        ("Quận 1", "Quận 10", False),
        ("Huyện", "Huyện", True),
    ],
)
def test_old_districts_are_compared_by_name_and_kind(one, other, same):
    """Abbreviations and accents do not matter, the kind does where both say it."""
    assert same_district(one, other) is same
    assert district_key("Huyện") == ("", "huyen")


def test_old_provinces_are_known_without_any_table():
    """The table of zones names all 63."""
    assert old_province_code_of("tỉnh Hà Giang") == "08"
    assert old_province_code_of("TP. Đà Nẵng") == old_province_code_of("Quảng Nam") == "48"
    assert old_province_code_of("Hà Tây") == ""


def test_people_can_look_up_what_a_unit_is_today(tmp_path):
    """By name with district and province, by code, by district; split ones are flagged, unknown ones near."""
    former, _ = kept(tmp_path, put(tmp_path / "splits.json", SPLITS), package(tmp_path / "data"))
    territory = Territory(former=former)

    def found(written):
        return [(unit.name, unit.how, unit.part) for unit in convert_name(written, territory)]

    assert found("TT Yên Phú, huyện Bắc Mê, tỉnh Hà Giang") == [("Xã Bắc Mê", "former", "full")]
    assert found("00700") == [("Xã Bắc Mê", "former", "full")]
    assert found("xã Minh Tân, Bắc Mê") == [("Xã Bắc Mê", "split", "partial"), ("Xã Minh Ngọc", "split", "partial")]
    assert found("huyện Bắc Mê, Hà Giang") == [("Xã Bắc Mê", "split", ""), ("Xã Minh Ngọc", "split", "")]
    assert found("Xã Minh Ngọc") == [("Xã Minh Ngọc", "today", "")]
    assert found("xã Minh Ngcọ, Tuyên Quang") == [("Xã Minh Ngọc", "typo", "")]
    assert [how for _, how, _ in found("Hoàn toàn khác")][:1] == ["unknown"]
    assert found("") == []


@pytest.mark.shared
def test_both_sides_of_the_public_mapping_agree_on_every_old_commune(shared_data, tmp_path):
    """Old → new and new → old, read apart, lead every one of the 10,047 old communes to the same communes of today."""
    lines = [
        merge_tables([read_unit_table(shared_data / f"vn-merger/{name}.json")])[0] for name in ("splits", "merges")
    ]
    splits, merges = (FormerUnits.of(found) for found in lines)
    assert sum(len(code) == 5 for code in splits.by_code) == 10_047
    apart = [code for code in splits.by_code if set(targets(splits, code)) != set(targets(merges, code))]
    assert len(apart) <= 0.001 * 10_047, apart
    assert apart == []
    assert sum(unit.is_split for unit in splits.units) == 460
    assert len(splits.today) == len(merges.today) == 3321


@pytest.mark.shared
def test_the_real_mapping_is_kept_and_names_its_provinces(shared_data, tmp_path):
    """63 old provinces lead to 34; the one commune that crossed a province's border is where most of its unit is."""
    former, summary = kept(tmp_path, shared_data / "vn-merger/splits.json")
    assert (summary.old_communes, summary.new_communes, summary.problems) == (10_052, 3321, ())
    assert len(former.province_codes) == 63 and len(set(former.province_codes.values())) == 34
    away = {
        (unit.name, unit.province, target.name, target.province_code)
        for unit in former.units
        for target in unit.targets
        if target.province_code != old_province_code_of(unit.province)
    }
    assert len(away) == 1, away
