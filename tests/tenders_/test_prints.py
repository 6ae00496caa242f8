"""The long annexes in print: every code, number and place is in the PDF's text, sums close, bytes stay the same."""

from __future__ import annotations

import dataclasses
import re
from io import BytesIO
from pathlib import Path

import pypdf
import pytest
from tenders_.made_package import made_package

from phusong.data.money import money_sum
from phusong.tenders.package.canonical import digest_of
from phusong.tenders.package.values import Package
from phusong.tenders.parts import Making
from phusong.tenders.prints import WRITERS
from phusong.tenders.sentences import SIMULATED
from phusong.words import Language, number

HOSTILE = (
    "Bản #let x = 1",
    "Thôn *đậm* _nghiêng_",
    "Khuổi & Củng <a>",
    "Nà $x^2$ @ref `mã` \\ [ô] ~",
    "= Đề mục // chú thích",
)
LETTERS = "aàảãáạăằẳẵắặâầẩẫấậeèẻẽéẹêềểễếệiìỉĩíịoòỏõóọôồổỗốộơờởỡớợuùủũúụưừửữứựyỳỷỹýỵđ"


def written(key: str, package: Package, folder: Path, language: Language = "vi") -> bytes:
    """Return the bytes of a printed annex."""
    path = folder / f"{key}.pdf"
    WRITERS[key](path, package, Making(language=language, maps=folder))
    return path.read_bytes()


def pages_of(pdf: bytes) -> list[str]:
    """Return the text of every page, unbreakable spaces as plain ones."""
    return [page.extract_text().replace("\xa0", " ") for page in pypdf.PdfReader(BytesIO(pdf)).pages]


def words_of(pdf: bytes) -> list[str]:
    """Return the words of a PDF in order."""
    return " ".join(pages_of(pdf)).split()


def fonts_of(pdf: bytes) -> set[str]:
    """Return the names of the fonts of a PDF without their subset letters."""
    names = set()
    for page in pypdf.PdfReader(BytesIO(pdf)).pages:
        for font in page["/Resources"].get("/Font", {}).values():
            names.add(font.get_object()["/BaseFont"].split("+")[-1])
    return names


def renamed(package: Package, names: tuple[str, ...]) -> Package:
    """Return the package with other village names, in turn."""
    areas = tuple(dataclasses.replace(area, village_name=names[i % len(names)]) for i, area in enumerate(package.areas))
    villages = {area.village_code: area.village_name for area in areas}
    return dataclasses.replace(
        package,
        areas=areas,
        villages=tuple(dataclasses.replace(v, village_name=villages[v.village_code]) for v in package.villages),
    )


@pytest.mark.parametrize("key", WRITERS)
def test_the_same_package_gives_the_same_bytes(key, tmp_path):
    """Nothing of the clock, the machine or chance is in a printed annex."""
    assert written(key, made_package(9), tmp_path) == written(key, made_package(9), tmp_path)


@pytest.mark.parametrize("key", WRITERS)
def test_every_page_says_package_version_date_digest_and_its_number(key, tmp_path):
    """A page that fell out of its file is still known; the header row stands on every page of a table."""
    package = made_package(60)
    pages = pages_of(written(key, package, tmp_path))
    for number_of_page, text in enumerate(pages, start=1):
        assert "Gói GT-08-Q-01, phiên bản 1, chốt ngày 22/11/2026" in text
        assert f"SHA-256 {digest_of(package)}" in text
        assert f"Trang {number_of_page}/{len(pages)}" in text
        assert "STT" in text


def test_long_annexes_take_several_pages_and_name_the_commune_again(tmp_path):
    """A page that begins in the middle of a commune begins with its name."""
    package = made_package(60)
    pages = pages_of(written("households_print", package, tmp_path))
    assert len(pages) == 2
    first = re.search(r"\n(\d+) (\d{5})-\d\d ", pages[1])
    assert first is not None
    assert f"({first.group(2)})" in pages[1][: first.start() + 1]


def test_annex_one_holds_every_code_number_and_place(tmp_path):
    """Codes, households, both coordinate pairs of every area; the sums of every commune and of the package."""
    package = made_package(60)
    words = words_of(written("areas_print", package, tmp_path))
    known = set(words)
    for area in package.areas:
        place = area.place
        values = [area.gap_id, number(area.households), number(place.lat_deg, decimals=6)]
        values += [number(place.lon_deg, decimals=6), number(place.vn2000_northing_m, decimals=2)]
        assert {*values, number(place.vn2000_easting_m, decimals=2)} <= known
        at = words.index(area.gap_id)
        assert number(area.households) in words[at : at + 12]
    text = " ".join(words)
    for areas in package.by_commune().values():
        assert f"Cộng {areas[0].commune_name} {number(sum(a.households for a in areas))}" in text
    assert f"Tổng cộng gói GT-08-Q-01 {number(package.households)} {number(package.population)}" in text


def test_annex_two_closes(tmp_path):
    """Households served after and those left make up those needing coverage, in every village and in the sum."""
    package = made_package(60)
    text = " ".join(words_of(written("households_print", package, tmp_path)))
    for village in package.villages:
        area = next(a for a in package.areas if a.village_code == village.village_code)
        row = f"{village.households} {village.served_households} {village.unserved_households} 2 0"
        needs = f"1 {area.households} {area.planned_households} {area.left_households}"
        assert re.search(rf"{village.village_code} .{{4,40}} {row} \d+–\d+ {needs}", text)
    whole = (package.households, package.planned_households, package.left_households)
    assert f"60 {' '.join(number(n) for n in whole)}" in text


def test_annex_three_prints_no_place_of_a_standing_mast(tmp_path):
    """Sites of new masts have their coordinates; an upgraded or shared mast has none of its own in the file."""
    package = made_package(12)
    shared = dataclasses.replace(package.sites[1], kind="share", host_site_id="VTL123")
    package = dataclasses.replace(package, sites=(package.sites[0], shared, *package.sites[2:]))
    known = set(words_of(written("sites_print", package, tmp_path)))
    for site in package.sites:
        place = site.place
        pairs = {number(place.lat_deg, decimals=6), number(place.lon_deg, decimals=6)}
        pairs |= {number(place.vn2000_northing_m, decimals=2), number(place.vn2000_easting_m, decimals=2)}
        assert {site.site_id, *site.gap_ids} <= known
        assert pairs <= known if site.kind == "new" else not pairs & known
    assert "VTL123" in known


def test_annex_six_adds_up_by_site_and_by_item(tmp_path):
    """Every site's sum, and the total twice: site by site and by item."""
    package = made_package(60)
    text = " ".join(words_of(written("costs_print", package, tmp_path)))
    for site in package.sites:
        amounts = " ".join(number(end) for end in (site.cost.low, site.cost.middle, site.cost.high))
        assert f"Cộng {site.site_id} {amounts}" in text
    cost = money_sum(line.amount for line in package.costs)
    total = " ".join(number(end) for end in (cost.low, cost.middle, cost.high))
    assert text.count(f"Tổng cộng gói GT-08-Q-01 {total}") == 2
    assert cost == package.cost


@pytest.mark.parametrize("key", ["areas_print", "households_print"])
def test_names_are_never_markup(key, tmp_path):
    """A village may be called anything: its name is set as it is written."""
    text = " ".join(words_of(written(key, renamed(made_package(10), HOSTILE), tmp_path)))
    for name in HOSTILE:
        assert name in text


def test_every_vietnamese_letter_is_set_and_read_back(tmp_path):
    """All letters in both cases map back from the glyphs; the only fonts are Tinos."""
    names = tuple(f"{part} {part.upper()}" for part in re.findall(".{8}", LETTERS + LETTERS[: -len(LETTERS) % 8]))
    pdf = written("households_print", renamed(made_package(len(names)), names), tmp_path)
    text = " ".join(words_of(pdf))
    assert all(name in text for name in names)
    assert {name.split("-")[0] for name in fonts_of(pdf)} == {"Tinos"}


def test_an_area_of_few_households_is_shown_at_no_place(tmp_path):
    """Areas under five households are put together by village, without code, coordinates or stations."""
    package = made_package(6)
    small = [dataclasses.replace(a, households=2, planned_households=2, left_households=0) for a in package.areas[:2]]
    small[1] = dataclasses.replace(
        small[1],
        commune_code=small[0].commune_code,
        commune_name=small[0].commune_name,
        village_code=small[0].village_code,
        village_name=small[0].village_name,
    )
    package = dataclasses.replace(package, areas=(*small, *package.areas[2:]))
    words = words_of(written("areas_print", package, tmp_path))
    known = set(words)
    assert "2 khu vực dưới 5 hộ, không nêu vị trí 4" in " ".join(words)
    for area in small:
        assert area.gap_id not in known
        assert not {number(area.place.lat_deg, decimals=6), number(area.place.lon_deg, decimals=6)} & known


def test_simulated_data_are_said_on_every_page(tmp_path):
    """The banner stands on every page of every annex where the study is made up, and on none where it is not."""
    for key in WRITERS:
        pages = pages_of(written(key, made_package(30, simulated=True), tmp_path))
        assert all(SIMULATED.vi in text for text in pages)
        assert SIMULATED.vi not in "".join(pages_of(written(key, made_package(3), tmp_path)))


def test_english_on_request(tmp_path):
    """The document has its title, and its language is that of the set."""
    reader = pypdf.PdfReader(BytesIO(written("sites_print", made_package(3), tmp_path, "en")))
    assert reader.metadata is not None
    assert reader.metadata.title == "Annex III – Reference sites"
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert "Page 1/1" in reader.pages[0].extract_text()
