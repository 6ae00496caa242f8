"""The pages' addresses."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from phusong.api.pages.forms import read_form
from phusong.api.pages.views import account, common, entry, people, requests, rounds, watching

router = APIRouter(include_in_schema=False, dependencies=[Depends(read_form)])
for _views in (common, entry, account, rounds, requests, people, watching):
    router.include_router(_views.router)
