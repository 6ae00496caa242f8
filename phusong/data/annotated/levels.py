"""The marks of an annotated copy: one table of words, meanings and fills, used by cells, comments and the legend."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from phusong.errors import Problem
from phusong.words import Text

AUTHOR = "Phủ Sóng"


@dataclass(frozen=True, slots=True)
class Mark:
    """How one level is shown: its word, what it means for the row, and the fill of its cells."""

    word: Text
    meaning: Text
    fill: str


MARKS: dict[str, Mark] = {
    "error": Mark(
        Text("Lỗi", "Error"),
        Text("Dòng không được nhận. Hãy sửa ô này rồi gửi lại.", "The row is refused. Mend the cell and send again."),
        "E47E70",
    ),
    "question": Mark(
        Text("Cần trả lời", "Question"),
        Text(
            "Ô có thể hiểu nhiều cách. Hãy chọn một cách, ghi lại cho rõ rồi gửi lại.",
            "The cell can be read in several ways. Choose one, write it plainly and send again.",
        ),
        "CBA3DE",
    ),
    "warning": Mark(
        Text("Cảnh báo", "Warning"),
        Text("Dòng được nhận. Hãy xem và xác nhận hoặc sửa.", "The row is taken. Look, and confirm or mend it."),
        "F2C230",
    ),
    "repair": Mark(
        Text("Đã sửa", "Repaired"),
        Text(
            "Phần mềm đã sửa theo quy tắc khi đọc; ô trong tệp này vẫn giữ nguyên. Hãy xem lại.",
            "Read by rule as shown; the cell in this file is as you wrote it. Please look at it.",
        ),
        "E3F0FB",
    ),
}
"""From the gravest down. In grey the fills of error, warning and repair are three clearly different shades."""


def mark_of(problem: Problem) -> str:
    """Return the key of a problem's mark: a problem with choices is a question."""
    return "question" if problem.choices else problem.level


def gravest(keys: Iterable[str]) -> str:
    """Return the gravest of some marks: a cell has one fill."""
    found = set(keys)
    return next(key for key in MARKS if key in found)
