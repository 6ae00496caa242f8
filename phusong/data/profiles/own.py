"""A department's own profile: a shipped one with other numbers, each with its source and who checked it when."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from phusong.coverage.criteria import Profile
from phusong.data.profiles import parse_profile, profile_names, raw_profile
from phusong.data.profiles.thresholds import DECIDING, Threshold, thresholds_of, value_at, with_values
from phusong.data.written_toml import as_toml
from phusong.errors import StudyError
from phusong.words import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a department says of one number: where it is from, and who checked it against the original text when."""

    source: str = ""
    by: str = ""
    on: date | None = None

    @property
    def verified(self) -> bool:
        """Say whether somebody checked it."""
        return self.on is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnProfile:
    """A department's own profile as its file has it; ``base`` is the shipped one it was made from."""

    raw: Mapping[str, Any]
    profile: Profile

    @property
    def base(self) -> str:
        """Return the name of the shipped profile it was made from; the default one where its file names none."""
        found = str(self.raw.get("made_from", {}).get("profile", ""))
        return found if found in profile_names() else "vn-default"

    def told(self, key: str) -> Told:
        """Return what was said of a number."""
        given = self.raw.get("told", {}).get(key, {})
        on = given.get("on")
        return Told(
            source=str(given.get("source", "")), by=str(given.get("by", "")), on=on if isinstance(on, date) else None
        )

    def differences(self) -> Iterator[tuple[Threshold, float | None]]:
        """Yield the numbers that are not those of the base, each with what the base says; None where it has none."""
        before = raw_profile(self.base)
        known = {one.key for one in thresholds_of(before)}
        for one in thresholds_of(self.raw):
            was = value_at(before, one.key) if one.key in known else None
            if was is None or float(was) != float(value_at(self.raw, one.key)):
                yield one, was


def read_own_profile(text: str, name: str) -> OwnProfile:
    """Return the own profile written in a TOML text.

    Raises
    ------
    StudyError
        It is no profile, or calls itself by the name of one that comes with the tool.
    """
    profile = parse_profile(text, name)
    if profile.name in profile_names():
        raise StudyError(
            Text(
                f"Tên “{profile.name}” là của bộ ngưỡng kèm công cụ: hãy đặt tên khác.",
                f"“{profile.name}” is the name of a profile that comes with the tool: choose another.",
            )
        )
    raw = tomllib.loads(text)
    told = raw.get("told", {})
    nested = (told, raw.get("made_from", {}), *(told.values() if isinstance(told, dict) else ()))
    if not all(isinstance(one, dict) for one in nested):
        raise StudyError(Text(f"Bộ ngưỡng “{name}” có mục sai.", f"Profile “{name}” has a wrong entry."))
    errors = {**raw_profile("vn-default")["uncertainty"], **raw.get("uncertainty", {})}
    return OwnProfile(raw={**raw, "uncertainty": errors}, profile=profile)


def read_own_profile_file(path: Path) -> Profile:
    """Return the own profile of a TOML file."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise StudyError(
            Text(f"Tệp {path.name} không đọc được: {error}", f"{path.name} cannot be read: {error}")
        ) from error
    return read_own_profile(text, path.name).profile


def own_profile_text(
    start: Mapping[str, Any],
    *,
    base: str,
    name: str,
    title: str,
    source: str,
    values: Mapping[str, float],
    told: Mapping[str, Told],
) -> str:
    """Write an own profile; it is called verified once every number that decides what is served was checked.

    ``start`` is what it is made from with other ``values``: the shipped ``base``, or the version before.
    """
    raw = with_values(start, values)
    for margin in raw.get("margin", ()):
        said = [told.get(f"margin.{margin['key']}.{end}", Told()).source for end in ("outdoor_db", "indoor_db")]
        margin["source"] = "; ".join(dict.fromkeys(filter(None, said))) or margin["source"]
    deciding = [one.key for one in thresholds_of(raw) if one.group in DECIDING]
    raw |= {
        "name": name,
        "title": title,
        "source": source,
        "verified": all(told[key].verified if key in told else False for key in deciding),
        "made_from": {"profile": base},
        "told": {key: _said(one) for key, one in told.items() if one.source or one.verified},
    }
    return as_toml(raw)


def _said(one: Told) -> dict[str, Any]:
    return {"source": one.source} | ({"by": one.by, "on": one.on} if one.on is not None else {})
