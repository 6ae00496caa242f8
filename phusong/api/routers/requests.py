"""Questions to communes and operators, and their answers."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="/api", tags=["requests"])
