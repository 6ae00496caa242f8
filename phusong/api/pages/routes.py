"""The pages' addresses."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from phusong.api.pages.forms import read_form
from phusong.api.pages.views import common, rounds

router = APIRouter(include_in_schema=False, dependencies=[Depends(read_form)])
for _views in (common, rounds):
    router.include_router(_views.router)
