"""Rows of tables that are known only as the text of a page: what follows each code, and the lines of sums."""

from __future__ import annotations

import re
from collections.abc import Iterator

from phusong.tenders.consistency.content import Content, Disagreement, Line, Row, Table, text_cell
from phusong.tenders.consistency.facts import MONEY, SUMMED, Entity, Kind, Known
from phusong.tenders.consistency.numbers import Number, codes_in, numbers_in
from phusong.tenders.consistency.rows import TOTAL, total_of
from phusong.words import Language, Text

_KINDS: tuple[Kind, ...] = ("area", "site", "point", "village")
_LEAST_NUMBERS = 1
_CLUSTER = re.compile(r"(?:cụm|cluster)\s+\d+$", re.IGNORECASE)
_UNITS = (1.0, 1e6, 1e9)


def stretches(content: Content, known: Known, language: Language) -> Content:
    """Return the pages with a table for every kind of code: the text from each code to the next of its kind."""
    tables = []
    for kind in _KINDS:
        codes = [code for code in known.by_kind[kind] if not code.endswith(":")]
        if codes:
            longest_first = sorted(codes, key=lambda code: (-len(code), code))
            pattern = re.compile(rf"(?<![\w/-])(?:{'|'.join(map(re.escape, longest_first))})(?![\w-])")
            rows = tuple(row for page in content.lines for row in _stretches(page, pattern, language))
            tables.append(Table(rows, Text("", ""), exact=False))
    return Content(content.file, tuple(tables), content.lines, content.problems)


def _stretches(page: Line, pattern: re.Pattern[str], language: Language) -> Iterator[Row]:
    starts = list(pattern.finditer(page.text))
    ends = [match.start() for match in starts[1:]] + [len(page.text)]
    for match, end in zip(starts, ends, strict=False):
        where = Text(f"{page.where.vi}, {match.group()}", f"{page.where.en}, {match.group()}")
        rest = page.text[match.end() : end]
        yield Row((text_cell(match.group(), where, language), text_cell(rest, where, language)), where)


def check_sums(content: Content, known: Known, language: Language) -> Iterator[Disagreement]:
    """Give the numbers of lines of sums that are no sum of what the line names: a site, a commune or the package."""
    for page in content.lines:
        here = group_of(page.text, known)
        for line in page.text.splitlines():
            numbers = list(numbers_in(line, language))
            if TOTAL.match(line) is None or len(numbers) < _LEAST_NUMBERS or line.rstrip().endswith((".", ";")):
                continue
            of = _named(line, known)
            sums = list(_sums(of, known))
            if of.kind == "package":
                sums += [(float(value), False) for value in here.facts.values() if not isinstance(value, str)]
            for one in numbers:
                if not _is_sum(one, sums) and _CLUSTER.search(line[: one.end]) is None:
                    yield _strange(content.file, page.where, of, one, line)


def group_of(text: str, known: Known) -> Entity:
    """Return the areas and sites whose codes stand in a text, taken together."""
    codes = set(codes_in(text))
    areas = [known.by_kind["area"][code] for code in codes if code in known.by_kind["area"]]
    sites = [code for code in codes if code in known.by_kind["site"]]
    facts: dict[str, float | str] = {"areas": len(areas), "sites": len(sites)}
    for fact in ("households", "planned", "left", "population"):
        facts[fact] = sum(value for area in areas for value in [area.facts.get(fact)] if isinstance(value, int | float))
    return Entity("package", known.package.package_code, "", "", facts)


def _named(line: str, known: Known) -> Entity:
    sites = [code for code in codes_in(line) if code in known.by_kind["site"]]
    if len(sites) == 1:
        return known.by_kind["site"][sites[0]]
    low = line.casefold()
    communes = [entity for name, entity in known.communes_by_name.items() if name in low]
    return max(communes, key=lambda entity: len(entity.name)) if communes else known.whole


def _sums(of: Entity, known: Known) -> Iterator[tuple[float, bool]]:
    """Give the numbers that may stand in a line of sums, and whether each is money."""
    for fact, value in of.facts.items():
        if not isinstance(value, str):
            yield float(value), fact in MONEY
    if of.kind in ("commune", "package"):
        for kind in _KINDS:
            for fact in SUMMED:
                total = total_of(kind, fact, of, known)
                if total is not None:
                    yield total, fact in MONEY


def _is_sum(one: Number, sums: list[tuple[float, bool]]) -> bool:
    return any(one.agrees(value, unit) for value, money in sums for unit in (_UNITS if money else (1.0,)))


def _strange(file: str, where: Text, of: Entity, one: Number, line: str) -> Disagreement:
    title = of.title()
    return Disagreement(
        file=file,
        where=where,
        what=Text(f"dòng cộng của {title.vi}", f"line of sums of {title.en}"),
        expected=Text("tổng của gói", "a sum of the package"),
        found=Text(f"{one.text} (“{line.strip()}”)", f"{one.text} (“{line.strip()}”)"),
    )
