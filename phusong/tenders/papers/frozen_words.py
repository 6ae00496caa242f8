"""What changes say in English: they are frozen in Vietnamese, and the package holds most of their words in both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

from phusong.tenders.package.investor import INVESTOR_FIELDS
from phusong.tenders.package.values import Package
from phusong.words import Text


def english_of(package: Package) -> dict[str, str]:
    """Return the English of every Vietnamese text that a package holds, and of the investor's fields."""
    told = {title.vi: title.en for title in INVESTOR_FIELDS.values()}
    return told | {text.vi: text.en for text in _texts(package)}


def _texts(value: object) -> Iterator[Text]:
    if isinstance(value, Text):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from _texts(getattr(value, field.name))
