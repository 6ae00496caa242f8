"""The same scope as a condition of SQL: what a list, a count or a sum may rest on for one person."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from phusong.api.access.policy import Action, Person
from phusong.api.access.roles import Grant

Column = InstrumentedAttribute[str]


def within(
    person: Person, action: Action, *, province: Column, commune: Column | None = None, operator: Column | None = None
) -> ColumnElement[bool]:
    """Return the condition that a row is one this person may do something to; false where there is no such row."""
    grants = person.grants_for(action)
    return or_(false(), *(_held(grant, province, commune, operator) for grant in grants))


def _held(grant: Grant, province: Column, commune: Column | None, operator: Column | None) -> ColumnElement[bool]:
    told = ((province, grant.province_code), (commune, grant.commune_code), (operator, grant.operator))
    return and_(true(), *(column == code for column, code in told if column is not None and code))
