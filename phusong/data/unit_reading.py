"""What a list says of a unit (codes and names, of today or of before July 2025), read as communes of today."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from operator import itemgetter
from typing import Literal, NamedTuple

from phusong.data.former_units import OldUnit, old_province_code_of, same_district
from phusong.data.territory import Territory
from phusong.data.unit_spelling import NEAR, Named, NameIndex, Near, is_plain, is_slip, readings, spelling_of
from phusong.data.units import bare_province, province_code_of, provinces, split_unit

How = Literal["today", "kind", "former", "split", "namesakes", "typo", "unknown", "contradiction", "wrong_code"]
"""On what a reading rests.

``today``: name or code of a commune of today; ``kind``: its name under another kind; ``former``: an old unit that is
one of today's now; ``split``: an old unit that went into several; ``namesakes``: a name several have; ``typo``: a name
with few slips; ``unknown``: nothing of that name or code; ``contradiction``: code and names say different units;
``wrong_code``: a code nothing has beside a name that is known.
"""


READING = "_unit"
"""The column of a list's rows with what was read of their units, from the first step of a list to the last."""


class Said(NamedTuple):
    """What one row says of its unit, "" where it is silent; ``province_code`` is of today."""

    province_code: str
    old_province: str
    district: str
    code: str
    name: str
    old_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read: the codes of today it can mean (one: resolved), on what that rests, and in which field it stood.

    ``distance`` counts the slips of a typo; ``near`` are the codes of the nearest names of an unknown one,
    ``stated`` the code the row gave.
    """

    how: How
    codes: tuple[str, ...]
    field: str
    distance: int = 0
    near: tuple[str, ...] = ()
    stated: str = ""

    @property
    def is_open(self) -> bool:
        """Say whether the words alone do not tell the unit."""
        return len(self.codes) != 1

    @property
    def code(self) -> str:
        """Return the code of today, "" where it is open."""
        return "" if self.is_open else self.codes[0]

    @property
    def is_only_wrong_code(self) -> bool:
        """Say whether all that was given is a code nobody knows: the point replaces it."""
        return not self.codes and self.field == "commune_code"


class KnownUnits:
    """The communes of today and of before that a list is read against."""

    def __init__(self, territory: Territory) -> None:
        self.former = territory.former
        self.home = territory.province_code
        self.names, self.province_of = _today(territory)
        self.provinces = frozenset(self.province_of.values()) - {""}
        self._counts = Counter(name for names in self.names.values() for name in names)
        self._today_in = lru_cache(maxsize=None)(self._index_today)
        self._former_in = lru_cache(maxsize=None)(self._index_former)

    def knows(self, province_code: str) -> bool:
        """Say whether the communes of a province are known; "" where all that may be meant are."""
        return province_code in self.provinces or (not province_code and bool(self.provinces))

    def name_of(self, code: str) -> str:
        """Return the name of a commune of today; its code where no name is known."""
        return next(iter(self.names.get(code, ())), "") or code

    def is_only(self, name: str) -> bool:
        """Say whether one commune alone has a name."""
        return self._counts[name] == 1

    def today(self, said: Said) -> NameIndex[str]:
        """Return the codes of today's communes by name, of the province said (of all where none is)."""
        return self._today_in(said.province_code)

    def old(self, said: Said) -> NameIndex[OldUnit]:
        """Return the old communes by name, of the old province said, else of today's."""
        return self._former_in(said.province_code, bare_province(said.old_province) if said.old_province else "")

    def of_old_code(self, code: str) -> tuple[OldUnit, ...]:
        """Return the old units of a code."""
        return self.former.by_code.get(code, ()) if self.former is not None else ()

    def _index_today(self, province_code: str) -> NameIndex[str]:
        codes = (
            self.province_of
            if not province_code
            else [c for c, own in self.province_of.items() if own == province_code]
        )
        return NameIndex((name, code) for code in codes for name in self.names[code])

    def _index_former(self, province_code: str, old_province: str) -> NameIndex[OldUnit]:
        if self.former is None:
            return NameIndex(())
        units = self.former.by_province.get(province_code, ()) if province_code else self.former.units
        if old_province:
            units = tuple(unit for unit in units if bare_province(unit.province) in ("", old_province))
        return NameIndex((unit.name, unit) for unit in units)


def _today(territory: Territory) -> tuple[dict[str, tuple[str, ...]], dict[str, str]]:
    """Return the names and the province of each commune of today: those with boundaries, else those of the conversion.

    A commune that was renamed after the boundaries were drawn has two names.
    """
    names: dict[str, tuple[str, ...]] = {}
    province_of: dict[str, str] = {}
    communes = territory.communes
    if communes is not None and "commune_name" in communes:
        province = (
            communes["province_code"] if "province_code" in communes else [territory.province_code] * len(communes)
        )
        for code, name, own in zip(communes["commune_code"], communes["commune_name"], province, strict=True):
            names[code], province_of[code] = (str(name),) if isinstance(name, str) and name else (), str(own)
    drawn = frozenset(province_of.values())
    for unit in territory.former.today if territory.former is not None else ():
        if unit.code in names:
            names[unit.code] = _with(names[unit.code], unit.name)
        elif unit.province_code not in drawn:
            names[unit.code], province_of[unit.code] = (unit.name,), unit.province_code
    return names, province_of


def _with(names: tuple[str, ...], other: str) -> tuple[str, ...]:
    return names if spelling_of(other) in {spelling_of(name) for name in names} else (*names, other)


def province_of(code: str, name: str, known: KnownUnits) -> tuple[str, str, bool]:
    """Return the province of today, the name of the old province if one is meant, and whether code and name disagree.

    The code may be of before July 2025 where a conversion was imported; "" is a province nobody knows.
    """
    by_code = code if code in provinces() or code == known.home else ""
    if code and not by_code and known.former is not None:
        by_code = known.former.province_codes.get(code, "")
    today = province_code_of(name)
    by_name = today or old_province_code_of(name)
    old = name if by_name and not today else ""
    return by_name or by_code, old, bool(by_code and by_name and by_code != by_name)


def read_unit(said: Said, known: KnownUnits) -> Reading | None:
    """Read the codes and names of one row; None where they say nothing or nothing is known to hold them against."""
    if not known.knows(said.province_code):
        return None
    said = _unfolded(said)
    named = _by_name(said.name, "commune_name", said, known) if said.name else None
    reading = _with_code(said, known, named)
    if said.old_name:
        reading = _with_old(reading, _by_name(said.old_name, "old_commune", said, known))
    return reading and replace(reading, stated=said.code)


def _unfolded(said: Said) -> Said:
    """Take a district out of a name that is written as an address: xã Phúc Yên, huyện Lâm Bình."""
    name, _, rest = said.name.partition(",")
    return said._replace(name=name.strip(), district=said.district or rest.partition(",")[0].strip()) if rest else said


def _by_name(name: str, field: str, said: Said, known: KnownUnits) -> Reading:
    """Read a name: today's first, unless the row speaks of before July 2025."""
    today: Named[str] = known.today(said).named(name) if field == "commune_name" else Named(())
    today_codes = tuple(dict.fromkeys(today.units))
    old = known.old(said).named(name)
    old_units = _of_district(old.units, said.district)
    former = tuple(dict.fromkeys(target.code for unit in old_units for target in unit.targets))
    is_old = bool(said.old_province or said.district or field == "old_commune" or split_unit(name)[0] == "thị trấn")
    if former and not old.other_kind and (is_old or today.other_kind):
        codes = former if set(today_codes) <= set(former) else tuple(dict.fromkeys((*today_codes, *former)))
    else:
        codes = today_codes or former
    if not codes:
        return _by_near_name(name, field, said, known)
    if len(codes) > 1:
        is_split = codes == former and len({unit.code for unit in old_units}) == 1
        return Reading(how="split" if is_split else "namesakes", codes=codes, field=field)
    how: How = "former" if codes != today_codes else "kind" if today.other_kind else "today"
    return Reading(how=how, codes=codes, field=field)


def _of_district(units: tuple[OldUnit, ...], district: str) -> tuple[OldUnit, ...]:
    """Return the units of a district; all of them where none is known to be of it."""
    own = tuple(unit for unit in units if unit.district and same_district(unit.district, district)) if district else ()
    return own or units


def _by_near_name(name: str, field: str, said: Said, known: KnownUnits) -> Reading:
    """Read a name nobody has: one with few slips, or unknown with the nearest names."""
    today, old = known.today(said), known.old(said)
    accents = _led(today.only_accents_differ(name), old.only_accents_differ(name))
    near = accents or _led(today.near(name), old.near(name))
    least = min((distance for distance, _ in near), default=0)
    meant = {code for distance, codes in near if accents or distance == least for code in codes}
    if len(meant) == 1 and (accents or is_slip(name, least)):
        return Reading(how="typo", codes=tuple(meant), field=field, distance=least)
    ranked = dict.fromkeys(code for _, codes in sorted(near, key=itemgetter(0)) for code in codes)
    return Reading(how="unknown", codes=(), field=field, near=tuple(ranked)[:NEAR])


def _led(today: Iterable[Near[str]], old: Iterable[Near[OldUnit]]) -> list[tuple[int, tuple[str, ...]]]:
    """Return the distance of each near name and the communes of today it leads to."""
    own: list[tuple[int, tuple[str, ...]]] = [(found.distance, (found.unit,)) for found in today]
    return own + [(found.distance, tuple(unit.code for unit in found.unit.targets)) for found in old]


def _with_code(said: Said, known: KnownUnits, named: Reading | None) -> Reading | None:
    """Hold a code against what the name says."""
    if not said.code:
        return named
    old = known.of_old_code(said.code)
    is_today = said.code in known.province_of and not (said.old_province and old)
    if is_today and (named is None or _is_called(said.name, known.names[said.code])):
        return Reading(how="today", codes=(said.code,), field="commune_code")
    pair = [unit for unit in old if said.name and _is_called(said.name, (unit.name,))]
    codes = tuple(dict.fromkeys(target.code for unit in pair or old for target in unit.targets))
    if named is None or pair:
        return _of_code(codes)
    return _both(said.code, (said.code,) if is_today else codes, named)


def _of_code(codes: tuple[str, ...]) -> Reading:
    if not codes:
        return Reading(how="unknown", codes=(), field="commune_code")
    return Reading(how="former" if len(codes) == 1 else "split", codes=codes, field="commune_code")


def _both(code: str, by_code: tuple[str, ...], named: Reading) -> Reading:
    """Join what a code and a name say of one row; ``by_code`` are the communes of today the code can mean."""
    both = tuple(found for found in by_code if found in named.codes)
    if both and by_code == (code,):
        return replace(named, codes=both, how="former" if named.how in ("split", "namesakes") else named.how)
    if both:
        return _of_code(both)
    if named.is_open and not named.codes:
        return replace(named, codes=by_code)
    if not by_code:
        return named if named.is_open else replace(named, how="wrong_code", field="commune_code")
    return Reading(how="contradiction", codes=tuple(dict.fromkeys((*by_code, *named.codes))), field="commune_code")


def _with_old(reading: Reading | None, old: Reading) -> Reading:
    """Hold the old commune of a row against what its other columns say; an unknown old name is only asked if alone."""
    if reading is None or (not reading.codes and old.codes):
        return old
    both = tuple(code for code in reading.codes if code in old.codes)
    if both:
        return replace(reading, codes=both) if reading.is_open else reading
    if not old.codes or not reading.codes:
        return reading
    codes = tuple(dict.fromkeys((*reading.codes, *old.codes)))
    return Reading(how="contradiction", codes=codes, field="old_commune")


def _is_called(written: str, names: tuple[str, ...]) -> bool:
    """Say whether a unit of these names can be written so, whatever the kind."""
    ways, plain = readings(written), is_plain(written)
    return any(
        (way.plain == own.plain) if plain else (way.key == own.key) for own in map(spelling_of, names) for way in ways
    )
