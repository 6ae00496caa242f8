"""Comments on the cells of a worksheet: new ones, and our words behind those the user wrote."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from lxml import etree
from openpyxl.utils.cell import get_column_letter

from phusong.data.annotated.levels import AUTHOR
from phusong.data.annotated.remarks import Place
from phusong.data.injection import cell_text

_LETTERS_IN_A_LINE = 46
_LAST_COLUMN = 16_383
_SHAPES_HEAD = (
    '<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{ids}"/>'
    "</o:shapelayout>"
)
_SHAPE_TYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_SHAPE = (
    '<v:shape id="_x0000_s{identity}" type="#_x0000_t202" style="position:absolute;margin-left:60pt;margin-top:2pt;'
    'width:220pt;height:{height}pt;z-index:1;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
    '<v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)
_IDENTITIES = re.compile(rb"_x0000_s(\d+)")
_IDENTITY_BLOCK = 1024


def empty_comments(namespace: str) -> Any:
    """Return the root of a worksheet's comments, none yet."""
    root = etree.Element(f"{{{namespace}}}comments", nsmap={None: namespace})
    etree.SubElement(root, f"{{{namespace}}}authors")
    etree.SubElement(root, f"{{{namespace}}}commentList")
    return root


def add_comments(root: Any, texts: Mapping[Place, str]) -> tuple[Place, ...]:
    """Write comments into a worksheet's comments; where there is one already, our words follow the user's.

    Returns
    -------
    new
        The cells that had no comment: they need a shape.
    """
    space = root.tag.rpartition("}")[0] + "}"
    author = _author(root, space)
    listed = root.find(f"{space}commentList")
    there = {comment.get("ref"): comment for comment in listed}
    new: list[Place] = []
    for (row, column), text in sorted(texts.items()):
        place = f"{get_column_letter(column)}{row}"
        if place in there:
            _append(there[place], space, f"\n\n{AUTHOR}: {text}")
            continue
        comment = etree.SubElement(listed, f"{space}comment", ref=place, authorId=str(author))
        etree.SubElement(comment, f"{space}text").append(_run(space, text))
        new.append((row, column))
    return tuple(new)


def add_shapes(shapes: bytes | None, places: tuple[Place, ...], texts: Mapping[Place, str]) -> bytes:
    """Return the drawing that holds the boxes of comments, with boxes for more of them.

    Parameters
    ----------
    shapes
        The drawing the worksheet has, None where it has none; what is in it stays as it is.
    places
        The cells with new comments.
    texts
        What they say: it decides how large a box is.
    """
    first = _IDENTITY_BLOCK + 1
    if shapes is not None:
        taken = max((int(found) for found in _IDENTITIES.findall(shapes)), default=0)
        first = max(first, taken + 1)
    boxes = "".join(_shape(first + i, place, texts[place]) for i, place in enumerate(places))
    if shapes is None:
        blocks = range(1, 2 + (first + len(places)) // _IDENTITY_BLOCK)
        head = _SHAPES_HEAD.format(ids=",".join(map(str, blocks)))
        return f"{head}{_SHAPE_TYPE}{boxes}</xml>".encode()
    kind = "" if b"_x0000_t202" in shapes else _SHAPE_TYPE
    end = shapes.rindex(b"</")
    return shapes[:end] + _in_own_spaces(f"{kind}{boxes}").encode() + shapes[end:]


def _in_own_spaces(boxes: str) -> str:
    """Name the namespaces in every box: a drawing of another program may call them otherwise."""
    spaces = 'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    spaces += 'xmlns:x="urn:schemas-microsoft-com:office:excel" '
    return boxes.replace("<v:shape ", f"<v:shape {spaces}").replace("<v:shapetype ", f"<v:shapetype {spaces}")


def _author(root: Any, space: str) -> int:
    authors = root.find(f"{space}authors")
    names = [author.text for author in authors]
    if AUTHOR not in names:
        etree.SubElement(authors, f"{space}author").text = AUTHOR
        names.append(AUTHOR)
    return names.index(AUTHOR)


def _append(comment: Any, space: str, text: str) -> None:
    """Put a run of text behind a comment's own; text that stood plain becomes the first run."""
    body = comment.find(f"{space}text")
    if body is None:
        body = etree.SubElement(comment, f"{space}text")
    plain = body.find(f"{space}t")
    if plain is not None:
        first = etree.Element(f"{space}r")
        body.replace(plain, first)
        first.append(plain)
    runs = body.findall(f"{space}r")
    body.insert(body.index(runs[-1]) + 1 if runs else 0, _run(space, text))


def _run(space: str, text: str) -> Any:
    run = etree.Element(f"{space}r")
    look = etree.SubElement(run, f"{space}rPr")
    etree.SubElement(look, f"{space}sz", val="9")
    etree.SubElement(look, f"{space}rFont", val="Tahoma")
    said = etree.SubElement(run, f"{space}t")
    said.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    said.text = cell_text(text)
    return run


def _shape(identity: int, place: Place, text: str) -> str:
    row, column = place[0] - 1, place[1] - 1
    lines = 1 + sum(1 + len(line) // _LETTERS_IN_A_LINE for line in text.split("\n"))
    left = min(column + 1, _LAST_COLUMN - 4)
    anchor = f"{left}, 15, {max(row - 1, 0)}, 4, {left + 4}, 15, {max(row - 1, 0) + max(lines, 4)}, 4"
    return _SHAPE.format(identity=identity, height=13 * max(lines, 4), anchor=anchor, row=row, column=column)
