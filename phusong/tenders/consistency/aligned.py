"""Aligns a finished file with one written afresh: every fact of the fresh one must stand in its place in the finished.

A fact is a number, a code or an amount in words. What stands between brackets for the investor to fill is none, nor are
dates, numbers of laws, of articles and of lists: whoever edits wording may change these.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

from phusong.tenders.consistency.content import Line
from phusong.tenders.consistency.words_of_money import amounts_in_words
from phusong.words import Language, Text

Facts = tuple[str, ...]

_MARK = re.compile(r"\[(?:(?:chủ đầu tư|investor to)[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*|…|\.\.\.|day, month)\]")
_BLANKS = re.compile(r"…+|\.{4,}|_{3,}")
_DATES = r"\b\d{1,2}/\d{1,2}/\d{4}\b|\b\d{1,2}:\d{2}\b|\b\d{4}-\d{2}-\d{2}\b|\b(?:ngày|tháng|năm) \d{1,4}\b"
_LAWS = r"\b\d+(?:[:/]\d{4})?/[A-ZĐ]\S*"
_ORDERS = r"\b(?:Điều|Khoản|Phụ lục|Article|Clause|Section|Annex) \d+(?:\.\d+)*\b"
_NAMES = r"\b(?:VN-2000|WGS ?84|[2-6]G|A[34])\b"
_NO_FACTS = re.compile("|".join((_DATES, _LAWS, _ORDERS, _NAMES)), re.IGNORECASE)
_IN_LIST = re.compile(r"^\s*\d+(?:\.\d+)*[.)]\s+(?=\D)")
_WORD = re.compile(r"(?<!\w)[-−+]?\w[\w.,/\-°′]*")
_REFERENCE_ROWS = re.compile(r"(?<=[A-Z])\$?\d+")
_RELATIVE, _ABSOLUTE = 1e-13, 1e-9


def facts_of(text: str, language: Language) -> Facts:
    """Return the numbers, codes and amounts in words of a text, in their order."""
    plain = _IN_LIST.sub("", _NO_FACTS.sub(" ", _BLANKS.sub(" ", _MARK.sub(" ", text.replace("\u00a0", " ")))))
    words = (match.group().strip(".,-/") for match in _WORD.finditer(plain))
    amounts = (f"= {value}" for value, _ in amounts_in_words(plain, language))
    return (*(word for word in words if any(sign.isdigit() for sign in word)), *amounts)


def has_mark(text: str) -> bool:
    """Say whether a text leaves something to the investor."""
    return _MARK.search(text) is not None or _BLANKS.search(text) is not None


@dataclass(frozen=True, slots=True)
class Lost:
    """A fact of the fresh file that the finished one has not in its place."""

    where: Text
    expected: str
    found: str


def lost_in_lines(fresh: Sequence[Line], finished: Sequence[Line], language: Language) -> Iterator[Lost]:
    """Give the facts of running text that were altered or taken out; facts put in are no matter."""
    a, b = (
        [(facts, line) for line in lines for facts in [facts_of(line.text, language)] if facts]
        for lines in (fresh, finished)
    )
    for i, i2, j, j2 in _changed([facts for facts, _ in a], [facts for facts, _ in b]):
        if i2 - i == j2 - j:
            for k in range(i2 - i):
                yield from _lost_in_block(a[i + k : i + k + 1], b[j + k : j + k + 1])
        else:
            yield from _lost_in_block(a[i:i2], b[j:j2])


def _lost_in_block(a: Sequence[tuple[Facts, Line]], b: Sequence[tuple[Facts, Line]]) -> Iterator[Lost]:
    """Give the facts of ``a`` that are not in ``b`` in their order."""
    expected = [(fact, line.where) for facts, line in a for fact in facts]
    found = [(fact, line.where) for facts, line in b for fact in facts]
    if _in_order([fact for fact, _ in expected], [fact for fact, _ in found]):
        return
    matcher = difflib.SequenceMatcher(None, [f for f, _ in expected], [f for f, _ in found], autojunk=False)
    for tag, i, i2, j, j2 in matcher.get_opcodes():
        if tag in ("replace", "delete"):
            there = found[j : min(j2, j + i2 - i)]
            where = there[0][1] if there else expected[i][1]
            yield Lost(where, ", ".join(f for f, _ in expected[i:i2]), ", ".join(f for f, _ in there))


def _in_order(expected: Sequence[str], found: Sequence[str]) -> bool:
    rest = iter(found)
    return all(fact in rest for fact in expected)


def _changed(a: Sequence[Hashable], b: Sequence[Hashable]) -> Iterator[tuple[int, int, int, int]]:
    """Give the stretches of ``a`` that ``b`` has not, with what stands there in ``b``."""
    head = next((n for n, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    most = min(len(a), len(b)) - head
    tail = next((n for n in range(most) if a[-1 - n] != b[-1 - n]), most)
    matcher = difflib.SequenceMatcher(None, a[head : len(a) - tail], b[head : len(b) - tail], autojunk=False)
    for tag, i, i2, j, j2 in matcher.get_opcodes():
        if tag in ("replace", "delete"):
            yield head + i, head + i2, head + j, head + j2


NOWHERE = Text("", "")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stored cell: its text, its number where it is one, its formula; where it is."""

    text: str
    value: float | None = None
    formula: str = ""
    where: Text = NOWHERE

    def same(self, other: Piece) -> bool:
        """Say whether both store the same, wherever they are."""
        if self.value is not None and other.value is not None:
            return self.formula == other.formula and near(self.value, other.value)
        return (self.text, self.value, self.formula) == (other.text, other.value, other.formula)


Record = tuple[Piece, ...]


def near(a: float, b: float) -> bool:
    """Say whether two stored numbers are the same but for how a program writes its last digits."""
    return abs(a - b) <= _ABSOLUTE + _RELATIVE * max(abs(a), abs(b))


def lost_in_records(fresh: Sequence[Record], finished: Sequence[Record], language: Language) -> Iterator[Lost]:
    """Give the facts of a table's cells that were altered, and its rows that were taken out."""
    a, b = ([_key(record, language) for record in records] for records in (fresh, finished))
    inserted = len(a) != len(b)
    for i, i2, j, j2 in _changed(a, b):
        for k, other in _paired(fresh[i:i2], finished[j:j2]):
            if other is None:
                yield from _row_lost(fresh[i + k], language)
            else:
                yield from _lost_in_record(fresh[i + k], finished[j + other], language, inserted=inserted)


def _key(record: Record, language: Language) -> tuple[Hashable, ...]:
    """Return what two rows must share to be the same; equal ones are not looked at again."""
    cells = [
        (facts_of(piece.text, language) if piece.value is None else f"{piece.value:.12g}", piece.formula)
        for piece in record
    ]
    while cells and cells[-1] in (((), ""), ("", "")):
        cells.pop()
    return tuple(cells)


def _paired(fresh: Sequence[Record], finished: Sequence[Record]) -> Iterator[tuple[int, int | None]]:
    """Give which row of a changed stretch is which: one by one, or the most alike where rows came or went."""
    if len(fresh) == len(finished):
        yield from ((k, k) for k in range(len(fresh)))
        return
    at = 0
    for k, record in enumerate(fresh):
        scores = [(_alike(record, other), -n) for n, other in enumerate(finished[at:], start=at)]
        best, place = max(scores, default=(0.0, 0))
        if best >= 0.5:
            yield k, -place
            at = -place + 1
        else:
            yield k, None


def _alike(a: Record, b: Record) -> float:
    filled = [(x, y) for x, y in zip(a, b, strict=False) if x.text]
    return sum(x.same(y) for x, y in filled) / max(1, sum(bool(x.text) for x in a))


def _row_lost(record: Record, language: Language) -> Iterator[Lost]:
    facts = [fact for piece in record for fact in facts_of(piece.text, language)]
    if facts:
        where = next(piece.where for piece in record if facts_of(piece.text, language))
        yield Lost(where, ", ".join(facts), "")


def _lost_in_record(fresh: Record, finished: Record, language: Language, *, inserted: bool) -> Iterator[Lost]:
    for n, piece in enumerate(fresh):
        other = finished[n] if n < len(finished) else Piece("")
        lost = _lost_in_cell(piece, other, language, inserted=inserted)
        if lost is not None:
            where = other.where if other.where.vi else piece.where
            yield Lost(where, *lost)


def _lost_in_cell(piece: Piece, other: Piece, language: Language, *, inserted: bool) -> tuple[str, str] | None:
    if piece.formula:
        return _lost_in_formula(piece, other, inserted=inserted)
    if piece.value is not None:
        there = other.value is not None and near(piece.value, other.value)
        return None if there else (piece.text, other.text)
    facts = facts_of(piece.text, language)
    if not facts or _in_order(facts, facts_of(other.text, language)):
        return None
    return ", ".join(facts), other.text


def _lost_in_formula(piece: Piece, other: Piece, *, inserted: bool) -> tuple[str, str] | None:
    """Compare a formula; its value may change with what was filled in, and is worked out where the file is read."""
    if other.formula:
        same = _bare(piece.formula, inserted=inserted) == _bare(other.formula, inserted=inserted)
        return None if same else (f"={piece.formula}", f"={other.formula}")
    if piece.value is not None and other.value is not None and near(piece.value, other.value):
        return None
    return f"={piece.formula}", other.text


def _bare(formula: str, *, inserted: bool) -> str:
    """Return a formula without its spaces, and without the numbers of its rows where rows came or went."""
    bare = formula.replace(" ", "").replace("$", "").lstrip("=").upper()
    return _REFERENCE_ROWS.sub("", bare) if inserted else bare
