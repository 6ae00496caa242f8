"""What officers type into forms of many numbers: every cell read, every mistake told at once beside its field."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from phusong.data.number_text import COMMAED, read_number
from phusong.errors import BadInputError, Problem, Range
from phusong.words import Language, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldProblem(Problem):
    """A mistake in a field of a form: ``column`` is the field's name, which stands in no message."""

    def where(self, language: Language) -> str:
        """Return nothing: it stands beside its field."""
        return ""

    def line(self, language: Language) -> str:
        """Write what is wrong."""
        return self.text.to(language)


def wrong(name: str, text: Text) -> FieldProblem:
    """Return what is wrong with a field."""
    return FieldProblem(level="error", file="", column=name, text=text, code="field")


def refuse(problems: Sequence[Problem]) -> None:
    """Refuse a form whose fields are not right, all of them at once."""
    if problems:
        raise BadInputError(problems)


def typed_number(text: str, language: Language) -> float | None:
    """Return the number somebody typed, as the page's language writes numbers; None where it is none."""
    bare = text.strip()
    if language == "en" and COMMAED.fullmatch(bare):
        bare = bare.replace(",", "")
    found = read_number(bare, comma_is_decimal=language == "vi")
    return None if found is None or not math.isfinite(found) else found


def shown_number(value: float, language: Language) -> str:
    """Write a number into a field: with all its decimals and no mark between thousands, read back as it is."""
    text = repr(round(float(value), 9)).removesuffix(".0")
    return text.replace(".", ",") if language == "vi" else text


def number_problem(name: str, title: Text, text: str, value: float | None, allowed: Range) -> FieldProblem | None:
    """Return what is wrong with a number that was typed, None where it may be so."""
    if not text.strip():
        return wrong(name, Text(f"{title.vi}: cần điền.", f"{title.en}: is needed."))
    if value is None:
        told = Text(f"{title.vi}: “{text[:40]}” không phải một con số.", f"{title.en}: “{text[:40]}” is not a number.")
        return wrong(name, told)
    if allowed.holds(value):
        return None
    return wrong(name, Text(f"{allowed.text(title.vi, value).vi}.", f"{allowed.text(title.en, value).en}."))
