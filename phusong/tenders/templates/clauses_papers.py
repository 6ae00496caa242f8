"""Every template of the substantive papers, as one tuple."""

from __future__ import annotations

from phusong.tenders.templates.clauses_bid_data import BID_DATA
from phusong.tenders.templates.clauses_contract import CONTRACT
from phusong.tenders.templates.clauses_evaluation import EVALUATION
from phusong.tenders.templates.clauses_method import METHOD
from phusong.tenders.templates.clauses_order import ORDER_CONTRACT, PAYMENT
from phusong.tenders.templates.clauses_requirements import COMPLIANCE, REQUIREMENTS
from phusong.tenders.templates.clauses_schedule import SCHEDULE
from phusong.tenders.templates.layout import Paper

CLAUSES_PAPERS: tuple[Paper, ...] = (
    METHOD,
    REQUIREMENTS,
    SCHEDULE,
    BID_DATA,
    EVALUATION,
    CONTRACT,
    COMPLIANCE,
    ORDER_CONTRACT,
    PAYMENT,
)
