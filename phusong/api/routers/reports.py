"""Indicators, quarterly reports, provinces compared."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="/api", tags=["reports"])
