"""Proposed sites of a bid: codes, places, heights, and how far they stand from the reference sites they replace."""

from __future__ import annotations

from collections.abc import Iterator

from pyproj import Geod

from phusong.data.terms import LEAST_SHOWN
from phusong.errors import Problem, Range
from phusong.tenders.bids.cells import At, number_of, repeated, whole_of
from phusong.tenders.bids.forms import HEIGHT_M, SITES, box_of
from phusong.tenders.bids.reading import Bid, BidRow, areas_of
from phusong.tenders.package.shown import shown_place
from phusong.tenders.package.values import Package, ReferenceSite
from phusong.words import LANGUAGES, Text, number

_ENTRIES = tuple(column.key for column in SITES.columns if column.entry)
_LON, _LAT = Range(102.0, 118.0, "°"), Range(6.0, 24.0, "°")
_GEOD = Geod(ellps="WGS84")
OTHER_PLACE = Text("đề xuất vị trí khác", "another place is proposed")


def proposed(bid: Bid) -> tuple[BidRow, ...]:
    """Return the rows of proposed sites that hold anything."""
    rows = bid.tables["sites"].rows if "sites" in bid.tables else ()
    return tuple(row for row in rows if row.filled(_ENTRIES))


def site_problems(bid: Bid, package: Package) -> Iterator[Problem]:
    """Give what is wrong with the proposed sites."""
    table = bid.tables.get("sites")
    if table is None:
        return
    at, rows = At(bid, table), proposed(bid)
    if not rows:
        yield at.problem("bid.no_sites", Text("chưa đề xuất trạm nào", "no site is proposed"))
    codes = repeated(row.text("own_id") for row in rows if row.text("own_id"))
    replaced = repeated(row.text("replaces") for row in rows if row.text("replaces"))
    sites = {site.site_id: site for site in package.sites}
    for row in rows:
        yield from (at.empty(row, c.key) for c in SITES.columns if c.needed and not row.text(c.key))
        if row.text("own_id") in codes:
            yield at.twice(row, "own_id")
        yield from _coverage(at, row, package)
        yield from _height(at, row)
        yield from _place(at, row, package)
        yield from _reference(at, row, sites)
        if row.text("replaces") in replaced:
            text = Text("nhiều trạm cùng thay một trạm tham chiếu", "several sites replace one reference site")
            yield at.problem("bid.replaced_twice", text, row, "replaces", level="warning")


def _coverage(at: At, row: BidRow, package: Package) -> Iterator[Problem]:
    """Check the listed areas and that no more households are promised than live there."""
    needs = {area.gap_id: area.households for area in package.areas}
    codes = list(areas_of(row.text("gap_ids")))
    for code in codes:
        if code not in needs:
            text = Text(f"gói không có khu vực “{code}”", f"the package has no area “{code}”")
            yield at.problem("bid.unknown_area", text, row, "gap_ids")
    if not row.text("households"):
        return
    households = whole_of(row, "households")
    most = sum(needs.get(code, 0) for code in dict.fromkeys(codes))
    if households is None:
        yield at.unlike_number(row, "households")
    elif codes and households > most:
        yield at.problem("bid.too_many", _too_many(households, most), row, "households")


def _too_many(given: int, most: int) -> Text:
    if most < LEAST_SHOWN:
        return Text("nhiều hơn số hộ cần phủ của các khu vực đã ghi", "more than the listed areas need")
    return Text(
        f"cam kết {number(given)} hộ, các khu vực đã ghi chỉ cần phủ {number(most)} hộ",
        f"{number(given, 'en')} households are promised, the listed areas need {number(most, 'en')}",
    )


def _height(at: At, row: BidRow) -> Iterator[Problem]:
    allowed, height = Range(*HEIGHT_M, "m"), number_of(row, "height_m")
    if not row.text("height_m"):
        return
    if height is None:
        yield at.problem("bid.number", _no_number(row.text("height_m")), row, "height_m")
    elif not allowed.holds(height):
        yield at.outside(row, "height_m", allowed, height)


def _no_number(given: str) -> Text:
    return Text(f"phải là số, nhận được “{given}”", f"must be a number, got “{given}”")


def _place(at: At, row: BidRow, package: Package) -> Iterator[Problem]:
    """Check that a position can be read, is not swapped, and lies near the package."""
    for key in ("lon_deg", "lat_deg"):
        if row.text(key) and number_of(row, key) is None:
            yield at.problem("bid.number", _no_number(row.text(key)), row, key)
    lon_deg, lat_deg = number_of(row, "lon_deg"), number_of(row, "lat_deg")
    if lon_deg is None or lat_deg is None:
        return
    if _LON.holds(lat_deg) and _LAT.holds(lon_deg):
        text = Text("có lẽ kinh độ và vĩ độ bị đổi chỗ", "longitude and latitude seem to have changed places")
        yield at.problem("bid.swapped", text, row, "lon_deg")
        return
    box = box_of(package)
    if box is None:
        return
    for key, value, low, high in (("lon_deg", lon_deg, box[0], box[2]), ("lat_deg", lat_deg, box[1], box[3])):
        allowed = Range(low, high, "°")
        if not allowed.holds(value):
            yield at.outside(row, key, allowed, value)


def _reference(at: At, row: BidRow, sites: dict[str, ReferenceSite]) -> Iterator[Problem]:
    """Flag, not refuse, a site that stands elsewhere than its reference; how far is not told of a standing mast."""
    code = row.text("replaces")
    if not code:
        return
    site = sites.get(code)
    if site is None:
        text = Text(f"gói không có trạm tham chiếu “{code}”", f"the package has no reference site “{code}”")
        yield at.problem("bid.unknown_site", text, row, "replaces")
        return
    lon_deg, lat_deg = number_of(row, "lon_deg"), number_of(row, "lat_deg")
    if lon_deg is None or lat_deg is None or not (_LON.holds(lon_deg) and _LAT.holds(lat_deg)):
        return
    _, _, away_m = _GEOD.inv(lon_deg, lat_deg, site.place.lon_deg, site.place.lat_deg)
    if away_m > site.tolerance_m:
        yield at.problem("bid.other_place", _elsewhere(site, away_m), row, "lon_deg", level="warning")


def _elsewhere(site: ReferenceSite, away_m: float) -> Text:
    if shown_place(site) is None:
        return Text(f"{OTHER_PLACE.vi}: không ở cột hiện có", f"{OTHER_PLACE.en}: not at the standing mast")
    vi, en = ((number(away_m, one), number(site.tolerance_m, one)) for one in LANGUAGES)
    return Text(
        f"{OTHER_PLACE.vi}: cách trạm tham chiếu {site.site_id} {vi[0]} m, bán kính được dịch chuyển {vi[1]} m",
        f"{OTHER_PLACE.en}: {en[0]} m from reference site {site.site_id}, which may move by {en[1]} m",
    )
