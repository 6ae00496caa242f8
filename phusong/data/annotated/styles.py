"""The style table of a workbook, with fills of marks and the formats of the summary added to it."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from lxml import etree

from phusong.data.annotated.levels import MARKS
from phusong.data.workbook import contrast

_SECTIONS = (
    *("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs", "tableStyles"),
    *("colors", "extLst"),
)
_READABLE = 4.5
"""Least contrast of text with the fill of its mark."""
_LIGHT_THEMES = ("0", "2")
"""Theme colours that are light in every theme in use: text in them would vanish on a mark."""

EMPTY_STYLES = (
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts count="1"><font>'
    b'<sz val="11"/><name val="Times New Roman"/></font></fonts><fills count="2"><fill><patternFill '
    b'patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1">'
    b'<border><left/><right/><top/><bottom/><diagonal/></border></borders><cellXfs count="1">'
    b'<xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellXfs></styleSheet>'
)
"""For a workbook that has no style table of its own."""


class Styles:
    """A style table being added to; what is there keeps its number."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self._space = root.tag.rpartition("}")[0] + "}"
        self._marked: dict[tuple[int, str], int] = {}
        self._quoted: dict[int, int] = {}
        self._fills: dict[str, int] = {}
        self._formats: dict[tuple[tuple[str, Any], ...], int] = {}

    def marked(self, style: int, mark: str) -> int:
        """Return the style of a cell of ``style`` under a mark: the same but for its fill.

        Text too light to be read on the fill becomes black.
        """
        if (style, mark) not in self._marked:
            formats = self._section("cellXfs")
            own = formats[style] if style < len(formats) else formats[0]
            new = copy.deepcopy(own)
            new.set("fillId", str(self._fill(MARKS[mark].fill)))
            new.set("applyFill", "1")
            font = self._readable_font(int(new.get("fontId", "0")), MARKS[mark].fill)
            if font != int(new.get("fontId", "0")):
                new.set("fontId", str(font))
                new.set("applyFont", "1")
            self._marked[style, mark] = self._append("cellXfs", new)
        return self._marked[style, mark]

    def quoted(self, style: int) -> int:
        """Return the style of a cell of ``style`` whose text stays text when somebody edits it."""
        if style not in self._quoted:
            formats = self._section("cellXfs")
            new = copy.deepcopy(formats[style] if style < len(formats) else formats[0])
            new.set("quotePrefix", "1")
            self._quoted[style] = self._append("cellXfs", new)
        return self._quoted[style]

    def add_format(self, **look: Any) -> int:
        """Return a style of the summary.

        ``look`` may hold bold, size, colour, fill, border, wrap, centre, link and quoted.
        """
        key = tuple(sorted(look.items()))
        if key not in self._formats:
            self._formats[key] = self._append("cellXfs", self._new_format(look))
        return self._formats[key]

    def _new_format(self, look: Mapping[str, Any]) -> Any:
        fill = self._fill(look["fill"]) if "fill" in look else 0
        new = self._element(
            "xf",
            numFmtId="0",
            fontId=str(self._append("fonts", self._font(look))),
            fillId=str(fill),
            borderId=str(self._border() if look.get("border") else 0),
            xfId="0",
            applyFont="1",
            applyFill="1",
            applyBorder="1",
            applyAlignment="1",
        )
        if look.get("quoted"):
            new.set("quotePrefix", "1")
        alignment = self._element("alignment", vertical="top", wrapText="1" if look.get("wrap") else "0")
        if look.get("centre"):
            alignment.set("horizontal", "center")
        new.append(alignment)
        return new

    def _font(self, look: Mapping[str, Any]) -> Any:
        font = self._element("font")
        for name, wanted in (("b", "bold"), ("u", "link")):
            if look.get(wanted):
                font.append(self._element(name))
        font.append(self._element("sz", val=str(look.get("size", 10))))
        font.append(self._element("color", rgb=f"FF{look.get('colour', '1B2430')}"))
        font.append(self._element("name", val="Times New Roman"))
        return font

    def _border(self) -> int:
        key = (("border", True),)
        if key not in self._formats:
            border = self._element("border")
            for side in ("left", "right", "top", "bottom"):
                line = self._element(side, style="thin")
                line.append(self._element("color", rgb="FFB8BEC6"))
                border.append(line)
            border.append(self._element("diagonal"))
            self._formats[key] = self._append("borders", border)
        return self._formats[key]

    def _fill(self, colour: str) -> int:
        if colour not in self._fills:
            fill = self._element("fill")
            pattern = self._element("patternFill", patternType="solid")
            pattern.append(self._element("fgColor", rgb=f"FF{colour}"))
            pattern.append(self._element("bgColor", indexed="64"))
            fill.append(pattern)
            self._fills[colour] = self._append("fills", fill)
        return self._fills[colour]

    def _readable_font(self, number: int, fill: str) -> int:
        fonts = self._section("fonts")
        if number >= len(fonts):
            return number
        colour = fonts[number].find(f"{self._space}color")
        if colour is None or not _is_light(colour, fill):
            return number
        new = copy.deepcopy(fonts[number])
        new.replace(new.find(f"{self._space}color"), self._element("color", rgb="FF000000"))
        return self._append("fonts", new)

    def _append(self, section: str, element: Any) -> int:
        parent = self._section(section)
        parent.append(element)
        parent.set("count", str(len(parent)))
        return len(parent) - 1

    def _section(self, name: str) -> Any:
        found = self.root.find(f"{self._space}{name}")
        if found is None:
            found = self._element(name)
            behind = _SECTIONS[_SECTIONS.index(name) + 1 :]
            place = next((i for i, child in enumerate(self.root) if etree.QName(child).localname in behind), None)
            self.root.insert(len(self.root) if place is None else place, found)
        return found

    def _element(self, name: str, **attributes: str) -> Any:
        return etree.Element(f"{self._space}{name}", attributes)


def _is_light(colour: Any, fill: str) -> bool:
    rgb = str(colour.get("rgb", ""))
    if len(rgb) == 8:
        return contrast(f"#{rgb[2:]}", f"#{fill}") < _READABLE
    return colour.get("theme") in _LIGHT_THEMES or colour.get("indexed") in ("1", "9")
