"""What the browser is given beside the pages: our style, our small modules, our mark; nothing from anywhere else.

The address of every asset holds a digest of all of them, so a browser may keep them for ever and never mixes two
versions; modules find each other beside themselves.
"""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from importlib.resources import files

from phusong.maps import colours

TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "mjs": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml; charset=utf-8",
    "woff2": "font/woff2",
}
_OF_MAPS = (
    *("maplibre-gl-6.17.0.mjs", "maplibre-gl-worker-6.17.0.mjs", "maplibre-gl-6.17.0.css"),
    *("leaflet-1.9.4.js", "leaflet-1.9.4.css"),
)
"""What draws maps; it ships with the package, beside what the pages themselves are made of."""
_LETTERS = tuple(
    f"be-vietnam-pro-5.3.0-{letters}-{weight}.woff2"
    for letters in ("latin", "latin-ext", "vietnamese")
    for weight in (400, 600)
)
"""The letters of the pages; a browser takes only the files whose letters a page holds."""
_LIGHT = {
    "ink": colours.INK,
    "quiet": colours.QUIET_INK,
    "action": colours.ACTION,
    "on-action": colours.WHITE,
    "paper": colours.PAPER,
    "card": colours.WHITE,
    "line": "#DDD8CE",
    "rail": colours.INK,
    "rail-ink": "#C7CED8",
    "bad": colours.HOUSEHOLD_STATES["unserved"].colour,
    "warn": "#8A5A00",
    "good": "#1F6F6A",
    "sunken": "#EFECE4",
    "focus": colours.ACTION,
    "map-paper": colours.PAPER,
    "map-ink": colours.INK,
}
_DARK = {
    "ink": "#E7EAEE",
    "quiet": "#A3ADBA",
    "action": "#7CC3EA",
    "on-action": "#0E1620",
    "paper": "#14181F",
    "card": "#1B212A",
    "line": "#323B48",
    "rail": "#0E1116",
    "rail-ink": "#A3ADBA",
    "bad": "#F08FA6",
    "warn": "#EBC04A",
    "good": "#6CC7BF",
    "sunken": "#222A35",
    "focus": "#7CC3EA",
}


def _tokens() -> str:
    """Write the colours as custom properties, from the one colour table of maps and documents."""
    classes = {f"class-{key}": style.colour for key, style in colours.VILLAGE_CLASSES.items()}
    operators = {f"operator-{key}": style.colour for key, style in colours.OPERATORS.items()}
    light = _properties({**_LIGHT, **classes, **operators})
    dark = f"@media (prefers-color-scheme:dark){{:root{{{_properties(_DARK)}}}}}"
    return f":root{{color-scheme:light dark;{light}}}\n{dark}\n"


def _properties(values: dict[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in values.items())


@cache
def assets() -> dict[str, bytes]:
    """Return every asset by its name."""
    folder = files("phusong.api.pages") / "static"
    found = {one.name: one.read_bytes() for one in folder.iterdir() if one.name.rsplit(".", 1)[-1] in TYPES}
    vendor = files("phusong.maps") / "vendor"
    shipped = {name: (vendor / name).read_bytes() for name in (*_OF_MAPS, *_LETTERS)}
    return {**found, **shipped, "colours.css": _tokens().encode()}


@cache
def packed() -> dict[str, bytes]:
    """Return the assets that are texts, packed once for all readers."""
    return {name: gzip.compress(one, 9, mtime=0) for name, one in assets().items() if not name.endswith(".woff2")}


@cache
def version() -> str:
    """Return the digest all addresses of assets hold."""
    told = hashlib.sha256()
    for name, content in sorted(assets().items()):
        told.update(name.encode() + b"\0" + content + b"\0")
    return told.hexdigest()[:12]


def address(name: str) -> str:
    """Return the address of an asset; a name that is none of ours is a mistake of ours."""
    if name not in assets():
        raise KeyError(name)
    return f"/static/{version()}/{name}"
