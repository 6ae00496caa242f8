"""Every error raised on purpose, and the closed range that makes a check and its message one thing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from phusong.words import Language, Text, number

Level = Literal["error", "warning", "repair"]
Cells = tuple[tuple[str, str], ...]
"""What is written into some cells of a row, by field."""


class PhuSongError(Exception):
    """Something a user can cause and mend; its text is one sentence in both languages."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class OutOfRangeError(PhuSongError):
    """A number outside the range it may have."""


class UnknownNameError(PhuSongError):
    """A name that nothing here carries."""


class MissingFileError(PhuSongError):
    """A named file or folder is not there, or cannot be read."""


class UnreadableFileError(PhuSongError):
    """A file that is not what its name says, is damaged, or has nothing in it."""


class MissingCrsError(PhuSongError):
    """A layer without a coordinate reference system: its coordinates cannot be placed."""


class TerrainError(PhuSongError):
    """Terrain that cannot be used: none given, tiles that do not fit together, a wrong grid."""


class StudyError(PhuSongError):
    """A study file that does not say what a study needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing found in an input file.

    ``row`` is the row as the user sees it in the file (1 = first line), ``column`` the header as written there and
    ``column_number`` its place (1 = column A); None where the problem is of the whole file. ``found`` is the cell as
    given, ``after`` what a repair made of it. ``code`` names the rule (``position.zone``), the same in every file.
    ``choices`` are the readings of a question: what may be meant, for the user to choose from. ``writes`` says of each
    which cells of the row, by field, would say it: none where the row says it as it stands, None where no cell can.
    """

    level: Level
    file: str
    text: Text
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    column_number: int | None = None
    found: str | None = None
    after: str | None = None
    code: str = ""
    choices: tuple[Text, ...] = ()
    writes: tuple[Cells | None, ...] = ()

    def where(self, language: Language) -> str:
        """Write sheet, row and column; "" where the problem is of the whole file."""
        words = {"vi": ("trang", "dòng", "cột"), "en": ("sheet", "row", "column")}[language]
        values = (self.sheet, self.row, self.column)
        return ", ".join(f"{word} {value}" for word, value in zip(words, values, strict=True) if value is not None)

    def line(self, language: Language) -> str:
        """Write the problem as one line: where, then what was found and what to do."""
        where = self.where(language)
        place = f"{self.file}, {where}" if where else self.file
        return f"{place}: {self.text.to(language)}"


class BadInputError(PhuSongError):
    """One or more input files with errors: every problem of them at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        errors = [p for p in self.problems if p.level == "error"]
        more = len(errors) - 1
        first = errors[0] if errors else self.problems[0]
        vi = first.line("vi") + (f" (và {number(more)} lỗi khác)" if more else "")
        en = first.line("en") + (f" (and {number(more, 'en')} more)" if more else "")
        super().__init__(Text(vi, en))


@dataclass(frozen=True, slots=True)
class Range:
    """A closed range with its unit: the one source of a check and of its message."""

    low: float
    high: float
    unit: str = ""

    def holds(self, value: float) -> bool:
        """Say whether the value lies in the range; NaN never does."""
        return self.low <= value <= self.high

    def text(self, name: str, value: float) -> Text:
        """Say what was given and what is allowed."""
        unit = f" {self.unit}" if self.unit else ""
        return Text(
            f"{name} phải từ {_plain(self.low, 'vi')} đến {_plain(self.high, 'vi')}{unit}, "
            f"nhận được {_plain(value, 'vi')}",
            f"{name} must be {self.low:g} to {self.high:g}{unit}, got {value:g}",
        )

    def check(self, name: str, value: float) -> None:
        """Raise OutOfRangeError unless ``value`` lies in the range."""
        if not self.holds(value):
            raise OutOfRangeError(self.text(name, value))


def _plain(value: float, language: Language) -> str:
    written = f"{value:g}"
    return written.replace(".", ",") if language == "vi" else written
