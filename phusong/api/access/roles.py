"""Roles, and what a person holds: a role for the whole country, one province, one commune, or one operator."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from phusong.words import Text


class Role(StrEnum):
    """What a person is to the service; a person may hold several."""

    COMMUNE = "commune"
    PROVINCE = "province"
    OPERATOR = "operator"
    PLANNER = "planner"
    PROCUREMENT = "procurement"
    FUND = "fund"
    LEADER = "leader"
    AUDITOR = "auditor"
    ADMIN = "admin"


ROLE_TITLES = {
    Role.COMMUNE: Text("Cán bộ xã", "Commune officer"),
    Role.PROVINCE: Text("Cán bộ Sở KH&CN", "Provincial officer"),
    Role.OPERATOR: Text("Doanh nghiệp viễn thông", "Operator"),
    Role.PLANNER: Text("Cán bộ quy hoạch", "Planner"),
    Role.PROCUREMENT: Text("Cán bộ đấu thầu", "Procurement officer"),
    Role.FUND: Text("Quỹ DVVTCI", "Universal-service fund"),
    Role.LEADER: Text("Lãnh đạo phê duyệt", "Approving leader"),
    Role.AUDITOR: Text("Kiểm toán, thanh tra", "Auditor"),
    Role.ADMIN: Text("Quản trị", "Administrator"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One role of a person. "" in a scope means: not narrowed by it.

    A commune officer always has ``commune_code`` (and its province), a province officer ``province_code``, an operator
    ``operator``; the others may be narrowed to a province.
    """

    role: Role
    province_code: str = ""
    commune_code: str = ""
    operator: str = ""

    def holds(self, *, province_code: str, commune_code: str | None = None, operator: str | None = None) -> bool:
        """Say whether a thing of this province, commune and operator lies in the grant's scope.

        "" is a thing of no single province, commune or operator: a grant narrowed by it does not reach the thing. None
        is a thing that is not divided by communes or operators at all: the grant's own does not matter.
        """
        return (
            self.province_code in ("", province_code)
            and (commune_code is None or self.commune_code in ("", commune_code))
            and (operator is None or self.operator in ("", operator))
        )
