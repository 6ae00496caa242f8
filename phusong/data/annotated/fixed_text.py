"""A text table with some cells written anew: every character outside those cells stays what it was."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from phusong.data.injection import harmless


def fix_text(text: str, delimiter: str, cells: Mapping[tuple[int, int], str]) -> str:
    """Return the text with cells (row and column, 1 = first) changed; what looks like a formula is made harmless.

    Raises
    ------
    IndexError
        There is no such row.
    """
    wanted: dict[int, dict[int, str]] = {}
    for (row, column), value in cells.items():
        wanted.setdefault(row, {})[column] = value
    parts: list[str] = []
    done = 0
    for number, spans in enumerate(_records(text, delimiter), start=1):
        width = len(spans)
        for column, value in sorted(wanted.pop(number, {}).items()):
            new = _quoted(harmless(value), delimiter)
            start, end = spans[column - 1] if column <= len(spans) else (spans[-1][1], spans[-1][1])
            missing = delimiter * max(0, column - width)  # a row shorter than its header
            parts += [text[done:start], missing, new]
            done, width = end, max(width, column)
        if not wanted:
            break
    if wanted:
        raise IndexError(min(wanted))
    return "".join([*parts, text[done:]])


def _records(text: str, delimiter: str) -> Iterator[list[tuple[int, int]]]:
    """Yield where the fields of each record stand, quotes included."""
    field = re.compile(rf'(?:"(?:[^"]+|"")*(?:"|\Z))?[^{re.escape(delimiter)}\r\n]*')
    at, end = 0, len(text)
    spans: list[tuple[int, int]] = []
    while at <= end:
        found = field.match(text, at)
        assert found is not None, "nothing is a field too"
        spans.append(found.span())
        at = found.end()
        if text[at : at + 1] == delimiter:
            at += 1
            continue
        yield spans
        at += 2 if text[at : at + 2] == "\r\n" else 1
        spans = []


def _quoted(cell: str, delimiter: str) -> str:
    if any(sign in cell for sign in (delimiter, '"', "\r", "\n")):
        return '"' + cell.replace('"', '""') + '"'
    return cell
