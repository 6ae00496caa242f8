"""What waits for a person."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="/api", tags=["inbox"])
