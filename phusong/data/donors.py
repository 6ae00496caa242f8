"""Repeaters send only what their donor sends: what each counts for once all lists lie side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from phusong.coverage.network import Service, Site, Status
from phusong.coverage.transmitters import ON_AIR
from phusong.errors import Problem
from phusong.words import Text, number

_BEST_FIRST: tuple[Status, ...] = ("on_air", "listed", "unknown", "building", "planned", "off")
Sites = Mapping[str, Sequence[Site]]


def with_donors(sites: Sequence[Site], source: str) -> tuple[tuple[Site, ...], list[Problem]]:
    """Give every repeater the status that its donor leaves it, service by service.

    Parameters
    ----------
    sites
        The sites of all lists.
    source
        Name of the file, for the problems.

    Returns
    -------
    sites
        In the same order. A repeater on air stays so where its donor has the same operator's technology on air; where
        the donor's is planned, being built or off, so is the repeater's. Without a donor, or with one that no list has
        or that does not list this technology, its status is unknown: it counts at the favourable end only. A donor
        that is a repeater has a donor of its own.
    problems
        One warning for each of these cases, with the sites.
    """
    by_id: dict[str, list[Site]] = {}
    for site in sites:
        by_id.setdefault(site.site_id, []).append(site)
    told = tuple(_told(site, by_id) if site.kind == "repeater" else site for site in sites)
    return told, _problems(sites, told, by_id, source)


def _told(site: Site, by_id: Sites) -> Site:
    services = (replace(s, status=_status(s, site, by_id, frozenset())) for s in site.services)
    return replace(site, services=tuple(services))


def _status(service: Service, site: Site, by_id: Sites, behind: frozenset[str]) -> Status:
    """Return what a service of a site counts for; ``behind`` are the repeaters that lead to it."""
    if site.kind != "repeater" or service.status not in ON_AIR:
        return service.status
    if site.site_id in behind:  # a ring of repeaters has no donor
        return "unknown"
    donors: list[Status] = [
        _status(other, donor, by_id, behind | {site.site_id})
        for donor in by_id.get(site.donor_site_id, ())
        for other in donor.services
        if other.technology == service.technology and service.operator in other.operators_served
    ]
    best = min(donors, key=_BEST_FIRST.index) if donors else "unknown"
    return service.status if best in ("on_air", "listed") else best


def _problems(sites: Sequence[Site], told: Sequence[Site], by_id: Sites, source: str) -> list[Problem]:
    cases: dict[Text, list[str]] = {}
    for site, after in zip(sites, told, strict=True):
        for case in {
            _case(a.status, site, by_id) for b, a in zip(site.services, after.services, strict=True) if a != b
        }:
            cases.setdefault(case, []).append(site.site_id)
    return [Problem(level="warning", file=source, text=_written(case, ids)) for case, ids in cases.items()]


def _case(status: Status, site: Site, by_id: Sites) -> Text:
    if status != "unknown":
        return _SILENT
    if not site.donor_site_id:
        return _NOT_GIVEN
    return _UNKNOWN if site.donor_site_id in by_id else _NOT_LISTED


_SILENT = Text(
    "có trạm nguồn không phát sóng: không được tính", "have a donor that is not on air: they are not counted"
)
_NOT_GIVEN = Text(
    "không ghi mã trạm nguồn: chỉ được tính ở đầu thuận lợi", "name no donor: they count at the favourable end only"
)
_NOT_LISTED = Text(
    "có trạm nguồn không nằm trong danh sách nào: chỉ được tính ở đầu thuận lợi",
    "have a donor that is in no list: they count at the favourable end only",
)
_UNKNOWN = Text(
    "có trạm nguồn không rõ có phát công nghệ này không: chỉ được tính ở đầu thuận lợi",
    "have a donor that may not send this technology: they count at the favourable end only",
)


def _written(case: Text, ids: list[str]) -> Text:
    some = ", ".join(dict.fromkeys(ids))
    return Text(
        f"{number(len(ids))} trạm lặp {case.vi}: {some}", f"{number(len(ids), 'en')} repeaters {case.en}: {some}"
    )
