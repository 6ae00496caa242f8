"""One path of a study: from a station to a place, with the terrain between them, every loss and the answer.

Reads the station lists and the terrain around the path, nothing else of the study.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from phusong.coverage.criteria import Profile
from phusong.coverage.earth import path_km
from phusong.coverage.network import Service, Site, Span
from phusong.coverage.radio.air import STANDARD_AIR, Air
from phusong.coverage.radio.link import LedgerRow, link_ledger
from phusong.coverage.sight import SHORTEST_PATH_KM
from phusong.coverage.site_link import SectorLink, Way, sector_link, way_between
from phusong.coverage.terrain import Terrain
from phusong.coverage.transmitters import ON_AIR
from phusong.data.inputs import read_ground, read_sites
from phusong.data.names import fold
from phusong.data.profiles import read_profile
from phusong.data.study_file import StudyFile, read_study_file
from phusong.errors import OutOfRangeError, Range, TerrainError, UnknownNameError
from phusong.words import Text, number

LONGITUDE_DEG = Range(102.0, 118.0, "°")
LATITUDE_DEG = Range(6.0, 24.0, "°")
"""Vietnam with its sea."""

NEAR_MATCHES = 5
_FRINGE_DEG = 0.01
"""Terrain is read this far around the path: more than its bend and the cells beside it."""

UNCALIBRATED = Text(
    "Nghiên cứu này hiệu chỉnh mô hình theo đo kiểm; mặt cắt là mô hình chưa hiệu chỉnh.",
    "This study calibrates the model by measurements; the profile is the model before calibration.",
)

LinkState = Literal["served", "unserved", "undetermined"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which path is asked for: a station, a place, and where wanted its operator, technology or sector."""

    site_id: str
    lon_deg: float
    lat_deg: float
    operator: str | None = None
    technology: str | None = None
    sector_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAnswer:
    """What one service gives at the place by its best sector; ``level_dbm`` is after margins, NaN where not known."""

    link: SectorLink
    level_dbm: Span
    threshold_dbm: float
    max_path_km: float
    state: LinkState
    on_air: bool
    in_reach: bool

    @property
    def service(self) -> Service:
        """Return the service."""
        return self.link.service


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SitePath:
    """The path with its answer: the service that serves the place best, the others, and its ledger.

    ``notes`` say what was met before the path was worked out.
    """

    asked: Asked
    site: Site
    way: Way
    chosen: ServiceAnswer
    others: tuple[ServiceAnswer, ...]
    ledger: tuple[LedgerRow, ...]
    rx_height_agl_m: float
    air: Air
    terrain_source: str
    simulated: bool
    notes: tuple[Text, ...]


def parse_place(written: str) -> tuple[float, float]:
    """Return the longitude and latitude of a place written "LON,LAT".

    Raises
    ------
    OutOfRangeError
        Where it is not two numbers, or not in Vietnam; where they are swapped it says so.
    """
    parts = written.replace(";", ",").split(",")
    try:
        lon_deg, lat_deg = (float(part) for part in parts)
    except ValueError:
        raise OutOfRangeError(
            Text(
                f"--to phải là KINH_ĐỘ,VĨ_ĐỘ với dấu chấm thập phân, ví dụ 105.35,19.20; nhận được “{written}”",
                f"--to must be LON,LAT with decimal points, such as 105.35,19.20; got “{written}”",
            )
        ) from None
    if LONGITUDE_DEG.holds(lat_deg) and LATITUDE_DEG.holds(lon_deg):
        raise OutOfRangeError(
            Text(
                f"--to {written}: có lẽ kinh độ và vĩ độ bị đổi chỗ, hãy thử --to {lat_deg:g},{lon_deg:g}",
                f"--to {written}: longitude and latitude seem to be swapped, try --to {lat_deg:g},{lon_deg:g}",
            )
        )
    if not (LONGITUDE_DEG.holds(lon_deg) and LATITUDE_DEG.holds(lat_deg)):
        raise OutOfRangeError(
            Text(
                f"--to {written}: nằm ngoài Việt Nam (kinh độ 102–118, vĩ độ 6–24)",
                f"--to {written}: outside Vietnam (longitude 102–118, latitude 6–24)",
            )
        )
    return lon_deg, lat_deg


def read_site_path(study: Path, asked: Asked) -> SitePath:
    """Read what one path of a study needs and work it out.

    Raises
    ------
    PhuSongError
        No such station, service or sector; a place on the mast or without terrain.
    """
    file = read_study_file(study)
    profile = read_profile(file.profile, folder=file.path.parent)
    site, notes = _site(read_sites(file), asked)
    check_apart(site, asked)
    terrain = _terrain(file, site, asked)
    if file.calibrate:
        notes = (*notes, UNCALIBRATED)
    return site_path(site, terrain, profile, asked, air=file.air, simulated=file.simulated, notes=notes)


def site_path(
    site: Site,
    terrain: Terrain,
    profile: Profile,
    asked: Asked,
    *,
    air: Air = STANDARD_AIR,
    simulated: bool = False,
    notes: Sequence[Text] = (),
) -> SitePath:
    """Work out one path: every service that is asked for, the best of them with its ledger."""
    way = way_between(terrain, site.lon_deg, site.lat_deg, asked.lon_deg, asked.lat_deg)
    answers = sorted(_answers(site, way, profile, asked, air), key=_promise, reverse=True)
    if not answers:
        raise _no_such_service(site, profile, asked)
    return SitePath(
        asked=asked,
        site=site,
        way=way,
        chosen=answers[0],
        others=tuple(answers[1:]),
        ledger=_ledger(answers[0].link, terrain, profile),
        rx_height_agl_m=profile.receiver_height_m,
        air=air,
        terrain_source=terrain.source,
        simulated=simulated,
        notes=tuple(notes),
    )


def _site(sites: Sequence[Site], asked: Asked) -> tuple[Site, tuple[Text, ...]]:
    """Return the station asked for: by its code, accents and case aside; of several the nearest to the place."""
    key = fold(asked.site_id)
    exact = [site for site in sites if site.site_id == asked.site_id]
    found = exact or [site for site in sites if fold(site.site_id) == key]
    if not found:
        raise _no_such_site(sites, asked.site_id)
    fitting = [site for site in found if any(_is_asked(service, asked) for service in site.services)] or found
    fitting.sort(key=lambda site: path_km(site.lon_deg, site.lat_deg, asked.lon_deg, asked.lat_deg)[0])
    if len(fitting) == 1:
        return fitting[0], ()
    text = Text(
        f"Mã trạm này đứng ở {len(fitting)} nơi trong các danh sách: lấy nơi gần điểm thu nhất.",
        f"This site code stands at {len(fitting)} places in the lists: the one nearest to the place is taken.",
    )
    return fitting[0], (text,)


def _no_such_site(sites: Sequence[Site], written: str) -> UnknownNameError:
    """Name the stations whose code or name is like what was written, without Vietnamese accents."""
    key = fold(written)
    names = {site.site_id: (fold(site.site_id), fold(site.name)) for site in sites}
    shown = {site.site_id: site.name for site in sites}
    near = [code for code, keys in names.items() if any(key and key in known for known in keys)]
    folded = {known: code for code, keys in names.items() for known in keys}
    near += [folded[known] for known in difflib.get_close_matches(key, folded, n=NEAR_MATCHES, cutoff=0.6)]
    some = ", ".join(
        code if shown[code] == code else f"{code} ({shown[code]})" for code in list(dict.fromkeys(near))[:NEAR_MATCHES]
    )
    if not some:
        return UnknownNameError(
            Text(
                f"Không có trạm “{written}” trong {number(len(names))} trạm của danh sách",
                f"No site “{written}” among the {number(len(names), 'en')} of the lists",
            )
        )
    return UnknownNameError(
        Text(f"Không có trạm “{written}”; gần giống: {some}", f"No site “{written}”; near matches: {some}")
    )


def check_apart(site: Site, asked: Asked) -> None:
    """Refuse a place at the foot of the mast."""
    apart_km, _ = path_km(site.lon_deg, site.lat_deg, asked.lon_deg, asked.lat_deg)
    if apart_km < SHORTEST_PATH_KM:
        apart_m, least_m = 1000.0 * apart_km, 1000.0 * SHORTEST_PATH_KM
        raise OutOfRangeError(
            Text(
                f"Điểm thu cách trạm {site.site_id} chỉ {number(apart_m)} m: "
                f"cần ít nhất {number(least_m)} m để có đường truyền",
                f"The place is only {number(apart_m, 'en')} m from site {site.site_id}: "
                f"a path needs at least {number(least_m, 'en')} m",
            )
        )


def _terrain(file: StudyFile, site: Site, asked: Asked) -> Terrain:
    """Read the terrain around the path; both of its ends must have some."""
    lon, lat = (site.lon_deg, asked.lon_deg), (site.lat_deg, asked.lat_deg)
    bounds = (min(lon) - _FRINGE_DEG, min(lat) - _FRINGE_DEG, max(lon) + _FRINGE_DEG, max(lat) + _FRINGE_DEG)
    terrain = read_ground(file, bounds)
    check_terrain(terrain, site, asked, file.terrain.name)
    return terrain


def check_terrain(terrain: Terrain, site: Site, asked: Asked, name: str) -> None:
    """Refuse a path one of whose ends has no terrain; ``name`` is what the terrain is called."""
    way = way_between(terrain, site.lon_deg, site.lat_deg, asked.lon_deg, asked.lat_deg)
    ends = (
        (way.terrain_m[0], Text(f"Trạm {site.site_id}", f"Site {site.site_id}")),
        (way.terrain_m[-1], Text("Điểm thu", "The place")),
    )
    for height_m, end in ends:
        if math.isnan(height_m):
            raise TerrainError(
                Text(
                    f"{end.vi} nằm ngoài địa hình {name} hoặc ở ô không có độ cao",
                    f"{end.en} lies outside the terrain {name} or on a cell without a height",
                )
            )


def _is_asked(service: Service, asked: Asked) -> bool:
    return (
        (asked.operator is None or fold(asked.operator) in map(fold, service.operators_served))
        and (asked.technology is None or fold(asked.technology) == fold(service.technology))
        and (asked.sector_id is None or any(sector.sector_id == asked.sector_id for sector in service.sectors))
    )


def _answers(site: Site, way: Way, profile: Profile, asked: Asked, air: Air) -> Iterator[ServiceAnswer]:
    """Yield what each service asked for gives by its best sector: those on air, or all where none is."""
    wanted = [s for s in site.services if s.technology in profile.rules and _is_asked(s, asked)]
    for service in [s for s in wanted if s.status in ON_AIR] or wanted:
        links = [
            sector_link(way, service, sector, rx_height_agl_m=profile.receiver_height_m, air=air)
            for sector in sorted(service.sectors, key=lambda s: s.sector_id)
            if asked.sector_id in (None, sector.sector_id)
        ]
        if links:
            yield _answer(max(links, key=lambda link: _known_or_least(link.level_dbm.middle)), way, profile)


def _answer(link: SectorLink, way: Way, profile: Profile) -> ServiceAnswer:
    rule = profile.rules[link.service.technology]
    margin_db = profile.margin_db(indoor=False)
    level = link.level_dbm
    after = Span(level.low - margin_db, level.middle - margin_db, level.high - margin_db, level.given)
    in_reach = way.length_km <= rule.max_path_km
    return ServiceAnswer(
        link=link,
        level_dbm=after,
        threshold_dbm=rule.served_dbm,
        max_path_km=rule.max_path_km,
        state=_state(link, after, rule.served_dbm, in_reach),
        on_air=link.service.status in ON_AIR,
        in_reach=in_reach,
    )


def _state(link: SectorLink, level_dbm: Span, threshold_dbm: float, in_reach: bool) -> LinkState:
    """Return the answer of one service: served at the worst end, unserved even at the best, or undetermined."""
    if not in_reach or (level_dbm.high < threshold_dbm or not link.heard[2]):
        return "unserved"
    sure = link.service.status != "unknown"
    return "served" if sure and link.heard[0] and level_dbm.low >= threshold_dbm else "undetermined"


def _promise(answer: ServiceAnswer) -> tuple[bool, float]:
    """Order services: those within reach first, then by the excess over their threshold."""
    return answer.in_reach, _known_or_least(answer.level_dbm.middle - answer.threshold_dbm)


def _known_or_least(value: float) -> float:
    return -math.inf if math.isnan(value) else value


def _no_such_service(site: Site, profile: Profile, asked: Asked) -> UnknownNameError:
    usable = [s for s in site.services if s.technology in profile.rules]
    if asked.sector_id is not None:
        names = ", ".join(sector.sector_id for service in usable for sector in service.sectors)
        what = Text(f"sector “{asked.sector_id}”", f"sector “{asked.sector_id}”")
    else:
        names = ", ".join(dict.fromkeys(f"{o} {s.technology}" for s in usable for o in s.operators_served))
        wanted = " ".join(filter(None, (asked.operator, asked.technology)))
        what = Text(f"dịch vụ “{wanted}”", f"service “{wanted}”")
    return UnknownNameError(
        Text(
            f"Trạm {site.site_id} không có {what.vi}; có: {names or 'không có gì'}",
            f"Site {site.site_id} has no {what.en}; it has: {names or 'nothing'}",
        )
    )


def _ledger(link: SectorLink, terrain: Terrain, profile: Profile) -> tuple[LedgerRow, ...]:
    if terrain.clutter_m is not None:
        source = Text("theo lớp phủ mặt đất của nghiên cứu", "by the study's land cover")
    elif terrain.kind == "dsm":
        source = Text(
            "không cộng: địa hình dsm đã có tán cây, mái nhà", "left out: dsm terrain holds canopy and roofs already"
        )
    else:
        source = Text("chưa xét: không có lớp phủ mặt đất", "not counted: no land cover given")
    return link_ledger(
        link.service, link.sector, link.ends, clutter_source=source, margins=profile.margins, indoor=False
    )
