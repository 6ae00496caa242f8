"""Works out the formulas that our workbooks use: sums, subtotals, arithmetic, rounding; anything else it cannot say."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping

Grids = Mapping[str, Mapping[tuple[int, int], tuple[float | str, str]]]
"""Stored value and formula of every cell, by sheet, row and column."""

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"
    r"|(?P<text>\"(?:[^\"]|\"\")*\")"
    r"|(?P<range>(?:(?:'(?:[^']|'')+'|\w+)!)?\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?(?![\w(]))"
    r"|(?P<name>[A-Z][A-Z.]*)(?=\()"
    r"|(?P<mark><=|>=|<>|[-+*/(),=<>&^]))"
)
_SUBTOTAL_SUMS = (9, 109)


class CannotSayError(Exception):
    """A formula of a kind that is not worked out here."""


def worked_out(formula: str, sheet: str, grids: Grids) -> float:
    """Return what a formula works out to from the stored values of the cells it names.

    Raises
    ------
    CannotSayError
        The formula uses something else than numbers, cells, ``+ - * /``, SUM, SUBTOTAL(9), ROUND, IF or IFERROR.
    """
    parser = _Parser(formula.lstrip("="), sheet, grids)
    value = parser.expression()
    parser.end()
    if isinstance(value, list | str):
        raise CannotSayError(formula)
    return value


_Value = float | str | list[tuple[float | str, str]]


class _Parser:
    """A formula read from left to right."""

    def __init__(self, formula: str, sheet: str, grids: Grids) -> None:
        self.sheet, self.grids = sheet, grids
        self.tokens = list(_tokens(formula))
        self.at = 0

    def end(self) -> None:
        if self.at != len(self.tokens):
            raise CannotSayError(str(self.tokens[self.at :]))

    def expression(self) -> _Value:
        left = self.sum_of_terms()
        while self.sees("=", "<", ">", "<=", ">=", "<>"):
            mark = self.take()
            left = _compared(_plain(left), mark, _plain(self.sum_of_terms()))
        return left

    def sum_of_terms(self) -> _Value:
        left = self.term()
        while self.sees("+", "-"):
            sign = 1.0 if self.take() == "+" else -1.0
            left = _number(left) + sign * _number(self.term())
        return left

    def term(self) -> _Value:
        left = self.factor()
        while self.sees("*", "/"):
            if self.take() == "*":
                left = _number(left) * _number(self.factor())
            else:
                below = _number(self.factor())
                if below == 0.0:
                    raise CannotSayError("/0")
                left = _number(left) / below
        return left

    def factor(self) -> _Value:
        if self.sees("-"):
            self.take()
            return -_number(self.factor())
        if self.sees("("):
            self.take()
            inner = self.expression()
            self.want(")")
            return inner
        kind, text = self.tokens[self.at] if self.at < len(self.tokens) else ("", "")
        self.at += 1
        if kind == "number":
            return float(text)
        if kind == "text":
            return text[1:-1]
        if kind == "range":
            return self.cells(text)
        if kind == "name":
            return self.call(text)
        raise CannotSayError(text)

    def call(self, name: str) -> _Value:
        self.want("(")
        arguments: list[_Value] = []
        while not self.sees(")"):
            arguments.append(self.expression())
            if self.sees(","):
                self.take()
        self.want(")")
        return _called(name, arguments)

    def cells(self, text: str) -> _Value:
        sheet, _, area = text.rpartition("!")
        grid = self.grids.get(sheet.strip("'").replace("''", "'") if sheet else self.sheet)
        if grid is None:
            raise CannotSayError(text)
        first, _, last = area.replace("$", "").partition(":")
        top, left = _place(first)
        if not last:
            return [grid.get((top, left), ("", ""))]
        bottom, right = _place(last)
        places = ((row, column) for row in range(top, bottom + 1) for column in range(left, right + 1))
        return [grid[place] for place in places if place in grid]

    def sees(self, *marks: str) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at][0] == "mark" and self.tokens[self.at][1] in marks

    def take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1][1]

    def want(self, mark: str) -> None:
        if not self.sees(mark):
            raise CannotSayError(mark)
        self.at += 1


def _tokens(formula: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(formula.rstrip()):
        match = _TOKEN.match(formula, at)
        if match is None or match.lastgroup is None:
            raise CannotSayError(formula)
        yield match.lastgroup, match.group(match.lastgroup)
        at = match.end()


def _place(address: str) -> tuple[int, int]:
    letters = address.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = 26 * column + ord(letter) - 64
    return int(address[len(letters) :]), column


def _called(name: str, arguments: list[_Value]) -> _Value:
    if name == "SUM":
        return math.fsum(_numbers(arguments))
    if name == "SUBTOTAL" and _number(arguments[0]) in _SUBTOTAL_SUMS:
        return math.fsum(
            value
            for argument in arguments[1:]
            if isinstance(argument, list)
            for value, formula in argument
            if isinstance(value, float) and not formula.startswith("SUBTOTAL")
        )
    if name == "ROUND":
        step = math.pow(10.0, _number(arguments[1]))
        value = _number(arguments[0])
        return float(math.floor(abs(value) * step + 0.5) / step * math.copysign(1.0, value))
    if name == "IF" and len(arguments) == 3:
        return arguments[1] if _number(arguments[0]) else arguments[2]
    if name == "IFERROR":
        return arguments[0]
    raise CannotSayError(name)


def _numbers(arguments: list[_Value]) -> Iterator[float]:
    for argument in arguments:
        if isinstance(argument, list):
            yield from (value for value, _ in argument if isinstance(value, float))
        else:
            yield _number(argument)


def _plain(value: _Value) -> float | str:
    if isinstance(value, list):
        if len(value) != 1:
            raise CannotSayError("range")
        return value[0][0]
    return value


def _number(value: _Value) -> float:
    plain = _plain(value)
    if isinstance(plain, str):
        if plain:
            raise CannotSayError(plain)
        return 0.0
    return plain


def _compared(left: float | str, mark: str, right: float | str) -> float:
    if isinstance(left, str) and isinstance(right, float):
        left = 0.0 if not left and right == 0.0 else left
    if mark == "=":
        return float(left == right)
    if mark == "<>":
        return float(left != right)
    if isinstance(left, str) or isinstance(right, str):
        raise CannotSayError(mark)
    return float({"<": left < right, ">": left > right, "<=": left <= right, ">=": left >= right}[mark])
