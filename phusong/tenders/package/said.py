"""What the investor told, and what stands in a workbook where he still has to; options as numbers."""

from __future__ import annotations

import math

from phusong.tenders.package.investor import TO_FILL, asked_for
from phusong.tenders.package.values import Package
from phusong.words import Text

TOTAL = Text("Tổng cộng", "Total")


def blank(what: Text) -> Text:
    """Return what stands where the investor still has to tell something."""
    return Text(f"[{TO_FILL.vi}: {what.vi}]", f"[{TO_FILL.en}: {what.en}]")


def to_fill(key: str, *, tender: bool = True) -> Text:
    """Return what stands where a field of the investor's is still empty."""
    return blank(asked_for(key, tender=tender))


def told(package: Package, key: str) -> Text:
    """Return what the investor told, or that he has to."""
    value = package.told(key)
    return Text(value, value) if value else to_fill(key, tender=package.award == "tender")


def option_number(package: Package, key: str) -> float | None:
    """Return the number an option holds; None where there is no such option, or it is left to the investor."""
    value = next((setting.value for setting in package.settings if setting.key == key), "")
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
