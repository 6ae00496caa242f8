"""Recorded findings: read, joined to the villages and gaps of a study, every problem of the list at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from phusong.coverage.findings import SAYS_TITLES, Override, Says, Target
from phusong.data.lists import read_list
from phusong.data.names import fold
from phusong.data.schemas.findings import FINDINGS
from phusong.data.settlements import village_key
from phusong.errors import BadInputError, Problem
from phusong.study.evidence_ground import Ground, Row
from phusong.words import Text

TargetKey = tuple[Target, int, str]
"""A village or gap by its row, and a service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedFinding:
    """One row of the list: what was found of what, by whom, when, why and on what evidence."""

    target: Target
    at: int
    service: str
    kind: str
    finding: Says
    reason: str
    author: str
    dated: str
    evidence: str
    row: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Recorded:
    """The recorded findings of a study, and what was noted in reading them."""

    rows: tuple[RecordedFinding, ...] = ()
    problems: tuple[Problem, ...] = field(default=())

    def overrides(self) -> Mapping[TargetKey, Override]:
        """Return the override of each target: the latest, and of one day the last in the list."""
        found: dict[TargetKey, Override] = {}
        for row in sorted(self.rows, key=lambda one: (one.dated, one.row)):
            if row.kind == "override":
                found[row.target, row.at, row.service] = Override(
                    finding=row.finding, reason=row.reason, author=row.author, dated=row.dated
                )
        return found


NOTHING_RECORDED = Recorded()


def read_recorded(path: Path, ground: Ground) -> Recorded:
    """Read a list of recorded findings.

    Raises
    ------
    BadInputError
        Rows with errors (an override without reason, author or day; an unknown village, gap or service): all at once.
    MissingFileError, UnreadableFileError
        The file cannot be read.
    """
    checked = read_list(path, FINDINGS)
    places = _Places(ground)
    rows: list[RecordedFinding] = []
    problems = list(checked.problems)
    for raw in checked.rows.to_dict("records"):
        found = places.recorded({str(key): value for key, value in raw.items()})
        if isinstance(found, RecordedFinding):
            rows.append(found)
        else:
            problems.append(_problem(path, raw, found))
    problems += _contradictions(path, rows)
    if any(problem.level == "error" for problem in problems):
        raise BadInputError(problems)
    return Recorded(rows=tuple(rows), problems=tuple(problems))


def confirmed_rows(ground: Ground, recorded: Recorded) -> Iterator[Row]:
    """Yield what communes confirmed in the list of recorded findings; a later confirmation replaces an earlier one."""
    last: dict[TargetKey, RecordedFinding] = {}
    for one in sorted(recorded.rows, key=lambda one: (one.dated, one.row)):
        if one.kind == "confirmed":
            last[one.target, one.at, one.service] = one
    for (target, at, service), one in sorted(last.items()):
        word = SAYS_TITLES[one.finding]
        more = "; ".join(text for text in (one.reason, one.evidence) if text)
        yield ground.row(
            target,
            at,
            service=service,
            kind="confirmed",
            source="recorded",
            says=one.finding,
            detail=Text(
                f"Xã xác nhận: {word.vi}" + (f" ({more})" if more else ""),
                f"The commune confirms: {word.en}" + (f" ({more})" if more else ""),
            ),
            author=one.author,
            dated=one.dated,
        )


class _Places:
    """Villages and gaps by what a list may call them."""

    def __init__(self, ground: Ground) -> None:
        self._services = {service.key for service in ground.profile.services}
        self._main = ground.profile.main_service.key
        villages = ground.villages
        self._gaps = {str(code): k for k, code in enumerate(ground.gaps["gap_id"])}
        self._codes = _once([str(code) for code in villages["village_code"]])
        names = [village_key(str(name)) for name in villages["village_name"]]
        self._names: dict[str, list[int]] = {}
        for k, name in enumerate(names):
            for commune in {str(villages["commune_code"].iloc[k]), _commune(villages["commune_name"].iloc[k]), ""}:
                self._names.setdefault(f"{commune}\n{name}", []).append(k)

    def recorded(self, raw: Mapping[str, Any]) -> RecordedFinding | tuple[str, Text]:
        """Return a row with its target, or the column and the words of what is wrong with it."""
        service = str(raw["service"] or self._main)
        if service not in self._services:
            known = ", ".join(sorted(self._services))
            return "service", Text(
                f"Không có dịch vụ “{service}”: chọn {known}.", f"There is no service “{service}”: choose {known}."
            )
        place = self._place(raw)
        if not isinstance(place, int):
            return place
        target: Target = "gap" if raw["gap_id"] else "village"
        if target == "gap" and service != self._main:
            return "service", Text(
                f"Khu vực lõm chỉ có dịch vụ {self._main}.", f"Gaps are of the service {self._main} only."
            )
        return RecordedFinding(
            target=target,
            at=place,
            service=service,
            kind=str(raw["kind"] or "override"),
            finding=raw["finding"],
            reason=str(raw["reason"]),
            author=str(raw["author"]),
            dated=str(pd.Timestamp(raw["dated"]).date()),
            evidence=str(raw["evidence"]),
            row=int(raw["_row"]),
        )

    def _place(self, raw: Mapping[str, Any]) -> int | tuple[str, Text]:
        if raw["gap_id"]:
            code = str(raw["gap_id"])
            found = self._gaps.get(code)
            return found if found is not None else ("gap_id", _unknown(Text("khu vực lõm", "gap"), code))
        if raw["village_code"]:
            code = str(raw["village_code"])
            found = self._codes.get(code)
            return found if found is not None else ("village_code", _unknown(Text("thôn mã", "village of code"), code))
        return self._named(str(raw["village_name"]), str(raw["commune_code"] or _commune(raw["commune_name"])))

    def _named(self, name: str, commune: str) -> int | tuple[str, Text]:
        found = self._names.get(f"{commune}\n{village_key(name)}", [])
        if len(found) == 1:
            return found[0]
        if not found:
            return "village_name", _unknown(Text("thôn", "village"), name)
        return "village_name", Text(
            f"Có {len(found)} thôn tên “{name}”: hãy ghi mã thôn hoặc xã.",
            f"{len(found)} villages are called “{name}”: state the village code or the commune.",
        )


def _commune(name: Any) -> str:
    """Return a commune's name as it is compared: without accents and the word before it."""
    words = fold(str(name or "")).split()
    return " ".join(words[1:] if len(words) > 1 and words[0] in ("xa", "phuong") else words)


def _once(codes: list[str]) -> dict[str, int]:
    count = pd.Series(codes, dtype=object).value_counts()
    return {code: k for k, code in enumerate(codes) if code and count[code] == 1}


def _unknown(what: Text, name: str) -> Text:
    return Text(f"Nghiên cứu này không có {what.vi} “{name}”.", f"This study has no {what.en} “{name}”.")


def _problem(path: Path, raw: Mapping[Any, Any], found: tuple[str, Text]) -> Problem:
    column, text = found
    return Problem(
        level="error",
        file=path.name,
        sheet=str(raw["_sheet"]) or None,
        row=int(raw["_row"]),
        column=FINDINGS.field(column).title.vi,
        text=text,
        found=str(raw[column]),
        code="finding.unknown",
    )


def _contradictions(path: Path, rows: list[RecordedFinding]) -> list[Problem]:
    """Name rows that find another thing of a target on the same day."""
    first: dict[tuple[object, ...], RecordedFinding] = {}
    problems = []
    for one in rows:
        before = first.setdefault((one.target, one.at, one.service, one.kind, one.dated), one)
        if before.finding != one.finding:
            text = Text(
                f"Cùng ngày, cùng nơi nhưng kết luận khác dòng {before.row}. Hãy giữ một dòng.",
                f"Same day and place as row {before.row}, with another finding. Keep one of them.",
            )
            problems.append(Problem(level="error", file=path.name, row=one.row, text=text, code="finding.twice"))
    return problems
