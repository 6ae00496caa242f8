"""Read a Phủ Sóng server from Python: three lines from an address to a GeoDataFrame.

    from phusong.client import Server
    server = Server("https://phusong.example.vn", token="phs_…")
    gaps = server.read("gaps", bbox=(105.0, 21.0, 105.5, 21.5), filter="households > 20")

Without a token a server tells open data alone. Only the standard library and geopandas are needed.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from phusong.errors import PhuSongError
from phusong.words import Language, Text

if TYPE_CHECKING:
    import geopandas as gpd

_EPSG = "http://www.opengis.net/def/crs/EPSG/0/{}"
_AT_ONCE = 5_000
_KINDS = {"string": "object", "integer": "Int64", "number": "float64", "boolean": "boolean"}


class ServerError(PhuSongError):
    """A server cannot be reached, or does not give what is asked for; the message says why."""


class Server:
    """A Phủ Sóng server, as one person or program may read it."""

    def __init__(self, url: str, *, token: str = "", language: Language = "vi", timeout_seconds: float = 120.0) -> None:
        if urlsplit(url).scheme not in ("http", "https"):
            raise ServerError(
                Text(f"Địa chỉ phải bắt đầu bằng https://: {url}", f"An address begins with https://: {url}")
            )
        base = url.rstrip("/")
        self.root = base if base.endswith("/ogc") else f"{base}/ogc"
        self._language, self._timeout_seconds = language, timeout_seconds
        self._headers = {"Accept": "application/geo+json, application/json", "Accept-Language": language}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"

    def collections(self) -> dict[str, str]:
        """Return the collections that may be read, with their titles."""
        return {one["id"]: one["title"] for one in self._ask(f"{self.root}/collections")["collections"]}

    def columns(self, collection: str) -> dict[str, str]:
        """Return the columns of a collection with what they mean."""
        told = self._ask(f"{self._path(collection)}/queryables")["properties"]
        return {name: str(one.get("description") or one.get("title", "")) for name, one in told.items()}

    def read(
        self,
        collection: str,
        *,
        bbox: Sequence[float] | None = None,
        filter: str = "",  # noqa: A002 - the word of the standard
        where: Mapping[str, object] | None = None,
        epsg: int | None = None,
        most: int | None = None,
    ) -> gpd.GeoDataFrame:
        """Return the features of a collection, all pages of them.

        Parameters
        ----------
        collection
            One of :meth:`collections`.
        bbox
            West, south, east, north in degrees.
        filter
            CQL2 text: ``"village_class = 'white' AND households > 20"``.
        where
            Columns that must have a value: ``{"commune_code": "01234"}``.
        epsg
            Coordinate system to read in, such as a VN-2000 zone; WGS 84 without it.
        most
            Stop after so many.

        Raises
        ------
        ServerError
            The server cannot be reached, refuses, or does not know what is asked for.
        """
        asked = {**_asked(bbox, filter, epsg), **{name: _written(value) for name, value in (where or {}).items()}}
        features: list[dict[str, Any]] = []
        for page in self._pages(collection, asked, most):
            features += page
        return self._frame(collection, features[:most], epsg)

    def _pages(self, collection: str, asked: Mapping[str, str], most: int | None) -> Iterator[list[dict[str, Any]]]:
        limit = _AT_ONCE if most is None else max(1, min(most, _AT_ONCE))
        address: str | None = f"{self._path(collection)}/items?{urlencode({**asked, 'limit': limit})}"
        had = 0
        while address is not None and (most is None or had < most):
            told = self._ask(address)
            had += len(told["features"])
            yield told["features"]
            address = next((one["href"] for one in told["links"] if one["rel"] == "next"), None)

    def _frame(self, collection: str, features: list[dict[str, Any]], epsg: int | None) -> gpd.GeoDataFrame:
        """Return features as a table, its columns in their kinds even where no feature says anything."""
        import geopandas as gpd
        import pandas as pd
        import shapely
        from shapely.geometry import shape

        kinds = self._ask(f"{self._path(collection)}/queryables")["properties"]
        kinds.pop("geometry", None)
        rows = pd.DataFrame([one["properties"] for one in features], columns=list(kinds))
        for name, told in kinds.items():
            is_day = told.get("format") == "date"
            rows[name] = pd.to_datetime(rows[name]) if is_day else rows[name].astype(_KINDS[told["type"]])
        shapes = [None if one["geometry"] is None else shape(one["geometry"]) for one in features]
        if epsg is not None and _north_first(epsg):
            shapes = [None if one is None else shapely.transform(one, lambda at: at[:, ::-1]) for one in shapes]
        rows.index = pd.Index([one["id"] for one in features], name="id", dtype=object)
        return gpd.GeoDataFrame(rows, geometry=gpd.GeoSeries(shapes, index=rows.index), crs=epsg or 4326)

    def _path(self, collection: str) -> str:
        return f"{self.root}/collections/{quote(collection, safe='')}"

    def _ask(self, address: str) -> Any:
        request = urllib.request.Request(self._ours(address), headers=self._headers)  # noqa: S310 - http or https
        try:
            with urllib.request.urlopen(request, timeout=self._timeout_seconds) as answer:  # noqa: S310
                return json.loads(answer.read())
        except urllib.error.HTTPError as error:
            with error:
                raise _refused(error.code, error.read()) from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "reason", error)
            raise ServerError(
                Text(f"Không đọc được {self.root}: {reason}", f"Cannot read {self.root}: {reason}")
            ) from error

    def _ours(self, address: str) -> str:
        """Return an address of this server: a token is sent nowhere else, whatever a link says."""
        path = address.partition("/ogc")[2]
        return f"{self.root}{path}"


def _asked(bbox: Sequence[float] | None, filter_: str, epsg: int | None) -> dict[str, str]:
    asked: dict[str, str] = {}
    if bbox is not None:
        asked["bbox"] = ",".join(str(float(one)) for one in bbox)
    if filter_:
        asked["filter"] = filter_
    if epsg is not None:
        asked["crs"] = _EPSG.format(int(epsg))
    return asked


def _written(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _north_first(epsg: int) -> bool:
    from pyproj import CRS

    return CRS(epsg).axis_info[0].direction == "north"


def _refused(status: int, body: bytes) -> ServerError:
    """Return what a server says of a request it does not answer."""
    try:
        detail = str(json.loads(body)["detail"])
    except (ValueError, KeyError, TypeError):
        detail = f"HTTP {status}"
    if status == 401:
        hint = Text("token không đúng hoặc đã hết hạn", "the token is wrong or has run out")
        return ServerError(Text(f"Máy chủ từ chối ({hint.vi}): {detail}", f"Refused ({hint.en}): {detail}"))
    return ServerError(Text(f"Máy chủ từ chối ({status}): {detail}", f"The server refused ({status}): {detail}"))
