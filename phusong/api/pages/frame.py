"""The frame of every page: rail, top bar, language, what was just done; and how a template becomes an answer."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from phusong.api.access.policy import Action, Person
from phusong.api.database.types import today
from phusong.api.pages import assets, notices, spoken
from phusong.api.pages.details_told import told_detail
from phusong.api.pages.moments import day_of, moment
from phusong.api.pages.scope import Place, looked_at, provinces_of
from phusong.api.pages.sections import sections_of
from phusong.api.pages.tables import value_title
from phusong.api.problems import language_of
from phusong.data.units import SAMPLE_CODE, SAMPLE_NAME, province_name
from phusong.words import Language, Text, number, percent


def page(
    request: Request,
    template: str,
    title: Text,
    *,
    section: str = "",
    status: int = 200,
    place: Place | None = None,
    **values: Any,
) -> HTMLResponse:
    """Draw a page; ``place`` is the province and round its numbers are of, else what the person has chosen."""
    language = language_of(request)
    person: Person | None = getattr(request.state, "person", None)
    shown = {
        "language": language,
        "title": title,
        "section": section,
        "person": person,
        "groups_of_sections": list(sections_of(person)),
        "may": _may(person),
        "place": place or looked_at(request, person),
        "settled": place is not None,
        "choices": provinces_of(request, person),
        "csrf": csrf_of(request),
        "notice": notices.taken(request),
        "path": request.url.path,
        "here": notices.local(f"{request.url.path}?{request.url.query}".rstrip("?")),
        **values,
    }
    answer = HTMLResponse(_environment().get_template(template).render(shown), status_code=status)
    answer.headers["Cache-Control"] = "no-store"
    notices.clear(request, answer)
    return answer


def csrf_of(request: Request) -> str:
    """Return the token the forms of this page carry; "" where nobody is signed in."""
    token: str = getattr(request.state, "csrf", "")
    return token


def _may(person: Person | None) -> Any:
    """Return what templates ask before they draw a button: ``may("round.submit", province)``."""

    def may(action: str, province_code: str | None = None) -> bool:
        if person is None:
            return False
        if province_code is None:
            return bool(person.grants_for(Action(action)))
        return person.may(Action(action), province_code=province_code)

    return may


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("phusong.api.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(t=_t, asset=assets.address, province_name=_province, today=today)
    made.filters.update(
        say=_say,
        number=_number,
        share=_share,
        day=day_of,
        moment=moment,
        size=_size,
        capital=_capital,
        value_title=value_title,
        may_title=spoken.may_title,
        done_title=spoken.done_title,
        subject_title=spoken.subject_title,
        detail_title=spoken.detail_title,
        detail_value=spoken.detail_value,
        told_detail=_told_detail,
    )
    return made


def _language(context: Context) -> Language:
    found: Language = context["language"]
    return found


@pass_context
def _t(context: Context, vi: str, en: str) -> str:
    return Text(vi, en).to(_language(context))


@pass_context
def _say(context: Context, told: Text | Mapping[str, str] | str | None) -> str:
    """Write a text, or the ``{"vi", "en"}`` of one kept as JSON, in the page's language."""
    if isinstance(told, Text):
        return told.to(_language(context))
    if isinstance(told, Mapping):
        return told.get(_language(context)) or told.get("vi", "")
    return told or ""


@pass_context
def _number(context: Context, value: float | None, decimals: int = 0) -> str:
    return "–" if value is None else number(value, _language(context), decimals=decimals)


@pass_context
def _share(context: Context, part: float, whole: float) -> str:
    return percent(part, whole, _language(context))


@pass_context
def _size(context: Context, size_bytes: int) -> str:
    """Write a size: ``512 kB``, ``1,5 MB``."""
    kilobytes = size_bytes / 1000
    if kilobytes < 1000:
        return f"{number(max(kilobytes, 1), _language(context))} kB"
    megabytes = kilobytes / 1000
    if megabytes < 1000:
        return f"{number(megabytes, _language(context), decimals=1)} MB"
    return f"{number(megabytes / 1000, _language(context), decimals=1)} GB"


def _capital(told: str) -> str:
    """Write a name of a thing as it begins a line."""
    return told[:1].upper() + told[1:]


@pass_context
def _told_detail(context: Context, value: Any) -> str:
    return told_detail(value, _language(context))


def _province(code: str) -> str:
    return province_name(code) or (SAMPLE_NAME if code == SAMPLE_CODE else code)
