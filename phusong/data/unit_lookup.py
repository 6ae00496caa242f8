"""What an administrative unit is today: the look-up behind ``phusong units find "xã Phúc Yên, huyện Lâm Bình"``."""

from __future__ import annotations

import re
from dataclasses import dataclass

from phusong.data.former_units import Part, old_province_code_of, same_district
from phusong.data.names import fold, tidy
from phusong.data.territory import Territory
from phusong.data.unit_reading import How, KnownUnits, Reading, Said, read_unit
from phusong.data.units import province_code_of, province_name

_DISTRICT = re.compile(r"(huyen|quan|thi xa|tx|tp|thanh pho|h\.|q\.)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundUnit:
    """A commune of today that a name can mean.

    ``how`` is on what that rests (see :data:`phusong.data.unit_reading.How`), ``distance`` the slips of a typo;
    ``part`` says how much of the old unit went into this one: full, partial, or "" where it is not said or was none.
    """

    code: str
    name: str
    province: str
    how: How
    part: Part
    distance: int = 0


def convert_name(written: str, territory: Territory) -> tuple[FoundUnit, ...]:
    """Return what a unit named by people is today: one commune, several it can mean, or the nearest names.

    Parameters
    ----------
    written
        Commune, district and province as far as they are known, with commas between: ``xã Phúc Yên, huyện Lâm Bình``;
        or a code of five digits. A district alone returns every commune with a part of it.
    """
    known = KnownUnits(territory)
    parts = [tidy(part) for part in written.split(",") if tidy(part)]
    province, old_province = _province(parts)
    names = parts[:-1] if province and len(parts) > 1 else parts
    if not names:
        return ()
    district = names[1] if len(names) > 1 else ""
    if not district and _DISTRICT.match(fold(names[0])):
        return _of_district(names[0], province, known)
    code = names[0] if re.fullmatch(r"\d{5}", names[0]) else ""
    said = Said(province or known.home, old_province, district, code, "" if code else names[0], "")
    reading = read_unit(said, known)
    return () if reading is None else _found(reading, said, known)


def _province(parts: list[str]) -> tuple[str, str]:
    """Return today's code of the province an address ends with, and its old name where it has another today."""
    if len(parts) < 2:
        return "", ""
    today = province_code_of(parts[-1])
    old = old_province_code_of(parts[-1])
    return (today, "") if today else (old, parts[-1] if old else "")


def _found(reading: Reading, said: Said, known: KnownUnits) -> tuple[FoundUnit, ...]:
    old = known.old(said).named(said.name).units if said.name else known.of_old_code(said.code)
    part = {target.code: part for unit in old for target, part in zip(unit.targets, unit.parts, strict=True)}
    return tuple(
        FoundUnit(
            code=code,
            name=known.name_of(code),
            province=province_name(known.province_of.get(code, "")),
            how=reading.how,
            part=part.get(code, "") if reading.how in ("former", "split", "namesakes") else "",
            distance=reading.distance,
        )
        for code in reading.codes or reading.near
    )


def _of_district(written: str, province: str, known: KnownUnits) -> tuple[FoundUnit, ...]:
    units = known.former.units if known.former is not None else ()
    own = [unit for unit in units if same_district(unit.district, written)]
    targets = {target.code: target for unit in own for target in unit.targets if province in ("", target.province_code)}
    return tuple(
        FoundUnit(
            code=target.code, name=target.name, province=province_name(target.province_code), how="split", part=""
        )
        for target in targets.values()
    )
