"""How moments are shown: Vietnam's time, day first."""

from __future__ import annotations

from datetime import date, datetime

from phusong.api.database.types import VIETNAM


def day_of(value: date | datetime | str | None) -> str:
    """Write a day as dd/mm/yyyy, in Vietnam's time where it is a moment; "–" where there is none."""
    value = _read(value)
    if value is None:
        return "–"
    return (value.astimezone(VIETNAM) if isinstance(value, datetime) else value).strftime("%d/%m/%Y")


def moment(value: datetime | str | None) -> str:
    """Write a moment as dd/mm/yyyy HH:MM, in Vietnam's time; "–" where there is none."""
    found = _read(value)
    return found.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M") if isinstance(found, datetime) else day_of(found)


def _read(value: date | datetime | str | None) -> date | datetime | None:
    if not isinstance(value, str):
        return value
    if not value:
        return None
    return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)
