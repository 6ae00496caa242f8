"""Single alterations of finished files, drawn at random: one digit of a number, code or coordinate becomes another."""

from __future__ import annotations

import csv
import dataclasses
import io
import random
import re
import sqlite3
import struct
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from lxml import etree

from phusong.data.money import Money
from phusong.tenders.digital.fields import LAYERS
from phusong.tenders.package.values import Package

Change = Callable[[random.Random, Path], str]
"""Alters one file and returns what was altered, for the report of a miss."""

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_FREE = re.compile(
    r"\[[^\]]*\]|\d{1,2}/\d{1,2}/\d{4}|\d{4}-\d\d-\d\d|\d{1,2}:\d\d|\b\d+(?:[:/]\d{4})?/[A-ZĐ]\S*"
    r"|(?:ngày|tháng|năm|Điều|Khoản|Phụ lục) \d+(?:\.\d+)*|VN-2000|WGS ?84|\b\dG\b|\bA[34]\b"
    r"|^\s*\d+(?:\.\d+)*[.)]\s+(?=\D)",
    re.IGNORECASE,
)
"""What is no household, site, cost, code or coordinate: marks, dates, laws, articles, numbers of lists."""


def digits_of(text: str) -> list[int]:
    """Return where in a text the digits of facts are."""
    free = {n for match in _FREE.finditer(text) for n in range(*match.span())}
    return [n for n, sign in enumerate(text) if sign in "0123456789" and n not in free]


def other_digit(rng: random.Random, text: str, at: int) -> str:
    """Return a text with another digit at a place."""
    return text[:at] + rng.choice([d for d in "123456789" if d != text[at]]) + text[at + 1 :]


def members_of(path: Path) -> dict[str, bytes]:
    """Return what is in a zip."""
    with zipfile.ZipFile(path) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def pack(path: Path, members: dict[str, bytes]) -> None:
    """Write a zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def in_word(rng: random.Random, path: Path) -> str:
    """Alter a digit in the body, a table, a header or a footer of a Word paper."""
    members = members_of(path)
    names = [name for name in members if re.fullmatch(r"word/(document|header\d*|footer\d*)\.xml", name)]
    margins = [name for name in names if "document" not in name]
    choice = margins if margins and rng.random() < 0.15 else ["word/document.xml"]
    places = []
    for name in choice:
        root = etree.fromstring(members[name])
        for paragraph in root.iter(f"{W}p"):
            texts = [t for t in paragraph.iter(f"{W}t") if t.text]
            whole = "".join(t.text for t in texts)
            starts = [sum(len(t.text) for t in texts[:n]) for n in range(len(texts))]
            for at in digits_of(whole):
                n = max(k for k, start in enumerate(starts) if start <= at)
                places.append((name, root, texts[n], at - starts[n], whole))
    if not places:
        return ""
    name, root, node, at, whole = rng.choice(places)
    node.text = other_digit(rng, node.text, at)
    members[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    pack(path, members)
    return f"{name}: {whole[:90]!r} -> {node.text[:40]!r}"


def in_workbook(rng: random.Random, path: Path) -> str:
    """Alter a stored number, the stored value of a formula, a formula, or a text of a workbook."""
    members = members_of(path)
    names = [name for name in members if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)]
    name = rng.choice([*names, *(["xl/sharedStrings.xml"] * 2 if "xl/sharedStrings.xml" in members else [])])
    root = etree.fromstring(members[name])
    tags = (f"{S}t",) if "shared" in name else (f"{S}v", f"{S}f", f"{S}t", f"{S}oddFooter")
    nodes = [node for node in root.iter(*tags) if not _is_text(node)]
    places = [(node, at) for node in nodes for at in _workbook_digits(node)]
    if not places:
        return ""
    node, at = rng.choice(places)
    before, node.text = node.text, other_digit(rng, node.text, at)
    if _same_number(before, node.text):
        return ""
    members[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    pack(path, members)
    return f"{name} {etree.QName(node).localname} {node.getparent().get('r')}: {before[:80]!r} -> {node.text[:80]!r}"


def _is_text(node: etree._Element) -> bool:
    return node.tag == f"{S}v" and node.getparent().get("t") in ("s", "b", "e")


def _workbook_digits(node: etree._Element) -> list[int]:
    text = node.text or ""
    if node.tag == f"{S}oddFooter":
        code = text.find("GT-")
        return [n for n in range(code, code + 8) if text[n].isdigit()] if code >= 0 else []
    if node.tag == f"{S}t":
        return digits_of(text)
    return [n for n, sign in enumerate(text) if sign.isdigit()]


def _same_number(a: str, b: str) -> bool:
    """Say whether only a digit was altered that a stored number has not: past the fifteenth."""
    try:
        return abs(float(a) - float(b)) <= 1e-14 * abs(float(a))
    except ValueError:
        return False


def in_text_table(rng: random.Random, path: Path) -> str:
    """Alter a digit in a row of a .csv."""
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
    places = [(r, c, at) for r in range(1, len(rows)) for c, cell in enumerate(rows[r]) for at in digits_of(cell)]
    r, c, at = rng.choice(places)
    before, rows[r][c] = rows[r][c], other_digit(rng, rows[r][c], at)
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    path.write_bytes(buffer.getvalue().encode("utf-8-sig"))
    return f"{rows[0][c]}, row {r + 1}: {before!r} -> {rows[r][c]!r}"


def in_placemarks(rng: random.Random, path: Path) -> str:
    """Alter a digit in a text of a .kml: names, data, descriptions, coordinates."""
    root = etree.fromstring(path.read_bytes())
    tags = ("name", "value", "coordinates", "description")
    nodes = [n for n in root.iter("{*}" + tags[0], *("{*}" + t for t in tags[1:])) if digits_of(n.text or "")]
    node = rng.choice(nodes)
    at = rng.choice(digits_of(node.text))
    before, node.text = node.text, other_digit(rng, node.text, at)
    path.write_bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))
    return f"{etree.QName(node).localname}: {before[max(0, at - 30) : at + 30]!r}"


def in_geopackage(rng: random.Random, path: Path) -> str:
    """Alter an attribute or a coordinate of a feature."""
    with closing(sqlite3.connect(path)) as file, file:
        for (trigger,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            file.execute(f'DROP TRIGGER "{trigger}"')
        table = rng.choice(
            [name for (name,) in file.execute("SELECT table_name FROM gpkg_contents").fetchall() if name in LAYERS]
        )
        columns = [row[1] for row in file.execute(f'PRAGMA table_info("{table}")') if row[1] not in ("fid", "id")]
        ids = [row[0] for row in file.execute(f'SELECT rowid FROM "{table}"')]
        if not ids:
            return ""
        column, row = rng.choice(columns), rng.choice(ids)
        (value,) = file.execute(f'SELECT "{column}" FROM "{table}" WHERE rowid = ?', (row,)).fetchone()
        new = _altered_value(rng, value)
        if new is None or new == value:
            return ""
        file.execute(f'UPDATE "{table}" SET "{column}" = ? WHERE rowid = ?', (new, row))
        return f"{table}.{column}, row {row}: {str(value)[:60]!r} -> {str(new)[:60]!r}"


def _altered_value(rng: random.Random, value: object) -> object:
    if isinstance(value, bytes):  # the last coordinate of the shape, which WKB ends with
        (number,) = struct.unpack("<d", value[-8:])
        return value[:-8] + struct.pack("<d", number + rng.choice((-1, 1)) * 10.0 ** -rng.randint(2, 6))
    places = digits_of(repr(value) if isinstance(value, float) else str(value)) if value is not None else []
    if not places:
        return None
    text = other_digit(rng, repr(value) if isinstance(value, float) else str(value), rng.choice(places))
    return text if isinstance(value, str) else type(value)(text)


CHANGES = {
    "docx": in_word,
    "xlsx": in_workbook,
    "csv": in_text_table,
    "kml": in_placemarks,
    "gpkg": in_geopackage,
}
"""What alters a file of each kind; a PDF is set from another package instead."""


def other_packages(rng: random.Random, package: Package) -> Iterator[tuple[str, Package]]:
    """Give the package with one fact changed, for each class of facts that pages show."""
    area, site = rng.randrange(len(package.areas)), rng.randrange(len(package.sites))
    a, s = package.areas[area], package.sites[site]
    more = a.households + rng.randint(1, 9)
    for title, change in (
        ("households", {"households": more, "planned_households": more - a.left_households}),
        ("left", {"left_households": a.left_households + 1, "planned_households": a.planned_households - 1}),
        ("latitude", {"place": dataclasses.replace(a.place, lat_deg=a.place.lat_deg + 1e-5)}),
        ("longitude", {"place": dataclasses.replace(a.place, lon_deg=a.place.lon_deg - 1e-5)}),
        ("northing", {"place": dataclasses.replace(a.place, vn2000_northing_m=a.place.vn2000_northing_m + 1.0)}),
        ("easting", {"place": dataclasses.replace(a.place, vn2000_easting_m=a.place.vn2000_easting_m - 1.0)}),
        ("code", {"gap_id": a.gap_id[:-1] + str((int(a.gap_id[-1]) + 1) % 10)}),
    ):
        areas = [dataclasses.replace(one, **change) if n == area else one for n, one in enumerate(package.areas)]
        yield f"area {title}", dataclasses.replace(package, areas=tuple(areas))
    cost = Money(s.cost.low, s.cost.middle + 1e6, s.cost.high + 2e6)
    for title, change in (
        ("households", {"households": s.households + 1}),
        ("latitude", {"place": dataclasses.replace(s.place, lat_deg=s.place.lat_deg + 1e-5)}),
        ("easting", {"place": dataclasses.replace(s.place, vn2000_easting_m=s.place.vn2000_easting_m + 1.0)}),
        ("code", {"site_id": s.site_id[:-1] + str((int(s.site_id[-1]) + 1) % 10)}),
        ("cost", {"cost": cost}),
    ):
        sites = [dataclasses.replace(one, **change) if n == site else one for n, one in enumerate(package.sites)]
        yield f"site {title}", dataclasses.replace(package, sites=tuple(sites))
