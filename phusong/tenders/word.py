"""A Word template filled with values: its fields are checked, and the same values give the same bytes."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import jinja2
from docx.opc.exceptions import PackageNotFoundError
from docx.shared import Cm
from docxtpl import DocxTemplate, InlineImage
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from phusong.data.archive import rezip
from phusong.errors import UnreadableFileError
from phusong.tenders.template_safety import private_of
from phusong.words import Text


@dataclass(frozen=True, slots=True)
class WordTemplate:
    """A template: the bytes of the .docx, and the name it is called by in messages."""

    content: bytes
    name: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG with the greatest width and height it may take, and what it shows for who cannot see it."""

    png: bytes
    width_cm: float
    height_cm: float
    shows: str = ""


def fill_template(
    path: Path,
    template: WordTemplate,
    context: Mapping[str, Any],
    *,
    pictures: Mapping[str, Picture | None],
    allowed: frozenset[str],
    must_stay: frozenset[str],
    dated: date,
) -> None:
    """Write a document from a template.

    Parameters
    ----------
    path
        The .docx to write.
    template
        The template.
    context
        Its fields and their values.
    pictures
        Fields that are pictures; None where there is none.
    allowed, must_stay
        The fields a template may use, and those it may not drop.
    dated
        The day the document says it was made.

    Raises
    ------
    UnreadableFileError
        If the template is damaged, uses a field that does not exist, or lacks one that must stay.
    """
    check_fields(fields_of(template.content, template.name), template.name, allowed=allowed, must_stay=must_stay)
    document = DocxTemplate(BytesIO(template.content))
    placed = {key: None if picture is None else _placed(document, picture) for key, picture in pictures.items()}
    try:
        document.render({**context, **placed}, _environment(), autoescape=True)
    except (jinja2.UndefinedError, SecurityError) as error:
        raise UnreadableFileError(_unknown(template.name, str(error))) from error
    _describe(document, pictures)
    properties = document.docx.core_properties
    properties.created = properties.modified = datetime.combine(dated, time())
    properties.last_modified_by, properties.revision = "", 1
    document.save(str(path))
    rezip(path)


def _placed(document: DocxTemplate, picture: Picture) -> InlineImage:
    """Place a picture as large as its box allows."""
    width_px, height_px = struct.unpack(">II", picture.png[16:24])  # where every PNG holds its size
    width_cm = min(picture.width_cm, picture.height_cm * width_px / height_px)
    return InlineImage(document, BytesIO(picture.png), width=Cm(width_cm))


def _describe(document: DocxTemplate, pictures: Mapping[str, Picture | None]) -> None:
    """Say beside each picture what it shows, for readers who hear the page."""
    shows = {p.png: p.shows for p in pictures.values() if p is not None and p.shows}
    for shape in document.docx.inline_shapes if shows else ():
        part = document.docx.part.related_parts[shape._inline.graphic.graphicData.pic.blipFill.blip.embed]
        shape._inline.docPr.set("descr", shows.get(part.blob, ""))


class _CompilingOnce(ImmutableSandboxedEnvironment):
    """Keeps what it compiled: the documents of one study are many, their template is one.

    A template reads its fields and nothing of the program behind them.
    """

    def from_string(self, source: Any, *args: Any, **kwargs: Any) -> jinja2.Template:
        """Return the compiled template of a text, the same one each time."""
        return _compiled(self, source)


@lru_cache(maxsize=512)
def _compiled(environment: jinja2.Environment, source: str) -> jinja2.Template:
    return jinja2.Environment.from_string(environment, source)


@cache
def _environment() -> jinja2.Environment:
    return _CompilingOnce(undefined=jinja2.StrictUndefined, autoescape=True)


@lru_cache(maxsize=128)
def fields_of(content: bytes, name: str) -> frozenset[str]:
    """Return the fields a template uses, header and footer included.

    Raises
    ------
    UnreadableFileError
        If it is no Word file, or has a wrong tag.
    """
    try:
        return frozenset(DocxTemplate(BytesIO(content)).get_undeclared_template_variables())
    except (PackageNotFoundError, BadZipFile, KeyError, ValueError) as error:
        raise UnreadableFileError(
            Text(f"Mẫu {name} không phải tệp Word (.docx).", f"Template {name} is no Word file.")
        ) from error
    except jinja2.TemplateSyntaxError as error:
        raise UnreadableFileError(
            Text(f"Mẫu {name} có thẻ viết sai: {error.message}.", f"Template {name} has a wrong tag: {error.message}.")
        ) from error


@lru_cache(maxsize=128)
def nested_fields_of(content: bytes, of: str) -> frozenset[str]:
    """Return what a template reads of one field: ``place`` of ``{{ told.place }}``; the template is a sound one."""
    nodes = (node for tree in _trees(content) for node in tree.find_all(jinja2.nodes.Getattr))
    return frozenset(node.attr for node in nodes if isinstance(node.node, jinja2.nodes.Name) and node.node.name == of)


@lru_cache(maxsize=128)
def private_fields_of(content: bytes) -> frozenset[str]:
    """Return what a template reads that is of the program and no field: ``__class__``; the template is a sound one."""
    return frozenset().union(*(private_of(tree) for tree in _trees(content)))


def _trees(content: bytes) -> list[jinja2.nodes.Template]:
    """Return the tags of a template as jinja reads them, header and footer included."""
    template = DocxTemplate(BytesIO(content))
    template.init_docx()
    texts = [template.patch_xml(template.get_xml())]
    for uri in (template.HEADER_URI, template.FOOTER_URI):
        texts += (template.patch_xml(template.get_part_xml(part)) for _, part in template.get_headers_footers(uri))
    return [_environment().parse(text) for text in texts]


def check_fields(used: frozenset[str], name: str, *, allowed: frozenset[str], must_stay: frozenset[str]) -> None:
    """Raise UnreadableFileError unless a template uses existing fields only and keeps those it must."""
    unknown, lost = sorted(used - allowed), sorted(must_stay - used)
    if unknown:
        raise UnreadableFileError(_unknown(name, ", ".join(unknown)))
    if lost:
        raise UnreadableFileError(
            Text(
                f"Mẫu {name} thiếu trường bắt buộc: {', '.join(lost)}.",
                f"Template {name} lacks fields that must stay: {', '.join(lost)}.",
            )
        )


def _unknown(name: str, fields: str) -> Text:
    return Text(f"Mẫu {name} dùng trường không có: {fields}.", f"Template {name} uses unknown fields: {fields}.")
