"""How options and what the investor told are written in every file; what is still to be filled in says so."""

from __future__ import annotations

import math

from phusong.data.provenance import UNVERIFIED
from phusong.tenders.package.investor import INVESTOR_FIELDS, TO_FILL
from phusong.tenders.package.values import Package, Setting
from phusong.words import Text, number

OUTSIDE_VILLAGES = Text("(ngoài các thôn)", "(outside villages)")
TOTAL = Text("Tổng cộng", "Total")


def to_fill(key: str) -> Text:
    """Return what stands where the investor still has to tell something."""
    field = INVESTOR_FIELDS[key]
    return Text(f"[{TO_FILL.vi}: {field.vi}]", f"[{TO_FILL.en}: {field.en}]")


def told(package: Package, key: str) -> Text:
    """Return what the investor told, or that he has to."""
    value = package.told(key)
    return Text(value, value) if value else to_fill(key)


def setting_text(setting: Setting) -> Text:
    """Write an option with its unit, and that it is not verified where it is not; an empty one is to fill."""
    if not setting.value:
        return Text(f"[{TO_FILL.vi}: {setting.title.vi}]", f"[{TO_FILL.en}: {setting.title.en}]")
    doubt = Text("", "") if setting.verified else Text(f" ({UNVERIFIED.vi})", f" ({UNVERIFIED.en})")
    vi, en = (_value(setting.value, language) for language in ("vi", "en"))
    return Text(f"{vi} {setting.unit.vi}".rstrip() + doubt.vi, f"{en} {setting.unit.en}".rstrip() + doubt.en)


def _value(value: str, language: str) -> str:
    amount = amount_of(value)
    if amount is None:
        return value
    decimals = 0 if amount == round(amount) else len(f"{amount:.6f}".rstrip("0").partition(".")[2])
    return number(amount, "vi" if language == "vi" else "en", decimals=decimals)


def amount_of(value: str) -> float | None:
    """Return the number an option holds, None where it holds none."""
    try:
        amount = float(value)
    except ValueError:
        return None
    return amount if math.isfinite(amount) else None
