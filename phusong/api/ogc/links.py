"""Addresses of this interface, and links as the standard writes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from phusong.words import Language, Text

JSON, GEOJSON, HTML = "application/json", "application/geo+json", "text/html"
SCHEMA = "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
ITSELF, OTHERWISE = Text("Địa chỉ này", "This document"), Text("Dạng khác", "In another form")

Link = dict[str, str]


@dataclass(frozen=True, slots=True)
class Addresses:
    """Addresses under the root of the interface, in one language where the reader asked for one."""

    root: str
    language: Language

    def link(self, path: str, rel: str, kind: str, title: Text, **query: str) -> Link:
        """Return a link."""
        return {"href": self.to(path, **query), "rel": rel, "type": kind, "title": title.to(self.language)}

    def to(self, path: str, **query: str) -> str:
        """Return an address; an empty ``path`` is the root."""
        return f"{self.root}{path}" + (f"?{urlencode(query)}" if query else "")

    def both(self, path: str, kind: str, asked: Mapping[str, str], *, html: bool) -> list[Link]:
        """Return the links of a document to itself and to its other form."""
        rest = {name: value for name, value in asked.items() if name != "f"}
        plain = self.link(path, "alternate" if html else "self", kind, OTHERWISE if html else ITSELF, **rest, f="json")
        page = self.link(path, "self" if html else "alternate", HTML, ITSELF if html else OTHERWISE, **rest, f="html")
        return [page, plain] if html else [plain, page]


def collection_path(name: str) -> str:
    """Return the path of a collection."""
    return f"/collections/{name}"


def item_path(name: str, feature_id: str) -> str:
    """Return the path of a feature."""
    return f"{collection_path(name)}/items/{quote(feature_id, safe='')}"


def header_of(links: Iterable[Link]) -> str:
    """Return links as a ``Link`` header holds them; titles stay out, for a header is ASCII."""
    return ", ".join(f'<{one["href"]}>; rel="{one["rel"]}"; type="{one["type"]}"' for one in links)
