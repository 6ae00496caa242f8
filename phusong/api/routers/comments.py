"""Words said beside a thing."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="/api", tags=["comments"])
