"""Packages and their steps."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="/api", tags=["packages"])
