"""The bar of chips above the map: what it is filtered by, each with the value it has now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from phusong.api.database.models import Round
from phusong.api.studies.titles import VALUES
from phusong.coverage.reasons import operator_title
from phusong.coverage.routes import ROUTES
from phusong.data.terms import technology_title
from phusong.maps import colours
from phusong.maps.vector_tiles import TileSource
from phusong.words import Language, Text

Choices = list[tuple[str, str]]
ANY_OPERATOR = Text("bất kỳ nhà mạng", "any operator")
ALL_OPERATORS = Text("mọi nhà mạng cùng có", "all operators at once")
SERVICES: Mapping[str, Text] = {
    "data": Text("dữ liệu", "data"),
    "voice": Text("thoại", "voice"),
    "indoor": Text("dữ liệu trong nhà", "data indoors"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """Something the map is filtered by; its first choice is "" and filters nothing."""

    key: str
    title: Text
    choices: Sequence[tuple[str, str]]


def chips(source: TileSource, rounds: Sequence[Round], language: Language) -> list[Chip]:
    """Return what the map can be filtered by, with the values this study has."""
    batches = [(one.id if number else "", one.batch) for number, one in enumerate(rounds)]
    found = [
        Chip(key="operator", title=Text("Nhà mạng", "Operator"), choices=_operators(source, language)),
        Chip(key="what", title=Text("Dịch vụ", "Service"), choices=_asked(source, language)),
        Chip(key="scenario", title=Text("Kịch bản", "Scenario"), choices=_scenarios(source, language)),
        Chip(key="class", title=Text("Loại thôn", "Villages"), choices=_classes(language)),
        Chip(key="route", title=Text("Nguồn", "Who pays"), choices=_routes(source, language)),
        Chip(key="round", title=Text("Đợt", "Round"), choices=batches),
    ]
    return [one for one in found if one.choices]


def _operators(source: TileSource, language: Language) -> Choices:
    there = dict.fromkeys(view.operator for view in source.views if view.operator)
    titles = {key: ALL_OPERATORS.to(language) if key == "all" else operator_title(key) for key in there}
    return [("", ANY_OPERATOR.to(language)), *titles.items()]


def _asked(source: TileSource, language: Language) -> Choices:
    services = dict.fromkeys(view.service for view in source.views if view.service)
    technologies = dict.fromkeys(view.technology for view in source.views if view.technology)
    found = [(f"service:{key}", SERVICES.get(key, Text(key, key)).to(language)) for key in services]
    found += [(f"technology:{key}", technology_title(key).to(language)) for key in technologies]
    return _first_empty(found)


def _scenarios(source: TileSource, language: Language) -> Choices:
    there = dict.fromkeys(view.scenario for view in source.views)
    return _first_empty([(key, VALUES.get(key, Text(key, key)).to(language)) for key in there])


def _first_empty(choices: Choices) -> Choices:
    """Return the choices with the first, what is shown anyway, as the one that filters nothing."""
    return [("", title) if not number else (key, title) for number, (key, title) in enumerate(choices)]


def _classes(language: Language) -> Choices:
    every = Text("mọi loại", "every class").to(language)
    lacking = ", ".join(colours.VILLAGE_CLASSES[key].name.to(language) for key in ("white", "depression"))
    each = [(key, one.name.to(language)) for key, one in colours.VILLAGE_CLASSES.items()]
    return [("", every), ("white,depression", lacking), *each]


def _routes(source: TileSource, language: Language) -> Choices:
    if "gaps" not in source.tables or "route" not in source.table("gaps"):
        return []
    there = set(source.table("gaps")["route"].astype(str))
    every = Text("mọi nguồn", "every source").to(language)
    return [("", every), *((key, title.to(language)) for key, title in ROUTES.items() if key in there)]
