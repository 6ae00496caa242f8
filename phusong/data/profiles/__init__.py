"""Threshold profiles: TOML files, ours or a department's own, read into one frozen value."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import fields
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

from phusong.coverage.criteria import (
    ASSUMED_UNCERTAINTY,
    GapRule,
    Margin,
    Profile,
    ServiceRule,
    TechnologyRule,
    UncertaintyRule,
    VillageRule,
)
from phusong.coverage.network import TECHNOLOGIES
from phusong.errors import MissingFileError, OutOfRangeError, Range, StudyError
from phusong.words import Text

FLOOR_BELOW_WEAK_DB = 10.0
"""``floor_dbm`` where a profile does not give it: this far under the weak threshold."""

LEAST_FLOOR_DBM = -300.0
"""Levels are stored as hundredths of a dBm in 16 bits, which end at −327.68."""


def profile_names() -> tuple[str, ...]:
    """Return the names of the profiles that come with the package."""
    folder = resources.files(__package__)
    return tuple(sorted(p.name.removesuffix(".toml") for p in folder.iterdir() if p.name.endswith(".toml")))


def read_profile(name: str, *, folder: Path | None = None) -> Profile:
    """Return a profile by its name, or by the path of a TOML file (relative to ``folder``)."""
    if name in profile_names():
        return parse_profile((resources.files(__package__) / f"{name}.toml").read_text(encoding="utf-8"), name)
    path = (folder or Path()) / name
    if not path.is_file():
        known = ", ".join(profile_names())
        raise MissingFileError(
            Text(
                f"Không có bộ ngưỡng “{name}”: dùng {known} hoặc đường dẫn tới một tệp .toml",
                f"No profile “{name}”: use {known} or the path of a .toml file",
            )
        )
    return parse_profile(path.read_text(encoding="utf-8"), name)


def raw_profile(name: str) -> dict[str, Any]:
    """Return a profile that comes with the package as its file has it, with the errors it assumes written out."""
    raw = tomllib.loads((resources.files(__package__) / f"{name}.toml").read_text(encoding="utf-8"))
    return {**raw, "uncertainty": raw.get("uncertainty") or _assumed()}


def _assumed() -> dict[str, Any]:
    told = {one.name: getattr(ASSUMED_UNCERTAINTY, one.name) for one in fields(UncertaintyRule)}
    source = {"vi": ASSUMED_UNCERTAINTY.source.vi, "en": ASSUMED_UNCERTAINTY.source.en}
    return {**told, "source": source, "correlation_m": list(ASSUMED_UNCERTAINTY.correlation_m)}


def parse_profile(text: str, name: str) -> Profile:
    """Return the profile written in a TOML text; a wrong or missing entry is one clear error."""
    try:
        return _profile(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise StudyError(
            Text(f"Bộ ngưỡng “{name}” không đọc được: {error}", f"Profile “{name}” cannot be read: {error}")
        ) from error
    except KeyError as error:
        key = error.args[0]
        raise StudyError(
            Text(f"Bộ ngưỡng “{name}” thiếu mục “{key}”", f"Profile “{name}” lacks the entry “{key}”")
        ) from error
    except OutOfRangeError as error:
        raise StudyError(Text(f"Bộ ngưỡng “{name}”: {error.text.vi}", f"Profile “{name}”: {error.text.en}")) from error
    except (TypeError, ValueError, AttributeError) as error:
        raise StudyError(
            Text(f"Bộ ngưỡng “{name}” có giá trị sai: {error}", f"Profile “{name}” has a wrong value: {error}")
        ) from error


def _text(value: str | dict[str, str]) -> Text:
    """Return a text in two languages; a plain one stands for both."""
    return Text(vi=value, en=value) if isinstance(value, str) else Text(vi=value["vi"], en=value["en"])


def _profile(raw: dict[str, Any]) -> Profile:
    margins = tuple(
        Margin(
            key=m["key"],
            title=_text(m["title"]),
            outdoor_db=float(m["outdoor_db"]),
            indoor_db=float(m["indoor_db"]),
            source=_text(m["source"]),
            statistical=bool(m.get("statistical", False)),
        )
        for m in raw.get("margin", ())
    )
    twice = sorted(key for key, count in Counter(m.key for m in margins).items() if count > 1)
    if twice:
        raise ValueError(f"margin {', '.join(twice)}: × 2")
    unknown = set(raw["technology"]) - set(TECHNOLOGIES)
    if unknown:
        raise ValueError(f"technology {sorted(unknown)}, allowed {list(TECHNOLOGIES)}")
    services = tuple(
        ServiceRule(key=s["key"], title=_text(s["title"]), technologies=tuple(s["technologies"]))
        for s in raw["service"]
    )
    return Profile(
        name=raw["name"],
        title=_text(raw["title"]),
        source=_text(raw["source"]),
        verified=bool(raw["verified"]),
        rules=MappingProxyType({t: _rule(raw["technology"][t]) for t in TECHNOLOGIES if t in raw["technology"]}),
        services=services,
        margins=margins,
        gap=GapRule(**{k: float(raw["gap"][k]) for k in ("link_m", "min_households", "buffer_m")}),
        village=VillageRule(
            **{k: float(raw["village"][k]) for k in ("min_cluster_households", "min_unserved_percent")}
        ),
        unlisted_reach_km=float(raw["unlisted_reach_km"]),
        persons_per_household=float(raw["persons_per_household"]),
        receiver_height_m=float(raw["receiver_height_m"]),
        uncertainty=_uncertainty(raw["uncertainty"]) if "uncertainty" in raw else ASSUMED_UNCERTAINTY,
    )


_DB = Range(0.0, 30.0, "dB")
_METRES = Range(10.0, 20_000.0, "m")
UNCERTAINTY_RANGES: dict[str, Range] = {
    "draws": Range(40, 10_000, "draws"),
    "seed": Range(0, 1_000_000, ""),
    "interval_percent": Range(50.0, 99.0, "%"),
    "sigma_db": Range(0.5, 30.0, "dB"),
    "sigma_sd_db": _DB,
    "slow_sigma_db": _DB,
    "slow_correlation_m": _METRES,
    "cross_correlation": Range(0.0, 1.0, ""),
    "bias_sd_db": _DB,
    "layer_bias_sd_db": _DB,
    "site_sd_db": _DB,
    "off_air_percent": Range(0.0, 50.0, "%"),
    "unconfirmed_on_air_percent": Range(0.0, 100.0, "%"),
}


def _uncertainty(raw: dict[str, Any]) -> UncertaintyRule:
    unknown = set(raw) - {f.name for f in fields(UncertaintyRule)}
    if unknown:
        raise ValueError(f"uncertainty {sorted(unknown)}")
    numbers = {key: type(getattr(ASSUMED_UNCERTAINTY, key))(raw[key]) for key in UNCERTAINTY_RANGES if key in raw}
    for key, value in numbers.items():
        UNCERTAINTY_RANGES[key].check(f"uncertainty.{key}", value)
    least_m, most_m = (float(value) for value in raw.get("correlation_m", ASSUMED_UNCERTAINTY.correlation_m))
    for value in (least_m, most_m):
        _METRES.check("uncertainty.correlation_m", value)
    if least_m > most_m:
        raise ValueError(f"correlation_m {least_m:g} > {most_m:g}")
    return UncertaintyRule(
        source=_text(raw["source"]),
        calibrated=bool(raw.get("calibrated", False)),
        correlation_m=(least_m, most_m),
        **numbers,
    )


def _rule(raw: dict[str, float]) -> TechnologyRule:
    served, weak = float(raw["served_dbm"]), float(raw["weak_dbm"])
    if not weak <= served:
        raise ValueError(f"weak_dbm {weak:g} > served_dbm {served:g}")
    floor = float(raw.get("floor_dbm", weak - FLOOR_BELOW_WEAK_DB))
    if not LEAST_FLOOR_DBM <= floor <= served:
        raise ValueError(f"floor_dbm {floor:g}, allowed {LEAST_FLOOR_DBM:g} … {served:g}")
    return TechnologyRule(served_dbm=served, weak_dbm=weak, max_path_km=float(raw["max_path_km"]), floor_dbm=floor)
