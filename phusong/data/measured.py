"""The study's measurements beside its model: a table for the report, and in words what may be concluded from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.coverage.comparison import COMPARED, OUTCOMES, Expected, Receptions, agreement, expected_levels
from phusong.coverage.criteria import Profile
from phusong.coverage.network import Network, Sector, Span
from phusong.coverage.radio.air import STANDARD_AIR, Air
from phusong.coverage.reasons import operator_title
from phusong.coverage.terrain import MISSING, Terrain
from phusong.coverage.transmitters import ON_AIR
from phusong.data.schemas.common import TECHNOLOGY_OPTIONS
from phusong.data.schemas.measurements import ENVIRONMENTS
from phusong.words import LANGUAGES, Text, number, percent

COLUMNS = (
    *("group", "measurements", "places", "bias_db", "std_db", "rank_correlation", "below_floor_percent", "left_out"),
)

FLAT_M = 50.0
"""Measured places of which nine in ten differ by less than this in elevation are called flat."""

_ALL = Text("Tất cả", "All")
_NOT_IN_LIST = Text("Trạm không có trong danh sách", "Sites not in the list")
_TECHNOLOGIES = {option.value: option.title for option in TECHNOLOGY_OPTIONS}
_ENVIRONMENTS = {option.value: option.title for option in ENVIRONMENTS}
_LEFT_OUT = {
    "not_listed": Text(
        "trạm thu được không có trong danh sách hoặc chưa phát sóng",
        "the site received is not in the list or not on air",
    ),
    "no_terrain": Text("thiếu địa hình trên đường truyền", "terrain is missing along the path"),
    "out_of_reach": Text("xa hơn tầm tính của công nghệ", "farther than cells of that technology reach"),
}
_MEANING = Text(
    "Mức của mô hình là trung vị ngoài trời, chưa trừ dự trữ.", "The model's level is the median outdoors, no margin."
)
_ONLY_RECEIVED = Text(
    "Số liệu chỉ có những lần thu được: nơi không thu được gì thì không có trong đó.",
    "Only what was received is in the data: places without any reception are not.",
)
_REVERSED = (
    Text(
        "Công nghệ khác (LoRa…): trạm thu gói tin thiết bị phát; tổn hao hai chiều như nhau nhưng không rõ công suất.",
        "Technology other (LoRa…): sites receive what devices send; the loss is the same both ways, the power unknown.",
    ),
    Text(
        "Vì vậy độ lệch không dùng để đánh giá mô hình; chỉ xem độ lệch chuẩn và tương quan hạng.",
        "So the bias says nothing about the model; look at the standard deviation and the rank correlation.",
    ),
)
Mask = NDArray[np.bool_]


class Comparison(NamedTuple):
    """Model against measurements: ``table`` (``COLUMNS``) for the report, and what to read with it."""

    table: pd.DataFrame
    notes: tuple[Text, ...]


def comparison_table(
    measurements: pd.DataFrame | None,
    network: Network,
    terrain: Terrain,
    profile: Profile,
    *,
    air: Air = STANDARD_AIR,
) -> Comparison | None:
    """Compare the measured levels with the model.

    Parameters
    ----------
    measurements
        The checked list of measurements; tests without a level, and those indoors, are not compared.
    network, terrain, profile, air
        As in the study. A test that names its site is held against that site, any other against the best site of its
        operator and technology.

    Returns
    -------
    comparison
        A row for all; for each operator and technology, and each environment, where there are several; for each site
        named. ``group`` is a :class:`Text`; ``measurements`` are those compared, in ``places`` cells of 1″;
        ``left_out`` are those that could not be. None where no test gives a level.
    """
    if measurements is None or measurements["rsrp_dbm"].isna().all():
        return None
    tests = measurements[measurements["rsrp_dbm"].notna() & (measurements["environment"] != "indoor")]
    tests = tests.reset_index(drop=True)
    expected = expected_levels(network, terrain, profile, receptions(tests), air=air)
    measured_dbm = tests["rsrp_dbm"].to_numpy(dtype=np.float64)
    cell = _cells(tests)
    table = pd.DataFrame([_row(group, mask, expected, measured_dbm, cell) for group, mask in _groups(tests, network)])
    notes = [
        *_accounted(measurements, len(tests), expected),
        *_received_how(measurements, tests),
        *_sites_assumed(tests[expected.outcome == COMPARED], network),
        *_flatness(tests[expected.outcome == COMPARED], terrain),
    ]
    return Comparison(table[list(COLUMNS)], tuple(notes))


def receptions(tests: pd.DataFrame) -> Receptions:
    """Return the tests of a checked list as receptions."""
    return Receptions(
        lon_deg=tests["lon"].to_numpy(dtype=np.float64),
        lat_deg=tests["lat"].to_numpy(dtype=np.float64),
        site_id=tests["site_id"].to_numpy(dtype=object),
        operator=tests["operator"].to_numpy(dtype=object),
        technology=tests["tech"].to_numpy(dtype=object),
    )


def _groups(tests: pd.DataFrame, network: Network) -> Iterator[tuple[Text, Mask]]:
    """Yield the groups with their rows: all, layers and environments if several, sites by number of tests."""
    yield _ALL, np.ones(len(tests), dtype=np.bool_)
    layers = tests[["operator", "tech"]].value_counts().index
    for operator, technology in layers if len(layers) > 1 else ():
        name, title = operator_title(operator), _TECHNOLOGIES[technology]
        yield (
            Text(f"Nhà mạng {name}, {title.vi}", f"Operator {name}, {title.en}"),
            _is(tests, "operator", operator) & _is(tests, "tech", technology),
        )
    environments = [key for key in _ENVIRONMENTS if _is(tests, "environment", key).any()]
    for key in environments if len(environments) > 1 else ():
        title = _ENVIRONMENTS[key]
        yield Text(f"Đo {title.vi}", f"Measured {title.en}"), _is(tests, "environment", key)
    listed = {site.site_id for site in network.sites}
    named = sorted(tests["site_id"].value_counts().items(), key=lambda item: (-item[1], str(item[0])))
    for site_id in (str(site_id) for site_id, _ in named if site_id in listed):
        yield Text(f"Trạm {site_id}", f"Site {site_id}"), _is(tests, "site_id", site_id)
    strange = ~np.asarray(tests["site_id"].isin({"", *listed}), dtype=np.bool_)
    if strange.any():
        yield _NOT_IN_LIST, strange


def _is(tests: pd.DataFrame, column: str, value: object) -> Mask:
    return np.asarray(tests[column] == value, dtype=np.bool_)


def _cells(tests: pd.DataFrame) -> NDArray[np.int64]:
    """Number the 1″ cells the tests were made in."""
    second = np.floor(tests[["lon", "lat"]].to_numpy(dtype=np.float64) * 3600.0).astype(np.int64)
    return np.asarray(np.unique(second, axis=0, return_inverse=True)[1]).reshape(-1)


def _row(
    group: Text, mask: Mask, expected: Expected, measured_dbm: NDArray[np.float64], cell: NDArray[np.int64]
) -> dict[str, object]:
    found = agreement(expected.level_dbm[mask], measured_dbm[mask], expected.floor_dbm[mask])
    return {
        "group": group,
        "measurements": found.measurements,
        "places": len(np.unique(cell[mask & (expected.outcome == COMPARED)])),
        "bias_db": found.bias_db,
        "std_db": found.std_db,
        "rank_correlation": found.rank_correlation,
        "left_out": int(mask.sum()) - found.measurements,
        "below_floor_percent": 100.0 * found.below_floor / found.measurements if found.measurements else np.nan,
    }


def _accounted(measurements: pd.DataFrame, outdoors: int, expected: Expected) -> Iterator[Text]:
    """Say how many tests were compared and why the others were not."""
    levelled = int(measurements["rsrp_dbm"].notna().sum())
    compared = int((expected.outcome == COMPARED).sum())
    yield Text(
        f"Số phép đo có mức thu được đem so: {percent(compared, levelled)}.",
        f"Tests with a level that are compared: {percent(compared, levelled, 'en')}.",
    )
    reasons = [
        (int((expected.outcome == code).sum()), _LEFT_OUT[outcome])
        for code, outcome in enumerate(OUTCOMES)
        if outcome in _LEFT_OUT
    ]
    reasons.append((levelled - outdoors, Text("đo trong nhà", "measured indoors")))
    for count, why in reasons:
        if count:
            yield Text(f"Không so {number(count)}: {why.vi}.", f"Left out {number(count, 'en')}: {why.en}.")
    yield _MEANING


def _received_how(measurements: pd.DataFrame, tests: pd.DataFrame) -> Iterator[Text]:
    if measurements["rsrp_dbm"].notna().all():
        yield _ONLY_RECEIVED
    if _is(tests, "tech", "other").any():
        yield from _REVERSED


def _sites_assumed(compared: pd.DataFrame, network: Network) -> Iterator[Text]:
    """Say at how many of the sites compared the antenna's height or the power is an assumption."""
    sites = _sectors_by_site(compared, network)
    heights = [[sector.height_agl_m for sector in sectors] for sectors in sites]
    powers = [[sector.eirp_dbm for sector in sectors] for sectors in sites]
    yield from _assumed(Text("chiều cao anten", "antenna height"), "m", heights)
    yield from _assumed(Text("đủ công suất và độ lợi anten (EIRP)", "power and antenna gain (EIRP)"), "dBm", powers)


def _sectors_by_site(compared: pd.DataFrame, network: Network) -> list[list[Sector]]:
    """Return the sectors of each site the tests were held against."""
    layers = set(zip(compared["operator"], compared["tech"], strict=True))
    named = set(compared["site_id"])
    sites = []
    for site in network.sites:
        services = [
            service
            for service in site.services
            if service.status in ON_AIR and any((o, service.technology) in layers for o in service.operators_served)
        ]
        if services and site.kind != "indoor" and not named.isdisjoint(("", site.site_id)):
            sites.append([sector for service in services for sector in service.sectors])
    return sites


def _assumed(what: Text, unit: str, sites: list[list[Span]]) -> Iterator[Text]:
    silent = [[span.middle for span in spans if not span.given] for spans in sites]
    middles = [middle for of_site in silent for middle in of_site]
    if middles:
        low, high = min(middles), max(middles)
        vi, en = (
            number(low, lang) if low == high else f"{number(low, lang)}–{number(high, lang)}" for lang in LANGUAGES
        )
        count = sum(bool(of_site) for of_site in silent)
        yield Text(
            f"Danh sách không ghi {what.vi} của {percent(count, len(sites))} trạm: lấy giả định {vi} {unit}.",
            f"The list gives no {what.en} of {percent(count, len(sites), 'en')} sites: {en} {unit} is assumed.",
        )


def _flatness(compared: pd.DataFrame, terrain: Terrain) -> Iterator[Text]:
    """Say so where the ground measured on is flat: then it tells nothing about ridges."""
    row, col = terrain.cell_at(compared["lon"].to_numpy(), compared["lat"].to_numpy())
    ground_m = terrain.elevation_m[row, col]
    ground_m = ground_m[ground_m != MISSING]
    if len(ground_m):
        low, high = np.percentile(ground_m, [5.0, 95.0])
        if high - low < FLAT_M:
            vi, en = (f"{number(low, lang)} – {number(high, lang)} m" for lang in LANGUAGES)
            yield Text(
                f"Địa hình nơi đo gần như bằng phẳng: chín phần mười số điểm ở độ cao {vi}.",
                f"The ground measured on is mostly flat: nine in ten places lie at {en}.",
            )
