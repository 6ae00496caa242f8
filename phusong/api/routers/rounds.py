"""Rounds of a province: their rows, their steps, what changed since the last one."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="/api", tags=["rounds"])
