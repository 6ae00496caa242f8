"""Decisions: a person's word over a village, a modelled gap or a reported row; the last stands, none is deleted."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from phusong.api import audit
from phusong.api.access.policy import Action, Person
from phusong.api.database.models import Decision, GapRow, Province, Round
from phusong.api.database.types import now
from phusong.api.problems import ConflictError, NotFoundError
from phusong.api.workflow.concluded import WITHDRAWN, standing
from phusong.api.workflow.taking import LONGEST_REASON, ReasonError
from phusong.coverage.findings import GAP_SAYS, SAYS_TITLES, VILLAGE_SAYS
from phusong.data.settlements import village_key
from phusong.errors import UnknownNameError
from phusong.words import Text

SubjectKind = Literal["village", "gap", "reported"]
MOST_AT_ONCE = 500
WORDS: dict[str, tuple[str, ...]] = {"village": VILLAGE_SAYS, "gap": GAP_SAYS, "reported": GAP_SAYS}
VERDICT_TITLES: dict[str, Text] = {
    **{str(word): title for word, title in SAYS_TITLES.items()},
    WITHDRAWN: Text("rút lại kết luận", "withdrawn"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """What a decision is over."""

    kind: SubjectKind
    code: str
    commune_code: str = ""
    village_name: str = ""
    service: str = ""


def place_code(village_code: str, commune_code: str, village_name: str) -> str:
    """Return what a village is known by: its code, else its commune and name however typed."""
    return village_code or f"{commune_code}:{village_key(village_name)}"[:64]


def decide(
    db: Session,
    person: Person,
    province_code: str,
    targets: Sequence[Over],
    verdict: str,
    reason: str,
    *,
    round_id: str | None = None,
    study_id: str | None = None,
) -> list[Decision]:
    """Record one word over one or many things, with its reason; what stood before is superseded and kept.

    Raises
    ------
    NotFoundError
        The province is outside what this person may decide.
    ReasonError, UnknownNameError
        There is no reason, or the word is none for such a thing.
    """
    if not person.may(Action.FINDING_DECIDE, province_code=province_code):
        raise NotFoundError
    words = reason.strip()[:LONGEST_REASON]
    if not words:
        raise ReasonError(Text("Kết luận phải ghi lý do.", "A decision needs its reason."))
    for over in targets:
        _check_word(over, verdict)
    # one decision at a time over a province: two at once must not both follow the same one
    db.execute(select(Province).where(Province.code == province_code).with_for_update(key_share=True))
    before = _standing(db, province_code, targets, round_id)
    made = [
        Decision(
            province_code=province_code,
            commune_code=over.commune_code,
            round_id=round_id,
            study_id=study_id,
            subject_kind=over.kind,
            subject_code=over.code,
            village_name=over.village_name,
            service=over.service,
            verdict=verdict,
            reason=words,
            supersedes_id=before.get((over.kind, over.code, over.service)),
            made_by=person.id,
            made_at=now(),
        )
        for over in dict.fromkeys(targets)
    ]
    db.add_all(made)
    db.flush()
    subject = ("round", round_id) if round_id else ("study", study_id or "")
    audit.record(
        db, "finding.decide", by=person, subject=subject, province_code=province_code,
        details={
            "verdict": verdict,
            "decisions": [one.id for one in made],
            "subjects": [f"{one.subject_kind}:{one.subject_code}:{one.service}" for one in made],
            "reason_sha256": hashlib.sha256(words.encode()).hexdigest(),
        },
    )  # fmt: skip
    return made


def decide_rows(
    db: Session, person: Person, round_: Round, row_ids: Sequence[str], verdict: str, reason: str
) -> list[Decision]:
    """Decide rows of a round that was set beside a study; they are fixed once it is submitted for approval."""
    db.refresh(round_, with_for_update={"key_share": True})
    if round_.state != "reconciled":
        raise ConflictError(
            Text(
                "Chỉ kết luận được khi đợt đã đối chiếu và chưa trình phê duyệt.",
                "Rows are decided after the round was reconciled and before it is submitted for approval.",
            )
        )
    rows = db.scalars(select(GapRow).where(GapRow.round_id == round_.id, GapRow.id.in_(row_ids), GapRow.present)).all()
    if len(rows) != len(set(row_ids)):
        raise NotFoundError
    targets = [
        Over(kind="reported", code=row.gap_id, commune_code=row.commune_code, village_name=row.village) for row in rows
    ]
    return decide(
        db, person, round_.province_code, targets, verdict, reason, round_id=round_.id, study_id=round_.study_id
    )


def _check_word(over: Over, verdict: str) -> None:
    allowed = (*WORDS[over.kind], WITHDRAWN)
    if verdict not in allowed:
        vi, en = (", ".join(f"{one} ({VERDICT_TITLES[one].to(lang)})" for one in allowed) for lang in ("vi", "en"))
        raise UnknownNameError(Text(f"Kết luận phải là một trong: {vi}.", f"A decision must be one of: {en}."))


def _standing(
    db: Session, province_code: str, targets: Sequence[Over], round_id: str | None
) -> dict[tuple[str, str, str], str]:
    """Return the ids of what stands over these things; a reported row is one of its round alone."""
    query = select(Decision).where(
        Decision.province_code == province_code,
        Decision.subject_code.in_({over.code for over in targets}),
        or_(Decision.subject_kind != "reported", Decision.round_id == round_id),
        standing(),
    )
    return {(one.subject_kind, one.subject_code, one.service): one.id for one in db.scalars(query)}
