"""What stands in the way of funding a gap whatever its priority: gates, not weights.

A gate is open, closed or unknown. Nothing said is unknown: that nobody recorded a plan or other support does not mean
that there is none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

from phusong.coverage.reasons import operator_title
from phusong.words import Text, day, number

GateState = Literal["open", "closed", "unknown"]

GATES: Mapping[str, Text] = MappingProxyType(
    {
        "committed": Text("kế hoạch của doanh nghiệp", "operators' plans"),
        "other_support": Text("hỗ trợ khác", "other support"),
        "too_few": Text("đủ số hộ mới", "enough new households"),
        "position": Text("vị trí đã xác minh", "position verified"),
        "evidence": Text("bằng chứng ngoài mô phỏng", "evidence besides the model"),
    }
)
"""Every gate in the order it is shown, with what it is about."""

_NOTHING = Text("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One gate of one place; ``text`` says why it is closed or what is not known, and is empty where it is open."""

    key: str
    state: GateState
    text: Text = _NOTHING


def committed_gate(
    *, operator: str, planned_date: date | None, served_when_built: bool | None, on: date | None
) -> Gate:
    """Say whether an operator will cover the place anyway.

    ``operator`` and ``planned_date`` are those of a reported plan ("" none reported); ``served_when_built`` says
    whether the planned services of the station lists would serve it, None where that was not worked out. A plan whose
    date is past ``on`` has to be asked for again.
    """
    if operator:
        return _promised(operator_title(operator), planned_date, on)
    if served_when_built:
        text = Text("trạm đang trong kế hoạch sẽ phủ nơi này", "planned stations would serve the place")
        return Gate(key="committed", state="closed", text=text)
    if served_when_built is False:
        return Gate(key="committed", state="open")
    return _unknown("committed", "chưa hỏi kế hoạch của doanh nghiệp", "operators' plans not asked")


def _promised(name: str, by: date | None, on: date | None) -> Gate:
    if by is None:
        text = Text(f"{name} đã có kế hoạch", f"{name} has a plan")
    elif on is not None and by < on:
        vi, en = f"{name} hẹn đến {day(by)}, nay đã quá hạn: hỏi lại", f"{name} promised {day(by)}, now past: ask again"
        return _unknown("committed", vi, en)
    else:
        text = Text(f"{name} đã có kế hoạch, hạn {day(by)}", f"{name} has a plan, by {day(by)}")
    return Gate(key="committed", state="closed", text=text)


_NONE_AT_ALL = ("", "0", "-", "–", "không", "không có", "chưa", "chưa có", "no", "none")


def other_support_gate(support: str | None) -> Gate:
    """Say whether the place already has support; None where no list speaks of it, words like *không* mean none."""
    words = None if support is None else support.strip()
    if not words:
        return _unknown("other_support", "chưa biết đã có hỗ trợ khác hay chưa", "other support not known")
    if words.casefold().rstrip(".") in _NONE_AT_ALL:
        return Gate(key="other_support", state="open")
    text = Text(f"đã nhận hỗ trợ khác: {words}", f"has other support: {words}")
    return Gate(key="other_support", state="closed", text=text)


def too_few_gate(low: float, high: float, *, minimum: float) -> Gate:
    """Say whether enough households are without signal; ``low`` and ``high`` are the ends of what is known."""
    if low >= minimum:
        return Gate(key="too_few", state="open")
    if high < minimum:
        vi = f"chỉ {number(high)} hộ, cần ít nhất {number(minimum)}"
        en = f"only {number(high, 'en')} households, at least {number(minimum, 'en')} needed"
        return Gate(key="too_few", state="closed", text=Text(vi, en))
    least = Text(number(minimum), number(minimum, "en"))
    return _unknown("too_few", f"chưa chắc đủ {least.vi} hộ", f"perhaps fewer than {least.en} households")


def position_gate(provisional: bool | None) -> Gate:
    """Say whether the place is where it is said to be; estimated households and centres are provisional."""
    if provisional is None:
        return _unknown("position", "chưa biết vị trí đã xác minh chưa", "position perhaps not verified")
    if provisional:
        return Gate(key="position", state="closed", text=Text("vị trí chưa xác minh", "position not verified"))
    return Gate(key="position", state="open")


def evidence_gate(tender: bool | None) -> Gate:
    """Say whether the finding may enter a tender list; None where there is no finding."""
    if tender is None:
        return _unknown("evidence", "chưa có kết luận", "no finding yet")
    if tender:
        return Gate(key="evidence", state="open")
    text = Text("kết luận chưa đủ để đưa vào danh sách mời thầu", "finding may not enter a tender list yet")
    return Gate(key="evidence", state="closed", text=text)


def _unknown(key: str, vi: str, en: str) -> Gate:
    return Gate(key=key, state="unknown", text=Text(vi, en))


def gates_text(gates: tuple[Gate, ...]) -> Text:
    """Say what is closed, then what is not known; nothing where every gate is open."""
    closed = [gate.text for gate in gates if gate.state == "closed"]
    unknown = [gate.text for gate in gates if gate.state == "unknown"]
    parts = [
        *([_listed(Text("Vướng", "Closed"), closed)] if closed else []),
        *([_listed(Text("Cần làm rõ", "To be cleared up"), unknown)] if unknown else []),
    ]
    return Text(". ".join(part.vi for part in parts), ". ".join(part.en for part in parts))


def _listed(head: Text, texts: list[Text]) -> Text:
    return Text(f"{head.vi}: {'; '.join(t.vi for t in texts)}", f"{head.en}: {'; '.join(t.en for t in texts)}")
