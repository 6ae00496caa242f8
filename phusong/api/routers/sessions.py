"""Signing in and out, the first administrator, the provider of the ministry."""

from __future__ import annotations

from fastapi import APIRouter

router = APIRouter(prefix="/api", tags=["sign_in"])
