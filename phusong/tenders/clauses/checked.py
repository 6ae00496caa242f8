"""Options that only make sense together: weights that sum to 100, milestones that follow each other."""

from __future__ import annotations

import math
from collections.abc import Iterator

from phusong.errors import OutOfRangeError
from phusong.tenders.package.said import option_number
from phusong.tenders.package.settings import MILESTONES
from phusong.tenders.package.values import Package
from phusong.words import Language, Text, number

CRITERIA = ("cost", "schedule", "sharing", "power")
"""The scoring criteria, as in the keys ``evaluation_<criterion>_weight`` and ``…_minimum``."""

_WHOLE = 100.0


def check_shares(package: Package) -> None:
    """Raise OutOfRangeError, with all that is wrong, unless each percentage is 0 to 100 or left to the investor."""
    _refuse(
        tuple(
            Text(
                f"“{one.title.vi}” phải từ 0 đến 100 %, nhận được “{one.value}”",
                f"“{one.title.en}” must be 0 to 100 %, got “{one.value}”",
            )
            for one in package.settings
            if one.unit.vi == "%" and one.value and not 0.0 <= _value(package, one.key) <= _WHOLE
        )
    )


def check_evaluation(package: Package) -> None:
    """Raise OutOfRangeError, with all that is wrong, unless weights sum to 100 and no minimum is above its weight."""
    _refuse(tuple(_evaluation_faults(package)))


def check_schedule(package: Package) -> None:
    """Raise OutOfRangeError, with all that is wrong, unless each milestone is a number not before the one before it."""
    _refuse(tuple(_schedule_faults(package)))


def weight_sum(package: Package) -> float:
    """Return the sum of the weights; NaN where one of them is no number."""
    return math.fsum(_value(package, f"evaluation_{criterion}_weight") for criterion in CRITERIA)


def _evaluation_faults(package: Package) -> Iterator[Text]:
    total = weight_sum(package)
    if not math.isclose(total, _WHOLE, abs_tol=1e-9):
        given = " + ".join(_shown(package, criterion) for criterion in CRITERIA)
        yield Text(
            f"bốn trọng số đánh giá phải cộng lại bằng 100, nhận được {given} = {_plain(total, 'vi')}",
            f"the four evaluation weights must sum to 100, got {given} = {_plain(total, 'en')}",
        )
    for criterion in CRITERIA:
        weight, least = (_value(package, f"evaluation_{criterion}_{kind}") for kind in ("weight", "minimum"))
        if not 0.0 <= least <= weight:
            title = package.setting(f"evaluation_{criterion}_minimum").title
            low = package.setting(f"evaluation_{criterion}_minimum").value
            yield Text(
                f"{title.vi} phải từ 0 đến trọng số {_shown(package, criterion)}, nhận được “{low}”",
                f"{title.en} must be 0 to the weight {_shown(package, criterion)}, got “{low}”",
            )


def _schedule_faults(package: Package) -> Iterator[Text]:
    before = 0.0
    for key in MILESTONES:
        days, setting = _value(package, key), package.setting(key)
        if not days >= before:
            yield Text(
                f"mốc “{setting.title.vi}” phải từ {number(before)} ngày trở lên, nhận được “{setting.value}”",
                f"milestone “{setting.title.en}” must be {number(before, 'en')} days or more, got “{setting.value}”",
            )
        before = max(before, days) if days == days else before


def _plain(value: float, language: Language) -> str:
    return number(value, language, decimals=2 if value % 1.0 else 0)


def _shown(package: Package, criterion: str) -> str:
    return package.setting(f"evaluation_{criterion}_weight").value or "–"


def _value(package: Package, key: str) -> float:
    number_of = option_number(package, key)
    return math.nan if number_of is None else number_of


def _refuse(faults: tuple[Text, ...]) -> None:
    if faults:
        vi, en = "; ".join(fault.vi for fault in faults), "; ".join(fault.en for fault in faults)
        raise OutOfRangeError(Text(f"Giá trị mặc định của bộ hồ sơ: {vi}.", f"Options of the document set: {en}."))
