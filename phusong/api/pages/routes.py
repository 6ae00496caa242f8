"""The pages' addresses."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from phusong.api.pages.forms import read_form
from phusong.api.pages.views import (
    account,
    answering,
    checked,
    common,
    datasets,
    entry,
    evidence,
    findings,
    inbox,
    measuring,
    opendata,
    people,
    planning,
    prices,
    profiles,
    ranking,
    registering,
    reports,
    requests,
    rounds,
    rows,
    search,
    studies,
    study_findings,
    study_maps,
    templates,
    tendering,
    uploads,
    watching,
)
from phusong.api.pages.views import map as map_page

router = APIRouter(include_in_schema=False, dependencies=[Depends(read_form)])
for _views in (
    common, entry, account, inbox, rows, rounds, uploads, checked, requests, answering, findings, study_findings,
    measuring, evidence, studies, planning, tendering, reports, ranking, datasets, people, watching, search,
    profiles, prices, templates, study_maps, registering, map_page, opendata,
):  # fmt: skip
    router.include_router(_views.router)
