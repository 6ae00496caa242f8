"""Plans: sites chosen over a study."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="/api", tags=["plans"])
