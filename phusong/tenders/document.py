"""The .docx report of a package: a Word template filled from a snapshot and from nothing else."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from phusong.data.provenance import households_text, thresholds_text
from phusong.data.terms import cause, nearest_lines, range_text, village_class_title
from phusong.errors import MissingFileError
from phusong.tenders.snapshot import Area, ReferenceSite, Snapshot, VillageCount, village_counts
from phusong.tenders.templates.wording import FILE_NAMES
from phusong.tenders.word import Picture, WordTemplate, fill_template
from phusong.tenders.wording import (
    BOUNDARY_NOTE,
    FORECAST_NOTE,
    OUTSIDE_VILLAGES,
    REFERENCE_NOTE,
    SIMULATED,
    interval_note,
    limits,
    margin_text,
)
from phusong.words import Language, Text, day, number

MUST_STAY = frozenset(
    {"banner", "area_count", "communes", "digest_short", "households", "limits", "package_code", "thresholds"}
)
"""Fields no template may drop: without them a reader cannot tell what was counted, by what rule, or from what data."""

MAP_BOX_CM = (25.4, 14.6)
"""Greatest width and height of the map: with its heading it stays on one lying page whatever its shape."""


def write_document(
    path: Path,
    snapshot: Snapshot,
    *,
    language: Language = "vi",
    map_png: bytes | None = None,
    template: Path | None = None,
) -> None:
    """Write the report of a package; the same snapshot, picture and template give the same bytes.

    Parameters
    ----------
    path
        The .docx to write.
    snapshot
        The frozen package.
    language
        Of the text, and of the template where none is named.
    map_png
        A map of the package as PNG; without it the page asks for one.
    template
        A department's own Word template; its fields are those of :func:`context_of`.

    Raises
    ------
    MissingFileError
        If the named template is not there.
    UnreadableFileError
        If the template is damaged, uses a field that does not exist, or lacks one of ``MUST_STAY``.
    """
    content, name = _template(template, language)
    context: dict[str, Any] = context_of(snapshot, language)
    pictures = {"map_picture": Picture(map_png, *MAP_BOX_CM) if map_png else None}
    fill_template(
        path,
        WordTemplate(content, name),
        context,
        pictures=pictures,
        allowed=FIELDS,
        must_stay=MUST_STAY,
        dated=snapshot.frozen_on,
    )


def _template(template: Path | None, language: Language) -> tuple[bytes, str]:
    if template is None:
        name = FILE_NAMES[language]
        return (resources.files("phusong.tenders.templates") / language / name).read_bytes(), name
    if not template.is_file():
        raise MissingFileError(Text(f"Không tìm thấy mẫu {template}.", f"Template {template} was not found."))
    return template.read_bytes(), template.name


def context_of(snapshot: Snapshot, language: Language) -> dict[str, Any]:
    """Return every field a template may use (the map picture aside), as written in one language."""
    p = snapshot.provenance
    return {
        "package_code": snapshot.package_code,
        "province_name": _within_a_sentence(snapshot.province_name),
        "year": snapshot.frozen_on.year,
        "frozen_on": day(snapshot.frozen_on),
        "approver": snapshot.approver,
        "digest": snapshot.digest,
        "digest_short": snapshot.digest[:16],
        "banner": SIMULATED.to(language) if p.simulated else "",
        "area_count": number(len(snapshot.areas), language),
        "commune_count": number(len(snapshot.by_commune()), language),
        "households": number(snapshot.households, language),
        "population": _whole(snapshot.population, language),
        "site_count": number(len(snapshot.sites), language),
        "gained": number(sum(site.households_gained for site in snapshot.sites), language),
        "communes": list(_communes(snapshot, language)),
        "service": p.service.to(language),
        "model": p.model.to(language),
        "version": p.version,
        "scenario": p.scenario.to(language),
        "study": p.study,
        "study_date": day(p.created_on),
        "profile": f"{p.profile} – {p.profile_title.to(language)}",
        "profile_source": p.profile_source.to(language),
        "thresholds": thresholds_text(p, language),
        "margins": "; ".join(f"{m.title.to(language)}: {margin_text(m, language)}" for m in p.margins) or "–",
        "households_origin": households_text(p, language),
        "min_gap_households": number(p.min_gap_households, language),
        "persons_per_household": number(p.persons_per_household, language, decimals=1),
        "inputs": "; ".join(f"{f.role.to(language)} ({', '.join(filter(None, (f.name, f.dated)))})" for f in p.inputs),
        "limits": [limit.to(language) for limit in limits(p)],
        "legal_basis": legal_basis(language),
        "forecast_note": FORECAST_NOTE.to(language),
        "interval_note": interval_note(p).to(language),
        "boundary_note": BOUNDARY_NOTE.to(language),
        "reference_note": REFERENCE_NOTE.to(language),
    }


FIELDS = frozenset(
    {
        "package_code",
        "province_name",
        "year",
        "frozen_on",
        "approver",
        "digest",
        "digest_short",
        "banner",
        "area_count",
        "commune_count",
        "households",
        "population",
        "site_count",
        "gained",
        "communes",
        "service",
        "model",
        "version",
        "scenario",
        "study",
        "study_date",
        "profile",
        "profile_source",
        "thresholds",
        "margins",
        "households_origin",
        "min_gap_households",
        "persons_per_household",
        "inputs",
        "limits",
        "legal_basis",
        "forecast_note",
        "interval_note",
        "boundary_note",
        "reference_note",
        "map_picture",
    }
)
"""The fields a template may use."""


def legal_basis(language: Language) -> list[dict[str, Any]]:
    """Return the acts a report rests on; ``to_check`` marks one whose text we have not seen."""
    data = tomllib.loads((resources.files("phusong.tenders") / "legal_basis.toml").read_text(encoding="utf-8"))
    return [
        {"text": act[language] + ("" if act["verified"] else " "), "to_check": not act["verified"]}
        for act in data["basis"]
    ]


def _communes(snapshot: Snapshot, language: Language) -> Iterable[Mapping[str, Any]]:
    areas = {area.gap_id: _area(n, area, language) for n, area in enumerate(snapshot.areas, start=1)}
    sites = [(site, _site(n, site, language)) for n, site in enumerate(snapshot.sites, start=1)]
    villages = [(v, _village(n, v, language)) for n, v in enumerate(village_counts(snapshot), start=1)]
    for position, (code, members) in enumerate(snapshot.by_commune().items(), start=1):
        own_sites = [(site, row) for site, row in sites if site.commune_code == code]
        counts = [v for v, _ in villages if v.commune_code == code]
        known = [v.population for v in counts if v.population is not None]
        yield {
            "number": position,
            "name": members[0].commune_name,
            "area_count": number(len(members), language),
            "households": number(sum(area.households for area in members), language),
            "population": _whole(sum(known) if known else None, language),
            "site_count": number(len(own_sites), language),
            "gained": number(sum(site.households_gained for site, _ in own_sites), language),
            "areas": [areas[area.gap_id] for area in members],
            "villages": [row for v, row in villages if v.commune_code == code],
            "sites": [row for _, row in own_sites],
        }


def _area(position: int, area: Area, language: Language) -> Mapping[str, Any]:
    return {
        "number": position,
        "gap_id": area.gap_id,
        "village_name": area.village_name or OUTSIDE_VILLAGES.to(language),
        "village_class": village_class_title(area.village_class).to(language) if area.village_class else "",
        "households": number(area.households, language),
        "interval": range_text(area.unserved_low, area.unserved_high, language),
        "population": _whole(area.population, language),
        "nearest": nearest_lines(area.nearest_sites, language),
        "reason": cause(area.reason.to(language), area.village_name),
        **_position(area, language),
    }


def _village(position: int, village: VillageCount, language: Language) -> Mapping[str, Any]:
    counts = ("areas", "households", "population", "village_households", "served_households", "undetermined_households")
    low, high = village.unserved_low, village.unserved_high
    return {
        "number": position,
        "village_name": village.village_name or OUTSIDE_VILLAGES.to(language),
        "interval": "–" if low is None or high is None else range_text(low, high, language),
        **{name: _whole(getattr(village, name), language) for name in counts},
    }


def _site(position: int, site: ReferenceSite, language: Language) -> Mapping[str, Any]:
    return {
        "number": position,
        "site_id": site.site_id,
        "gap_id": site.gap_id,
        "ground_m": _whole(site.ground_m, language),
        "height_agl_m": number(site.height_agl_m, language),
        "households_gained": number(site.households_gained, language),
        **_position(site, language),
    }


def _position(place: Area | ReferenceSite, language: Language) -> Mapping[str, str]:
    return {
        "lat_deg": number(place.lat_deg, language, decimals=6),
        "lon_deg": number(place.lon_deg, language, decimals=6),
        "vn2000_northing_m": number(place.vn2000_northing_m, language, decimals=2),
        "vn2000_easting_m": number(place.vn2000_easting_m, language, decimals=2),
        "central_meridian": place.central_meridian,
    }


def _within_a_sentence(province_name: str) -> str:
    """Write "tỉnh", "thành phố" as Vietnamese does after other words."""
    kind = next((kind for kind in ("Tỉnh ", "Thành phố ") if province_name.startswith(kind)), "")
    return kind.lower() + province_name.removeprefix(kind)


def _whole(value: float | None, language: Language) -> str:
    return "–" if value is None else number(value, language)
