"""The atlas: one PDF with an overview, an index and a page a cluster, from the package and its map data alone."""

from __future__ import annotations

import dataclasses
from io import BytesIO
from pathlib import Path

import numpy as np
import pypdf
import pytest
import rasterio
from tenders_.made_map_data import SERVED_DBM, made_map_data
from tenders_.made_package import made_package

from phusong.errors import UnreadableFileError
from phusong.maps.atlas_map import NO_FORECAST
from phusong.tenders.atlas import WRITERS
from phusong.tenders.atlas.clusters import clusters_of
from phusong.tenders.atlas.map_data import read_map_data
from phusong.tenders.atlas.pages import bounds_of
from phusong.tenders.consistency.check import check_set
from phusong.tenders.package.values import Package
from phusong.tenders.parts import Making, part
from phusong.tenders.prints import WRITERS as PRINTS
from phusong.tenders.sentences import SIMULATED
from phusong.words import number


def written(package: Package, maps: Path, out: Path) -> bytes:
    """Return the bytes of an atlas."""
    WRITERS["atlas"](out, package, Making(language="vi", maps=maps))
    return out.read_bytes()


def pages_of(pdf: bytes) -> list[str]:
    """Return the text of every page."""
    return [page.extract_text().replace("\xa0", " ") for page in pypdf.PdfReader(BytesIO(pdf)).pages]


@pytest.fixture(scope="module")
def atlas(tmp_path_factory) -> tuple[Package, bytes]:
    """Return a package of 24 villages and its atlas."""
    folder = tmp_path_factory.mktemp("atlas")
    package = made_package(24, simulated=True)
    return package, written(package, made_map_data(folder / "maps", package), folder / "atlas.pdf")


@pytest.fixture(scope="module")
def pages(atlas) -> list[str]:
    """Return the text of its pages."""
    return pages_of(atlas[1])


def test_the_same_package_and_map_data_give_the_same_bytes(atlas, tmp_path):
    """Map data made anew, another folder, another run: the same file."""
    package, pdf = atlas
    assert written(package, made_map_data(tmp_path / "again", package), tmp_path / "atlas.pdf") == pdf


def test_there_is_an_overview_an_index_and_a_page_a_cluster(atlas, pages):
    """Eight sites with their areas: eight pages, each with its codes, households, both captions and the grids."""
    package, _ = atlas
    clusters = clusters_of(package)
    assert len(pages) == 2 + len(clusters) == 10
    for cluster, text in zip(clusters, pages[2:], strict=True):
        flat = " ".join(text.split())
        for area in cluster.areas:
            assert text.count(area.gap_id) == 3  # on both maps and in the table
            assert f"{area.households} {area.planned_households} {area.left_households}" in flat
        assert all(text.count(site.site_id) >= 3 for site in cluster.sites)
        assert "Vùng phủ hiện trạng (dự báo)" in flat
        assert "Vùng phủ sau đầu tư (dự báo)" in flat
        assert "kinh tuyến trục 105°30′ (EPSG:9209)" in flat
        assert "không thay thế đo kiểm" in flat
        assert "′Đ" in text
        assert " km" in text
        assert "20/11/2026" in flat
    assert all(SIMULATED.vi in text for text in pages)


def test_the_index_tells_the_page_of_every_cluster_and_sums_to_the_package(atlas, pages):
    """The number at the end of a row is the page its cluster stands on."""
    package, _ = atlas
    rows = {line.split()[1]: line.split()[-1] for line in pages[1].splitlines() if " TC-" in line}
    for cluster in clusters_of(package):
        page = int(rows[cluster.sites[0].site_id])
        assert f"Cụm {cluster.number} – {cluster.sites[0].site_id}" in pages[page - 1]
    total = " ".join(number(n) for n in (len(package.areas), package.households, package.planned_households))
    assert f"Tổng cộng gói {package.package_code} {total}" in " ".join(pages[1].split())


def test_only_tinos_is_embedded(atlas):
    """Drawings and text use the one font that has every letter."""
    fonts = set()
    for page in pypdf.PdfReader(BytesIO(atlas[1])).pages:
        for font in page["/Resources"].get("/Font", {}).values():
            fonts.add(font.get_object()["/BaseFont"].split("+")[-1].split("-")[0])
    assert fonts == {"Tinos"}


def test_every_area_is_in_one_cluster():
    """Clusters part the package: households add up, and areas without a site stand together by commune."""
    package = made_package(30)
    alone = [dataclasses.replace(area, site_ids=()) for area in package.areas[:5]]
    codes = {area.gap_id for area in alone}
    sites = tuple(
        dataclasses.replace(s, gap_ids=tuple(code for code in s.gap_ids if code not in codes)) for s in package.sites
    )
    package = dataclasses.replace(package, areas=(*alone, *package.areas[5:]), sites=sites)
    clusters = clusters_of(package)
    assert sorted(a.gap_id for c in clusters for a in c.areas) == sorted(a.gap_id for a in package.areas)
    assert sorted(s.site_id for c in clusters for s in c.sites) == sorted(s.site_id for s in package.sites)
    assert sum(c.households for c in clusters) == package.households
    without = [c for c in clusters if not c.sites]
    assert [c.commune_code for c in without] == sorted({area.commune_code for area in alone})
    assert [c.number for c in clusters] == list(range(1, len(clusters) + 1))


def test_a_site_that_serves_after_another_stands_on_its_page():
    """Two sites for one area: one page, both codes."""
    package = made_package(3)
    second = dataclasses.replace(package.sites[0], site_id="TC-08-999", households=0)
    package = dataclasses.replace(package, sites=(*package.sites, second))
    clusters = clusters_of(package)
    assert [[site.site_id for site in c.sites] for c in clusters] == [["TC-08-001", "TC-08-999"]]


def test_without_map_data_the_maps_say_that_nothing_is_known(tmp_path):
    """No raster: both maps of a page say so, and no threshold stands in a legend."""
    pages = pages_of(written(made_package(3), tmp_path / "none", tmp_path / "atlas.pdf"))
    assert pages[2].count(NO_FORECAST.vi) == 2
    assert "Có sóng: từ" not in pages[2]


def test_the_place_of_a_standing_mast_is_on_no_map(tmp_path):
    """A shared mast has no sign and does not move the frame; the page says why."""
    package = made_package(3)
    shared = dataclasses.replace(package.sites[0], kind="share", host_site_id="VTL123")
    hidden = dataclasses.replace(package, sites=(shared,))
    far = dataclasses.replace(shared, place=dataclasses.replace(shared.place, lon_deg=106.9, lat_deg=21.0))
    moved = dataclasses.replace(package, sites=(far,))
    assert bounds_of(clusters_of(hidden)[0]) == bounds_of(clusters_of(moved)[0])
    text = " ".join(pages_of(written(hidden, tmp_path / "none", tmp_path / "atlas.pdf"))[2].split())
    assert "TC-08-001 theo cột hiện có, không thể hiện vị trí." in text


def test_an_area_of_few_households_has_no_outline(tmp_path):
    """Its households are in the page's sum; its code is on no map."""
    package = made_package(6)
    small = dataclasses.replace(package.areas[0], households=3, planned_households=3, left_households=0)
    package = dataclasses.replace(package, areas=(small, *package.areas[1:]))
    text = "\n".join(pages_of(written(package, tmp_path / "none", tmp_path / "atlas.pdf")))
    assert small.gap_id not in text
    assert "dưới 5 hộ" in text


def test_thresholds_come_with_the_levels_or_from_the_package(tmp_path):
    """The raster's own tags count; without them the package's thresholds with the margins outdoors."""
    package = made_package(6)
    folder = made_map_data(tmp_path / "maps", package)
    ground = read_map_data(folder, package).ground
    assert ground is not None
    assert ground.served_dbm == SERVED_DBM
    assert np.isnan(ground.today_dbm).any()
    with rasterio.open(folder / "expected.tif", "r+") as file:
        file.update_tags(SERVED_DBM="", WEAK_DBM="")
    again = read_map_data(folder, package).ground
    assert again is not None
    assert (again.served_dbm, again.weak_dbm) == pytest.approx((-104.6, -114.6))


def test_broken_map_data_are_refused_with_their_name(tmp_path):
    """A file that is no raster is named."""
    package = made_package(3)
    (tmp_path / "expected.tif").write_bytes(b"no raster")
    with pytest.raises(UnreadableFileError, match=r"expected\.tif"):
        read_map_data(tmp_path, package)
    (tmp_path / "expected.tif").unlink()
    (tmp_path / "base.gpkg").write_bytes(b"no database")
    with pytest.raises(UnreadableFileError, match=r"base\.gpkg"):
        read_map_data(tmp_path, package)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_check_of_a_set_agrees_with_prints_and_atlas(language, tmp_path):
    """The one who reads the finished files back finds every number, code and place to be the package's."""
    package = made_package(9)
    making = Making(language=language, maps=made_map_data(tmp_path / "maps", package))
    for key, write in {**WRITERS, **PRINTS}.items():
        write(tmp_path / part(key).file_name(language), package, making)
    assert check_set(tmp_path, package, language, keys=[*WRITERS, *PRINTS]) == ()


def test_a_package_without_sites_or_without_anything_to_show_has_its_files(tmp_path):
    """Forty areas of one commune flow onto further pages, each with the header; small ones need no map."""
    package = made_package(40)
    first = package.areas[0]
    alone = tuple(
        dataclasses.replace(a, site_ids=(), commune_code=first.commune_code, commune_name=first.commune_name)
        for a in package.areas
    )
    bare = dataclasses.replace(package, areas=alone, sites=(), costs=())
    pages = pages_of(written(bare, tmp_path / "none", tmp_path / "atlas.pdf"))
    assert len(pages) > 3
    assert all("Mã khu vực" in text for text in pages[2:])
    assert all(any(area.gap_id in text for text in pages[2:]) for area in alone)
    tiny = tuple(dataclasses.replace(a, households=2, planned_households=0, left_households=2) for a in alone[:3])
    hidden = dataclasses.replace(bare, areas=tiny, villages=())
    pages = pages_of(written(hidden, tmp_path / "none", tmp_path / "atlas.pdf"))
    assert "dưới 5 hộ" in pages[-1]
    for key, write in PRINTS.items():
        write(tmp_path / f"{key}.pdf", hidden, Making(language="vi", maps=tmp_path))
