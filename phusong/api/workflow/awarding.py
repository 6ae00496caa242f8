"""Recording who won a package: the step of the award with what the decision says."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy.orm import Session

from phusong.api.access.policy import Person
from phusong.api.database.models import Package, StepRecord
from phusong.api.database.types import today
from phusong.api.workflow.taking import take
from phusong.errors import PhuSongError
from phusong.words import Text

AWARD = "award"


@dataclass(frozen=True, slots=True, kw_only=True)
class Awarded:
    """What a decision says: who builds, by which decision of which day, for how much."""

    winner: str
    decision_number: str
    decided_on: date
    awarded_vnd: int


def award(db: Session, person: Person, package: Package, told: Awarded, reason: str = "") -> StepRecord:
    """Record the winner of a package and take the step, in one transaction and one entry of the trail."""
    if told.decided_on > today():
        raise PhuSongError(Text("Ngày quyết định còn ở phía trước.", "The day of the decision is still to come."))
    package.winner, package.decision_number = told.winner, told.decision_number
    package.decided_on, package.awarded_vnd = told.decided_on, told.awarded_vnd
    more = asdict(told) | {"decided_on": told.decided_on.isoformat()}
    return take(db, person, package, AWARD, reason, more=more)
