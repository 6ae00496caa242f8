"""No household, person or standing station is found in any file of a set, whatever part of a file one looks into."""

from __future__ import annotations

import random

import pytest
from tenders_.made_package import made_package
from tenders_.made_set import write_set
from tenders_.set_pieces import NUMBERS, PERSONAL, PHONE, forms, metre_forms, pieces
from tenders_.test_digital import small


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
        metres = metre_forms(place.vn2000_easting_m, place.vn2000_northing_m)
        written_so = [*forms(place.lon_deg, place.lat_deg), *metres]
        for name, written in numbers.items():
            assert found(written, written_so) is None, name


def test_no_personal_column_is_in_any_file(texts):
    """No column or field of a householder's name, telephone or identity number."""
    for name, text in texts.items():
        assert PERSONAL.search(text) is None, name
        assert PHONE.search(text) is None, name
