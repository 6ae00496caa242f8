"""The documentation page of the steps, made from the table that rules them."""

from __future__ import annotations

from phusong.api.access.policy import MAY
from phusong.api.access.roles import ROLE_TITLES, Role
from phusong.api.workflow.conditions import CONDITIONS
from phusong.api.workflow.steps import PACKAGE_STATES, ROUND_STATES, STEPS, Step
from phusong.words import Language, Text

BEGIN, END = "<!-- steps -->", "<!-- /steps -->"
"""Between these lines of docs/quy-trinh.vi.md and docs/workflow.en.md stands :func:`steps_table`."""
_HEADS = (
    Text("Bước", "Step"), Text("Từ trạng thái", "From"), Text("Đến", "To"), Text("Ai làm", "Who"),
    Text("Điều kiện", "Condition"),
)  # fmt: skip
_REASON = Text("ghi lý do", "a reason")


def steps_table(language: Language) -> str:
    """Return the tables of a round's and of a package's steps, as Markdown."""
    parts = []
    for subject, title in (("round", Text("Đợt báo cáo", "A round")), ("package", Text("Gói thầu", "A package"))):
        rows = [_row(step, language) for step in STEPS if step.subject == subject]
        head = [_line([one.to(language) for one in _HEADS]), _line(["---"] * len(_HEADS))]
        parts.append("\n".join([f"### {title.to(language)}", "", *head, *map(_line, rows)]))
    return "\n\n".join(parts)


def _row(step: Step, language: Language) -> list[str]:
    states = ROUND_STATES if step.subject == "round" else PACKAGE_STATES
    who = [ROLE_TITLES[role].to(language) for role in Role if role in MAY[step.action]]
    condition, _ = CONDITIONS.get((step.subject, step.name), (None, None))
    needed = [one.to(language) for one in (condition, _REASON if step.reason else None) if one is not None]
    before = "; ".join(states[state].to(language) for state in step.before)
    return [step.title.to(language), before, states[step.after].to(language), ", ".join(who), "; ".join(needed) or "–"]


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"
