"""The audit trail, for those who read it."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="/api", tags=["audit"])
