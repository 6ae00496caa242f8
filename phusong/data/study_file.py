"""``study.toml``: what a study reads and by which rules, checked whole before anything is opened."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, cast

from phusong.coverage.radio.air import DELTA_N, N0, STANDARD_AIR, Air
from phusong.coverage.terrain import TerrainKind
from phusong.errors import MissingFileError, StudyError
from phusong.words import Text

NATIONAL_OPERATORS = ("viettel", "vinaphone", "mobifone", "vietnamobile")
"""Who is expected to give a list: one of these without a list is unknown, never without signal."""

INPUT_TITLES: Mapping[str, Text] = {
    "communes": Text("ranh giới xã", "commune boundaries"),
    "villages": Text("danh sách thôn", "villages"),
    "households": Text("danh sách hộ dân", "households"),
    "stations": Text("danh sách trạm", "stations"),
    "antennas": Text("giản đồ anten", "antenna patterns"),
    "declarations": Text("khai báo của nhà mạng", "operators' declarations"),
    "terrain": Text("địa hình", "terrain"),
    "land_cover": Text("lớp phủ mặt đất", "land cover"),
    "clutter_heights": Text("chiều cao vật che phủ", "clutter heights"),
    "population": Text("dân số", "population"),
    "measurements": Text("kết quả đo", "measurements"),
    "reported_gaps": Text("danh sách vùng lõm của tỉnh", "the province's gap list"),
    "round": Text("đợt báo cáo có câu trả lời", "a reporting round with its answers"),
    "roads": Text("đường giao thông", "roads"),
    "rivers": Text("sông, suối, hồ", "rivers and lakes"),
    "power_lines": Text("lưới điện", "power lines"),
    "fibre": Text("cáp quang", "fibre"),
    "constraints": Text("vùng hạn chế xây dựng", "land constraints"),
    "places": Text("trường, trạm y tế, đồn biên phòng, khu công nghiệp", "places of interest"),
    "claims": Text("vùng phủ do nhà mạng công bố", "operators' coverage maps"),
    "findings": Text("kết luận đã ghi", "recorded findings"),
    "unit_prices": Text("đơn giá", "unit prices"),
    "routes": Text("bảng quyết định nguồn vốn", "funding routes"),
    "ranking": Text("trọng số ưu tiên", "ranking weights"),
    "profile": Text("bộ ngưỡng", "thresholds"),
    "earlier_results": Text("kết quả đợt trước", "results of an earlier run"),
}

_OPTIONAL = (
    *("roads", "rivers", "power_lines", "fibre", "constraints", "places", "claims"),
    *("round", "findings", "unit_prices", "routes", "ranking", "earlier_results"),
)
"""Inputs kept in ``StudyFile.further`` by these names."""

_ENTRIES: Mapping[str, Mapping[str, type | tuple[type, ...]]] = {
    "study": {
        "name": str,
        "province_code": str,
        "province_name": str,
        "profile": str,
        "simulated": bool,
        "seed": int,
        "vn2000_epsg": int,
        "date": date,
        "operators": list,
    },
    "inputs": {
        "communes": str,
        "villages": str,
        "households": str,
        "stations": list,
        "antennas": str,
        "declarations": str,
        "terrain": str,
        "terrain_kind": str,
        "land_cover": str,
        "clutter_heights": str,
        "population": str,
        "measurements": str,
        "reported_gaps": str,
        **dict.fromkeys(_OPTIONAL, str),
    },
    "radio": {"delta_n": (int, float), "n0": (int, float), "calibrate": bool},
    "packages": {"max_households": int, "max_sites": int},
}
_REQUIRED = (
    ("study", "name"),
    ("study", "province_code"),
    ("inputs", "stations"),
    ("inputs", "terrain"),
    ("inputs", "terrain_kind"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyFile:
    """A study's configuration. Paths are absolute; None where an input is not given.

    ``dated`` is the day printed in documents; without it they bear the day of the run and differ from day to day.
    ``further`` holds the inputs that only some steps read, by name: map layers, recorded findings, tables of the plan.
    ``calibrate`` asks to correct the model by the measurements where that helps.
    """

    path: Path
    name: str
    province_code: str
    province_name: str
    profile: str
    simulated: bool
    seed: int
    vn2000_epsg: int | None
    dated: date | None
    operators: tuple[str, ...]
    communes: Path | None
    villages: Path | None
    households: Path | None
    stations: tuple[Path, ...]
    antennas: Path | None
    declarations: Path | None
    terrain: Path
    terrain_kind: TerrainKind
    land_cover: Path | None
    clutter_heights: Path | None
    population: Path | None
    measurements: Path | None
    reported_gaps: Path | None
    further: Mapping[str, Path]
    air: Air
    calibrate: bool
    max_households: int
    max_sites: int

    @property
    def inputs(self) -> Mapping[str, Path]:
        """Return every file or folder the study reads, by a name that is the same on every machine."""
        single = {
            "communes": self.communes,
            "villages": self.villages,
            "households": self.households,
            "antennas": self.antennas,
            "declarations": self.declarations,
            "terrain": self.terrain,
            "land_cover": self.land_cover,
            "clutter_heights": self.clutter_heights,
            "population": self.population,
            "measurements": self.measurements,
            "reported_gaps": self.reported_gaps,
        }
        many = {f"stations/{p.name}": p for p in self.stations}
        return {name: path for name, path in {**single, **many, **self.further}.items() if path is not None}


def read_study_file(path: Path) -> StudyFile:
    """Return the study a TOML file describes; every wrong or missing entry, or absent file, is named at once."""
    if not path.is_file():
        raise MissingFileError(Text(f"Không tìm thấy tệp nghiên cứu {path}", f"No study file {path}"))
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise StudyError(
            Text(f"Tệp {path.name} không đọc được: {error}", f"{path.name} cannot be read: {error}")
        ) from error
    _refuse(path, _wrong_entries(raw))
    study = _study(path, raw)
    missing = [p for p in study.inputs.values() if not p.exists()]
    if missing:
        names = ", ".join(str(p) for p in missing)
        raise MissingFileError(Text(f"Không tìm thấy: {names}", f"Not found: {names}"))
    return study


def _refuse(path: Path, wrong: list[Text]) -> None:
    if wrong:
        vi, en = "; ".join(text.vi for text in wrong), "; ".join(text.en for text in wrong)
        raise StudyError(Text(f"{path.name}: {vi}", f"{path.name}: {en}"))


def _wrong_entries(raw: Mapping[str, Any]) -> list[Text]:
    wrong = []
    for section, values in raw.items():
        if section not in _ENTRIES or not isinstance(values, dict):
            allowed = ", ".join(_ENTRIES)
            wrong.append(
                Text(f"không có phần [{section}], chỉ có {allowed}", f"no section [{section}], only {allowed}")
            )
            continue
        for key, value in values.items():
            wrong += _wrong_entry(section, key, value)
    for section, key in _REQUIRED:
        if key not in raw.get(section, {}):
            wrong.append(Text(f"thiếu {key} trong phần [{section}]", f"{key} missing in section [{section}]"))
    kind = raw.get("inputs", {}).get("terrain_kind")
    if kind is not None and kind not in ("dsm", "dtm"):
        wrong.append(
            Text(
                f"terrain_kind phải là dsm hoặc dtm, nhận được “{kind}”",
                f"terrain_kind must be dsm or dtm, got “{kind}”",
            )
        )
    return wrong + _out_of_range(raw)


def _out_of_range(raw: Mapping[str, Any]) -> list[Text]:
    radio = raw.get("radio")
    given = radio if isinstance(radio, dict) else {}
    found = []
    for name, allowed in (("delta_n", DELTA_N), ("n0", N0)):
        value = given.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and not allowed.holds(value):
            found.append(allowed.text(name, value))
    return found


def _wrong_entry(section: str, key: str, value: object) -> list[Text]:
    allowed = _ENTRIES[section]
    if key not in allowed:
        names = ", ".join(allowed)
        return [
            Text(f"[{section}] không có mục {key}, chỉ có {names}", f"[{section}] has no entry {key}, only {names}")
        ]
    kind = allowed[key]
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        name = "number" if isinstance(kind, tuple) else kind.__name__
        return [Text(f"{key} phải là {name}, nhận được {value!r}", f"{key} must be {name}, got {value!r}")]
    if kind is list and not all(isinstance(item, str) for item in cast(list[object], value)):
        return [Text(f"{key} phải là danh sách chữ", f"{key} must be a list of texts")]
    return []


def _study(path: Path, raw: Mapping[str, Any]) -> StudyFile:
    study, inputs, radio, packages = (raw.get(section, {}) for section in _ENTRIES)
    folder = path.resolve().parent

    def placed(key: str) -> Path | None:
        return (folder / inputs[key]).resolve() if key in inputs else None

    return StudyFile(
        path=path.resolve(),
        name=study["name"],
        province_code=study["province_code"],
        province_name=study.get("province_name", ""),
        profile=study.get("profile", "vn-default"),
        simulated=study.get("simulated", False),
        seed=study.get("seed", 1),
        vn2000_epsg=study.get("vn2000_epsg"),
        dated=study.get("date"),
        operators=tuple(study.get("operators", NATIONAL_OPERATORS)),
        communes=placed("communes"),
        villages=placed("villages"),
        households=placed("households"),
        stations=tuple((folder / name).resolve() for name in inputs["stations"]),
        antennas=placed("antennas"),
        declarations=placed("declarations"),
        terrain=(folder / inputs["terrain"]).resolve(),
        terrain_kind=inputs["terrain_kind"],
        land_cover=placed("land_cover"),
        clutter_heights=placed("clutter_heights"),
        population=placed("population"),
        measurements=placed("measurements"),
        reported_gaps=placed("reported_gaps"),
        further={name: (folder / inputs[name]).resolve() for name in _OPTIONAL if name in inputs},
        air=Air(delta_n=float(radio.get("delta_n", STANDARD_AIR.delta_n)), n0=float(radio.get("n0", STANDARD_AIR.n0))),
        calibrate=radio.get("calibrate", False),
        max_households=packages.get("max_households", 1500),
        max_sites=packages.get("max_sites", 12),
    )
