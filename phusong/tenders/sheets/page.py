"""What every workbook of a set has: its name, banner and footer, blocks by commune, the columns of places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from phusong.data.workbook import Block, Book, Column, Row, Sheet, new_book
from phusong.tenders.package.canonical import digest_of
from phusong.tenders.package.said import TOTAL
from phusong.tenders.package.values import Package, Place
from phusong.tenders.parts import Making, part
from phusong.tenders.sentences import alert
from phusong.tenders.sheets.wording import SUBTOTAL, provenance_lines
from phusong.words import Language, Text

NUMBER = Column(title=Text("STT", "No."), key="number", kind="whole", width=5)
GAP = Column(title=Text("Mã khu vực", "Area code"), key="gap_id", width=12.5)
VILLAGE_CODE = Column(title=Text("Mã thôn", "Village code"), key="village_code", width=9)
VILLAGE = Column(title=Text("Thôn, bản", "Village"), key="village_name", width=14)
COMMUNE = Column(title=Text("Xã, phường, đặc khu", "Commune"), key="commune_name", width=14)
SITE = Column(title=Text("Mã vị trí", "Site code"), key="site_id", width=13)
HOUSEHOLDS = Column(
    title=Text("Số hộ cần phủ", "Households needing coverage"), key="households", kind="whole", width=9, summed=True
)
PLACE = (
    Column(title=Text("Vĩ độ (WGS84)", "Latitude (WGS84)"), key="lat_deg", kind="degrees", width=9),
    Column(title=Text("Kinh độ (WGS84)", "Longitude (WGS84)"), key="lon_deg", kind="degrees", width=9.5),
    Column(title=Text("X (Bắc) VN-2000, m", "VN-2000 X, m"), key="vn2000_northing_m", kind="metres", width=11.4),
    Column(title=Text("Y (Đông) VN-2000, m", "VN-2000 Y, m"), key="vn2000_easting_m", kind="metres", width=10.5),
    Column(title=Text("Kinh tuyến trục", "Central meridian"), key="central_meridian", width=7.5),
)


@contextmanager
def package_book(path: Path, package: Package, making: Making, key: str) -> Iterator[Book]:
    """Open the workbook of a part: titled, dated by the package, its code, version and digest in the footer."""
    title = named(package, part(key).title)
    footer = f"{title.to(making.language)} · v{package.version} · SHA-256 {digest_of(package)[:16]}"
    with new_book(path, language=making.language, title=title, created_on=package.frozen_on, footer=footer) as book:
        yield book


def named(package: Package, title: Text) -> Text:
    """Return a title with the package it is of."""
    return Text(f"{title.vi}, gói {package.package_code}", f"{title.en}, package {package.package_code}")


def place_cells(place: Place | None, instead: Text | None = None) -> Row:
    """Return the cells of a place; words in the first of them where it is not told."""
    if place is None:
        return {PLACE[0].key: instead}
    return {column.key: getattr(place, column.key) for column in PLACE}


def commune_blocks(rows: Iterable[Row], *, label_key: str) -> list[Block]:
    """Add up each commune; its name stays in its own column, so that a filter by commune keeps the subtotal."""
    communes: dict[str, list[Row]] = {}
    for row in rows:
        communes.setdefault(row["commune_code"], []).append(row)
    return [
        Block(rows=block, subtotal={"commune_name": block[0]["commune_name"], label_key: SUBTOTAL})
        for block in communes.values()
    ]


def package_total(package: Package, *, label_key: str) -> Row:
    """Return the label cells of the line that adds up a package."""
    return {"commune_name": package.package_code, label_key: TOTAL}


def origin_sheet(package: Package, language: Language) -> Sheet:
    """Return the sheet that says what the numbers rest on."""
    return item_sheet(
        package,
        name=Text("Nguồn gốc số liệu", "Origin of the numbers"),
        items=[{"item": item, "content": content} for item, content in provenance_lines(package, language)],
    )


def item_sheet(package: Package, *, name: Text, items: Sequence[Row], notes: Sequence[Text] = ()) -> Sheet:
    """Return a sheet of items with their contents."""
    return Sheet(
        name=name,
        title=named(package, name),
        alert=alert(package),
        notes=notes,
        columns=(
            Column(title=Text("Mục", "Item"), key="item", width=38),
            Column(title=Text("Nội dung", "Content"), key="content", width=92),
        ),
        blocks=(Block(rows=items),),
    )
