"""What a popup says about a row: a title, a sentence, lines of field and value, small bars; plain text throughout.

A line names its field by key; :func:`labels` has the words, once for the whole page.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from phusong.maps import phrases
from phusong.maps.colours import HOUSEHOLD_STATES, PLAN_SITES, VILLAGE_CLASSES, operator_style
from phusong.maps.phrases import FIELD_NAMES
from phusong.words import Language, Text, number, percent

Row = Mapping[str, Any]
Popup = dict[str, Any]

LEVEL_COLUMN = re.compile(r"^level_dbm_(.+)_(2g|3g|4g|5g|other)$")
LOWEST_BAR_DBM, HIGHEST_BAR_DBM = -140.0, -60.0


def commune(row: Row, language: Language) -> Popup:
    """A commune: its four states as one bar, villages and gaps."""
    lines = [
        ("population", number(row["population"], language)),
        ("villages", number(row["villages"], language)),
        ("gaps", number(row["gaps"], language)),
        ("gap_households", number(row["gap_households"], language)),
        ("commune_code", row["commune_code"]),
    ]
    return _popup(row["commune_name"], row.get("province_name", ""), lines) | states(row, language)


def village(row: Row, language: Language) -> Popup:
    """A village: its class, its four states, what the class rests on."""
    style = VILLAGE_CLASSES[row["village_class"]]
    provisional = Text("tạm xếp loại: tọa độ trung tâm là ước tính", "provisional: its centre is estimated")
    single = Text("đơn mạng: chỉ một nhà mạng phủ", "served by a single operator")
    notes = [note.to(language) for note, so in ((provisional, row["provisional"]), (single, row["single_operator"]))
             if so is True or so == 1]  # fmt: skip
    voice = VILLAGE_CLASSES.get(row.get("village_class_voice", ""))
    lines = [
        ("interval", row.get(f"interval_{language}") or ""),
        ("village_class_voice", voice.name.to(language) if voice else ""),
        ("largest_cluster_households", number(row["largest_cluster_households"], language)),
        ("population", number(row["population"], language)),
        ("grid_power", _named(phrases.ANSWERS, row["grid_power"], language)),
        ("is_dbkk", _named(phrases.ANSWERS, row["is_dbkk"], language)),
        *_circumstances(row, language),
    ]
    said = "; ".join([style.name.to(language), *notes])
    popup = _popup(row["village_name"], row["commune_name"], lines)
    return popup | {"said": said[:1].upper() + said[1:] + "."} | states(row, language)


def gap(row: Row, language: Language) -> Popup:
    """A gap: how many households, why, the nearest station of each operator, where it is."""
    people = f" ({number(row['population'], language)} {phrases.PEOPLE.to(language)})"
    count = f"{number(row['households'], language)} {phrases.NEEDED.to(language)}"
    style = VILLAGE_CLASSES.get(row["village_class"])
    lines = [
        ("interval", row.get(f"interval_{language}") or ""),
        ("village_class", style.name.to(language) if style else ""),
        ("nearest_sites", [part.strip() for part in str(row["nearest_sites"]).split(";")]),
        ("obstacle", _obstacle(row, language)),
        ("grid_power", _named(phrases.ANSWERS, row.get("grid_power", ""), language)),
        ("is_dbkk", _named(phrases.ANSWERS, row.get("is_dbkk", ""), language)),
        *_circumstances(row, language),
        *_planned(row, language),
        ("wgs84", _wgs84(row, language)),
        ("vn2000", _vn2000(row, language)),
        ("central_meridian", row.get("central_meridian") or ""),
    ]
    popup = _popup(place(row) or row["gap_id"], row["gap_id"], lines)
    return popup | {
        "count": count + (people if _known(row["population"]) else ""),
        "said": str(row[f"reason_{language}"]),
        "bars": levels(row, language),
    }


def _circumstances(row: Row, language: Language) -> list[tuple[str, str]]:
    """Return the finding, the route and what decides it, as far as the study has them."""
    return [
        ("finding", _named(phrases.FINDINGS, row.get("finding", ""), language)),
        ("basis", _named(phrases.BASES, row.get("basis", ""), language)),
        (f"route_{language}", row.get(f"route_{language}") or ""),
        (f"gates_{language}", row.get(f"gates_{language}") or ""),
        ("mountainous", _named(phrases.ANSWERS, row.get("mountainous", ""), language)),
        (f"terrain_{language}", row.get(f"terrain_{language}") or ""),
    ]


def _planned(row: Row, language: Language) -> list[tuple[str, str]]:
    """Return what a plan does for a gap."""
    if "planned_households" not in row:
        return []
    return [
        ("planned_households", percent(row["planned_households"], row["households"], language)),
        (f"left_because_{language}", row[f"left_because_{language}"]),
        (f"advice_{language}", row[f"advice_{language}"]),
    ]


def plan_site(row: Row, language: Language) -> Popup:
    """A site of a plan: what it wins for how much, and what it needs."""
    style = PLAN_SITES[row["kind"]]
    ends = Text("{} đến {} đồng", "{} to {} VND").to(language)
    lines = [
        ("host_site_id", row["host_site_id"]),
        ("technology", f"{row['technology']} {row['band']}".strip()),
        ("height_agl_m", number(row["height_agl_m"], language)),
        ("cost_vnd", ends.format(number(row["cost_low_vnd"], language), number(row["cost_high_vnd"], language))),
        ("cost_per_household_vnd", number(row["cost_per_household_vnd"], language)),
        (f"backhaul_{language}", row[f"backhaul_{language}"]),
        (f"power_{language}", row[f"power_{language}"]),
        ("wgs84", _wgs84(row, language)),
    ]
    gained = Text("{} hộ được phủ thêm", "{} more households served").to(language)
    said = style.name.to(language)
    return _popup(plan_site_name(row, language), row["option_id"], lines) | {
        "count": gained.format(number(row["households"], language)),
        "said": f"{said[:1].upper()}{said[1:]}.",
    }


def plan_site_name(row: Row, language: Language) -> str:
    """Return what a site of a plan is called: its number in the order of the plan."""
    return Text("Trạm số {}", "Site {}").to(language).format(number(row["order"], language))


def future_gap(row: Row, language: Language) -> Popup:
    """A gap of a scenario that is none today."""
    count = f"{number(row['households'], language)} {phrases.NEEDED.to(language)}"
    return _popup(place(row), phrases.LAYER_NAMES["future_gaps"].to(language), []) | {"count": count}


def road_gap(row: Row, language: Language) -> Popup:
    """A stretch of road without signal."""
    lines = [("length_km", number(row["length_km"], language, decimals=1))]
    return _popup(row["road_name"] or "–", phrases.LAYER_NAMES["road_gaps"].to(language), lines)


def target_place(row: Row, language: Language) -> Popup:
    """A school, clinic or the like."""
    state = HOUSEHOLD_STATES[row["state"]].name.to(language)
    return _popup(row["place_name"], _named(phrases.PLACE_TITLES, row["kind"], language), [("state", state)])


def site(row: Row, language: Language) -> Popup:
    """A station: who and what is on it, and what had to be assumed."""
    operators = ", ".join(operator_style(key).name.to(language) for key in operators_of(row))
    lines = [
        ("operators", operators),
        ("technologies", row["technologies"]),
        ("status", _named(phrases.STATUS_NAMES, row["status"], language)),
        ("kind", _named(phrases.KIND_NAMES, row["kind"], language)),
        ("height_agl_m", number(row["height_agl_m"], language)),
        ("sectors", number(row["sectors"], language)),
        ("assumed", number(row["assumed"], language)),
        ("wgs84", _wgs84(row, language)),
    ]
    return _popup(row["site_id"], row["site_name"], lines)


def proposed_site(row: Row, language: Language) -> Popup:
    """A reference site: what it would win and where; bidders may propose another place."""
    advice = Text(
        "Chỉ để tham khảo: nhà thầu có thể đề xuất vị trí khác nếu vẫn phủ đủ số hộ.",
        "For reference only: a bidder may propose another place that covers the same households.",
    )
    lines = [
        ("households_gained", number(row["households_gained"], language)),
        ("height_agl_m", number(row["height_agl_m"], language)),
        ("ground_m", number(row["ground_m"], language)),
        ("gap_id", row["gap_id"]),
        ("wgs84", _wgs84(row, language)),
        ("vn2000", _vn2000(row, language)),
        ("central_meridian", row.get("central_meridian") or ""),
    ]
    name = phrases.LAYER_NAMES["proposed_sites"].to(language)
    return _popup(row["site_id"], name, lines) | {"said": advice.to(language)}


def labels(language: Language) -> dict[str, str]:
    """Return the words of every field a popup can name."""
    own = {"obstacle": phrases.OBSTACLE, "wgs84": Text("WGS84", "WGS84"), "vn2000": Text("VN-2000", "VN-2000")}
    return {key: text.to(language) for key, text in (FIELD_NAMES | own).items()}


def states(row: Row, language: Language) -> Popup:
    """Return the four household states: the unserved in words, all four as shares of one bar."""
    total = row["households"]
    keys = ("unserved", "undetermined", "no_data", "served")
    parts = [
        [f"{key}_households", round(float(100 * row[f"{key}_households"] / total), 1),
         number(row[f"{key}_households"], language)]
        for key in keys if total > 0 and row[f"{key}_households"] > 0
    ]  # fmt: skip
    unserved = FIELD_NAMES["unserved_households"].to(language)
    return {"count": f"{unserved}: {percent(row['unserved_households'], total, language)}", "states": parts}


def levels(row: Row, language: Language) -> list[Popup]:
    """Return one small bar for each layer with a level, the strongest first."""
    found = [(match, float(row[match.string])) for match in map(LEVEL_COLUMN.match, row) if match]
    known = sorted((pair for pair in found if math.isfinite(pair[1])), key=lambda pair: (-pair[1], pair[0].string))
    span = HIGHEST_BAR_DBM - LOWEST_BAR_DBM
    bars = []
    for match, level_dbm in known:
        operator, technology = match.groups()
        other = technology == "other"
        layer = phrases.OTHER_TECHNOLOGY.to(language) if other else technology.upper()
        share = 100.0 * min(1.0, max(0.02, (level_dbm - LOWEST_BAR_DBM) / span))
        bars.append({
            "label": f"{operator_style(operator).name.to(language)} {layer}",
            "colour": operator_style(operator).colour,
            "share": round(share, 1),
            "value": number(level_dbm, language, decimals=1).replace("-", "−"),
        })  # fmt: skip
    return bars


def place(row: Row) -> str:
    """Return village and commune of a row, as far as they are known."""
    return ", ".join(str(row[key]) for key in ("village_name", "commune_name") if row.get(key))


def operators_of(row: Row) -> list[str]:
    """Return the operator keys of a station."""
    return [key.strip().lower() for key in str(row["operators"]).split(",") if key.strip()]


def nearest_site_ids(row: Row) -> list[str]:
    """Return the stations a gap's popup points at: the nearest of all, then the nearest of each operator."""
    told = [part.strip().split(" (")[0] for part in str(row["nearest_sites"]).split(";")]
    return list(dict.fromkeys(key for key in (str(row["nearest_site_id"]), *told) if key))


def _obstacle(row: Row, language: Language) -> str:
    """Say how far the obstacle is, how far it stands above the line of sight and what it costs."""
    above = Text("cao hơn đường ngắm {}", "{} above the line of sight").to(language)
    height = _measured(row.get("obstacle_height_m"), "m", language)
    distance = _measured(row.get("obstacle_distance_km"), "km", language, 1)
    loss = _measured(row.get("obstacle_loss_db"), "dB", language, 1)
    return ", ".join(part for part in (distance, above.format(height) if height else "", loss) if part)


def obstacle_label(row: Row, language: Language) -> str:
    """Name the obstacle on the map by its loss."""
    return f"{phrases.OBSTACLE.to(language)}: {_measured(row['obstacle_loss_db'], 'dB', language, 1)}"


def _popup(title: Any, subtitle: Any, lines: list[tuple[str, Any]]) -> Popup:
    kept = [list(line) for line in lines if line[1] not in ("", "–", [""], None)]
    return {"title": str(title), "subtitle": str(subtitle), "lines": kept}


def _named(names: Mapping[str, Text], key: Any, language: Language) -> str:
    return names[key].to(language) if key in names else str(key)


def _known(value: Any) -> bool:
    return value is not None and not isinstance(value, str) and math.isfinite(value)


def _measured(value: Any, unit: str, language: Language, decimals: int = 0) -> str:
    return f"{number(float(value), language, decimals=decimals)}\u00a0{unit}" if _known(value) else ""


def _wgs84(row: Row, language: Language) -> str:
    lat, lon = (number(float(row[key]), language, decimals=5) for key in ("lat_deg", "lon_deg"))
    north, east = ("B", "Đ") if language == "vi" else ("N", "E")
    return f"{lat}° {north}  {lon}° {east}"


def _vn2000(row: Row, language: Language) -> str:
    if not _known(row.get("vn2000_northing_m")):
        return ""
    x, y = (number(float(row[f"vn2000_{key}_m"]), language) for key in ("northing", "easting"))
    return f"X {x}  Y {y}"
