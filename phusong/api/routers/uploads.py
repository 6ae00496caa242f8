"""Files on their way: begun, continued, stored, checked, corrected."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="/api", tags=["uploads"])
