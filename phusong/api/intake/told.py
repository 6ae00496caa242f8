"""The report of a check as it is kept (both languages, not without end), as it is told, and what is acknowledged."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from phusong.api.database.models import Upload
from phusong.api.intake.clean import clean_json
from phusong.errors import PhuSongError
from phusong.words import Language, Text

if TYPE_CHECKING:
    from phusong.data.check_report import CheckReport

MOST_PROBLEMS = 5_000
"""Problems kept with an upload, errors first; how many there are in all stands in ``levels``."""
_ENGLISH = "_en"


def kept_report(report: CheckReport) -> dict[str, Any]:
    """Return a report as it is kept: that of data/check_report.py in Vietnamese, with English beside it."""
    from phusong.data.check_report import LEVELS, to_json

    ranks = {level: rank for rank, level in enumerate(LEVELS)}
    order = sorted(range(len(report.problems)), key=lambda at: (ranks[report.problems[at].problem.level], at))
    kept = tuple(report.problems[at] for at in order[:MOST_PROBLEMS])
    short = replace(report, problems=kept)
    told, english = (json.loads(to_json(short, language)) for language in ("vi", "en"))
    told["list_title_en"] = english["list_title"]
    told["left_out"] = len(report.problems) - len(kept)
    for one, other in zip(told["problems"], english["problems"], strict=True):
        one["text_en"], one["choices_en"] = other["text"], other["choices"]
    cleaned: dict[str, Any] = clean_json(told)
    return cleaned


def no_list_report(file: str, sha256: str) -> dict[str, Any]:
    """Return the report of a file that is no list: whoever takes it over reads it."""
    from phusong.data.check_report import LEVELS

    return {
        "format": 1, "file": file, "sha256": sha256, "list": "", "list_title": "", "list_title_en": "", "sheets": [],
        "rows": {"accepted": 0, "refused": 0}, "levels": dict.fromkeys(LEVELS, 0), "codes": {}, "missing": {},
        "problems": [], "left_out": 0,
    }  # fmt: skip


def told_report(kept: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Return a kept report in one language."""
    problems = [_in(one, language) for one in kept["problems"]]
    return {**_in({key: value for key, value in kept.items() if key != "problems"}, language), "problems": problems}


def warning_ids(kept: Mapping[str, Any], codes: Sequence[str] | None = None) -> set[str]:
    """Return the ids of the warnings in a kept report, or of those of some rules."""
    found = (one for one in kept["problems"] if one["level"] == "warning")
    return {one["id"] for one in found if codes is None or one["code"] in codes}


def acknowledge(upload: Upload, ids: Sequence[str], codes: Sequence[str]) -> int:
    """Acknowledge warnings by their ids and by their rules; return how many are new.

    Raises
    ------
    PhuSongError
        An id is none of a warning of this upload.
    """
    kept = upload.report or {"problems": []}
    known = warning_ids(kept)
    if not known.issuperset(ids):
        raise PhuSongError(Text("Có cảnh báo không thuộc tệp này.", "Some are no warnings of this file."))
    before = set(upload.acknowledged)
    after = before | set(ids) | warning_ids(kept, codes)
    upload.acknowledged = sorted(after)
    return len(after) - len(before)


def _in(entry: Mapping[str, Any], language: Language) -> dict[str, Any]:
    bare = {key: value for key, value in entry.items() if not key.endswith(_ENGLISH)}
    if language == "en":
        bare |= {key.removesuffix(_ENGLISH): value for key, value in entry.items() if key.endswith(_ENGLISH)}
    return bare
