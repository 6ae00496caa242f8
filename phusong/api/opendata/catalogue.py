"""The catalogue of open data, in the words of DCAT: what there is, whose, of when, under which terms, where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from phusong.api.media import media_type
from phusong.api.opendata.columns import OPEN_TABLES, OpenTable
from phusong.api.opendata.files import FORMATS, SOURCES, licence
from phusong.words import LANGUAGES, Text

if TYPE_CHECKING:
    import geopandas as gpd

    from phusong.api.settings import ServiceSettings

ADDRESS = "/api/open-data"
TITLE = Text("Dữ liệu mở về vùng chưa có sóng di động", "Open data on places without mobile signal")


def catalogue(settings: ServiceSettings, tables: Mapping[str, gpd.GeoDataFrame]) -> dict[str, Any]:
    """Return the catalogue of the open tables; addresses begin with the service's public one where it is known."""
    base = settings.public_url.rstrip("/")
    return {
        "@context": {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"},
        "@type": "dcat:Catalog",
        "dct:title": _both(TITLE),
        "dct:publisher": settings.open_data_publisher or None,
        "dct:license": settings.open_data_licence or None,
        "dct:rights": _both(licence(settings)),
        "dct:source": _both(SOURCES),
        "dct:language": list(LANGUAGES),
        "dcat:landingPage": f"{base}/open-data",
        "dcat:dataset": [_dataset(of, tables[name], base) for name, of in OPEN_TABLES.items()],
    }


def _dataset(of: OpenTable, table: gpd.GeoDataFrame, base: str) -> dict[str, Any]:
    dates = sorted(set(table["dated"]))
    return {
        "@type": "dcat:Dataset",
        "dct:identifier": of.name,
        "dct:title": _both(of.title),
        "dct:description": _both(of.meaning),
        "dct:spatial": sorted(set(table["province_code"])),
        "dct:issued": dates[-1] if dates else None,
        "dct:temporal": {"startDate": dates[0], "endDate": dates[-1]} if dates else None,
        "rows": len(table),
        "simulated": bool(table["simulated"].any()),
        "dcat:distribution": [
            {
                "@type": "dcat:Distribution",
                "dct:format": kind,
                "dcat:mediaType": media_type(f".{kind}").partition(";")[0],
                "dcat:downloadURL": f"{base}{ADDRESS}/{of.name}.{kind}",
            }
            for kind in FORMATS
        ],
        "columns": [
            {
                "name": one.name,
                "kind": one.kind,
                "title": _both(one.title),
                "meaning": _both(one.meaning),
                "values": {key: _both(text) for key, text in one.options.items()},
            }
            for one in of.columns
        ],
    }


def _both(text: Text) -> dict[str, str]:
    return {"vi": text.vi, "en": text.en}
