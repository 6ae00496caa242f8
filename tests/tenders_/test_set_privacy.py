"""No household, person or standing station is found in any file of a set, whatever part of a file one looks into."""

from __future__ import annotations

import random
import re
import zipfile

import pypdf
import pytest
from tenders_.made_package import made_package
from tenders_.made_set import write_set
from tenders_.test_digital import small

PERSONAL = re.compile(
    r"(họ tên chủ hộ|householder|cccd|cmnd|căn cước|phone_number|household_id)\s*[:=|<]", re.IGNORECASE
)
NUMBERS = re.compile(r"\d+(?:[.,]\d+)+")
DECIMALS = range(4, 8)


def pieces(path):
    """Give all that is stored in a file as text: parts of zips, metadata, pages, bytes as they are."""
    content = path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield archive.read(name).decode("utf-8", "replace")
        return
    yield content.decode("utf-8", "replace")
    if path.suffix == ".pdf":
        reader = pypdf.PdfReader(path)
        yield " ".join(str(value) for value in (reader.metadata or {}).values())
        for page in reader.pages:
            yield page.extract_text()


@pytest.fixture(scope="module")
def package():
    return small(made_package(12))


@pytest.fixture(scope="module")
def texts(tmp_path_factory, package):
    folder = tmp_path_factory.mktemp("set")
    write_set(folder, package)
    return {path.name: "\n".join(pieces(path)) for path in sorted(folder.iterdir())}


@pytest.fixture(scope="module")
def numbers(texts):
    return {name: frozenset(NUMBERS.findall(text)) for name, text in texts.items()}


def forms(lon_deg, lat_deg):
    """Return a point's coordinates as any file may write them; a pair is needed, for one number may be by chance."""
    for decimals in DECIMALS:
        yield tuple(f"{value:.{decimals}f}" for value in (lat_deg, lon_deg))
        yield tuple(f"{value:.{decimals}f}".replace(".", ",") for value in (lat_deg, lon_deg))


def found(numbers, forms_of_point):
    return next((pair for pair in forms_of_point if all(one in numbers for one in pair)), None)


def test_no_household_point_is_in_any_file(numbers, package):
    """Two hundred made households round the areas: no pair of coordinates of any of them in any file."""
    rng = random.Random(3)
    for _ in range(200):
        place = rng.choice(package.areas).place
        lon, lat = place.lon_deg + rng.uniform(-0.003, 0.003), place.lat_deg + rng.uniform(-0.003, 0.003)
        for name, written in numbers.items():
            assert found(written, forms(lon, lat)) is None, name


def test_areas_under_five_households_and_standing_masts_have_no_place_in_any_file(numbers, package):
    """Neither WGS84 nor VN-2000 of an area of three households or of an upgraded mast stands anywhere."""
    places = [a.place for a in package.areas if a.households < 5] + [s.place for s in package.sites if s.kind != "new"]
    assert len(places) == 3
    for place in places:
        metres = [(f"{place.vn2000_easting_m:.{n}f}", f"{place.vn2000_northing_m:.{n}f}") for n in (1, 2)]
        dotted = [tuple(f"{float(v):,.2f}".translate(str.maketrans(",.", ".,")) for v in pair) for pair in metres]
        for name, written in numbers.items():
            assert found(written, [*forms(place.lon_deg, place.lat_deg), *metres, *dotted]) is None, name


def test_no_personal_column_is_in_any_file(texts):
    """No column or field of a householder's name, telephone or identity number."""
    for name, text in texts.items():
        assert PERSONAL.search(text) is None, name
