"""What anybody may know of a village's coming signal: the published package it is in, how far that is, until when."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from phusong.api.database.models import Package, PackageVersion, StepRecord
from phusong.api.database.types import day_of
from phusong.api.service import Service
from phusong.api.workflow.steps import PACKAGE_STATES
from phusong.words import Text

_LOG = logging.getLogger(__name__)
PUBLIC_STATES = ("published", "awarded", "built", "accepted")
"""States of a package that anybody may know of: its tender has been published."""
_ON_AIR = "schedule_on_air_days"


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A published package with a village in it.

    ``on_air_days`` are the days to going on air from the contract's start, None where the package does not say;
    ``expected_on`` is that day reckoned from when the award was recorded, None before it.
    """

    package_code: str
    state: str
    since: date
    on_air_days: int | None
    expected_on: date | None

    @property
    def state_title(self) -> Text:
        """Return how far the package is."""
        return PACKAGE_STATES[self.state]


def planned_for(service: Service, db: Session, province_code: str, village_code: str) -> Planned | None:
    """Return the newest published package of a village's province that has the village in it."""
    packages = select(Package, PackageVersion).join(
        PackageVersion, (PackageVersion.package_id == Package.id) & (PackageVersion.version == Package.version)
    )
    packages = packages.where(Package.province_code == province_code, Package.state.in_(PUBLIC_STATES))
    for package, version in db.execute(packages.order_by(Package.state_since.desc(), Package.id)):
        villages, days = _told(service.settings.home / version.folder / "package.json", version.digest)
        if village_code in villages:
            return _planned(db, package, days)
    return None


def _planned(db: Session, package: Package, days: int | None) -> Planned:
    awarded = db.scalar(
        select(func.max(StepRecord.made_at)).where(
            StepRecord.subject_kind == "package", StepRecord.subject_id == package.id, StepRecord.step == "award"
        )
    )
    expected = None
    if awarded is not None and days is not None and package.state == "awarded":
        expected = day_of(awarded) + timedelta(days=days)
    since = day_of(package.state_since)
    return Planned(package_code=package.code, state=package.state, since=since, on_air_days=days, expected_on=expected)


@lru_cache(maxsize=256)
def _told(path: Path, _digest: str) -> tuple[frozenset[str], int | None]:
    """Return the villages of a frozen package, and its days to going on air; nothing of one that cannot be read."""
    try:
        package: Mapping[str, list[Mapping[str, object]]] = json.loads(path.read_bytes())["package"]
        areas = {str(one["village_code"]) for one in package["areas"]}
        days = {str(one["key"]): one["value"] for one in package["settings"]}.get(_ON_AIR)
    except (OSError, ValueError, KeyError, TypeError) as error:
        _LOG.warning("package %s", path.parent.name, exc_info=error)
        return frozenset(), None
    return frozenset(areas - {""}), int(days) if isinstance(days, int | float) and days > 0 else None
