"""What is said of one path: its table, facts and notes in both languages, its picture, its JSON."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from phusong.coverage.network import Span
from phusong.coverage.radio.link import ledger_sum
from phusong.coverage.reasons import RIDGE_HEIGHT_M
from phusong.data.names import fold
from phusong.data.store import OutputError
from phusong.maps.colours import HOUSEHOLD_STATES
from phusong.maps.figures import Obstacle, PathProfile, path_profile_figure, png_bytes
from phusong.maps.profile_figure import RIDGE
from phusong.study.ask_tables import FIELD_TITLES
from phusong.study.path_profile import ServiceAnswer, SitePath
from phusong.words import LANGUAGES, Language, Text, number

STATUSES: Mapping[str, Text] = {
    "planned": Text("kế hoạch", "planned"),
    "building": Text("đang xây", "being built"),
    "off": Text("dừng", "switched off"),
    "listed": Text("trong danh sách", "listed"),
    "on_air": Text("đang phát", "on air"),
    "unknown": Text("không rõ", "unknown"),
}
LEDGER_HEADERS = (
    Text("Khoản", "Term"),
    Text("bất lợi", "worst"),
    Text("giữa", "middle"),
    Text("thuận lợi", "best"),
    Text("đơn vị", "unit"),
    Text("nguồn", "source"),
)
_PLACE = Text("Điểm thu", "Place")
_MAIN_OBSTACLE = Text("Vật cản chính", "Main obstacle")
_TERRAIN = Text("Địa hình", "Terrain")


def file_name(path: SitePath, language: Language) -> str:
    """Return the name of the picture where none is given."""
    code = re.sub(r"[^a-z0-9]+", "-", fold(path.site.site_id)).strip("-")
    return f"mat-cat-{code}.png" if language == "vi" else f"profile-{code}.png"


def headline(path: SitePath) -> Text:
    """Say which path this is."""
    site, asked, way = path.site, path.asked, path.way
    name = "" if site.name == site.site_id else f" ({site.name})"

    def written(language: Language) -> str:
        lon, lat = (number(v, language, decimals=5) for v in (asked.lon_deg, asked.lat_deg))
        length, bearing = number(way.length_km, language, decimals=2), number(way.bearing_deg, language)
        words = ("Trạm", "hướng") if language == "vi" else ("Site", "bearing")
        apart = "; " if language == "vi" else ", "
        return f"{words[0]} {site.site_id}{name} → {lon}{apart}{lat}: {length} km, {words[1]} {bearing}°"

    return Text(written("vi"), written("en"))


def service_name(answer: ServiceAnswer, language: Language) -> str:
    """Return operator, technology, band and frequency of a service."""
    service = answer.service
    digits = 0 if service.frequency_mhz == round(service.frequency_mhz) else 1
    megahertz = f"{number(service.frequency_mhz, language, decimals=digits)} MHz"
    band = "" if service.band in ("", megahertz) or service.band.endswith("MHz") else f" {service.band}"
    return f"{service.operator} {service.technology}{band}, {megahertz}"


def verdict(answer: ServiceAnswer, language: Language) -> str:
    """Say what a service gives: its level after margins with both ends, its threshold, the answer."""
    level = answer.level_dbm
    ends = _three(level, language)
    threshold = number(answer.threshold_dbm, language).replace("-", "−")
    state = state_name(answer).to(language)
    shown = ends[1] if ends[0] == ends[2] else f"{ends[1]} ({ends[0]} … {ends[2]})"
    words = "ngưỡng" if language == "vi" else "threshold"
    return f"{shown} dBm, {words} {threshold} dBm: {state}"


def state_name(answer: ServiceAnswer) -> Text:
    """Return the words of an answer."""
    return HOUSEHOLD_STATES[answer.state].name


def chosen_line(path: SitePath) -> Text:
    """Say which service and sector the ledger is of, and why that one."""
    why = Text("phục vụ tốt nhất trong các dịch vụ của trạm", "the best of the site's services here")
    only = Text("dịch vụ được hỏi", "the service asked for")
    reason = why if path.others else only

    def written(language: Language) -> str:
        azimuth = path.chosen.link.sector.azimuth_deg
        words = ("phương vị", "không rõ") if language == "vi" else ("azimuth", "not known")
        pointed = words[1] if azimuth is None else f"{number(azimuth, language)}°"
        if azimuth is None and path.chosen.link.sector.ring_size == 0:
            pointed = "vô hướng" if language == "vi" else "omnidirectional"
        return (
            f"{service_name(path.chosen, language)}, sector {path.chosen.link.sector.sector_id} "
            f"({words[0]} {pointed}): {reason.to(language)}"
        )

    return Text(written("vi"), written("en"))


def other_lines(path: SitePath) -> Iterator[Text]:
    """Yield one line for each of the site's other services."""
    for answer in path.others:
        vi, en = (f"{service_name(answer, language)}: {verdict(answer, language)}" for language in LANGUAGES)
        far = Text("", "") if answer.in_reach else Text(" (quá tầm)", " (beyond its reach)")
        yield Text(f"Dịch vụ khác: {vi}{far.vi}", f"Another service: {en}{far.en}")


def ledger_rows(path: SitePath, language: Language) -> Iterator[tuple[str, ...]]:
    """Yield the ledger as written rows, parts indented, then the sum and the threshold."""
    for row in path.ledger:
        title = row.title.to(language)
        if row.part_of:
            title = f"  {'trong đó' if language == 'vi' else 'of which'} {title}"
        yield title, *_three(row.value, language), row.unit, row.source.to(language)
    total = Text("Mức thu ngoài trời sau dự trữ", "Outdoor level after margins")
    yield total.to(language), *_three(ledger_sum(path.ledger), language), "dBm", ""
    threshold = Text("Ngưỡng", "Threshold").to(language)
    needed = Span.exactly(path.chosen.threshold_dbm)
    yield threshold, *_three(needed, language), "dBm", state_name(path.chosen).to(language)


def _three(value: Span, language: Language) -> tuple[str, str, str]:
    low, middle, high = (
        number(v, language, decimals=1).replace("-", "−") for v in (value.low, value.middle, value.high)
    )
    return low, middle, high


def facts(path: SitePath) -> Iterator[Text]:
    """Yield what the path is like beyond the ledger: sight and horizons, the main obstacle, ducts and scatter."""
    loss = path.chosen.link.loss
    if math.isnan(loss.loss_db):
        return
    if loss.line_of_sight:
        yield Text("Trong tầm nhìn thẳng (địa hình).", "In line of sight (terrain).")
    else:
        near, far = loss.tx_horizon_km, loss.rx_horizon_km
        yield Text(
            f"Khuất: chân trời cách trạm {number(near, decimals=2)} km, cách điểm thu {number(far, decimals=2)} km.",
            f"Not in sight: the horizon is {number(near, 'en', decimals=2)} km from the site and "
            f"{number(far, 'en', decimals=2)} km from the place.",
        )
    if loss.obstacle is not None:
        km, over_m, db = loss.obstacle.distance_km, loss.obstacle.height_m, loss.obstacle.loss_db
        side = ("trên", "above") if over_m >= 0 else ("dưới", "below")
        yield Text(
            f"Vật cản chính: cách trạm {number(km, decimals=2)} km, đỉnh {number(abs(over_m), decimals=1)} m {side[0]} "
            f"đường ngắm, riêng nó làm mất {number(db, decimals=1)} dB.",
            f"Main obstacle: {number(km, 'en', decimals=2)} km from the site, its top "
            f"{number(abs(over_m), 'en', decimals=1)} m {side[1]} the line, "
            f"by itself {number(db, 'en', decimals=1)} dB.",
        )
    else:
        yield Text("Không có gì đến gần đường ngắm.", "Nothing comes near the line.")
    yield Text(
        f"Riêng ống dẫn khí quyển: {number(loss.ducting_db, decimals=1)} dB; "
        f"riêng tán xạ tầng đối lưu: {number(loss.troposcatter_db, decimals=1)} dB.",
        f"Ducting alone: {number(loss.ducting_db, 'en', decimals=1)} dB; "
        f"troposcatter alone: {number(loss.troposcatter_db, 'en', decimals=1)} dB.",
    )


def notes(path: SitePath) -> tuple[Text, ...]:
    """Return what a reader of the answer must know."""
    return (*path.notes, *_notes_of_status(path), *_notes_of_path(path), *_notes_of_list(path))


def _notes_of_status(path: SitePath) -> Iterator[Text]:
    if path.site.kind == "indoor":
        yield Text(
            "Trạm trong nhà: trong nghiên cứu không được tính là phủ sóng ngoài trời.",
            "An indoor site: in a study it never serves outdoors.",
        )
    status, site_id = path.chosen.service.status, path.site.site_id
    if not path.chosen.on_air:
        yield Text(
            f"Trạm {site_id} chưa phát sóng ({STATUSES[status].vi}): tính như thể đang phát.",
            f"Site {site_id} is not on air ({STATUSES[status].en}): worked out as if it were.",
        )
    elif status == "unknown":
        yield Text(
            "Không rõ trạm có đang phát hay không: chỉ được tính ở đầu thuận lợi.",
            "Whether the site is on air is not known: it counts at the favourable end only.",
        )


def _notes_of_path(path: SitePath) -> Iterator[Text]:
    chosen, far = path.chosen, path.way.length_km
    if not chosen.in_reach:
        most, technology = chosen.max_path_km, chosen.service.technology
        yield Text(
            f"Đường truyền dài {number(far, decimals=1)} km, quá tầm {number(most, decimals=1)} km của {technology}: "
            "trong nghiên cứu trạm này không phục vụ điểm thu.",
            f"The path is {number(far, 'en', decimals=1)} km long, beyond the {number(most, 'en', decimals=1)} km of "
            f"{technology}: in a study this site does not serve the place.",
        )
    if math.isnan(chosen.level_dbm.middle):
        yield Text(
            "Thiếu địa hình trên đường truyền: không tính được suy hao, không kết luận được.",
            "Terrain is missing on the path: the loss cannot be computed, nothing can be concluded.",
        )
    elif not all(chosen.link.heard):
        yield Text(
            "Chiều lên: có đầu mà trạm không nghe được điện thoại; ở đầu đó không có sóng.",
            "Uplink: at some end the site does not hear the phone; at that end there is no service.",
        )


def _notes_of_list(path: SitePath) -> Iterator[Text]:
    """Yield what the station list leaves out about the sector."""
    silent = [FIELD_TITLES[field] for field in path.chosen.link.sector.left_out]
    if silent:
        yield Text(
            f"Danh sách trạm không ghi: {', '.join(t.vi for t in silent)}; lấy theo khoảng giả định.",
            f"The station list leaves out: {', '.join(t.en for t in silent)}; assumed ranges are taken.",
        )


def write_picture(path: SitePath, file: Path, language: Language) -> None:
    """Draw the path into a PNG file.

    Raises
    ------
    OutputError
        Where the file cannot be written.
    """
    png = png_bytes(path_profile_figure(profile_of(path), language=language, width_in=9.0), dpi=130)
    try:
        file.write_bytes(png)
    except OSError as error:
        raise OutputError(
            Text(f"Không ghi được {file}: {error.strerror}", f"{file} cannot be written: {error.strerror}")
        ) from error


def profile_of(path: SitePath) -> PathProfile:
    """Return what is drawn of the path."""
    chosen, way = path.chosen, path.way
    found = chosen.link.loss.obstacle
    return PathProfile(
        distance_km=way.distance_km,
        terrain_m=way.terrain_m,
        clutter_m=way.clutter_m,
        tx_height_agl_m=chosen.link.sector.height_agl_m.middle,
        rx_height_agl_m=path.rx_height_agl_m,
        frequency_mhz=chosen.service.frequency_mhz,
        obstacle=None
        if found is None
        else Obstacle(
            distance_km=found.distance_km, loss_db=found.loss_db, height_m=found.height_m, name=_MAIN_OBSTACLE
        ),
        effective_earth_radius_km=path.air.ae_km,
        tx_name=Text(f"Trạm {path.site.site_id}", f"Site {path.site.site_id}"),
        rx_name=_PLACE,
        caption=Text(*(_caption(path, language) for language in LANGUAGES)),
    )


def obstacle_name(path: SitePath) -> Text:
    """Return what the main obstacle is called: a ridge, or terrain that rises little over the line."""
    found = path.chosen.link.loss.obstacle
    return RIDGE if found is not None and found.height_m >= RIDGE_HEIGHT_M else _TERRAIN


def _caption(path: SitePath, language: Language) -> str:
    """Say in one line which service this is and what it gives."""
    warning = ("mô phỏng, chưa đo" if language == "vi" else "simulated data, not measured") if path.simulated else ""
    said = f"{service_name(path.chosen, language)}: {verdict(path.chosen, language)}"
    return f"{said} ({warning})" if warning else said


def as_values(path: SitePath, language: Language) -> dict[str, Any]:
    """Return everything said of the path, with units in the names; unknown numbers are null."""
    site, asked, loss = path.site, path.asked, path.chosen.link.loss
    return {
        "site_id": site.site_id,
        "site_name": site.name,
        "lon_deg": asked.lon_deg,
        "lat_deg": asked.lat_deg,
        "distance_km": _plain(path.way.length_km),
        "bearing_deg": _plain(path.way.bearing_deg),
        "chosen": _answer_json(path.chosen),
        "others": [_answer_json(answer) for answer in path.others],
        "ledger": [
            {
                "key": row.key,
                "part_of": row.part_of or None,
                "title": row.title.to(language),
                "unit": row.unit,
                "source": row.source.to(language),
                **_ends_json(row.value),
            }
            for row in path.ledger
        ],
        "level_dbm": _ends_json(ledger_sum(path.ledger)),
        "loss_db": {
            "p1812": _plain(loss.loss_db),
            "free_space": _plain(loss.free_space_db),
            "diffraction": _plain(loss.diffraction_50_db),
            "ducting": _plain(loss.ducting_db),
            "troposcatter": _plain(loss.troposcatter_db),
        },
        "line_of_sight": bool(loss.line_of_sight),
        "horizon_km": {"site": _plain(loss.tx_horizon_km), "place": _plain(loss.rx_horizon_km)},
        "obstacle": None
        if loss.obstacle is None
        else {
            "distance_km": _plain(loss.obstacle.distance_km),
            "height_over_line_m": _plain(loss.obstacle.height_m),
            "loss_db": _plain(loss.obstacle.loss_db),
        },
        "notes": [note.to(language) for note in notes(path)],
    }


def _answer_json(answer: ServiceAnswer) -> dict[str, Any]:
    service = answer.service
    return {
        "operator": service.operator,
        "technology": service.technology,
        "band": service.band,
        "frequency_mhz": service.frequency_mhz,
        "sector_id": answer.link.sector.sector_id,
        "status": service.status,
        "level_dbm": _ends_json(answer.level_dbm),
        "threshold_dbm": answer.threshold_dbm,
        "in_reach": answer.in_reach,
        "state": answer.state,
    }


def _ends_json(value: Span) -> dict[str, float | None]:
    return {"worst": _plain(value.low), "middle": _plain(value.middle), "best": _plain(value.high)}


def _plain(value: float) -> float | None:
    return round(float(value), 6) if math.isfinite(value) else None
