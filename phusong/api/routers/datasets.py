"""Datasets: what studies read, version by version."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="/api", tags=["datasets"])
