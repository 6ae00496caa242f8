"""Acceptance of a package from a list of measurements: a verdict for each village and service, with its evidence.

Made from the frozen package and the files given, and from nothing else: no clock, no chance.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from phusong.coverage.reasons import operator_title
from phusong.data.lists import CheckedList, read_list
from phusong.data.schemas.measurements import MEASUREMENTS
from phusong.data.terms import technology_title
from phusong.errors import BadInputError, OutOfRangeError, UnknownNameError
from phusong.tenders.acceptance.cells import Cells, read_cells
from phusong.tenders.acceptance.hindrances import count_reasons, hindrances
from phusong.tenders.acceptance.options import Options, options_of
from phusong.tenders.acceptance.points import untested
from phusong.tenders.acceptance.results import SIGNAL, SPEED, Acceptance, LeftOut, PointResult, VillageResult
from phusong.tenders.acceptance.rule import Measured, decide
from phusong.tenders.acceptance.screening import LEFT_OUT, Ask, operators_of, screen
from phusong.tenders.package.canonical import digest_of
from phusong.tenders.package.values import Package, TestPoint
from phusong.words import LANGUAGES, Text, day, number, percent

_PERCENTILES = (5.0, 50.0, 95.0)


def accept(
    package: Package,
    measurements: Path,
    *,
    cells: Path | None = None,
    operator: str = "",
    first_day: date | None = None,
    last_day: date | None = None,
) -> Acceptance:
    """Judge a package by a list of measurements.

    Parameters
    ----------
    package
        The frozen package: its test points, thresholds and options.
    measurements
        A list of measurements as every study reads it.
    cells
        The contractor's cells; without them PCI is not checked.
    operator
        Who must serve; "" takes the one operator of the cells, or of the measurements.
    first_day, last_day
        The period of acceptance; None leaves that end open. Samples from before the package was frozen never count.

    Raises
    ------
    BadInputError
        The list, or that of cells, has errors: all of them at once.
    UnknownNameError
        The operator is not named, and the files do not name exactly one.
    OutOfRangeError
        An option of the package that cannot be used, or a period that ends before it begins.
    """
    if first_day and last_day and last_day < first_day:
        raise OutOfRangeError(
            Text(
                f"Thời gian nghiệm thu phải kết thúc sau khi bắt đầu, nhận được {day(first_day)} – {day(last_day)}",
                f"The period of acceptance must end after it begins, got {day(first_day)} – {day(last_day)}",
            )
        )
    checked = read_list(measurements, MEASUREMENTS)
    if any(problem.level == "error" for problem in checked.problems):
        raise BadInputError(checked.problems)
    listed = read_cells(cells) if cells is not None else None
    ask = Ask(
        operator=_operator(operator, listed, checked),
        minimum_dbm=minimum_levels(package, options_of(package.settings)),
        cells=listed,
        first_day=max(first_day, package.frozen_on) if first_day else package.frozen_on,
        last_day=last_day,
        options=options_of(package.settings),
    )
    return judge(package, checked, ask)


def judge(package: Package, checked: CheckedList, ask: Ask) -> Acceptance:
    """Judge a package by a checked list of measurements."""
    points = package.test_points
    table = screen(checked.rows, points, ask).rows
    used = table[table["reason"] == ""]
    whole = [one for unit in units(package) for one in _village(unit, points, table, ask, package)]
    return Acceptance(
        package_code=package.package_code,
        version=package.version,
        digest=digest_of(package),
        operator=ask.operator,
        minimum=levels_text(ask.minimum_dbm),
        rule=rule_text(ask.options),
        villages=tuple(whole),
        left_out=tuple(_left_out(table, points)),
        counts=count_reasons(table["reason"], ("", *LEFT_OUT)),
        first_day=used["time"].min().date() if len(used) else None,
        last_day=used["time"].max().date() if len(used) else None,
        evidence=tuple(_evidence(package, checked, ask, table)),
        notes=tuple(_notes(ask, checked)),
        untested=tuple(area.gap_id for area in untested(package.areas, points)),
    )


def _operator(named: str, cells: Cells | None, checked: CheckedList) -> str:
    """Return the operator that must serve, by its key."""
    measured = tuple(sorted({str(one) for one in operators_of(checked.rows) if one}))
    known = cells.operators if cells is not None else measured
    if named:
        return next((one for one in known if named.casefold() in (one, operator_title(one).casefold())), named.lower())
    if len(known) == 1:
        return known[0]
    listed = ", ".join(operator_title(one) for one in known) or "–"
    raise UnknownNameError(
        Text(
            f"Cần nêu nhà mạng phải nghiệm thu (--operator); tệp có: {listed}.",
            f"Name the operator to accept (--operator); the files have: {listed}.",
        )
    )


def minimum_levels(package: Package, options: Options) -> dict[str, float]:
    """Return the least level of each technology of the service: the option where it is set, else the threshold."""
    return {
        str(one.technology): options.min_dbm.get(str(one.technology), one.served_dbm)
        for one in package.provenance.thresholds
    }


def units(package: Package) -> Iterator[tuple[str, str, str, str]]:
    """Yield commune and village (code, name) of everything that has areas in the package."""
    units = {(a.commune_code, a.village_code): (a.commune_name, a.village_name) for a in package.areas}
    for (commune, village), names in sorted(units.items()):
        yield commune, village, *names


def _village(
    unit: tuple[str, str, str, str],
    points: Sequence[TestPoint],
    table: pd.DataFrame,
    ask: Ask,
    package: Package,
) -> Iterator[VillageResult]:
    """Yield the results of one village: the signal, and the speed where the package has a least one."""
    commune, village, *_ = unit
    numbers = [i for i, p in enumerate(points) if (p.commune_code, p.village_code) == (commune, village)]
    own = [points[i] for i in numbers]
    near = table[table["near_point"].isin(numbers)]
    yield _result(SIGNAL, package.provenance.service, unit, own, numbers, near, ask)
    if ask.options.min_dl_mbps is not None or ask.options.min_ul_mbps is not None:
        title = Text("Tốc độ dữ liệu", "Data speed")
        yield _result(SPEED, title, unit, own, numbers, _with_speed(near, ask.options), ask)


def _with_speed(near: pd.DataFrame, options: Options) -> pd.DataFrame:
    """Return the samples whose speed is known, good where it is enough."""
    asked = {"dl_mbps": options.min_dl_mbps, "ul_mbps": options.min_ul_mbps}
    least = {name: value for name, value in asked.items() if value is not None}
    known = near[near[list(least)].notna().all(axis=1)]
    good = np.logical_and.reduce([(known[name] >= value).to_numpy(dtype=bool) for name, value in least.items()])
    return known.assign(good=good)


def _result(
    service: str,
    title: Text,
    unit: tuple[str, str, str, str],
    points: Sequence[TestPoint],
    numbers: Sequence[int],
    near: pd.DataFrame,
    ask: Ask,
) -> VillageResult:
    commune, village, commune_name, village_name = unit
    used = near[near["reason"] == ""]
    measured = [_measured(point, used[used["point"] == i]) for point, i in zip(points, numbers, strict=True)]
    results = tuple(_point_result(point, one) for point, one in zip(points, measured, strict=True))
    hindered = tuple(hindrances(service, results, near, used, ask))
    left_out = count_reasons(near["reason"], tuple(LEFT_OUT))
    levels = used.loc[~used["other_technology"], "level_dbm"].dropna().to_numpy(dtype=np.float64)
    return VillageResult(
        village_code=village,
        village_name=village_name,
        commune_code=commune,
        commune_name=commune_name,
        service=service,
        service_title=title,
        decision=decide(measured, ask.options, hindered=hindered),
        samples=len(used),
        good_samples=int(used["good"].sum()),
        fallen_back=int(used.loc[used["other_technology"], "place"].nunique()),
        days=int(used["time"].dt.normalize().nunique()),
        levels_dbm=tuple(float(x) for x in np.percentile(levels, _PERCENTILES)) if len(levels) else None,  # type: ignore[arg-type]
        points=results,
        left_out=tuple((key, count) for key, count in left_out if count),
    )


def _measured(point: TestPoint, used: pd.DataFrame) -> Measured:
    shares = used.groupby("place", sort=True)["good"].mean().to_numpy(dtype=np.float64)
    return Measured(
        point_id=point.point_id, place_shares=shares, samples=len(used), good_samples=int(used["good"].sum())
    )


def _point_result(point: TestPoint, measured: Measured) -> PointResult:
    shares = measured.place_shares
    return PointResult(
        point=point,
        samples=measured.samples,
        places=len(shares),
        good_percent=100.0 * float(shares.mean()) if len(shares) else None,
    )


def _left_out(table: pd.DataFrame, points: Sequence[TestPoint]) -> Iterator[LeftOut]:
    """Yield the samples left out, in the order of the list; never where they were measured."""
    out = table[table["reason"] != ""]
    columns = (out[name] for name in ("_sheet", "_row", "test_id", "point", "reason"))
    for sheet, row, test_id, point, reason in zip(*columns, strict=True):
        point_id = points[point].point_id if point >= 0 else ""
        yield LeftOut(sheet=str(sheet), row=int(row), test_id=str(test_id), point_id=point_id, reason=str(reason))


def _evidence(package: Package, checked: CheckedList, ask: Ask, table: pd.DataFrame) -> Iterator[Text]:
    """Yield what the acceptance rests on: package, files with their digests, samples."""
    digest = digest_of(package)
    yield Text(
        f"Gói {package.package_code}, phiên bản {package.version}, mã kiểm tra SHA-256 {digest}.",
        f"Package {package.package_code}, version {package.version}, SHA-256 {digest}.",
    )
    used, whole = int((table["reason"] == "").sum()), len(table)
    vi, en = (percent(used, whole, lang) for lang in LANGUAGES)
    yield Text(
        f"Số liệu đo: tệp {checked.path.name}, SHA-256 {checked.sha256}; dùng {vi} mẫu.",
        f"Measurements: file {checked.path.name}, SHA-256 {checked.sha256}; {en} samples used.",
    )
    if ask.cells is not None:
        yield Text(
            f"Danh sách cell: tệp {ask.cells.name}, SHA-256 {ask.cells.sha256}.",
            f"List of cells: file {ask.cells.name}, SHA-256 {ask.cells.sha256}.",
        )


def _notes(ask: Ask, checked: CheckedList) -> Iterator[Text]:
    """Yield what could not be checked."""
    if ask.cells is None:
        yield Text(
            "Chưa kiểm tra PCI: không có danh sách cell của bên thực hiện (--cells).",
            "PCI is not checked: there is no list of the contractor's cells (--cells).",
        )
    if ask.last_day is None:
        yield Text(
            "Chưa kiểm tra ngày kết thúc nghiệm thu (--to); mẫu đo trước ngày chốt gói bị loại.",
            "The end of the period is not checked (--to); samples from before the package was frozen are left out.",
        )
    if "device" in checked.missing:
        yield Text(
            "Có mẫu không ghi thiết bị đo: vị trí trôi được xét như của một máy.",
            "Some samples name no device: drift is looked for as if they were of one.",
        )


def levels_text(minimum_dbm: Mapping[str, float]) -> Text:
    """Write the least levels by technology."""
    vi, en = (
        "; ".join(
            f"{technology_title(name).to(lang)} ≥ {number(level, lang, decimals=0 if level == round(level) else 1)} dBm"
            for name, level in sorted(minimum_dbm.items())
        ).replace("-", "−")
        for lang in LANGUAGES
    )
    return Text(vi, en)


def rule_text(options: Options) -> Text:
    """Write the rule by which villages are decided, in a sentence."""
    vi, en = (number(options.share_percent, lang) for lang in LANGUAGES)
    what = {
        "share": Text(f"ít nhất {vi} % số mẫu của thôn", f"at least {en} % of the village's samples"),
        "median": Text("trung vị mức thu của thôn", "the median level of the village"),
        "every_point": Text(f"ít nhất {vi} % số mẫu tại từng điểm đo", f"at least {en} % of samples at every point"),
    }[options.rule]
    text = Text(f"{what.vi} đạt mức thu tối thiểu trở lên", f"{what.en} at or above the minimum level")
    if options.decision == "plain":
        return Text(f"{text.vi}, tính theo tỷ lệ đơn thuần", f"{text.en}, by the bare ratio")
    passing, failing = (
        [number(value, lang) for lang in LANGUAGES]
        for value in (options.pass_confidence_percent, options.fail_confidence_percent)
    )
    return Text(
        f"{text.vi}; kết luận đạt với độ tin cậy {passing[0]} %, không đạt với độ tin cậy {failing[0]} %, "
        "nếu chưa đủ thì đo thêm",
        f"{text.en}; passed with {passing[1]} % confidence, failed with {failing[1]} %, else measured further",
    )
