"""What was just done, told once on the page that follows; and addresses of this service that a form may lead to."""

from __future__ import annotations

import base64
import json
import re
from typing import Literal

from fastapi import Request
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.responses import Response

from phusong.api.problems import language_of
from phusong.words import Text

COOKIE = "phusong_notice"
MOST_CHARACTERS = 600
_LOCAL = re.compile(r"/(?![/\\])[\w\-./?=&%+,:~]*", re.ASCII)

Tone = Literal["good", "warn", "bad"]


def local(address: str | None, *, otherwise: str = "/") -> str:
    """Return an address if it is one of this service, written without a host; else ``otherwise``."""
    return address if address and len(address) <= 1000 and _LOCAL.fullmatch(address) else otherwise


def by_script(request: Request) -> bool:
    """Say whether a page's own script sent this form, and tells what is wrong beside the fields."""
    return request.headers.get("x-form") == "script"


def go(request: Request, address: str, told: Text | None = None, *, tone: Tone = "good") -> Response:
    """Lead on to a page of this service, with a line on what was done."""
    answer: Response = RedirectResponse(local(address), status_code=303)
    if by_script(request):
        answer = JSONResponse({"to": local(address)})
    if told is not None:
        shown = json.dumps({"tone": tone, "text": told.to(language_of(request))[:MOST_CHARACTERS]})
        answer.set_cookie(
            COOKIE,
            base64.urlsafe_b64encode(shown.encode()).decode(),
            max_age=60,
            httponly=True,
            samesite="strict",
            secure=request.app.state.service.settings.secure,
        )
    return answer


def taken(request: Request) -> dict[str, str] | None:
    """Return the line a page before this one left; whatever does not read as one is none."""
    try:
        told = json.loads(base64.urlsafe_b64decode(request.cookies.get(COOKIE, "")))
        tone, text = told["tone"], told["text"]
    except (ValueError, TypeError, KeyError):
        return None
    if tone not in ("good", "warn", "bad") or not isinstance(text, str):
        return None
    return {"tone": tone, "text": text[:MOST_CHARACTERS]}


def clear(request: Request, answer: Response) -> None:
    """Forget the line once it was shown."""
    if COOKIE in request.cookies:
        answer.delete_cookie(COOKIE)
