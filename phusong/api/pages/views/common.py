"""Addresses that belong to no one subject: assets, the language, the province looked at."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from phusong.api.pages import assets
from phusong.api.pages.notices import local
from phusong.api.pages.scope import COOKIE as PLACE_COOKIE
from phusong.api.problems import NotFoundError
from phusong.data.units import provinces

router = APIRouter()
YEAR_SECONDS = 31_536_000


@router.get("/static/{version}/{name}")
async def asset(request: Request, version: str, name: str) -> Response:
    """Give one of our assets; its address changes when any of them does, so it may be kept for a year."""
    content = assets.assets().get(name)
    if content is None or version != assets.version():
        raise NotFoundError
    kind = assets.TYPES[name.rsplit(".", 1)[-1]]
    headers = {"Cache-Control": f"public, max-age={YEAR_SECONDS}, immutable", "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", "") and name in assets.packed():
        return Response(assets.packed()[name], media_type=kind, headers={**headers, "Content-Encoding": "gzip"})
    return Response(content, media_type=kind, headers=headers)


@router.get("/language/{language}")
def choose_language(request: Request, language: str, next: str = "/") -> RedirectResponse:  # noqa: A002
    """Show pages in the other language from now on."""
    answer = RedirectResponse(_without_language(local(next)), status_code=303)
    _keep(request, answer, "lang", "en" if language == "en" else "vi")
    return answer


@router.get("/look-at")
def choose_province(request: Request, province: str = "", next: str = "/") -> RedirectResponse:  # noqa: A002
    """Look at one province, or at all of them; what a person may see does not change by it."""
    answer = RedirectResponse(local(next), status_code=303)
    _keep(request, answer, PLACE_COOKIE, province if province in provinces() else "")
    return answer


def _keep(request: Request, answer: RedirectResponse, name: str, value: str) -> None:
    secure = request.app.state.service.settings.secure
    answer.set_cookie(name, value, max_age=YEAR_SECONDS, samesite="lax", secure=secure, httponly=True)


def _without_language(address: str) -> str:
    return address.replace("?lang=vi", "").replace("?lang=en", "")
