"""Compares the rows of tables with the facts of the package.

A row belongs to the area, site, test point, village or commune whose code or name stands in it. What a column holds is
found from its numbers: where nearly all agree with one fact (households, latitude …) all must, and its totals too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from phusong.tenders.consistency.content import Cell, Content, Disagreement, Row, Table
from phusong.tenders.consistency.facts import MONEY, SUMMED, TITLES, Entity, Kind, Known
from phusong.tenders.consistency.numbers import CODE, Number, codes_in
from phusong.words import Text, number

_BOUND_FRACTION = 0.75
_LEAST_DISTINCT = 3
TOTAL = re.compile(r"(tổng|cộng|total|subtotal|sum)\b", re.IGNORECASE)
_WHOLE_TABLE = re.compile(r"(tổng cộng|tổng|total|toàn gói)", re.IGNORECASE)
_UNITS = (1.0, 1e6, 1e9, 1e3)
_MOST_TOKENS = 6
OUTLINES = ("POLYGON", "MULTIPOLYGON")
_CODED: Mapping[str, Kind] = {"LS": "area", "TC": "site", "DK": "point"}


_KIND_OF_KEY: Mapping[str, Kind] = {
    "point_id": "point",
    "site_id": "site",
    "gap_id": "area",
    "village_code": "village",
    "commune_code": "commune",
}
"""The column that says of what the rows of a digital table are, the narrowest first."""
FACT_OF_COLUMN: Mapping[str, str] = {
    "households": "households",
    "planned_households": "planned",
    "left_households": "left",
    "unserved_low": "low",
    "unserved_high": "high",
    "population": "population",
    "village_households": "all",
    "served_households": "served",
    "unserved_households": "unserved",
    "undetermined_households": "undetermined",
    "no_data_households": "no_data",
    "areas": "areas",
    "villages": "villages",
    "sites": "sites",
    "lat_deg": "lat",
    "lon_deg": "lon",
    "x_north_m": "x",
    "y_east_m": "y",
    "height_agl_m": "height",
    "samples": "samples",
    **{f"cost_{end}_vnd": f"cost_{end}" for end in ("low", "middle", "high")},
}
"""What the columns of the digital tables hold, by their names in the data dictionary."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A row and what it is of."""

    row: Row
    entity: Entity


@dataclass(frozen=True, slots=True)
class Bound:
    """What a place in the rows holds: the fact, the unit in which it is written, and the most decimals there."""

    fact: str
    unit: float
    decimals: int = 0


Slot = tuple[int, int]
"""A column and which of the numbers in its cell."""


def placed_rows(table: Table, known: Known) -> tuple[list[Placed], list[tuple[int, Row]]]:
    """Return the rows that are of something, and the others with how many of the first stand before them."""
    placed: list[Placed] = []
    others: list[tuple[int, Row]] = []
    site, commune = "", ""
    for row in table.rows:
        entity = _entity(row, known, site, commune)
        if entity is None:
            others.append((len(placed), row))
        else:
            placed.append(Placed(row, entity))
            commune = entity.commune_code or commune
        site = next((code for code in row.codes() if code in known.by_kind["site"]), site)
    return placed, others


def _entity(row: Row, known: Known, site: str, commune: str) -> Entity | None:
    """Return what a row is of: the first code that fills a cell, else a village or commune by code or name."""
    texts = [cell.text for cell in row.cells if cell.text]
    coded = next((code for text in texts for code in [_leading_code(text)] if code), "")
    kind = _CODED.get(coded[:2])
    if any(TOTAL.match(text) for text in texts):
        return _total_of_site(texts, known)
    line = _line(row, texts, known, coded if kind == "site" else site)
    if line is not None:
        return line
    if kind is not None:
        return known.by_kind[kind].get(coded)
    return _by_place(texts, known, commune)


def _leading_code(text: str) -> str:
    """Return the code with which a cell begins and that is its only one, "" where there is none."""
    match = CODE.match(text)
    if match is None or text.startswith("GT") or text[match.end() : match.end() + 1].strip():
        return ""
    return match.group() if len(set(codes_in(text))) == 1 else ""


def _total_of_site(texts: Sequence[str], known: Known) -> Entity | None:
    codes = {code for text in texts for code in codes_in(text) if code in known.by_kind["site"]}
    return known.by_kind["site"][codes.pop()] if len(codes) == 1 else None


def _line(row: Row, texts: Sequence[str], known: Known, site: str) -> Entity | None:
    """Return the line of a site's estimate, or the kind of cost over all sites: whichever the numbers are nearer to."""
    keys = (known.item_titles.get((site, text.casefold())) for text in texts)
    key = next((key for key in keys if key is not None), None)
    line = known.by_kind["line"].get(f"{site} {key}") if key is not None else None
    named = (known.items_by_title.get(text.casefold().partition(" (")[0]) for text in texts)
    item = next((one for one in named if one is not None), None)
    if line is None or item is None:
        return line or item
    return item if _agreeing(row, item) > _agreeing(row, line) else line


def _agreeing(row: Row, entity: Entity) -> int:
    values = [value for value in entity.facts.values() if not isinstance(value, str)]
    return sum(any(one.agrees(value, unit) for value in values for unit in _UNITS) for one in row.numbers())


def _by_place(texts: Sequence[str], known: Known, commune: str) -> Entity | None:
    for text in texts:
        if text in known.by_kind["village"]:
            return known.by_kind["village"][text]
    communes = [known.by_kind["commune"].get(t) or _commune(t, known) for t in texts]
    here = next((entity for entity in communes if entity is not None), None)
    code = here.code if here is not None else commune
    villages = (known.villages_by_name.get((code, text.casefold())) for text in texts)
    return next((village for village in villages if village is not None), here)


def _commune(text: str, known: Known) -> Entity | None:
    """Return the commune that a text names, alone or before a bracket."""
    return known.communes_by_name.get(text.casefold()) or known.communes_by_name.get(text.casefold().partition(" (")[0])


def check_rows(content: Content, known: Known) -> Iterator[Disagreement]:
    """Give every cell, in the rows of all tables, that is not what the package says."""
    for table in content.tables:
        if not table.exact:
            continue
        placed, others = placed_rows(table, known)
        for kind in dict.fromkeys(one.entity.kind for one in placed):
            mine = [one for one in placed if one.entity.kind == kind]
            bound = {**bindings(mine), **named(table.columns, kind)}
            for one in mine:
                yield from _wrong_cells(content.file, one, bound)
            yield from _wrong_texts(content.file, mine)
            if kind not in ("commune", "line", "item"):
                yield from _wrong_totals(content.file, kind, bound, placed, others, known)
        if not placed:
            yield from _wrong_sums(content.file, table, known)


def bindings(rows: Sequence[Placed]) -> dict[Slot, Bound]:
    """Return what each place in the rows of one kind holds, where that can be told."""
    width = max((len(one.row.cells) for one in rows), default=0)
    bound: dict[Slot, Bound] = {}
    for column in range(width):
        cells = [(one.row.cells[column], one.entity) for one in rows if column < len(one.row.cells)]
        most = max((len(cell.numbers) for cell, _ in cells), default=0)
        for i in range(min(most, _MOST_TOKENS)):
            pairs = [(cell.numbers[i], entity) for cell, entity in cells if i < len(cell.numbers)]
            best = _best(pairs)
            if best is not None:
                bound[column, i] = replace(best, decimals=max(one.decimals for one, _ in pairs))
    return bound


def named(columns: Sequence[str], kind: Kind) -> dict[Slot, Bound]:
    """Return what each column holds by its name, in a table whose rows are of the kind."""
    if next((of for key, of in _KIND_OF_KEY.items() if key in columns), None) != kind:
        return {}
    return {(columns.index(name), 0): Bound(fact, 1.0) for name, fact in FACT_OF_COLUMN.items() if name in columns}


def _best(pairs: Sequence[tuple[Number, Entity]]) -> Bound | None:
    """Return the fact with which most numbers agree, if nearly all do and they are not all alike."""
    best, most = None, 0
    for fact in dict.fromkeys(fact for _, entity in pairs for fact in entity.facts):
        for unit in _UNITS if fact in MONEY else (1.0,):
            agreeing = [n.value for n, entity in pairs if _agrees(n, entity, fact, unit)]
            if len(agreeing) > most and len(agreeing) >= _BOUND_FRACTION * len(pairs):
                few = len(set(agreeing)) < _LEAST_DISTINCT
                if not few or (len(set(agreeing)) == 2 and len(pairs) >= 6 and len(agreeing) >= len(pairs) - 1):
                    best, most = Bound(fact, unit), len(agreeing)
    return best


def _agrees(number: Number, entity: Entity, fact: str, unit: float) -> bool:
    expected = entity.facts.get(fact)
    if not isinstance(expected, int | float):
        return False
    coarse = number.decimals == 0 and unit == 1.0 and expected != round(expected)
    return number.agrees(expected, unit) and not coarse


def _wrong_cells(file: str, one: Placed, bound: Mapping[Slot, Bound]) -> Iterator[Disagreement]:
    for (column, i), holds in bound.items():
        expected = one.entity.facts.get(holds.fact)
        if column >= len(one.row.cells) or not isinstance(expected, int | float):
            continue
        cell = one.row.cells[column]
        if i >= len(cell.numbers):
            if not cell.numbers and not cell.text and not one.entity.hidden:
                yield _cell_wrong(file, one.entity, holds, cell, expected, Text("trống", "nothing"))
            continue
        one_found = cell.numbers[i]
        exact = max(one_found.decimals, holds.decimals) if one_found.stored else one_found.decimals
        if not replace(one_found, decimals=exact).agrees(expected, holds.unit):
            found = one_found.text
            yield _cell_wrong(file, one.entity, holds, cell, expected, Text(found, found))


def _cell_wrong(file: str, entity: Entity, holds: Bound, cell: Cell, expected: float, found: Text) -> Disagreement:
    return disagreement(file, cell.where, entity, holds.fact, expected / holds.unit, found)


def disagreement(file: str, where: Text, entity: Entity, fact: str, expected: float, found: Text) -> Disagreement:
    """Say that a fact is not what it must be."""
    title, of = TITLES.get(fact, Text(fact, fact)), entity.title()
    return Disagreement(
        file=file,
        where=where,
        what=Text(f"{title.vi}, {of.vi}", f"{title.en}, {of.en}"),
        expected=Text(plain(expected, "vi"), plain(expected, "en")),
        found=found,
    )


def plain(value: float, language: str) -> str:
    """Write an expected number with the decimals it has, six at most."""
    decimals = 0 if value == round(value) else min(6, len(f"{value:.6f}".rstrip("0").partition(".")[2]))
    return number(value, "vi" if language == "vi" else "en", decimals=decimals)


def _wrong_texts(file: str, rows: Sequence[Placed]) -> Iterator[Disagreement]:
    """Compare outlines: a column that holds them for most rows must for all."""
    for column in range(max((len(one.row.cells) for one in rows), default=0)):
        cells = [(one, one.row.cells[column]) for one in rows if column < len(one.row.cells)]
        shapes = [(one, cell) for one, cell in cells if cell.text.startswith(OUTLINES)]
        for one, cell in shapes:
            expected = one.entity.facts.get("outline")
            if expected is not None and cell.text != expected:
                of = one.entity.title()
                yield Disagreement(
                    file=file,
                    where=cell.where,
                    what=Text(f"ranh giới, {of.vi}", f"outline, {of.en}"),
                    expected=Text(str(expected)[:80], str(expected)[:80]),
                    found=Text(cell.text[:80], cell.text[:80]),
                )


def _wrong_totals(
    file: str,
    kind: Kind,
    bound: Mapping[Slot, Bound],
    placed: Sequence[Placed],
    others: Sequence[tuple[int, Row]],
    known: Known,
) -> Iterator[Disagreement]:
    """Compare lines of totals below rows of one kind: of the commune before them, or of the package."""
    for before, row in others:
        if before == 0 or not any(TOTAL.match(cell.text) for cell in row.cells):
            continue
        several = _summed(row, placed[before - 1].entity, known)
        for (column, i), holds in bound.items():
            if holds.fact not in SUMMED or column >= len(row.cells) or i >= len(row.cells[column].numbers):
                continue
            sums = [(of, total_of(kind, holds.fact, of, known)) for of in several]
            found = row.cells[column].numbers[i]
            if not any(expected is None or found.agrees(expected, holds.unit) for _, expected in sums):
                of, expected = sums[0]
                yield _cell_wrong(file, of, holds, row.cells[column], expected or 0.0, Text(found.text, found.text))


def _wrong_sums(file: str, table: Table, known: Known) -> Iterator[Disagreement]:
    """Compare the rows of a table that is of nothing we know with its total, where that is one of the package."""
    if len(table.rows) < _LEAST_DISTINCT or not any(TOTAL.match(cell.text) for cell in table.rows[-1].cells):
        return
    totals = {value for fact, value in known.whole.facts.items() if fact in SUMMED}
    for column, cell in enumerate(table.rows[-1].cells):
        if len(cell.numbers) != 1 or cell.numbers[0].value not in totals:
            continue
        above = [row.cells[column].numbers for row in table.rows[:-1] if column < len(row.cells)]
        values = [numbers[0].value for numbers in above if len(numbers) == 1]
        counted = [*values, cell.numbers[0].value] == list(range(1, len(values) + 2))  # the number of the row
        if len(values) >= len(above) - 1 and values and not counted and sum(values) != cell.numbers[0].value:
            said = plain(sum(values), "vi"), plain(sum(values), "en")
            yield Disagreement(
                file=file,
                where=table.where,
                what=Text(f"cộng các dòng phía trên, cột {column + 1}", f"sum of the rows above, column {column + 1}"),
                expected=Text(cell.text, cell.text),
                found=Text(*said),
            )


def _summed(row: Row, last: Entity, known: Known) -> tuple[Entity, ...]:
    """Return what a line of totals may add up: a commune it names, the package, or the commune of the row before it."""
    texts = [cell.text for cell in row.cells if cell.text]
    for text in texts:
        named = known.by_kind["commune"].get(text) or _commune(text, known)
        inside = [entity for name, entity in known.communes_by_name.items() if name in text.casefold()]
        if named is not None or len(inside) == 1:
            return (named or inside[0],)
    if any(_WHOLE_TABLE.match(text) for text in texts) or known.package.package_code in texts:
        return (known.whole,)
    return (known.by_kind["commune"].get(last.commune_code, known.whole), known.whole)


def total_of(kind: Kind, fact: str, of: Entity, known: Known) -> float | None:
    """Return the sum of a fact over all entities of a kind, in the package or in a commune."""
    values = [
        value
        for entity in known.by_kind[kind].values()
        if of.kind == "package" or entity.commune_code == of.code
        for value in [entity.facts.get(fact)]
        if isinstance(value, int | float)
    ]
    return float(sum(values)) if values else None


def check_once(content: Content, known: Known, kinds: Sequence[Kind]) -> Iterator[Disagreement]:
    """Give the rows that stand twice in one table, of the kinds that a file lists."""
    for table in content.tables:
        if not table.exact:
            continue
        placed, _ = placed_rows(table, known)
        for kind in kinds:
            counts = Counter(one.entity.code for one in placed if one.entity.kind == kind)
            for one in placed:
                if one.entity.kind == kind and counts[one.entity.code] > 1:
                    counts[one.entity.code] = 0
                    of = one.entity.title()
                    yield Disagreement(
                        file=content.file,
                        where=table.where,
                        what=Text(f"dòng của {of.vi}", f"row of {of.en}"),
                        expected=Text("một dòng", "one row"),
                        found=Text("nhiều dòng", "several rows"),
                    )
