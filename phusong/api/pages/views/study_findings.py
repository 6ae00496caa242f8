"""What a study concludes, with its evidence side by side: decided one or many with a reason, and taken back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, Response

from phusong.api.access.policy import Action, Person
from phusong.api.deps import LanguageDep, Needs, ReadDep, ServiceDep
from phusong.api.ids import Id
from phusong.api.pages.forms import FormDep, model_of, text_of, texts_of
from phusong.api.pages.frame import page
from phusong.api.pages.notices import go, local
from phusong.api.pages.scope import Place
from phusong.api.pages.views.findings import check_whole, kept
from phusong.api.pages.windows import window_of
from phusong.api.paging import Page, Window
from phusong.api.routers.findings import (
    DecideIn,
    EvidenceOut,
    FindingOut,
    Word,
    decide_findings,
    list_evidence,
    list_findings,
)
from phusong.api.studies.asking import study_for
from phusong.api.workflow.deciding import MOST_AT_ONCE, VERDICT_TITLES
from phusong.coverage.findings import GAP_SAYS, KIND_TITLES, SAYS_TITLES, SOURCE_TITLES, VILLAGE_SAYS, Basis
from phusong.errors import PhuSongError
from phusong.words import Text

router = APIRouter()
Reader = Annotated[Person, Depends(Needs(Action.FINDING_READ))]
Decider = Annotated[Person, Depends(Needs(Action.FINDING_DECIDE))]
TARGETS = {"village": Text("Thôn, bản", "Villages"), "gap": Text("Vùng chưa có sóng", "Gaps")}
KINDS: tuple[Basis, ...] = ("modelled", "declared", "confirmed", "measured")
"""The columns of evidence, from what is computed to what was seen."""


@dataclass(frozen=True, slots=True)
class AskedFindings:
    """What the findings of a study are narrowed by; "" and None narrow nothing."""

    target: Literal["gap", "village"]
    q: str
    finding: Word | None
    provisional: bool | None
    agrees: bool | None

    @property
    def given(self) -> dict[str, str]:
        """Return the same as the fields of a form or an address."""
        flags = {"provisional": self.provisional is True, "disputed": self.agrees is False}
        words = {"target": self.target, "q": self.q, "finding": self.finding or ""}
        return {**{key: value for key, value in words.items() if value}, **{key: "yes" for key in flags if flags[key]}}


def asked_of(given: Mapping[str, Any]) -> AskedFindings:
    """Read what findings are narrowed by, from an address or from a form."""
    target: Literal["gap", "village"] = "gap" if given.get("target") == "gap" else "village"
    says: tuple[Word, ...] = GAP_SAYS if target == "gap" else VILLAGE_SAYS
    return AskedFindings(
        target=target,
        q=str(given.get("q", ""))[:100],
        finding=next((one for one in says if one == given.get("finding")), None),
        provisional=True if given.get("provisional") == "yes" else None,
        agrees=False if given.get("disputed") == "yes" else None,
    )


@router.get("/studies/{study_id}/findings")
def study_findings(
    request: Request, person: Reader, db: ReadDep, service: ServiceDep, language: LanguageDep, study_id: Id
) -> HTMLResponse:
    """Show what a study concludes, each with what every kind of evidence says and the decision that stands over it."""
    study = study_for(db, person, study_id, Action.FINDING_READ)
    asked, window = asked_of(request.query_params), window_of(request)
    chosen = request.query_params.get("finding_id", "")[:200]
    part, why, evidence = Window(limit=window.limit, offset=window.offset), None, []
    found: Page[FindingOut] = part.page([], 0)
    whole = 0
    try:
        found = _listed(study_id, service, db, part, language, person, asked)
        every = asked_of({"target": asked.target})
        whole = _listed(study_id, service, db, Window(limit=1, offset=0), language, person, every).total
        evidence = list_evidence(study_id, service, db, language, person, chosen) if chosen else []
    except PhuSongError as error:
        why = error.text
    says = GAP_SAYS if asked.target == "gap" else VILLAGE_SAYS
    return page(
        request, "study_findings.html", Text(f"Kết luận: {study.name}", f"Findings: {study.name}"), section="findings",
        place=Place(study.province_code), study=study, rows=found.items, total=found.total, whole=whole, window=window,
        why=why, targets=TARGETS, asked=asked, chosen=chosen, kinds=[(one, KIND_TITLES[one]) for one in KINDS],
        beside=side_by_side(evidence), says={str(one): SAYS_TITLES[one] for one in says},
        shown=next((one for one in found.items if one.finding_id == chosen), None), most=MOST_AT_ONCE,
        undo=_to_undo(request, found.items), words=SAYS_TITLES, sources=SOURCE_TITLES,
        may_decide=person.may(Action.FINDING_DECIDE, province_code=study.province_code),
        verdicts=[*((one, SAYS_TITLES[one]) for one in says), ("withdrawn", VERDICT_TITLES["withdrawn"])],
    )  # fmt: skip


def _listed(
    study_id: str, service: ServiceDep, db: ReadDep, part: Window, language: LanguageDep, person: Person,
    asked: AskedFindings,
) -> Page[FindingOut]:  # fmt: skip
    return list_findings(
        study_id, service, db, part, language, person, target=asked.target, finding=asked.finding,
        provisional=asked.provisional, agrees=asked.agrees, q=asked.q,
    )  # fmt: skip


def side_by_side(evidence: Sequence[EvidenceOut]) -> list[tuple[str, dict[str, list[EvidenceOut]]]]:
    """Return the evidence operator by operator, "" for what is of all of them, and in it kind by kind."""
    operators = sorted({one.operator for one in evidence}, key=lambda one: (one != "", one))
    return [
        (operator, {kind: [one for one in evidence if (one.operator, one.kind) == (operator, kind)] for kind in KINDS})
        for operator in operators
    ]


def _to_undo(request: Request, rows: Sequence[FindingOut]) -> FindingOut | None:
    """Return the finding whose decision is to be taken back."""
    asked = request.query_params.get("undo", "")
    return next((one for one in rows if one.finding_id == asked and one.decision is not None), None)


@router.post("/studies/{study_id}/decisions")
def decide(
    request: Request, person: Decider, db: ReadDep, service: ServiceDep, language: LanguageDep, form: FormDep,
    study_id: Id,
) -> Response:  # fmt: skip
    """Decide one or many findings of a study, or all that a filter shows; or take decisions back."""
    words = {name: text_of(form, name) for name in ("verdict", "reason")}
    ids = texts_of(form, "finding_id")
    if text_of(form, "whole"):
        part = Window(limit=MOST_AT_ONCE, offset=0)
        found = _listed(study_id, service, db, part, language, person, asked_of(form))
        check_whole(text_of(form, "whole"), found.total)
        ids = [one.finding_id for one in found.items]
    made = decide_findings(study_id, model_of(DecideIn, {"finding_ids": ids, **words}), service, language, person)
    back = local(text_of(form, "next"), otherwise=f"/studies/{study_id}/findings")
    return go(request, back, kept(len(made), words["verdict"]))
