"""The evidence of a village as a leader reads it: one row a source and service, without what only repeats it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from phusong.coverage.findings import KIND_TITLES, SAYS_TITLES, SOURCE_TITLES
from phusong.coverage.reasons import operator_title
from phusong.data.terms import village_class_title
from phusong.tenders.village_sheet import EvidenceLine
from phusong.words import Language, Text, number

BASES: Mapping[str, Text] = {
    **{str(kind): title for kind, title in KIND_TITLES.items()},
    "reported": Text("danh sách của tỉnh", "the province's list"),
}
UNDETERMINED = "undetermined"
_SAYS: Mapping[str, Text] = {str(word): title for word, title in SAYS_TITLES.items()}
_IN_GAP: Mapping[str, str] = {"covered": "served", "white": "unserved", "depression": "unserved", "weak": "unserved"}
"""What an area of a village so classed is expected to be: only another answer is told."""
_PART = re.compile(r"(\d[\d.,]*)/(\d[\d.,]*)")
_TOO_FEW = Text("chưa đủ để kết luận", "too few to conclude")

Answer = tuple[str, str]
"""What is said, and its detail."""


def evidence_rows(lines: Sequence[EvidenceLine], language: Language) -> Iterator[Mapping[str, str]]:
    """Yield a row for each kind, source and answer; services told the same in the same words share it."""
    groups: dict[tuple[str, str, str], list[EvidenceLine]] = {}
    for line in lines:
        groups.setdefault((line.kind, line.source, line.service.to(language)), []).append(line)
    rows: dict[tuple[str, str, str], list[str]] = {}
    for (kind, _, service), told in groups.items():
        for said, detail in _answers(told, language):
            rows.setdefault((kind, said, detail), []).append(service.partition(" (")[0])
    for (kind, said, detail), services in rows.items():
        yield {
            "kind": capital(BASES.get(kind, Text(kind, kind)).to(language)),
            "service": "; ".join(dict.fromkeys((services[0], *(small(name) for name in services[1:])))),
            "says": says(said, language),
            "detail": detail or "–",
        }


def says(word: str, language: Language) -> str:
    """Return what a source says in words."""
    return _SAYS.get(word, village_class_title(word)).to(language)


def _answers(lines: Sequence[EvidenceLine], language: Language) -> Iterator[Answer]:
    """Yield what one source says of one service: of the village, and of an area or operator only what differs."""
    here, there = [line for line in lines if not line.gap_id], [line for line in lines if line.gap_id]
    single = [line for line in here if line.operator]
    heads = _heads(here or there)
    said = {head[0].says for head in heads}
    for at, head in enumerate(heads):
        others = [] if at else [*_operators(single, said, language), *_areas(there if here else [], head, language)]
        area = "" if here else f"{', '.join(dict.fromkeys(line.gap_id for line in head))}: "
        detail = area + _written(head, single, language)
        yield head[0].says, "; ".join(filter(None, (detail, *others)))


def _heads(lines: Sequence[EvidenceLine]) -> list[list[EvidenceLine]]:
    """Group the lines that speak for a source by what they say; an operator alone only where nothing is joint."""
    joint = [line for line in lines if not line.operator]
    sure = [line for line in lines if line.says != UNDETERMINED]
    groups: dict[tuple[str, int], list[EvidenceLine]] = {}
    for at, line in enumerate(joint or sure or lines):
        groups.setdefault((line.says, at if joint else 0), []).append(line)
    return list(groups.values())


def _operators(single: Sequence[EvidenceLine], said: set[str], language: Language) -> Iterator[str]:
    for line in single:
        if line.says not in {UNDETERMINED, *said}:
            yield f"{operator_title(line.operator)}: {says(line.says, language)}"


def _areas(there: Sequence[EvidenceLine], head: Sequence[EvidenceLine], language: Language) -> Iterator[str]:
    expected = {head[0].says, _IN_GAP.get(head[0].says, UNDETERMINED), UNDETERMINED}
    for line in there:
        if not line.operator and line.says not in expected:
            yield f"{line.gap_id}: {says(line.says, language)}"


def _written(head: Sequence[EvidenceLine], single: Sequence[EvidenceLine], language: Language) -> str:
    """Write source, day and figures of lines that say the same."""
    line = head[0]
    if line.kind == "modelled":
        return _without_answer(line, language)
    dated = f" ({line.dated})" if line.dated else ""
    names, detail = _names(head, single, language)
    if line.source == "claims":
        return _claimed(names, detail, dated, language)
    if line.source == "tests" and (part := _PART.search(detail)) and len(head) == 1:
        return _tested(names, part, dated, line.says, language)
    title = SOURCE_TITLES[line.source].to(language) if line.source in SOURCE_TITLES else line.source
    whose = _whose(names, language) if line.operator else ""
    opening = capital(f"{title}{whose}{dated}").strip()
    return ": ".join(filter(None, (opening, _without_answer(line, language) if len(head) == 1 else "")))


def _names(head: Sequence[EvidenceLine], single: Sequence[EvidenceLine], language: Language) -> tuple[list[str], str]:
    """Return the operators that lines speak of, and the detail without their names."""
    names = [operator_title(line.operator) for line in head if line.operator]
    detail = head[0].detail.to(language) if len(head) == 1 else ""
    opening, colon, rest = detail.partition(": ")
    listed = opening.split(", ") if colon else []
    if colon and (listed == names or head[0].source == "claims"):
        names, detail = names or listed, rest
    return names or [operator_title(line.operator) for line in single], detail


def _claimed(names: Sequence[str], detail: str, dated: str, language: Language) -> str:
    """Write how many households the published maps hold; of several maps only their number is told."""
    figures, _, further = detail.partition("; ")
    if part := _PART.search(figures):
        figures = Text(f"{part[0]} hộ trong vùng phủ", f"{part[0]} households inside").to(language)
    title = Text("Bản đồ vùng phủ", "Coverage map").to(language) + _whose(names, language) + dated
    return "; ".join(filter(None, (": ".join(filter(None, (title, figures))), further)))


def _tested(names: Sequence[str], part: re.Match[str], dated: str, said: str, language: Language) -> str:
    passed, tests = part[1], part[2]
    whose = _whose(names, language)
    one = " test" if tests == "1" else " tests"
    vi, en = f"{tests} phép đo{whose}{dated}, {passed} đạt ngưỡng", f"{tests}{one}{whose}{dated}, {passed} passed"
    return Text(vi, en).to(language) + (f" – {_TOO_FEW.to(language)}" if said == UNDETERMINED else "")


def _whose(names: Sequence[str], language: Language) -> str:
    """Name one or two operators; of more only their number."""
    if not names:
        return ""
    several = number(len(names), language)
    who = Text(f"{several} nhà mạng", f"{several} operators").to(language) if len(names) > 2 else ", ".join(names)
    return Text(" của ", " of ").to(language) + who


def _without_answer(line: EvidenceLine, language: Language) -> str:
    """Return the detail without the words that stand beside it: the source and what it says."""
    detail, said = line.detail.to(language), says(line.says, language)
    titles = [KIND_TITLES["modelled"], SOURCE_TITLES.get(line.source, Text("", ""))]
    for title in titles:
        opening = f"{title.to(language)}: {said}"
        if title.vi and detail.casefold().startswith(opening.casefold()):
            detail = detail[len(opening) :].lstrip("; ,")
    return detail


def small(words: str) -> str:
    """Write the first letter small, as within a sentence."""
    return words[:1].lower() + words[1:]


def capital(words: str) -> str:
    """Write the first letter large."""
    return words[:1].upper() + words[1:]
