"""A Times-compatible font inside every Word paper, for computers that have no Times New Roman.

The papers ask for Times New Roman, as Decree 30/2020/NĐ-CP does. Tinos has the same widths; its Latin and Vietnamese
letters are embedded under its own name and named as the alternative of Times New Roman.

References
----------
ECMA-376 Part 1, section 17.8 (font embedding), Part 4, section 2.8.1 (obfuscation).
"""

from __future__ import annotations

import io
import re
import uuid
import zipfile
from functools import cache
from importlib import resources
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

from phusong.data.archive import write_zip

ALTERNATIVE = "Tinos"
_FACES = (
    ("embedRegular", "tinos-regular"),
    ("embedBold", "tinos-bold"),
    ("embedItalic", "tinos-italic"),
    ("embedBoldItalic", "tinos-bold-italic"),
)
_RANGES = (
    *((0x20, 0x7E), (0xA0, 0x17F), (0x192, 0x192), (0x1A0, 0x1A1), (0x1AF, 0x1B0), (0x2C6, 0x2DD), (0x300, 0x303)),
    *((0x309, 0x309), (0x323, 0x323), (0x391, 0x3C9), (0x1EA0, 0x1EF9), (0x2010, 0x2026), (0x2030, 0x2033)),
    *((0x2039, 0x203A), (0x2044, 0x2044), (0x20AB, 0x20AB), (0x20AC, 0x20AC), (0x2116, 0x2116), (0x2122, 0x2122)),
    *((0x2190, 0x2195), (0x2202, 0x2202), (0x2206, 0x2206), (0x2211, 0x2212), (0x221A, 0x221A), (0x2248, 0x2248)),
    *((0x2260, 0x2265), (0x25A0, 0x25CF)),
)
"""Latin, Vietnamese, Greek, punctuation, signs of numbers and money, arrows, boxes."""
_SPACE = uuid.UUID("5b6a1a52-3c5d-5a0e-9a3e-30c1f0b2a214")
_HEAD = 32
_TEXT_PARTS = re.compile(r"word/(document|styles|numbering|header\d*|footer\d*)\.xml")
_FONT_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/font"
_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"


def embed_fonts(path: Path) -> None:
    """Embed the font in a .docx; one that has embedded fonts already is left as it is."""
    with zipfile.ZipFile(path) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}
    if "word/fontTable.xml" not in members or b"<w:embed" in members["word/fontTable.xml"]:
        return
    for number, (_, _, font) in enumerate(_embedded(), start=1):
        members[f"word/fonts/font{number}.odttf"] = font
    members["word/_rels/fontTable.xml.rels"] = _relationships()
    members["word/fontTable.xml"] = _with_fonts(members["word/fontTable.xml"].decode("utf-8")).encode("utf-8")
    members["[Content_Types].xml"] = _with_type(members["[Content_Types].xml"].decode("utf-8")).encode("utf-8")
    members["word/settings.xml"] = _with_setting(members["word/settings.xml"].decode("utf-8")).encode("utf-8")
    write_zip(path, members)


@cache
def _embedded() -> tuple[tuple[str, uuid.UUID, bytes], ...]:
    """Return the faces: the element that embeds each, its key, and its obfuscated bytes."""
    faces = []
    for element, name in _FACES:
        key = uuid.uuid5(_SPACE, name)
        faces.append((element, key, obfuscated(subset_of(name), key)))
    return tuple(faces)


def subset_of(name: str) -> bytes:
    """Return the letters we write of one face as a TrueType font; the same each time."""
    source = (resources.files("phusong.maps.vendor") / f"{name}.ttf").read_bytes()
    font = TTFont(io.BytesIO(source), recalcTimestamp=False)
    options = subset.Options(hinting=False, layout_features=[], name_IDs=["*"], notdef_outline=True)
    options.drop_tables += ["GDEF", "GPOS", "GSUB", "kern"]
    chosen = subset.Subsetter(options)
    chosen.populate(unicodes=[code for low, high in _RANGES for code in range(low, high + 1)])
    chosen.subset(font)
    target = io.BytesIO()
    font.save(target, reorderTables=True)
    return target.getvalue()


def obfuscated(font: bytes, key: uuid.UUID) -> bytes:
    """Return a font with its first 32 bytes mixed with the key; done twice it gives the font back."""
    mask = key.bytes[::-1] * 2
    return bytes(a ^ b for a, b in zip(font[:_HEAD], mask, strict=True)) + font[_HEAD:]


def ask_for_embedded(path: Path, to: Path) -> None:
    """Write a copy of a paper that asks for the embedded font itself.

    LibreOffice knows no alternative names: made from such a copy, a PDF looks the same on every computer.
    """
    with zipfile.ZipFile(path) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}
    for name, content in members.items():
        if _TEXT_PARTS.fullmatch(name):
            members[name] = content.replace(b'"Times New Roman"', f'"{ALTERNATIVE}"'.encode())
    write_zip(to, members)


def _relationships() -> bytes:
    rows = "".join(
        f'<Relationship Id="rId{number}" Type="{_FONT_TYPE}" Target="fonts/font{number}.odttf"/>'
        for number in range(1, len(_FACES) + 1)
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return f'{head}<Relationships xmlns="{_RELATIONSHIPS}">{rows}</Relationships>'.encode()


def _with_fonts(table: str) -> str:
    """Name Tinos in the font table with its faces, and as the alternative of Times New Roman."""
    faces = "".join(
        f'<w:{element} r:id="rId{number}" w:fontKey="{{{str(key).upper()}}}"/>'
        for number, (element, key, _) in enumerate(_embedded(), start=1)
    )
    family = '<w:charset w:val="00"/><w:family w:val="roman"/><w:pitch w:val="variable"/>'
    tinos = f'<w:font w:name="{ALTERNATIVE}">{family}{faces}</w:font>'
    table = re.sub(r'<w:font w:name="Times New Roman">.*?</w:font>', "", table, flags=re.DOTALL)
    times = f'<w:font w:name="Times New Roman"><w:altName w:val="{ALTERNATIVE}"/>{family}</w:font>'
    if "xmlns:r=" not in table:
        table = table.replace("<w:fonts ", f'<w:fonts xmlns:r="{_FONT_TYPE.rpartition("/")[0]}" ', 1)
    return table.replace("</w:fonts>", f"{times}{tinos}</w:fonts>")


def _with_type(types: str) -> str:
    entry = '<Default Extension="odttf" ContentType="application/vnd.openxmlformats-officedocument.obfuscatedFont"/>'
    return re.sub(r"(<Types [^>]*>)", rf"\1{entry}", types, count=1)


def _with_setting(settings: str) -> str:
    """Say that fonts are embedded, and only the letters used."""
    said = "<w:embedTrueTypeFonts/><w:saveSubsetFonts/>"
    before = re.compile(
        r"(<w:settings\b[^>]*>(?:<w:(?:writeProtection|view|zoom|removePersonalInformation|removeDateAndTime|"
        r"doNotDisplayPageBoundaries|displayBackgroundShape|printPostScriptOverText|printFractionalCharacterWidth|"
        r"printFormsData)\b[^>]*/>|\s)*)"
    )
    return before.sub(rf"\1{said}", settings, count=1)
