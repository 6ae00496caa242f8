"""People and what they hold."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="/api", tags=["users"])
