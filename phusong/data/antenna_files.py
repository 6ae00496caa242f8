"""Antenna pattern files in the Planet format (.msi, .pln), as manufacturers publish them.

Lines of a key and its value, then ``HORIZONTAL 360`` and ``VERTICAL 360``, each with 360 lines of angle and attenuation
in dB. A gain without a unit is in dBd (pe1mew.nl, Radio Mobile, "MSI"). Angles: ``coverage.radio.pattern``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from phusong.coverage.radio.pattern import DEGREES, AntennaPattern
from phusong.data.names import fold
from phusong.errors import Problem, Range
from phusong.words import Text

SUFFIXES = (".msi", ".pln")
DIPOLE_DBI = 2.15
"""Gain of a half-wave dipole, from which dBd are counted."""

GAIN_DBI = Range(-10.0, 40.0, "dBi")
TILT_DEG = Range(-20.0, 30.0, "°")
ATTENUATION_DB = Range(0.0, 200.0, "dB")

_PLANES = ("HORIZONTAL", "VERTICAL")
_TILTS = ("ELECTRICAL_TILT", "TILT")
_KEY = re.compile(r"(HORIZONTAL|VERTICAL|NAME|GAIN|ELECTRICAL[ _]TILT|TILT)\b[ :=]*(.*)", re.IGNORECASE)
_GAIN = re.compile(r"(\S+?)\s*(dB[di])?", re.IGNORECASE)


def antenna_key(name: str) -> str:
    """Return a pattern's name as it is compared: case, accents and a file's ending do not matter."""
    key = fold(name)
    return next((key.removesuffix(suffix) for suffix in SUFFIXES if key.endswith(suffix)), key)


@dataclass(slots=True)
class _Reading:
    """What a file has said so far; ``plane`` is the table the next rows belong to."""

    file: str
    plane: str = ""
    values: dict[str, tuple[int, str]] = field(default_factory=dict)
    tables: dict[str, NDArray[np.float64]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def refuse(self, text: Text, line: int | None = None, found: str | None = None) -> None:
        self.problems.append(Problem(level="error", file=self.file, row=line, found=found, text=text))


def read_antennas(folder: Path) -> tuple[Mapping[str, AntennaPattern], list[Problem]]:
    """Read every pattern file of a folder and its subfolders.

    Returns
    -------
    antennas
        Patterns by :func:`antenna_key` of their NAME and of their file's name. A NAME that several files have, as of
        an antenna measured at several tilts, is left out: there only the file's name tells which is meant.
    problems
        Everything wrong in all files at once, with file and line; a warning where a folder has no pattern file or a
        NAME is left out.
    """
    by_key: dict[str, list[AntennaPattern]] = {}
    problems: list[Problem] = []
    for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file()):
        pattern, found = read_antenna(path)
        problems += found
        if pattern is not None:
            for key in {antenna_key(path.stem), antenna_key(pattern.name)}:
                by_key.setdefault(key, []).append(pattern)
    doubtful = sorted(patterns[0].name for patterns in by_key.values() if len(patterns) > 1)
    if doubtful:
        text = Text(
            f"Nhiều tệp cùng tên giản đồ {', '.join(doubtful)}: hãy ghi tên tệp vào cột “Mẫu anten”",
            f"Several files have the name {', '.join(doubtful)}: write the file's name into “Antenna model”",
        )
        problems.append(Problem(level="warning", file=folder.name, text=text))
    if not by_key and not problems:
        text = Text("Thư mục không có tệp .msi, .pln nào", "The folder has no .msi or .pln file")
        problems.append(Problem(level="warning", file=folder.name, text=text))
    return {key: patterns[0] for key, patterns in by_key.items() if len(patterns) == 1}, problems


def read_antenna(path: Path) -> tuple[AntennaPattern | None, list[Problem]]:
    """Read one pattern file; None, and every problem with its line, where it cannot be used."""
    reading = _Reading(path.name)
    for line, text in enumerate(_text(path).splitlines(), start=1):
        if text.strip():
            _take(reading, line, text.strip())
    for key in ("GAIN", *_PLANES):
        if key not in reading.values:
            reading.refuse(Text(f"Thiếu {key}", f"{key} is missing"))
    for plane, table in reading.tables.items():
        _check_whole(reading, plane, table)
    gain_dbi, tilt_deg = _gain_dbi(reading), _tilt_deg(reading)
    if reading.problems or gain_dbi is None:
        return None, reading.problems
    pattern = AntennaPattern(
        name=reading.values.get("NAME", (0, ""))[1] or path.stem,
        gain_dbi=gain_dbi,
        electrical_tilt_deg=tilt_deg,
        horizontal_db=reading.tables["HORIZONTAL"],
        vertical_db=reading.tables["VERTICAL"],
    )
    return pattern, []


def _text(path: Path) -> str:
    """Return a file's text: UTF-8 with or without a mark, else the Western code page that older tools write."""
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _take(reading: _Reading, line: int, text: str) -> None:
    """Take one line: a key with its value, or a row of the table begun last. Other keys are not needed."""
    words = text.replace("\t", " ")
    found = _KEY.match(words)
    if found is None:
        if reading.plane and not words[0].isalpha():
            _take_row(reading, line, words)
        return
    key, value = found[1].upper().replace(" ", "_"), found[2].strip()
    reading.plane = key if key in _PLANES else ""
    if key in _PLANES:
        if key in reading.values:
            reading.refuse(Text(f"{key} có hai lần", f"{key} stands twice"), line)
        reading.tables[key] = np.full(DEGREES, np.nan)
    reading.values.setdefault(key, (line, value))


def _take_row(reading: _Reading, line: int, text: str) -> None:
    """Take an angle and its attenuation; 360° again is 0°."""
    parts = text.replace(";", " ").split()
    angle, attenuation_db = (_number(part) for part in parts) if len(parts) == 2 else (None, None)
    if angle is None or attenuation_db is None or angle != round(angle):
        needed = Text("Cần một góc nguyên và suy hao (dB)", "A whole angle and an attenuation (dB) are needed")
        reading.refuse(needed, line, text)
    elif not ATTENUATION_DB.holds(attenuation_db):
        reading.refuse(ATTENUATION_DB.text("Suy hao / attenuation", attenuation_db), line, text)
    else:
        table, degree = reading.tables[reading.plane], round(angle) % DEGREES
        if not np.isnan(table[degree]) and abs(angle) != DEGREES:
            reading.refuse(Text(f"Góc {degree}° có hai lần", f"The angle {degree}° stands twice"), line, text)
        table[degree] = attenuation_db


def _check_whole(reading: _Reading, plane: str, table: NDArray[np.float64]) -> None:
    line = reading.values[plane][0]
    silent = np.flatnonzero(np.isnan(table))
    if len(silent) and not any(problem.row and problem.row > line for problem in reading.problems):
        some = ", ".join(f"{degree}°" for degree in silent[:5])
        text = Text(
            f"{plane} phải có đủ {DEGREES} góc, còn thiếu {len(silent)}: {some}",
            f"{plane} must have {DEGREES} angles, {len(silent)} are missing: {some}",
        )
        reading.refuse(text, line)


def _gain_dbi(reading: _Reading) -> float | None:
    """Return the gain; None, said once, where it cannot be read."""
    if "GAIN" not in reading.values:
        return None
    line, text = reading.values["GAIN"]
    found = _GAIN.fullmatch(text)
    value = _number(found[1]) if found else None
    if found is None or value is None:
        reading.refuse(Text("Không đọc được độ lợi (GAIN)", "The gain (GAIN) cannot be read"), line, text)
        return None
    gain_dbi = value + (0.0 if (found[2] or "dBd").lower() == "dbi" else DIPOLE_DBI)
    if not GAIN_DBI.holds(gain_dbi):
        reading.refuse(GAIN_DBI.text("GAIN", gain_dbi), line, text)
    return gain_dbi


def _tilt_deg(reading: _Reading) -> float | None:
    """Return the electrical tilt, None where the file states no number (``TILT ELECTRICAL``)."""
    for key in _TILTS:
        line, text = reading.values.get(key, (0, ""))
        value = _number(text.split()[0].removesuffix("°")) if text else None
        if value is not None and not TILT_DEG.holds(value):
            reading.refuse(TILT_DEG.text(key, value), line, text)
        if value is not None:
            return value
    return None


def _number(text: str) -> float | None:
    """Return a number written with a point or a comma, None where it is none."""
    written = text.replace(",", ".")
    return float(written) if re.fullmatch(r"[-+]?(\d+\.?\d*|\.\d+)", written) else None
