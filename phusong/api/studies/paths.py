"""The way from a mast to a place as it is told: every loss, what stands in the way, and the profile as a picture."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from phusong.api.problems import NotFoundError
from phusong.api.studies.kept import Opened
from phusong.words import LANGUAGES, Language, Text

if TYPE_CHECKING:
    from phusong.study.path_profile import Asked, ServiceAnswer

_NO_SITE = Text("Không có trạm này trong nghiên cứu.", "There is no such station in the study.")


class PathOut(BaseModel):
    """One path: ``said`` has everything with units in the names, ``chart`` is an SVG with classes for its colours."""

    said: dict[str, Any]
    headline: str
    service: str
    verdict: str
    facts: list[str]
    notes: list[str]
    chart: str


def path_told(of: Opened, asked: Asked, language: Language) -> PathOut:
    """Work out a path from a mast of which may be told.

    Raises
    ------
    NotFoundError
        There is no such mast, or nothing may be told of it.
    PhuSongError
        The mast has no such service, the place is at its foot, or terrain is missing there.
    """
    from phusong.maps.profile_svg import profile_svg
    from phusong.study import path_report
    from phusong.study.kept_path import kept_path

    if not of.stations:
        raise NotFoundError(_NO_SITE)
    path = kept_path(of.kept, asked)
    if path is None:
        raise NotFoundError(_NO_SITE)
    drawn = path_report.profile_of(path)
    facts = list(path_report.facts(path))
    if drawn.obstacle is not None:
        drawn = replace(drawn, obstacle=replace(drawn.obstacle, name=path_report.obstacle_name(path)))
    head = path_report.headline(path)
    label = Text(*(" ".join([head.to(la), *(one.to(la) for one in facts)]) for la in LANGUAGES))
    return PathOut(
        said=path_report.as_values(path, language),
        headline=head.to(language),
        service=_service(path.chosen, language),
        verdict=path_report.verdict(path.chosen, language),
        facts=[one.to(language) for one in facts],
        notes=[one.to(language) for one in path_report.notes(path)],
        chart=profile_svg(drawn, language=language, label=label),
    )


def _service(answer: ServiceAnswer, language: Language) -> str:
    """Return the name of a service with its operator as that writes its own."""
    from phusong.coverage.reasons import operator_title
    from phusong.study.path_report import service_name

    operator = answer.service.operator
    return service_name(answer, language).replace(operator, operator_title(operator), 1)
