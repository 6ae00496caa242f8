"""OGC API – Features under ``/ogc``: open data for anybody, and what else a person or a token may read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlalchemy.orm import Session

from phusong.api.access.policy import Person
from phusong.api.deps import LanguageDep, ReadDep, ServiceDep, base_of, bearer_of, signed_in
from phusong.api.ogc import describing, documents, shown
from phusong.api.ogc.asked import EVERYWHERE, OF_ONE, check_known, crs_of, items_asked
from phusong.api.ogc.collections import ADDRESS, Collection, collections_for
from phusong.api.ogc.cql import Values
from phusong.api.ogc.links import (
    GEOJSON,
    HTML,
    JSON,
    OPENAPI,
    SCHEMA,
    Addresses,
    Link,
    collection_path,
    header_of,
    item_path,
)
from phusong.api.ogc.reading import one_of, part_of
from phusong.api.ogc.sources import Source, source_for
from phusong.api.pages.frame import page
from phusong.api.problems import NotAllowedError, NotFoundError, NotSignedInError, answers
from phusong.api.service import Service
from phusong.words import Language, Text

router = APIRouter(prefix=ADDRESS, tags=["public"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request: who asks, if anybody, and in which language."""

    request: Request
    service: Service
    db: Session
    person: Person | None
    language: Language

    @property
    def at(self) -> Addresses:
        """Return the addresses of this interface as the asker reaches it."""
        return Addresses(f"{base_of(self.request)}{ADDRESS}", self.language)

    @property
    def pairs(self) -> Sequence[tuple[str, str]]:
        """Return the parameters as they came."""
        return self.request.query_params.multi_items()

    @property
    def html(self) -> bool:
        """Say whether a page is asked for rather than JSON: by ``f``, else by what is accepted first."""
        asked = self.request.query_params.get("f")
        return asked == "html" if asked else _prefers_pages(self.request.headers.get("accept", ""))

    def source(self, collection: Collection, values: Values) -> Source:
        """Return where the features come from that the asker may have."""
        return source_for(self.service, self.db, self.person, collection, self.language, values)


def _visit(request: Request, service: ServiceDep, db: ReadDep, language: LanguageDep) -> Visit:
    """Return the request with who asks; a token or password that does not hold is told, not taken for nobody."""
    person = signed_in(request, service)
    if person is None and bearer_of(request) is not None:
        raise NotSignedInError
    if person is not None and person.must_change_password:
        raise NotAllowedError(Text("Hãy đổi mật khẩu tạm trước.", "Change the temporary password first."))
    request.state.person = person
    return Visit(request=request, service=service, db=db, person=person, language=language)


VisitDep = Annotated[Visit, Depends(_visit)]


def _prefers_pages(accepted: str) -> bool:
    """Say whether ``text/html`` is accepted before any form of JSON."""
    weights: dict[bool, float] = {}
    for part in accepted.lower().split(","):
        kind, _, more = part.strip().partition(";")
        quality = more.partition("q=")[2].split(";")[0].strip() or "1"
        if kind.strip() in (HTML, JSON, GEOJSON) or kind.strip().endswith("+json"):
            is_page = kind.strip() == HTML
            weights[is_page] = max(weights.get(is_page, 0.0), float(quality) if _is_number(quality) else 0.0)
    return weights.get(True, 0.0) > weights.get(False, 0.0)


def _is_number(told: str) -> bool:
    return told.replace(".", "", 1).isdigit() and told.isascii()


def _answers(*kinds: str) -> dict[int | str, dict[str, Any]]:
    """Return what a route may answer."""
    content: dict[str, Any] = {kind: {} for kind in (*kinds, HTML)}
    return {200: {"description": "Dữ liệu / data", "content": content}, **answers(400, 401, 403, 404)}


def _parameters(*names: str) -> dict[str, Any]:
    known = describing.parameters()
    return {"parameters": [known[name] for name in names]}


_HEADERS = {"Cache-Control": "no-store", "Vary": "Accept, Accept-Language, Cookie, Authorization"}


def _as_json(visit: Visit, told: Mapping[str, Any], kind: str = JSON) -> Response:
    headers = {**_HEADERS, "Content-Language": visit.language}
    return Response(json.dumps(told, ensure_ascii=False), media_type=kind, headers=headers)


def _as_page(visit: Visit, told: shown.Shown) -> Response:
    answer = page(visit.request, "ogc.html", told.title, shown=told)
    answer.headers.update({**_HEADERS, "Content-Language": visit.language})
    return answer


def _plain(visit: Visit) -> dict[str, str]:
    """Return the parameters of an address that takes only the form and the language."""
    return check_known(visit.pairs, EVERYWHERE)


def _collection(visit: Visit, name: str) -> Collection:
    """Return a collection the asker may read; for others there is none."""
    found = next((one for one in collections_for(visit.person) if one.name == name), None)
    if found is None:
        raise NotFoundError(Text("Không có tập dữ liệu này.", "There is no such collection."))
    return found


@router.get("", response_class=Response, responses=_answers(JSON), openapi_extra=_parameters(*EVERYWHERE))
def landing(visit: VisitDep) -> Response:
    """Tell where everything begins."""
    asked = _plain(visit)
    if visit.html:
        return _as_page(visit, shown.landing())
    return _as_json(visit, documents.landing(visit.at, asked, html=False))


@router.get("/conformance", response_class=Response, responses=_answers(JSON), openapi_extra=_parameters(*EVERYWHERE))
def conformance(visit: VisitDep) -> Response:
    """Tell which parts of the standards are kept to."""
    asked = _plain(visit)
    if visit.html:
        return _as_page(visit, shown.conformance())
    return _as_json(visit, documents.conformance(visit.at, asked, html=False))


@router.get("/api", response_class=Response, responses=_answers(OPENAPI), openapi_extra=_parameters(*EVERYWHERE))
def api(visit: VisitDep) -> Response:
    """Tell the OpenAPI 3.0 definition of these routes alone."""
    _plain(visit)
    told = describing.definition(visit.at, [(one, one.shown(visit.person)) for one in collections_for(visit.person)])
    return _as_page(visit, shown.api(told, visit.language)) if visit.html else _as_json(visit, told, OPENAPI)


@router.get("/collections", response_class=Response, responses=_answers(JSON), openapi_extra=_parameters(*EVERYWHERE))
def list_collections(visit: VisitDep) -> Response:
    """List the collections you may read."""
    asked, found = _plain(visit), list(collections_for(visit.person))
    if visit.html:
        return _as_page(visit, shown.all_collections(found, visit.language))
    told = ((one, visit.source(one, Values()).bounds) for one in found)
    return _as_json(visit, documents.all_collections(visit.at, asked, told, html=False))


@router.get(
    "/collections/{collection}", response_class=Response, responses=_answers(JSON),
    openapi_extra=_parameters(*EVERYWHERE),
)  # fmt: skip
def one_collection(visit: VisitDep, collection: str) -> Response:
    """Tell one collection."""
    asked, found = _plain(visit), _collection(visit, collection)
    if visit.html:
        return _as_page(visit, shown.one_collection(found, found.shown(visit.person), visit.language))
    bounds = visit.source(found, Values()).bounds
    return _as_json(visit, documents.one_collection(visit.at, asked, found, bounds, html=False))


@router.get(
    "/collections/{collection}/queryables", response_class=Response, responses=_answers(SCHEMA),
    openapi_extra=_parameters(*EVERYWHERE),
)  # fmt: skip
def queryables(visit: VisitDep, collection: str) -> Response:
    """Tell the properties of a collection that may be filtered by."""
    _plain(visit)
    found = _collection(visit, collection)
    properties = found.shown(visit.person)
    if visit.html:
        return _as_page(visit, shown.one_collection(found, properties, visit.language, own=False))
    return _as_json(visit, documents.queryables(visit.at, found, properties), SCHEMA)


@router.get(
    "/collections/{collection}/items", response_class=Response, responses=_answers(GEOJSON),
    openapi_extra={"parameters": list(describing.parameters().values())},
)  # fmt: skip
def items(visit: VisitDep, collection: str) -> Response:
    """Tell a page of features: by bounds, day, values of properties, or a CQL2 filter."""
    found, values = _collection(visit, collection), Values()
    properties = {one.name: one for one in found.shown(visit.person)}
    asked = items_asked(visit.pairs, found, properties, values)
    source = visit.source(found, values)
    part = part_of(visit.service.settings.home, found, source, values, asked)
    given = dict(visit.pairs)
    links = documents.page_links(
        visit.at, f"{collection_path(found.name)}/items", given, part, limit=asked.limit, offset=asked.offset,
        html=visit.html,
    )  # fmt: skip
    if visit.html:
        return _linked(_as_page(visit, shown.items(found, source.properties, part, links, visit.language)), links)
    answer = Response(documents.feature_collection(links, part), media_type=GEOJSON, headers=_HEADERS)
    return _linked(answer, links, asked.crs)


@router.get(
    "/collections/{collection}/items/{feature:path}", response_class=Response, responses=_answers(GEOJSON),
    openapi_extra=_parameters(*OF_ONE),
)  # fmt: skip
def item(visit: VisitDep, collection: str, feature: str) -> Response:
    """Tell one feature."""
    given, found, values = check_known(visit.pairs, OF_ONE), _collection(visit, collection), Values()
    crs, source = crs_of(given), visit.source(found, values)
    one = one_of(visit.service.settings.home, found, source, values, feature, crs)
    if one is None:
        raise NotFoundError(Text("Không có đối tượng này.", "There is no such feature."))
    if visit.html:
        return _as_page(visit, shown.item(found, source.properties, one, visit.language))
    links = [
        *visit.at.both(item_path(found.name, one.id), GEOJSON, given, html=False),
        visit.at.link(collection_path(found.name), "collection", JSON, found.title),
    ]
    told = f'{one.json()},"links":{json.dumps(links, ensure_ascii=False)}}}'
    return _linked(Response(told, media_type=GEOJSON, headers=_HEADERS), links, crs)


def _linked(answer: Response, links: Sequence[Link], crs: str = "") -> Response:
    """Return an answer with its links, and the system of its coordinates, in its head."""
    answer.headers["Link"] = header_of(links)
    if crs:
        answer.headers["Content-Crs"] = f"<{crs}>"
    return answer
