"""Compares the PDF of a Word paper with the paper: every fact of one is in the other, as often as it must be."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from phusong.tenders.consistency.aligned import Facts, Lost, facts_of
from phusong.tenders.consistency.content import Line
from phusong.tenders.consistency.read_pdf import read_pdf
from phusong.tenders.consistency.read_word import read_document
from phusong.words import Language, Text

_ORDINAL = re.compile(r"\d{1,2}|\d(?:\.\d)+")
"""Numbers that a PDF may have beside those of the paper: of pages and of lists, which Word counts itself."""

_LEAST_BROKEN = 4
"""Letters of a fact that a narrow column may have broken over two lines."""


def lost_in_print(pdf: Path, papers: Sequence[Path], language: Language) -> list[Lost]:
    """Return what the PDF says otherwise than a paper; of several papers, the one it is nearest to.

    The PDF of a paper that the investor filled in afterwards still agrees with the paper as it was.
    """
    pages = [Line("\n".join(_without_number(line, n)), line.where) for n, line in _numbered(pdf, language)]
    compared = (list(_compared(pages, paper, language)) for paper in papers)
    return min(compared, key=len, default=[])


def _numbered(pdf: Path, language: Language) -> Iterator[tuple[int, Line]]:
    yield from enumerate(read_pdf(pdf, language).lines, start=1)


def _without_number(page: Line, number: int) -> Iterator[str]:
    """Give the lines of a page without its number."""
    lines = page.text.splitlines()
    at = next((n for n, line in enumerate(lines) if line.strip() == str(number)), None)
    yield from (line for n, line in enumerate(lines) if n != at)


def _compared(pages: Sequence[Line], paper: Path, language: Language) -> Iterator[Lost]:
    lines = read_document(paper, language).lines
    known = frozenset(fact for line in lines for fact in facts_of(line.text, language))
    facts = [fact for line in lines if not _in_margin(line) for fact in facts_of(line.text, language)]
    wrapped = [(fact, page.where) for page in pages for fact in facts_of(page.text, language)]
    joined = [(fact, page.where) for page in pages for fact in facts_of(page.text.replace("\n", " "), language)]
    counts = Counter(fact for fact, _ in wrapped) | Counter(fact for fact, _ in joined)
    short = {fact for fact, times in Counter(facts).items() if counts[fact] < times}
    squeezed = "".join("".join(page.text.split()) for page in pages)
    broken = {fact for fact in short if len(fact) >= _LEAST_BROKEN and squeezed.count(fact) >= facts.count(fact)}
    both = {fact for fact, _ in wrapped} & {fact for fact, _ in joined}
    strange = [
        (fact, where)
        for fact, where in joined
        if fact in both
        and fact not in known
        and not _ORDINAL.fullmatch(fact)
        and not any(fact in one for one in broken)
    ]
    places = _places(facts, short - broken, joined)
    for (fact, where), other in zip(places.items(), [*strange, *([("", Text("", ""))] * len(places))], strict=False):
        yield Lost(other[1] if other[0] else where, fact, other[0])
    yield from (Lost(where, "", fact) for fact, where in strange[len(places) :])


def _in_margin(line: Line) -> bool:
    """Say whether a line is of a header or footer, which a PDF may show on every page or, of a first page, on none."""
    return line.where.en.startswith(("header", "footer"))


def _places(facts: Sequence[str], short: set[str], printed: Sequence[tuple[str, Text]]) -> dict[str, Text]:
    """Return on which page a fact that is missing must be: that of the fact before it."""
    page_of: dict[str, Text] = {}
    for fact, where in printed:
        page_of.setdefault(fact, where)
    first = printed[0][1] if printed else Text("", "")
    before: Facts = ()
    places: dict[str, Text] = {}
    for fact in facts:
        if fact in short:
            places.setdefault(fact, next((page_of[one] for one in reversed(before[-50:]) if one in page_of), first))
        before = (*before[-50:], fact)
    return places
