"""Health, readiness, metrics, and the description of this interface."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="/api", tags=["watch"])
