"""One table: which role may do what. Every route names its action; a test holds all of them against this table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from phusong.api.access.roles import Grant, Role


class Action(StrEnum):
    """Something a route does."""

    ACCOUNT = "account"  # what everybody signed in may do with an account of their own
    INBOX = "inbox"
    ROUND_READ = "round.read"
    ROUND_OPEN = "round.open"
    ROUND_SUBMIT = "round.submit"
    ROUND_ASK = "round.ask"
    ROUND_RETURN = "round.return"
    ROUND_RECONCILE = "round.reconcile"
    ROUND_APPROVE = "round.approve"
    UPLOAD_SEND = "upload.send"
    UPLOAD_READ = "upload.read"
    ROW_READ = "row.read"
    ROW_CORRECT = "row.correct"
    REQUEST_READ = "request.read"
    REQUEST_ANSWER = "request.answer"
    FORM_HAND_IN = "form.hand-in"  # a filled-in form, one's own or a signed one that came on paper
    FINDING_READ = "finding.read"
    FINDING_DECIDE = "finding.decide"
    COMMENT_READ = "comment.read"
    COMMENT_WRITE = "comment.write"
    DATASET_READ = "dataset.read"
    DATASET_ADD = "dataset.add"
    DATASET_REGISTER = "dataset.register"
    STATION_READ = "station.read"
    HOUSEHOLD_READ = "household.read"
    STUDY_READ = "study.read"
    STUDY_RUN = "study.run"
    PLAN_READ = "plan.read"
    PLAN_MAKE = "plan.make"
    PACKAGE_READ = "package.read"
    PACKAGE_MAKE = "package.make"
    PACKAGE_APPROVE = "package.approve"
    PACKAGE_PUBLISH = "package.publish"
    PACKAGE_AWARD = "package.award"
    PACKAGE_BUILT = "package.built"
    PACKAGE_ACCEPT = "package.accept"
    DOCUMENT_READ = "document.read"
    DOCUMENT_MAKE = "document.make"
    REPORT_READ = "report.read"
    REPORT_MAKE = "report.make"
    TEMPLATE_CHANGE = "template.change"  # the papers of every province are made from them
    REFERENCE_READ = "reference.read"  # thresholds, unit prices, templates: what the numbers and papers rest on
    JOB_FOLLOW = "job.follow"  # what one has asked for oneself
    JOB_READ = "job.read"
    JOB_CANCEL = "job.cancel"
    USER_READ = "user.read"
    USER_MANAGE = "user.manage"
    AUDIT_READ = "audit.read"
    SERVICE_WATCH = "service.watch"


_R = Role
_EVERYBODY = frozenset(Role)
_OFFICERS = frozenset({_R.PROVINCE, _R.PLANNER, _R.PROCUREMENT, _R.FUND, _R.LEADER, _R.AUDITOR})
_ROUND_READERS = _OFFICERS | {_R.COMMUNE}
_A = Action

MAY: dict[Action, frozenset[Role]] = {
    _A.ACCOUNT: _EVERYBODY,
    _A.INBOX: _EVERYBODY,
    _A.ROUND_READ: _OFFICERS,
    _A.ROUND_OPEN: frozenset({_R.PROVINCE, _R.PLANNER}),
    _A.ROUND_SUBMIT: frozenset({_R.PROVINCE}),
    _A.ROUND_ASK: frozenset({_R.PROVINCE, _R.PLANNER}),
    _A.ROUND_RETURN: frozenset({_R.PLANNER, _R.LEADER}),
    _A.ROUND_RECONCILE: frozenset({_R.PLANNER}),
    _A.ROUND_APPROVE: frozenset({_R.LEADER}),
    _A.UPLOAD_SEND: frozenset({_R.PROVINCE, _R.PLANNER, _R.OPERATOR, _R.COMMUNE}),
    _A.UPLOAD_READ: frozenset({_R.PROVINCE, _R.PLANNER, _R.OPERATOR, _R.COMMUNE, _R.AUDITOR}),
    _A.ROW_READ: _ROUND_READERS,
    _A.ROW_CORRECT: frozenset({_R.PROVINCE}),
    _A.REQUEST_READ: _ROUND_READERS | {_R.OPERATOR},
    _A.REQUEST_ANSWER: frozenset({_R.COMMUNE, _R.OPERATOR}),
    _A.FORM_HAND_IN: frozenset({_R.COMMUNE, _R.OPERATOR, _R.PROVINCE, _R.PLANNER}),
    _A.FINDING_READ: _OFFICERS,
    _A.FINDING_DECIDE: frozenset({_R.PLANNER}),
    _A.COMMENT_READ: _ROUND_READERS | {_R.OPERATOR},
    _A.COMMENT_WRITE: (_ROUND_READERS | {_R.OPERATOR}) - {_R.AUDITOR},
    _A.DATASET_READ: frozenset({_R.PROVINCE, _R.PLANNER, _R.OPERATOR, _R.AUDITOR}),
    _A.DATASET_ADD: frozenset({_R.PROVINCE, _R.PLANNER, _R.OPERATOR}),
    _A.DATASET_REGISTER: frozenset({_R.ADMIN}),
    _A.STATION_READ: frozenset({_R.PLANNER, _R.OPERATOR, _R.AUDITOR, _R.PROVINCE}),
    _A.HOUSEHOLD_READ: frozenset({_R.PLANNER, _R.AUDITOR}),
    _A.STUDY_READ: _OFFICERS,
    _A.STUDY_RUN: frozenset({_R.PLANNER}),
    _A.PLAN_READ: _OFFICERS,
    _A.PLAN_MAKE: frozenset({_R.PLANNER}),
    _A.PACKAGE_READ: _OFFICERS,
    _A.PACKAGE_MAKE: frozenset({_R.PLANNER, _R.PROCUREMENT}),
    _A.PACKAGE_APPROVE: frozenset({_R.LEADER}),
    _A.PACKAGE_PUBLISH: frozenset({_R.PROCUREMENT}),
    _A.PACKAGE_AWARD: frozenset({_R.PROCUREMENT, _R.FUND}),
    _A.PACKAGE_BUILT: frozenset({_R.PROVINCE, _R.PROCUREMENT}),
    _A.PACKAGE_ACCEPT: frozenset({_R.FUND, _R.PROCUREMENT}),
    _A.DOCUMENT_READ: _OFFICERS,
    _A.DOCUMENT_MAKE: frozenset({_R.PROCUREMENT}),
    _A.REPORT_READ: _OFFICERS,
    _A.REPORT_MAKE: _OFFICERS - {_R.AUDITOR},
    _A.TEMPLATE_CHANGE: frozenset({_R.ADMIN}),
    _A.REFERENCE_READ: _OFFICERS | {_R.ADMIN},
    _A.JOB_FOLLOW: _EVERYBODY,
    _A.JOB_READ: _OFFICERS | {_R.ADMIN},
    _A.JOB_CANCEL: frozenset({_R.PLANNER, _R.PROCUREMENT, _R.ADMIN}),
    _A.USER_READ: frozenset({_R.ADMIN, _R.AUDITOR}),
    _A.USER_MANAGE: frozenset({_R.ADMIN}),
    _A.AUDIT_READ: frozenset({_R.AUDITOR, _R.ADMIN}),
    _A.SERVICE_WATCH: frozenset({_R.ADMIN, _R.AUDITOR}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who asks: a person of the user table with the roles held, or narrowed to a token's scopes.

    ``scopes`` None is a person in a browser, who may do all that the roles allow; a token may do the named actions.
    """

    id: str
    username: str
    full_name: str
    language: str
    grants: tuple[Grant, ...]
    scopes: frozenset[Action] | None = None
    must_change_password: bool = False

    def grants_for(self, action: Action) -> tuple[Grant, ...]:
        """Return the grants that let this person do something, somewhere."""
        if self.scopes is not None and action not in self.scopes:
            return ()
        return tuple(grant for grant in self.grants if grant.role in MAY[action])

    def may(
        self, action: Action, *, province_code: str, commune_code: str | None = None, operator: str | None = None
    ) -> bool:
        """Say whether this person may do something to a thing of this province, commune and operator.

        Stations are always somebody's: where no operator is named, those of all operators are meant.
        """
        if operator is None and action is Action.STATION_READ:
            operator = ""
        return any(
            grant.holds(province_code=province_code, commune_code=commune_code, operator=operator)
            for grant in self.grants_for(action)
        )
