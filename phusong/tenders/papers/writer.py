"""One paper of a set: our Word template or the department's own, filled from a package."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from phusong.tenders.package.investor import INVESTOR_FIELDS
from phusong.tenders.package.settings import read_settings
from phusong.tenders.package.values import Package
from phusong.tenders.papers.codes import keep_codes_whole
from phusong.tenders.papers.context import fields_of
from phusong.tenders.papers.fonts import embed_fonts
from phusong.tenders.parts import Making, part
from phusong.tenders.templates.builder import template_path
from phusong.tenders.templates.papers import PAPER_OF
from phusong.tenders.word import Picture, WordTemplate, check_fields, fill_template, nested_fields_of, private_fields_of
from phusong.tenders.word import fields_of as used_by
from phusong.words import Language

ALWAYS = frozenset({"banner", "digest_short", "package_code"})
"""Fields no paper may drop: which package it is, whether its data are simulated, and the digest that shows it."""

_NOTHING: Mapping[str, Any] = MappingProxyType({})


def write_paper(
    path: Path,
    package: Package,
    making: Making,
    part_key: str,
    context: Mapping[str, Any] = _NOTHING,
    pictures: Mapping[str, Picture | None] = _NOTHING,
) -> None:
    """Write a paper; the same package and template give the same bytes.

    Parameters
    ----------
    path
        The .docx to write.
    package
        The frozen package.
    making
        The language, and the folder of the department's own templates.
    part_key
        Which paper.
    context
        Fields of this paper beside those every paper has.
    pictures
        Fields that are pictures.

    Raises
    ------
    UnreadableFileError
        If a department's template is damaged, uses a field that does not exist, or lacks one that must stay.
    """
    fields = {**fields_of(package, making.language), **context}
    allowed = frozenset(fields) | frozenset(pictures)
    template = template_of(part_key, making)
    if own_template(part_key, making.templates, making.language) is not None:
        check_template(template, part_key, allowed)
    fill_template(
        path,
        template,
        fields,
        pictures=pictures,
        allowed=allowed,
        must_stay=must_stay(part_key),
        dated=package.frozen_on,
    )
    keep_codes_whole(path)
    embed_fonts(path)


def check_template(template: WordTemplate, part_key: str, allowed: frozenset[str]) -> None:
    """Raise UnreadableFileError unless a template uses existing fields only and keeps those it must."""
    used = used_by(template.content, template.name)
    for name, known in (("told", INVESTOR_FIELDS), ("setting", _settings())):
        used |= {f"{name}.{field}" for field in nested_fields_of(template.content, name) if field not in known}
    used |= private_fields_of(template.content)
    check_fields(used, template.name, allowed=allowed, must_stay=must_stay(part_key))


@cache
def _settings() -> frozenset[str]:
    return frozenset(setting.key for setting in read_settings())


def template_of(part_key: str, making: Making) -> WordTemplate:
    """Return the department's own template of a paper where there is one, else ours."""
    own = own_template(part_key, making.templates, making.language)
    if own is not None:
        return WordTemplate(own.read_bytes(), own.name)
    ours = template_path(part_key, making.language)
    return WordTemplate(ours.read_bytes(), part(part_key).file_name(making.language))


def own_template(part_key: str, folder: Path | None, language: Language) -> Path | None:
    """Return a department's own template of a paper, named as the finished file; None where there is none."""
    path = None if folder is None else folder / part(part_key).file_name(language)
    return path if path is not None and path.is_file() else None


def must_stay(part_key: str) -> frozenset[str]:
    """Return the fields that a template of a paper may not drop."""
    return ALWAYS | frozenset(PAPER_OF[part_key].required)
