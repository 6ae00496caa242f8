"""The folder of a study: its inputs under their own names, the neighbours' masts without theirs, and study.toml."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from phusong.api.intake.cells import rows_of
from phusong.api.jobs.kinds import Plain
from phusong.api.studies.checking import placed
from phusong.api.studies.folders import emptied, linked, safe_name
from phusong.api.studies.kinds_of_data import KINDS_OF_DATA, RASTERS
from phusong.data.store import toml_text
from phusong.errors import PhuSongError, StudyError
from phusong.words import Text

STUDY_FILE = "study.toml"
INPUTS = "inputs"
_OF_STUDY = ("simulated", "seed", "vn2000_epsg", "operators")
_OF_RADIO = ("delta_n", "n0", "calibrate")
_OF_PACKAGES = ("max_households", "max_sites")


def assembled(folder: Path, given: Plain) -> Path:
    """Make the folder of a study; return its study.toml.

    ``given``: ``study`` (name, province, profile, settings), ``inputs`` (role, source, outside …), and what the
    service itself adds: ``written`` (``findings``, ``reported_gaps``: text of a table) and ``answered`` (the round's
    rows and what was said of them).
    """
    emptied(folder)
    named: dict[str, Any] = {}
    profile = str(given["study"]["profile"])
    stations: list[str] = []
    terrain: list[tuple[bool, Path]] = []
    outside: list[tuple[str, Path]] = []
    for number, one in enumerate(given["inputs"], start=1):
        path = placed(KINDS_OF_DATA[one["role"]], one["source"], folder / INPUTS / f"{number:02d}-{one['role']}")
        if one["role"] == "profile":
            profile = _seen(folder, path)
        elif one["role"] == "terrain":
            terrain.append((one["outside"], path))
            named["terrain_kind"] = one["ground"]
        elif one["outside"]:
            outside.append((one["province_code"], path))
        elif one["role"] == "stations":
            stations.append(_station_list(folder, path, number, stations))
        else:
            named[one["role"]] = _seen(folder, path)
    named["terrain"] = _terrain(folder, terrain)
    if outside:
        stations += _outside(folder, outside, given)
    for role, text in given.get("written", {}).items():
        path = folder / INPUTS / f"{role}.csv"
        path.write_text(text, encoding="utf-8-sig", newline="")
        named[role] = _seen(folder, path)
    if given.get("answered"):
        named["round"] = _seen(folder, answered_folder(folder, given["answered"]))
    if given.get("earlier"):
        named["earlier_results"] = Path(given["earlier"]).as_posix()
    named["stations"] = stations
    file = folder / STUDY_FILE
    file.write_text(study_text({**given["study"], "profile": profile}, named), encoding="utf-8")
    return file


def answered_folder(folder: Path, told: Mapping[str, Any]) -> Path:
    """Write the study's round with what communes and operators answered; return its folder."""
    import pandas as pd

    from phusong.data.rounds.answers import Answers
    from phusong.data.rounds.confirmed import apply_answers
    from phusong.data.rounds.store import SAID_COLUMNS, Round, save_round

    made = Round(
        batch=told["batch"],
        province_code=told["province_code"],
        made_on=date.fromisoformat(told["made_on"]),
        rows=rows_of(told["cells"]),
        sources=(),
    )
    said = pd.DataFrame(list(told["said"]), columns=list(SAID_COLUMNS)).astype("str")
    given = Answers(kind="", whom="", by="", on=None, said=said, silent=(), problems=())
    return save_round(apply_answers(made, given), folder / INPUTS / "rounds")


def _seen(folder: Path, path: Path) -> str:
    """Return a path as study.toml writes it: inside the folder relative, registered ones whole."""
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.as_posix()


def _station_list(folder: Path, path: Path, number: int, before: Sequence[str]) -> str:
    """Return a station list; results know lists by their file names, so no two may be called the same."""
    if path.name not in {Path(one).name for one in before}:
        return _seen(folder, path)
    other = linked(path, folder / INPUTS / f"{number:02d}-stations" / f"{number:02d}-{safe_name(path.name)}")
    return _seen(folder, other)


def _terrain(folder: Path, found: Sequence[tuple[bool, Path]]) -> str:
    """Return the study's terrain; of several, one folder with the province's own tiles first."""
    if len(found) == 1:
        return _seen(folder, found[0][1])
    joined = folder / INPUTS / "terrain"
    for outside, path in sorted(found, key=lambda one: one[0]):
        for tile in sorted(path.iterdir()) if path.is_dir() else [path]:
            if tile.suffix.lower() in RASTERS and not (joined / tile.name).exists():
                after = outside and tile.suffix.lower() != ".hgt"  # the name of an .hgt file says where it lies
                target = joined / (f"zz-{tile.name}" if after else tile.name)
                if not target.exists():
                    linked(tile, target)
    return _seen(folder, joined)


def _outside(folder: Path, lists: Sequence[tuple[str, Path]], given: Plain) -> list[str]:
    from phusong.api.studies.outside import write_outside
    from phusong.study.veil import OUTSIDE_FILE

    path = folder / INPUTS / OUTSIDE_FILE
    own, operators = str(given["study"]["province_code"]), given["operators"]
    try:
        written = write_outside(path, lists, own=own, operators=operators, around=given["around"])
    except PhuSongError as error:  # its words would name a file of another province
        raise StudyError(
            Text("Danh sách trạm của tỉnh bên không đọc được.", "A neighbour's station list cannot be read.")
        ) from error
    for _, file in lists:
        if file.is_relative_to(folder):
            shutil.rmtree(file.parent)  # what was sent there is no part of this study
    return [_seen(folder, path)] if written else []


def study_text(study: Mapping[str, Any], inputs: Mapping[str, Any]) -> str:
    """Write study.toml."""
    settings = study["settings"]
    head = {
        "name": study["name"],
        "province_code": study["province_code"],
        "province_name": study["province_name"],
        "profile": study["profile"],
        "date": date.fromisoformat(study["date"]),
        **{key: settings[key] for key in _OF_STUDY if settings.get(key) is not None},
    }
    sections = {
        "study": head,
        "inputs": inputs,
        "radio": {key: settings[key] for key in _OF_RADIO if settings.get(key) is not None},
        "packages": {key: settings[key] for key in _OF_PACKAGES if settings.get(key) is not None},
    }
    return as_toml(sections)


def as_toml(sections: Mapping[str, Mapping[str, Any]]) -> str:
    """Write sections of values as TOML."""
    lines = []
    for name, entries in sections.items():
        lines += [f"[{name}]", *(f"{toml_text(key)} = {_toml(value)}" for key, value in entries.items()), ""]
    return "\n".join(lines)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        return toml_text(value)
    return "[" + ", ".join(_toml(one) for one in value) + "]"
