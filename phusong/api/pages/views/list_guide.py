"""The way of a list as one row of steps: send it, look and correct, confirm, submit; which of them is next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from phusong.api.access.policy import Person
from phusong.api.database.models import Round, Upload
from phusong.api.intake.uploads import OPEN_ROUND_STATES, open_warnings
from phusong.api.workflow import taking
from phusong.words import Text

State = Literal["done", "now", "later"]
TITLES = (
    Text("Gửi tệp", "Send the file"),
    Text("Xem và sửa", "Look and correct"),
    Text("Xác nhận", "Confirm"),
    Text("Nộp", "Submit"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideStep:
    """A step: its number and title, where it stands, and the page it is done on ("" where there is none yet)."""

    number: int
    title: Text
    state: State
    address: str


def guide_of(person: Person, round_: Round, upload: Upload | None) -> tuple[GuideStep, ...]:
    """Return the steps of a round's list, seen from the page of one of its files or from where it is sent."""
    at = _next(round_, upload)
    own = "" if upload is None else f"/uploads/{upload.id}"
    addresses = (f"/rounds/{round_.id}/uploads", own, own, own)
    return tuple(
        GuideStep(
            number=k + 1, title=title, address=addresses[k], state="done" if k < at else "now" if k == at else "later"
        )
        for k, title in enumerate(TITLES)
    )


def may_submit(person: Person, round_: Round) -> bool:
    """Say whether this person may submit the round now."""
    return any(one.name == "submit" for one in taking.steps_for(person, round_))


def _next(round_: Round, upload: Upload | None) -> int:
    if round_.state not in OPEN_ROUND_STATES:
        return len(TITLES)
    if upload is None or upload.state in ("receiving", "failed"):
        return 0
    if upload.state != "checked" or upload.errors:
        return 1
    return 3 if round_.list_upload_id == upload.id and not open_warnings(upload) else 2
