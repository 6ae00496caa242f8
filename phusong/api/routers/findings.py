"""Findings and decisions, with their reasons."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="/api", tags=["findings"])
