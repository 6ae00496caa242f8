"""Every table of the work store; importing this makes ``Base.metadata`` complete."""

from phusong.api.database.models.audit import AuditEntry
from phusong.api.database.models.base import Base
from phusong.api.database.models.datasets import Dataset, DatasetVersion
from phusong.api.database.models.files import Blob, Upload
from phusong.api.database.models.jobs import Job, Worker
from phusong.api.database.models.people import (
    ApiToken,
    OidcLogin,
    Province,
    SetUpCode,
    Throttle,
    User,
    UserGrant,
    UserSession,
)
from phusong.api.database.models.reports import Report
from phusong.api.database.models.rounds import (
    Answer,
    Comment,
    GapRow,
    GapRowVersion,
    Reminder,
    Request,
    Round,
    RowFinding,
    StepRecord,
)
from phusong.api.database.models.studies import Decision, DocumentSet, Package, PackageVersion, Plan, Study, StudyInput

__all__ = [
    "Answer",
    "ApiToken",
    "AuditEntry",
    "Base",
    "Blob",
    "Comment",
    "Dataset",
    "DatasetVersion",
    "Decision",
    "DocumentSet",
    "GapRow",
    "GapRowVersion",
    "Job",
    "OidcLogin",
    "Package",
    "PackageVersion",
    "Plan",
    "Province",
    "Reminder",
    "Report",
    "Request",
    "Round",
    "RowFinding",
    "SetUpCode",
    "StepRecord",
    "Study",
    "StudyInput",
    "Throttle",
    "Upload",
    "User",
    "UserGrant",
    "UserSession",
    "Worker",
]
