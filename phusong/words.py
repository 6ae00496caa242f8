"""Text in both languages and how numbers and dates are written; knows nothing of ours.

Every text a user can see is a :class:`Text` with a Vietnamese and an English wording, so neither can be forgotten.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Literal

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, Language] = ("vi", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence or label in Vietnamese and English."""

    vi: str
    en: str

    def to(self, language: Language) -> str:
        """Return the wording in one language."""
        return self.vi if language == "vi" else self.en

    def __str__(self) -> str:
        return self.vi


def number(value: float, language: Language = "vi", *, decimals: int = 0) -> str:
    """Write a number as the language does: 1.234,5 in Vietnamese, 1,234.5 in English; an unknown value is a dash."""
    if value is None or not math.isfinite(value):
        return "–"
    written = f"{value:,.{decimals}f}"
    if float(written.replace(",", "")) == 0.0:
        written = written.removeprefix("-")
    if language == "vi":
        return written.translate(str.maketrans(",.", ".,"))
    return written


def percent(part: float, whole: float, language: Language = "vi") -> str:
    """Write a share as provinces do, always with both terms: ``91/3.802 (2,4 %)``."""
    both = f"{number(part, language)}/{number(whole, language)}"
    return f"{both} ({number(100.0 * part / whole, language, decimals=1)} %)" if whole else both


def day(value: date) -> str:
    """Write a date as dd/mm/yyyy."""
    return value.strftime("%d/%m/%Y")
