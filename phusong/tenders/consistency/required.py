"""What must be found in each file of a set: of every area, site, village or test point its facts, and the totals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from phusong.tenders.consistency.content import Content, Disagreement, Row
from phusong.tenders.consistency.facts import MONEY, TITLES, Entity, Kind, Known
from phusong.tenders.consistency.numbers import Number, numbers_in
from phusong.tenders.consistency.rows import placed_rows, plain
from phusong.words import Language, Text

_UNITS = (1.0, 1e6, 1e9)


@dataclass(frozen=True, slots=True)
class Need:
    """Facts that a file must show of every entity of a kind; ``once`` says that it lists each of them once a table."""

    kind: Kind
    facts: tuple[str, ...]
    once: bool = True


_PLACE = ("lat", "lon", "x", "y")
_COUNTS = ("households", "planned", "left")
_STATES = ("all", "served", "unserved", "undetermined", "no_data", "low", "high", *_COUNTS)
_COST = ("cost_low", "cost_middle", "cost_high")
_AREAS = (Need("area", ("households", *_PLACE)), Need("package", ("households",)))
_HOUSEHOLDS = (Need("village", ("all", *_COUNTS)), Need("package", _COUNTS))
_SITES = (Need("site", ("households", *_PLACE)),)
_COSTS = (Need("site", _COST, once=False), Need("package", _COST))

REQUIRED: Mapping[str, tuple[Need, ...]] = MappingProxyType(
    {
        "areas": _AREAS,
        "areas_print": _AREAS,
        "households": _HOUSEHOLDS,
        "households_print": _HOUSEHOLDS,
        "sites": _SITES,
        "sites_print": _SITES,
        "costs": _COSTS,
        "costs_print": _COSTS,
        "test_points": (Need("point", _PLACE),),
        "data_areas": (Need("area", (*_COUNTS, *_PLACE)),),
        "data_households": (Need("village", _STATES),),
        "data_sites": (Need("site", ("households", *_PLACE, *_COST)),),
        "data_kml": (Need("area", (*_COUNTS, *_PLACE)), Need("site", ("households", *_PLACE, *_COST))),
        "data_gpkg": (
            Need("area", (*_COUNTS, *_PLACE)),
            Need("village", _STATES),
            Need("site", ("households", *_PLACE, *_COST)),
            Need("point", ("households", *_PLACE)),
            Need("commune", (*_COUNTS, *_COST)),
            Need("package", (*_COUNTS, "sites", *_COST)),
        ),
    }
)
"""By :attr:`Part.key`; a file that is not named here is compared row by row and line by line alone."""


def check_required(content: Content, needs: Sequence[Need], known: Known, language: Language) -> Iterator[Disagreement]:
    """Give what a file should show and does not."""
    rows: dict[tuple[Kind, str], list[Row]] = {}
    for table in content.tables:
        for one in placed_rows(table, known)[0]:
            rows.setdefault((one.entity.kind, one.entity.code), []).append(one.row)
    for need in needs:
        if need.kind == "package":
            yield from _totals(content, need, known.whole, language)
            continue
        for entity in known.by_kind[need.kind].values():
            if not entity.hidden:
                yield from _entity(content.file, need, entity, rows.get((need.kind, entity.code), []))


def _entity(file: str, need: Need, entity: Entity, rows: Sequence[Row]) -> Iterator[Disagreement]:
    of = entity.title()
    if not rows:
        yield Disagreement(
            file=file,
            where=Text("", ""),
            what=Text(f"dòng của {of.vi}", f"row of {of.en}"),
            expected=Text("có", "a row"),
            found=Text("không có", "none"),
        )
        return
    known = ((fact, entity.facts.get(fact)) for fact in need.facts)
    wanted = {fact: float(value) for fact, value in known if isinstance(value, int | float)}
    lacking = [(row, missing(list(row.numbers()), wanted)) for row in rows]
    best_row, best = min(lacking, key=lambda pair: len(pair[1]))
    told = [(best_row, best)] if best else [(r, m) for r, m in lacking if m and 4 * len(m) <= len(wanted)]
    for row, facts in told:
        for fact in facts:
            yield _lacks(file, row.where, entity, fact, wanted[fact], " | ".join(n.text for n in row.numbers()))


def missing(numbers: list[Number], wanted: Mapping[str, float]) -> list[str]:
    """Return the facts for which no number is there; one number stands for one fact only."""
    left = list(numbers)
    lacking = []
    for fact, expected in wanted.items():
        units = _UNITS if fact in MONEY else (1.0,)
        match = next((i for i, n in enumerate(left) if any(n.agrees(expected, unit) for unit in units)), None)
        if match is None:
            lacking.append(fact)
        else:
            del left[match]
    return lacking


def _totals(content: Content, need: Need, whole: Entity, language: Language) -> Iterator[Disagreement]:
    numbers = [n for table in content.tables for row in table.rows for n in row.numbers()]
    numbers += [n for line in content.lines for n in numbers_in(line.text, language)]
    for fact in need.facts:
        expected = whole.facts.get(fact)
        if not isinstance(expected, int | float):
            continue
        units = _UNITS if fact in MONEY else (1.0,)
        if not any(n.agrees(expected, unit) for n in numbers for unit in units):
            yield _lacks(content.file, Text("", ""), whole, fact, expected, "–")


def _lacks(file: str, where: Text, entity: Entity, fact: str, expected: float, found: str) -> Disagreement:
    title, of = TITLES[fact], entity.title()
    return Disagreement(
        file=file,
        where=where,
        what=Text(f"{title.vi}, {of.vi}", f"{title.en}, {of.en}"),
        expected=Text(plain(expected, "vi"), plain(expected, "en")),
        found=Text(found, found),
    )
