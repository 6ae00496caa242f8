"""Indicators of studies, worked out once and kept beside the results; and which study speaks for a province."""

from __future__ import annotations

import contextlib
import json
import logging
import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from phusong.api.database.models import Round, Study
from phusong.api.database.types import new_id
from phusong.api.problems import ConflictError
from phusong.api.reports.indicators import StudyIndicators, indicators_of
from phusong.api.service import Service
from phusong.errors import PhuSongError
from phusong.words import Text

_LOG = logging.getLogger(__name__)
_ONE_AT_A_TIME = threading.Lock()
APPROVED = ("approved", "planned", "packaged", "finished")
"""States of a round whose figures a leader has approved."""


def indicators_kept(home: Path, study_id: str, digest: str, folder: str) -> StudyIndicators:
    """Return the indicators of a finished study; worked out when they are first asked for."""
    found = read_kept(home, study_id, digest)
    if found is not None:
        return found
    with _ONE_AT_A_TIME:
        found = read_kept(home, study_id, digest)
        if found is None:
            found = indicators_of(home / folder)
            _write(_place(home, study_id), digest, found)
    return found


def indicators_of_study(service: Service, study: Study) -> StudyIndicators:
    """Return the indicators of a finished study of the service; ConflictError where its results cannot be read."""
    try:
        return indicators_kept(service.settings.home, study.id, study.digest, study.folder)
    except (PhuSongError, OSError) as error:
        _LOG.warning("results of study %s", study.id, exc_info=error)
        raise ConflictError(
            Text(
                f"Không đọc được kết quả của nghiên cứu “{study.name}”: hãy khôi phục từ bản sao lưu, hoặc chạy lại.",
                f'The results of the study "{study.name}" cannot be read: restore them from a backup, or run it again.',
            )
        ) from error


def readable_indicators(service: Service, studies: Mapping[str, Study]) -> dict[str, StudyIndicators]:
    """Return the indicators of those provinces whose study can be read: one damaged study does not hide the others."""
    found: dict[str, StudyIndicators] = {}
    for code, study in sorted(studies.items()):
        with contextlib.suppress(ConflictError):
            found[code] = indicators_of_study(service, study)
    return found


def _place(home: Path, study_id: str) -> Path:
    return home / "indicators" / f"{study_id}.json"


def read_kept(home: Path, study_id: str, digest: str) -> StudyIndicators | None:
    """Return indicators that were worked out before for just these results; None where there are none."""
    try:
        path = _place(home, study_id)
        return _loaded(path, path.stat().st_mtime_ns, digest)
    except (OSError, ValueError, KeyError, TypeError):  # not there, or of an older version
        return None


@lru_cache(maxsize=64)
def _loaded(path: Path, _changed_ns: int, digest: str) -> StudyIndicators:
    told = json.loads(path.read_text(encoding="utf-8"))
    if told["digest"] != digest:
        raise ValueError("of other results")
    return StudyIndicators.from_json(told["indicators"])


def _write(path: Path, digest: str, found: StudyIndicators) -> None:
    path.parent.mkdir(exist_ok=True)
    partial = path.with_name(f"{path.stem}-{new_id()}.part")
    told = {"digest": digest, "indicators": found.to_json()}
    partial.write_text(json.dumps(told, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
    partial.replace(path)


def speaking_studies(
    db: Session, provinces: Iterable[str], *, until: datetime | None = None, approved: bool = False
) -> Mapping[str, Study]:
    """Return the study that speaks for each province: its newest round's, else its newest one.

    Parameters
    ----------
    db
        A session.
    provinces
        Codes of provinces; those without a finished study are not in the answer.
    until
        Studies finished later do not count.
    approved
        True takes studies of approved rounds alone: what the public may be told.
    """
    codes = list(provinces)
    done = select(Study).where(Study.state == "done", Study.province_code.in_(codes)).order_by(Study.finished_at.desc())
    if until is not None:
        done = done.where(Study.finished_at < until)
    ours = _of_rounds(db, codes, approved)
    chosen: dict[str, Study] = {}
    studies = db.scalars(done).all()
    for round_study in ours:
        for study in studies:
            if study.id == round_study:
                chosen.setdefault(study.province_code, study)
    for study in () if approved else studies:
        chosen.setdefault(study.province_code, study)
    return chosen


def _of_rounds(db: Session, codes: Sequence[str], approved: bool) -> Sequence[str]:
    """Return the studies that rounds rest on, those of the newest rounds first."""
    told = select(Round.study_id).where(Round.study_id.is_not(None), Round.province_code.in_(codes))
    if approved:
        told = told.where(Round.state.in_(APPROVED))
    return [one for one in db.scalars(told.order_by(Round.created_at.desc(), Round.id)) if one is not None]
