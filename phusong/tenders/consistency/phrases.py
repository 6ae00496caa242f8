"""Compares running text with the package: codes, positions, and numbers that stand before or after a word of counts."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property

from phusong.data.money import Money
from phusong.data.terms import LEAST_SHOWN
from phusong.tenders.consistency.content import Content, Disagreement, Line
from phusong.tenders.consistency.facts import MONEY, PLACES, Entity, Known
from phusong.tenders.consistency.numbers import CODE, Number, codes_in, numbers_in
from phusong.tenders.consistency.rows import OUTLINES
from phusong.tenders.consistency.words_of_money import amounts_in_words
from phusong.words import Language, Text, number

_HOUSEHOLDS = frozenset(
    {"households", "planned", "left", "low", "high", "all", "served", "unserved", "gained", "elsewhere"}
)
_FACTS_OF_UNIT: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = (
    (
        re.compile(r"\s*\**(hộ|households)\b"),
        _HOUSEHOLDS | {"undetermined", "no_data"},
    ),
    (re.compile(r"\s*\**(khu vực|areas)\b"), frozenset({"areas"})),
    (re.compile(r"\s*\**(trạm mới|new sites)\b"), frozenset({"new_sites"})),
    (re.compile(r"\s*\**(trạm tham chiếu|vị trí|reference sites)\b"), frozenset({"sites"})),
    (re.compile(r"\s*\**(điểm đo|test points)\b"), frozenset({"points"})),
)
_MONEY_UNITS: tuple[tuple[re.Pattern[str], float], ...] = (
    (re.compile(r"\s*\**(triệu đồng|million)", re.IGNORECASE), 1e6),
    (re.compile(r"\s*\**(tỷ đồng|billion)", re.IGNORECASE), 1e9),
    (re.compile(r"\s*\**(nghìn đồng|thousand)", re.IGNORECASE), 1e3),
    (re.compile(r"\s*\**(đồng|VND|VNĐ)\b", re.IGNORECASE), 1.0),
)
_RANGE = re.compile(r"\s*[–-]\s*$")
_LATITUDES, _LONGITUDES = (8.0, 24.0), (102.0, 118.0)
_POSITION_DECIMALS = 4
_OF_PACKAGE = Text("số của gói thầu", "one of the package")
_METRES = (900_000.0, 2_700_000.0)


class Tokens:
    """Numbers that any line may hold, worked out once for a package."""

    def __init__(self, known: Known, language: Language) -> None:
        self.known, self.language = known, language
        self._counts: dict[re.Pattern[str], tuple[float, ...]] = {}

    @cached_property
    def options(self) -> tuple[float, ...]:
        """Return amounts that options and the investor told: they are theirs."""
        package = self.known.package
        titled = (f"{one.value} {one.unit.to(self.language)}" for one in package.settings)
        told = [n.value for text in (*titled, *self._texts) for n in numbers_in(text, self.language)]
        return (*told, *(n.value for one in package.settings for n in numbers_in(one.value, "en")), 0.0)

    def counts(self, unit: re.Pattern[str]) -> tuple[float, ...]:
        """Return the counts that options, notices and the investor's words speak of, beside the package's."""
        if unit not in self._counts:
            package = self.known.package
            notices = Counter(notice.key for notice in (*package.missing, *package.warnings)).values()
            options = (f"{one.value} {one.unit.to(self.language)}" for one in package.settings)
            texts = (*options, *self._texts)
            told = [n.value for text in texts for n in numbers_in(text, self.language) if unit.match(text, n.end)]
            whole = (package.planned_households, package.households)
            told += [
                round_(x * share / 100.0) for share in self._shares for x in whole for round_ in (math.floor, math.ceil)
            ]
            few = (float(LEAST_SHOWN), package.provenance.min_gap_households, 0.0, 1.0)
            self._counts[unit] = (*told, *map(float, notices), *few)
        return self._counts[unit]

    @cached_property
    def _shares(self) -> tuple[float, ...]:
        """Return the options that are a percentage: papers print that share of the households too."""
        options = (one for one in self.known.package.settings if "%" in one.unit.vi)
        return tuple(n.value for one in options for n in numbers_in(one.value, "en"))

    @cached_property
    def _texts(self) -> tuple[str, ...]:
        package = self.known.package
        return (
            *(filled.value for filled in package.investor),
            package.balance.text.to(self.language),
            *(text.text.to(self.language) for text in (*package.warnings, *package.missing)),
            *(change.before for change in package.changes),
            *(change.after for change in package.changes),
            package.provenance.service.to(self.language),
        )

    @cached_property
    def positions(self) -> tuple[float, ...]:
        """Return every latitude, longitude and VN-2000 metre that may be shown."""
        return tuple(
            float(value)
            for entity in self.known.entities
            for fact, value in entity.facts.items()
            if fact in PLACES and not isinstance(value, str)
        )

    @cached_property
    def money(self) -> tuple[float, ...]:
        """Return every amount of the package, of kinds of cost and of stages too."""
        facts = [
            float(value)
            for entity in self.known.entities
            for fact, value in entity.facts.items()
            if fact in MONEY and not isinstance(value, str)
        ]
        keys: dict[str, list[float]] = {}
        for line in self.known.package.costs:
            for end in ("low", "middle", "high"):
                keys.setdefault(f"{line.key} {end}", []).append(getattr(line.amount, end))
        package = self.known.package
        per = [x / h for x in _ends(package.cost) for h in (package.planned_households, package.households) if h]
        return (*facts, *(sum(amounts) for amounts in keys.values()), *per, *self.options)

    def scope(self, text: str) -> tuple[Entity, ...]:
        """Return what a text may speak of: what it names, and the package."""
        named = [entity for code in codes_in(text) for entity in self._coded(code)]
        low = text.casefold()
        named += [entity for name, entity in self.known.communes_by_name.items() if name in low]
        named += [entity for (_, name), entity in self.known.villages_by_name.items() if name in low]
        areas = [
            area
            for entity in named
            if entity.kind == "village"
            for area in self.known.by_kind["area"].values()
            if area.name == entity.name and area.commune_code == entity.commune_code
        ]
        return (self.known.whole, *named, *areas)

    def _coded(self, code: str) -> Iterator[Entity]:
        for by_code in self.known.by_kind.values():
            if code in by_code:
                yield by_code[code]


def _ends(money: Money) -> tuple[float, float, float]:
    return money.low, money.middle, money.high


def check_lines(
    content: Content, tokens: Tokens, group: Callable[[str, Known], Entity] | None = None
) -> Iterator[Disagreement]:
    """Give what in the running text of a file is not the package's.

    ``group`` sums up what a whole page speaks of, where lines are pages.
    """
    for line in (*content.lines, *_rows(content)):
        yield from _strange_codes(content.file, line, tokens)
        yield from _strange_positions(content.file, line, tokens)
    for line in content.lines:
        more = (group(line.text, tokens.known),) if group is not None else ()
        yield from _strange_counts(content.file, line, tokens, more)
        yield from _strange_money(content.file, line, tokens)


def _rows(content: Content) -> Iterable[Line]:
    cells = (cell for table in content.tables if table.exact for row in table.rows for cell in row.cells)
    return (Line(cell.text, cell.where) for cell in cells if not cell.text.startswith(OUTLINES))


def _strange_codes(file: str, line: Line, tokens: Tokens) -> Iterator[Disagreement]:
    for code in codes_in(line.text):
        if code not in tokens.known.codes and code.rstrip(".") not in tokens.known.codes:
            yield _strange(file, line, Text("mã", "code"), code, Text("mã của gói", "a code of the package"))


def _strange_positions(file: str, line: Line, tokens: Tokens) -> Iterator[Disagreement]:
    for one in numbers_in(line.text, tokens.language):
        degrees = one.decimals >= _POSITION_DECIMALS and any(
            low <= one.value <= high for low, high in (_LATITUDES, _LONGITUDES)
        )
        metres = one.decimals == 2 and _METRES[0] <= one.value <= _METRES[1]
        if (degrees or metres) and not any(one.agrees(p) for p in tokens.positions):
            yield _strange(
                file, line, Text("tọa độ", "coordinate"), one.text, Text("tọa độ của gói", "one of the package")
            )


def _strange_counts(file: str, line: Line, tokens: Tokens, more: tuple[Entity, ...]) -> Iterator[Disagreement]:
    scope: tuple[Entity, ...] | None = None
    for one in numbers_in(line.text, tokens.language):
        for unit, facts in _FACTS_OF_UNIT:
            if unit.match(line.text, one.end) is None or one.decimals:
                continue
            scope = (*tokens.scope(line.text), *more) if scope is None else scope
            allowed = [v for e in scope for f, v in e.facts.items() if f in facts and not isinstance(v, str)]
            if not any(one.agrees(value) for value in (*allowed, *tokens.counts(unit))):
                whole = ((f, v) for f, v in tokens.known.whole.facts.items() if f in facts)
                expected = sorted({round(v) for _, v in whole if not isinstance(v, str)})
                said = "; ".join(number(value, tokens.language) for value in expected)
                yield _strange(file, line, Text("con số", "number"), one.text, Text(said, said))


def _strange_money(file: str, line: Line, tokens: Tokens) -> Iterator[Disagreement]:
    for one, unit in money_in(line.text, tokens.language):
        if not any(one.agrees(value, unit) for value in tokens.money):
            yield _strange(file, line, Text("số tiền", "amount"), one.text, _OF_PACKAGE)
    for amount, words in amounts_in_words(line.text, tokens.language):
        if not any(abs(amount - value) < 1.0 for value in tokens.money):
            yield _strange(
                file,
                line,
                Text("số tiền bằng chữ", "amount in words"),
                words,
                _OF_PACKAGE,
            )


def money_in(text: str, language: Language) -> Iterator[tuple[Number, float]]:
    """Give the amounts of a text with what one of them stands for; the first number of a range too."""
    found = list(numbers_in(text, language))
    units: dict[int, float] = {}
    for i in reversed(range(len(found))):
        one = found[i]
        unit = next((size for pattern, size in _MONEY_UNITS if pattern.match(text, one.end)), None)
        if unit is None and i + 1 in units:
            between = text[one.end : text.find(found[i + 1].text, one.end)]
            unit = units[i + 1] if _RANGE.fullmatch(between) else None
        if unit is not None:
            units[i] = unit
    yield from ((found[i], units[i]) for i in sorted(units))


def _strange(file: str, line: Line, what: Text, found: str, expected: Text) -> Disagreement:
    near = CODE.sub(lambda match: match.group(), line.text)
    at = max(near.find(found), 0)
    quoted = " ".join(near[max(0, at - 30) : at + len(found) + 20].split())
    return Disagreement(
        file=file,
        where=line.where,
        what=what,
        expected=expected,
        found=Text(f"{found} (“…{quoted}…”)", f"{found} (“…{quoted}…”)"),
    )
