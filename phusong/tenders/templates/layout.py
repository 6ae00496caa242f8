"""What a Word template is made of: blocks in order, in both languages, independent of how Word stores them.

In every text ``[[…]]`` is for the investor to fill (highlighted), ``**…**`` is bold, ``{{ … }}`` a field.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from phusong.tenders.package.investor import TO_FILL, asked_for
from phusong.words import Text


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the body; level 1 is bold, level 2 bold italic."""

    text: Text
    level: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph; ``keep`` holds it on the page of what follows."""

    text: Text
    italic: bool = False
    bold: bool = False
    keep: bool = False
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Control:
    """A paragraph that holds only a tag (``{%p for … %}``) and vanishes when the document is made."""

    tag: str


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column of a printed table; neighbours with the same ``over`` share that title above their own."""

    title: Text
    width_cm: float
    right: bool = False
    over: Text | None = None


@dataclass(frozen=True, slots=True)
class TableLine:
    """A row of cells; ``group`` rows stay with the row below them."""

    cells: tuple[str | Text, ...]
    bold: bool = False
    group: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A printed table: its columns, and its rows with the tags (``{%tr for … %}``) that repeat them."""

    columns: tuple[TableColumn, ...]
    lines: tuple[TableLine | str, ...]
    size: float = 11


@dataclass(frozen=True, slots=True)
class PageBreak:
    """The next block begins a page; ``landscape`` lays it and those after it across."""

    landscape: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A field that is a picture."""

    field: str


@dataclass(frozen=True, slots=True)
class Signature:
    """Where recipients and signature stand, when pages come after them; without it they end the paper."""


Block: TypeAlias = Heading | Line | Control | Table | PageBreak | Picture | Signature

Issuer = Literal["investor", "appraiser", "competent_body"]
"""Who issues a paper, as a key of ``INVESTOR_FIELDS``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A Word template, one file a language, named after the part it makes.

    ``kind`` stands in capitals (TỜ TRÌNH), ``letters`` in its number (TTr). Annexes and forms have no letterhead:
    their head is ``kind`` over ``subject``. ``signed`` ends it with recipients and signature. ``required`` are fields
    that a department's own template may not drop, beside those that no paper may.
    """

    part: str
    kind: Text
    subject: Text
    body: tuple[Block, ...]
    letters: str = ""
    addressee: Text | None = None
    recipients: tuple[Text, ...] = ()
    letterhead: bool = True
    signed: bool = True
    issuer: Issuer = "investor"
    required: tuple[str, ...] = ()


def told(key: str, *, tender: bool = True) -> Text:
    """Return the tag of what the investor told under a key; where nothing, it asks for it, highlighted."""
    title = asked_for(key, tender=tender)
    field = f"told.{key}"
    return Text(
        f"{{{{ {field} }}}}[[{{% if not {field} %}}{TO_FILL.vi}: {title.vi}{{% endif %}}]]",
        f"{{{{ {field} }}}}[[{{% if not {field} %}}{TO_FILL.en}: {title.en}{{% endif %}}]]",
    )


def option(key: str) -> Text:
    """Return the tag of an option of the documents, with its unit; where it has no value, it asks for it."""
    field = f"setting.{key}"
    return Text(
        f"{{{{ {field} }}}}[[{{% if not {field} %}}{TO_FILL.vi}: {{{{ {field}.title }}}}{{% endif %}}]]",
        f"{{{{ {field} }}}}[[{{% if not {field} %}}{TO_FILL.en}: {{{{ {field}.title }}}}{{% endif %}}]]",
    )


def fill(vi: str, en: str) -> Text:
    """Return a mark that asks the investor for something, highlighted."""
    return Text(f"[[{TO_FILL.vi}: {vi}]]", f"[[{TO_FILL.en}: {en}]]")


def pieces(text: str) -> list[str]:
    """Split text into plain, to-be-filled and bold pieces, in turn; pieces that are not there are empty."""
    found: list[str] = []
    for plain, to_fill, bold in re.findall(r"(.*?)(?:\[\[(.*?)\]\]|\*\*(.*?)\*\*|\Z)", text, flags=re.DOTALL):
        found += [plain, to_fill, bold]
    return found
