"""What anybody may see: counts."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter
from pydantic import BaseModel
from sqlalchemy import select

from phusong.api.database.models import Province
from phusong.api.deps import ReadDep, ServiceDep
from phusong.api.reports.kept import readable_indicators, speaking_studies
from phusong.api.reports.public import PublicCounts, public_counts, public_total

router = APIRouter(prefix="/api", tags=["public"])


class PublicOut(BaseModel):
    """Counts in public: null is a count too small to be shown."""

    households: int
    households_unserved: int | None
    households_unknown: int | None
    villages: int
    villages_without_signal: int
    villages_in_depression: int

    @classmethod
    def of(cls, counts: PublicCounts) -> PublicOut:
        """Return counts as they are told."""
        return cls(**asdict(counts))


class PublicProvinceOut(PublicOut):
    """A province that has an approved round."""

    province_code: str
    province_name: str
    simulated: bool
    dated: str


class PublicCountsOut(BaseModel):
    """All provinces that have an approved round, and their sum."""

    provinces: list[PublicProvinceOut]
    total: PublicOut


@router.get("/public/counts")
def counts_for_everybody(service: ServiceDep, db: ReadDep) -> PublicCountsOut:
    """Tell households and villages without signal by province, of approved rounds alone."""
    names = {one.code: one.name for one in db.execute(select(Province.code, Province.name))}
    studies = speaking_studies(db, names, approved=True)
    found = readable_indicators(service, studies)
    counts = {code: public_counts(one) for code, one in found.items()}
    provinces = [
        PublicProvinceOut(
            province_code=code,
            province_name=names[code],
            simulated=found[code].simulated,
            dated=found[code].dated,
            **asdict(one),
        )
        for code, one in counts.items()
    ]
    return PublicCountsOut(provinces=provinces, total=PublicOut.of(public_total(counts)))
