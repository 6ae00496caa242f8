"""What a study concluded, read from its results, with the decision that stands over each finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from phusong.api.database.models import Decision
from phusong.api.problems import ConflictError, NotFoundError
from phusong.api.workflow.concluded import standing
from phusong.api.workflow.deciding import Over, place_code
from phusong.data.names import fold
from phusong.words import Text

Row = Mapping[str, Any]


def findings_table(folder: Path) -> pd.DataFrame:
    """Return the findings of a results folder; results never change, so a table is read once."""
    return _table(folder, "findings")


def evidence_of(folder: Path, finding: Row) -> list[Row]:
    """Return the evidence one finding was drawn from, the kinds in their order."""
    table = _table(folder, "evidence")
    keys = ("target", "village_code", "village_name", "commune_code", "gap_id", "service")
    same = pd.Series(True, index=table.index)
    for key in keys:
        same &= table[key].astype(str) == str(finding[key])
    return [{str(name): value for name, value in row.items()} for row in table[same].to_dict("records")]


def chosen(
    table: pd.DataFrame, *, equal: Mapping[str, str | bool | None], commune_code: str = "", words: str = ""
) -> pd.DataFrame:
    """Return the rows with these values (None and "" choose nothing), whose village or commune holds the words."""
    kept = pd.Series(True, index=table.index)
    for name, value in {**equal, "commune_code": commune_code}.items():
        if value not in (None, ""):
            kept &= table[name] == value
    if words:
        folded = (table["village_name"].astype(str) + " " + table["commune_name"].astype(str)).map(fold)
        kept &= folded.str.contains(fold(words), regex=False)
    return table[kept]


def targets_of(folder: Path, finding_ids: Sequence[str]) -> list[Over]:
    """Return what decisions over these findings are over; an id the study does not have is not found."""
    table = findings_table(folder)
    rows = table[table["finding_id"].isin(finding_ids)]
    if len(rows) != len(set(finding_ids)):
        raise NotFoundError
    return [over_of(row) for row in rows.to_dict("records")]


def over_of(row: Mapping[Any, Any]) -> Over:
    """Return what a decision over a finding is over."""
    village = place_code(str(row["village_code"]), str(row["commune_code"]), str(row["village_name"]))
    is_gap = row["target"] == "gap"
    return Over(
        kind="gap" if is_gap else "village",
        code=str(row["gap_id"]) if is_gap else village,
        commune_code=str(row["commune_code"]),
        village_name=str(row["village_name"]),
        service=str(row["service"]),
    )


def standing_over(
    db: Session, province_code: str, targets: Sequence[Over], *, round_id: str | None = None
) -> dict[Over, Decision]:
    """Return the decision that stands over each of these things, where there is one; reported rows are of a round."""
    query = select(Decision).where(
        Decision.province_code == province_code,
        Decision.subject_code.in_({one.code for one in targets}),
        or_(Decision.subject_kind != "reported", Decision.round_id == round_id),
        standing(),
    )
    found = {(one.subject_kind, one.subject_code, one.service): one for one in db.scalars(query)}
    keyed = {one: found.get((one.kind, one.code, one.service)) for one in targets}
    return {over: decision for over, decision in keyed.items() if decision is not None}


def _table(folder: Path, name: str) -> pd.DataFrame:
    from phusong.study.opened import open_results  # brings everything that computes

    results = open_results(folder)
    if not results.has(name):
        raise ConflictError(
            Text("Nghiên cứu này không giữ kết luận: hãy chạy lại.", "This study kept no findings: run it again.")
        )
    return _read(folder, name, (folder / f"{name}.parquet").stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _read(folder: Path, name: str, _mtime_ns: int) -> pd.DataFrame:
    return pd.read_parquet(folder / f"{name}.parquet")
