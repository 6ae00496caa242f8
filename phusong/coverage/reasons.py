"""Why a gap is dark, as a value and as one plain sentence in Vietnamese and English."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from phusong.coverage.criteria import Profile, TechnologyRule
from phusong.coverage.network import Site, Technology
from phusong.words import Language, Text, number

if TYPE_CHECKING:  # what computes it brings the compiler
    from phusong.coverage.sight import InTheWay

ReasonKind = Literal["ridge", "distance", "no_site", "other"]

BLOCKING_LOSS_DB = 10.0
"""An obstacle that takes this much is the reason whatever else is missing."""

CLEAR_LOSS_DB = 1.0
"""A path that loses less than this to the terrain is called clear."""

RIDGE_HEIGHT_M = 10.0
"""What rises this far above the line of sight is called a ridge; less is called terrain."""

_OPERATOR_TITLES = {
    "viettel": "Viettel",
    "vinaphone": "VinaPhone",
    "mobifone": "MobiFone",
    "vietnamobile": "Vietnamobile",
}


def operator_title(key: str) -> str:
    """Return how an operator writes its name; an operator not known here keeps its key."""
    return _OPERATOR_TITLES.get(key, key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """What keeps the signal of the nearest site from a gap; NaN and "" where not known.

    ``obstacle_distance_km`` is from the gap to the main obstacle, ``obstacle_height_m`` how far it rises above the
    line of sight, ``obstacle_loss_db`` what it takes. ``level_dbm`` is what arrives after margins, ``threshold_dbm``
    what ``technology`` needs. ``max_path_km`` is how far sites were looked for.
    """

    kind: ReasonKind
    technology: Technology
    threshold_dbm: float
    max_path_km: float
    operator: str = ""
    site_id: str = ""
    site_name: str = ""
    distance_km: float = math.nan
    level_dbm: float = math.nan
    obstacle_distance_km: float = math.nan
    obstacle_height_m: float = math.nan
    obstacle_loss_db: float = math.nan


def reason_kind(
    *, distance_km: float, max_path_km: float, level_dbm: float, threshold_dbm: float, obstacle_loss_db: float
) -> ReasonKind:
    """Choose the reason.

    Parameters
    ----------
    distance_km, max_path_km
        To the nearest site, NaN if there is none; how far sites were looked for.
    level_dbm
        Level after margins; NaN below the floor.
    obstacle_loss_db
        What the terrain on the path takes; 0 on a clear path, NaN where not known.

    Returns
    -------
    kind
        no_site without a site in reach. ridge when the path is not clear and the obstacle takes ``BLOCKING_LOSS_DB``
        or more, or without it the threshold would be reached. distance when the level is short all the same. other
        when the level is not short or the path is not known.
    """
    if not distance_km <= max_path_km:
        return "no_site"
    if level_dbm >= threshold_dbm or math.isnan(obstacle_loss_db):
        return "other"
    if obstacle_loss_db < CLEAR_LOSS_DB:
        return "distance"
    alone = obstacle_loss_db >= BLOCKING_LOSS_DB or level_dbm + obstacle_loss_db >= threshold_dbm
    return "ridge" if alone else "distance"


def site_reason(
    technology: Technology,
    rule: TechnologyRule,
    *,
    operator: str,
    site: Site,
    distance_km: float,
    level_dbm: float,
    way: InTheWay,
) -> Reason:
    """Return why the nearest site does not reach a place.

    Parameters
    ----------
    technology, rule
        What is looked at of the site, and what the profile asks of it.
    level_dbm
        Level after margins; NaN below the floor.
    way
        What stands between the site and the place.
    """
    return Reason(
        kind=reason_kind(
            distance_km=distance_km,
            max_path_km=rule.max_path_km,
            level_dbm=level_dbm,
            threshold_dbm=rule.served_dbm,
            obstacle_loss_db=way.loss_db,
        ),
        technology=technology,
        threshold_dbm=rule.served_dbm,
        max_path_km=rule.max_path_km,
        operator=operator,
        site_id=site.site_id,
        site_name=site.name,
        distance_km=distance_km,
        level_dbm=level_dbm,
        obstacle_distance_km=way.obstacle_distance_km,
        obstacle_height_m=way.obstacle_height_m,
        obstacle_loss_db=way.loss_db,
    )


def no_site_reason(profile: Profile) -> Reason:
    """Return the reason where no site is in reach, as of the main service's first technology."""
    technology = profile.main_service.technologies[0]
    rule = profile.rules[technology]
    return Reason(kind="no_site", technology=technology, threshold_dbm=rule.served_dbm, max_path_km=rule.max_path_km)


def sentence(reason: Reason, *, households: float, place_name: str) -> Text:
    """Write the reason as an officer would.

    Parameters
    ----------
    households
        Households of the gap without signal.
    place_name
        The village as it is listed ("Thôn Khe Sâu"); "" where the gap lies in none.
    """
    return Text(
        f"{_dark(reason, households, place_name, 'vi')} {_WRITERS[reason.kind](reason, 'vi')}",
        f"{_dark(reason, households, place_name, 'en')} {_WRITERS[reason.kind](reason, 'en')}",
    )


def _dark(reason: Reason, households: float, place_name: str, language: Language) -> str:
    place = f"{place_name}: " if place_name else ""
    count = number(households, language)
    if language == "vi":
        return f"{place}{count} hộ chưa có {_signal(reason, 'vi')}."
    return f"{place}{count} {'household' if count == '1' else 'households'} without {_signal(reason, 'en')}."


def _signal(reason: Reason, language: Language) -> str:
    name = "" if reason.technology == "other" else reason.technology
    return f"sóng {name}".strip() if language == "vi" else f"{name} signal".strip()


def _ridge(reason: Reason, language: Language) -> str:
    rise_m = reason.obstacle_height_m
    away, loss = _km(reason.obstacle_distance_km, language), number(reason.obstacle_loss_db, language)
    if language == "vi":
        what = "sống núi" if rise_m >= RIDGE_HEIGHT_M else "địa hình"
        place = f" cách cụm dân cư {away}" if away else ""
        height = f"cao hơn đường truyền {number(rise_m)} m" if rise_m >= 1.0 else "sát đường truyền"
        return f"{_nearest(reason, 'vi')}; {what}{place} {height}, che khuất {loss} dB."
    what = "a ridge" if rise_m >= RIDGE_HEIGHT_M else "terrain"
    place = f" {away} from the houses" if away else ""
    height = f"rises {number(rise_m, 'en')} m above the line of sight" if rise_m >= 1.0 else "touches the line of sight"
    return f"{_nearest(reason, 'en')}; {what}{place} {height} and blocks {loss} dB."


def _distance(reason: Reason, language: Language) -> str:
    loss = number(reason.obstacle_loss_db, language)
    clear = reason.obstacle_loss_db < CLEAR_LOSS_DB
    if language == "vi":
        terrain = "đường truyền không bị che khuất" if clear else f"địa hình chỉ che khuất {loss} dB"
        return f"{_nearest(reason, 'vi')}; {terrain} nhưng quá xa{_level(reason, 'vi')}."
    terrain = "nothing stands in the way" if clear else f"the terrain blocks only {loss} dB"
    return f"{_nearest(reason, 'en')}; {terrain}, but it is too far{_level(reason, 'en')}."


def _no_site(reason: Reason, language: Language) -> str:
    reach = _km(reason.max_path_km, language)
    name = "" if reason.technology == "other" else f" {reason.technology}"
    if language == "vi":
        return f"Trong bán kính {reach} không có trạm{name} nào trong danh sách."
    return f"No{name} site is listed within {reach}."


def _other(reason: Reason, language: Language) -> str:
    if language == "vi":
        return f"{_nearest(reason, 'vi')}; chưa rõ nguyên nhân, cần đo."
    return f"{_nearest(reason, 'en')}; the cause is not clear, a measurement is needed."


_WRITERS = {"ridge": _ridge, "distance": _distance, "no_site": _no_site, "other": _other}


def _nearest(reason: Reason, language: Language) -> str:
    names = dict.fromkeys(name for name in (reason.site_id, reason.site_name) if name)
    site = " – ".join(names)
    owner = f" ({operator_title(reason.operator)})" if reason.operator else ""
    away = _km(reason.distance_km, language)
    if language == "vi":
        return f"Trạm gần nhất {site}{owner} cách {away}"
    return f"The nearest site {site}{owner} is {away} away"


def _level(reason: Reason, language: Language) -> str:
    if math.isnan(reason.level_dbm):
        return ""
    level, needed = (_short(v, language) for v in (reason.level_dbm, reason.threshold_dbm))
    return f" (mức thu {level} dBm, cần {needed} dBm)" if language == "vi" else f" ({level} dBm, {needed} dBm needed)"


def _km(value_km: float, language: Language) -> str:
    """Write a distance; nothing where it is not known."""
    return "" if math.isnan(value_km) else f"{_short(value_km, language)} km"


def _short(value: float, language: Language) -> str:
    """Write a number with one decimal, a whole one without."""
    return number(value, language, decimals=0 if float(value).is_integer() else 1)
