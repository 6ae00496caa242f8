"""The clusters of a package: each reference site with the areas it serves first, and areas without one by commune."""

from __future__ import annotations

from dataclasses import dataclass

from phusong.tenders.package.shown import is_shown
from phusong.tenders.package.values import Area, Package, ReferenceSite


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """A page of the atlas: its number, its sites (none where no site of the package serves its areas), its areas."""

    number: int
    commune_code: str
    commune_name: str
    sites: tuple[ReferenceSite, ...]
    areas: tuple[Area, ...]

    @property
    def shown(self) -> tuple[Area, ...]:
        """Return the areas that may be shown at their place."""
        return tuple(area for area in self.areas if is_shown(area))

    @property
    def households(self) -> int:
        """Return the households needing coverage."""
        return sum(area.households for area in self.areas)

    @property
    def planned_households(self) -> int:
        """Return those served after."""
        return sum(area.planned_households for area in self.areas)


def clusters_of(package: Package) -> tuple[Cluster, ...]:
    """Return the clusters in the order of communes and sites; every area is in exactly one, and every site."""
    site_of = {area.gap_id: _first_site(area, package) for area in package.areas}
    pages: dict[tuple[str, str], tuple[list[ReferenceSite], list[Area]]] = {}
    for area in package.areas:
        site = site_of[area.gap_id]
        key = (site.commune_code, site.site_id) if site else (area.commune_code, "")
        pages.setdefault(key, ([site] if site else [], []))[1].append(area)
    for site in sorted(package.sites, key=lambda site: site.site_id):
        if site not in site_of.values():
            pages.setdefault(_host_page(site, site_of, pages), ([], []))[0].append(site)
    names = {area.commune_code: area.commune_name for area in package.areas}
    names |= {site.commune_code: site.commune_name for site in package.sites}
    return tuple(
        Cluster(
            number=number,
            commune_code=key[0],
            commune_name=names[key[0]],
            sites=tuple(sites),
            areas=tuple(areas),
        )
        for number, (key, (sites, areas)) in enumerate(sorted(pages.items(), key=_order), start=1)
    )


def _order(item: tuple[tuple[str, str], object]) -> tuple[str, bool, str]:
    (commune, site), _ = item
    return commune, not site, site


def _first_site(area: Area, package: Package) -> ReferenceSite | None:
    """Return the first of the package's sites that serves an area."""
    named = [site for code in area.site_ids for site in package.sites if site.site_id == code]
    serving = [site for site in package.sites if area.gap_id in site.gap_ids]
    return next(iter([*named, *serving]), None)


def _host_page(
    site: ReferenceSite,
    site_of: dict[str, ReferenceSite | None],
    pages: dict[tuple[str, str], tuple[list[ReferenceSite], list[Area]]],
) -> tuple[str, str]:
    """Return the page of the area a site serves most where another site comes first, or a page of its own."""
    for gap_id in site.gap_ids:
        first = site_of.get(gap_id)
        if first is not None and (first.commune_code, first.site_id) in pages:
            return first.commune_code, first.site_id
    return site.commune_code, site.site_id
