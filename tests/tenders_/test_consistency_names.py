"""Numbers that are names: villages called Thôn 3 hold no household of that number."""

from __future__ import annotations

import dataclasses

from tenders_.made_package import made_package

from phusong.tenders.consistency.content import text_cell
from phusong.tenders.consistency.facts import Known
from phusong.tenders.consistency.numbers import numbers_in
from phusong.words import Text


def test_the_number_of_a_village_is_its_name() -> None:
    """The count behind it is read, the name is not."""
    assert [n.value for n in numbers_in("Thôn 3: 19 hộ chưa có sóng 4G", "vi")] == [19.0]
    assert [n.value for n in numbers_in("Khu vực 3", "vi")] == [3.0]


def test_a_number_at_the_end_of_a_known_name_is_none() -> None:
    """Wherever the name stands in a cell."""
    cell = text_cell("Bản Nà Khuổi 8: 12 hộ; gần Bản Nà Khuổi 8", Text("", ""), "vi")
    assert [n.value for n in cell.without_names({"Bản Nà Khuổi 8"}).numbers] == [12.0]
    assert cell.without_names({"Bản Khác 9"}) == cell


def test_households_that_other_packages_sites_serve_are_known() -> None:
    """They are the planned ones less those of the package's own sites."""
    package = made_package(6)
    first, *rest = package.sites
    fewer = dataclasses.replace(package, sites=(dataclasses.replace(first, households=first.households - 4), *rest))
    assert Known(package).whole.facts["elsewhere"] == 0
    assert Known(fewer).whole.facts["elsewhere"] == 4
