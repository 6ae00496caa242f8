"""Asking for a study: dataset versions, thresholds, settings; the neighbours' masts and terrain are added to it."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from phusong.api import audit
from phusong.api.access.policy import Action, Person
from phusong.api.access.reach import reached
from phusong.api.access.scope import within
from phusong.api.database.models import Dataset, DatasetVersion, Job, Province, Round, Study, StudyInput
from phusong.api.jobs.asking import ask_for
from phusong.api.problems import ConflictError, NotFoundError
from phusong.api.studies.kinds_of_data import KINDS_OF_DATA
from phusong.api.studies.own_inputs import has_list
from phusong.data.profiles import profile_names
from phusong.errors import StudyError, UnknownNameError
from phusong.words import Text

STUDY = "study"
OF_NEIGHBOURS = ("stations", "terrain")
"""What is used of neighbouring provinces."""
_AREA = ("communes", "households", "villages")
"""Whose bounds say where the province is, the first that is there."""
_DEGREE_KM = 111.0
_MOST_OF_NAME = 64
_VERSION_ID = re.compile("[0-9a-f]{16}")

Bounds = tuple[float, float, float, float]


def study_for(db: Session, person: Person, study_id: str, action: Action = Action.STUDY_READ) -> Study:
    """Return a study in whose province the person may do something; otherwise there is none."""
    return reached(db, person, action, Study, study_id)


def listed_studies(
    db: Session, person: Person, *, province_code: str = "", round_id: str = "", limit: int, offset: int
) -> tuple[Sequence[Study], int]:
    """Return the studies of a person's scope, the newest first, and how many those are."""
    which = [within(person, Action.STUDY_READ, province=Study.province_code)]
    which += [Study.province_code == province_code] if province_code else []
    which += [Study.round_id == round_id] if round_id else []
    total = db.scalar(select(func.count()).select_from(Study).where(*which)) or 0
    order = (Study.created_at.desc(), Study.id)
    return db.scalars(select(Study).where(*which).order_by(*order).limit(limit).offset(offset)).all(), total


def ask_study(
    db: Session,
    person: Person,
    *,
    province_code: str,
    name: str,
    version_ids: Sequence[str],
    profile: str,
    settings: Mapping[str, Any],
    round_id: str | None,
    continues: str | None,
    neighbour_km: float,
) -> tuple[Study, Job]:
    """Begin a study of a province.

    ``profile`` is the name of a shipped one, or the id of a version of the department's own.
    ``continues`` is the study whose gaps keep their ids; ``neighbour_km`` 0 leaves the province's neighbours out.
    """
    if not person.may(Action.STUDY_RUN, province_code=province_code) or not db.get(Province, province_code):
        raise NotFoundError(Text("Không có tỉnh này trong phạm vi của bạn.", "No such province in your scope."))
    _check_round(db, person, round_id, province_code)
    own = [profile] if _VERSION_ID.fullmatch(profile) else []
    versions = [_usable(db, person, one, province_code) for one in dict.fromkeys((*version_ids, *own))]
    profile = _profile_name(profile, versions)
    _check_whole(versions)
    _check_list(db, round_id, versions)
    if continues is not None and study_for(db, person, continues).province_code != province_code:
        raise NotFoundError
    outside = neighbours_of(db, province_code, versions, neighbour_km) if neighbour_km else []
    study = Study(
        province_code=province_code, name=name, profile=profile,
        settings={**settings, "neighbour_km": neighbour_km, "continues": continues},
        round_id=round_id, created_by=person.id,
    )  # fmt: skip
    study.inputs = [
        StudyInput(version_id=one.id, role=one.dataset.kind, outside=far)
        for far, many in ((False, versions), (True, outside))
        for one in many
    ]
    db.add(study)
    db.flush()
    audit.record(
        db, "study.ask", by=person, subject=("study", study.id), province_code=province_code,
        details={"versions": [one.id for one in versions], "profile": profile},
    )  # fmt: skip
    return study, ask_for(db, STUDY, by=person, province_code=province_code, subject_id=study.id)


def _profile_name(asked: str, versions: Sequence[DatasetVersion]) -> str:
    """Return what a study's profile is called: the department's own where a version of one was chosen."""
    own = next((one for one in versions if one.dataset.kind == "profile"), None)
    if own is not None:
        return str(own.details["name"])[:_MOST_OF_NAME]
    if asked not in profile_names():
        allowed = ", ".join(profile_names())
        raise UnknownNameError(Text(f"Không có {asked}; được dùng: {allowed}.", f"No {asked}; allowed: {allowed}."))
    return asked


def _check_round(db: Session, person: Person, round_id: str | None, province_code: str) -> None:
    if round_id is None:
        return
    found = db.get(Round, round_id)
    if found is None or found.province_code != province_code:
        raise NotFoundError(Text("Không có đợt này.", "There is no such round."))
    if not person.may(Action.ROUND_READ, province_code=province_code):
        raise NotFoundError(Text("Không có đợt này.", "There is no such round."))


def _check_list(db: Session, round_id: str | None, versions: Sequence[DatasetVersion]) -> None:
    """Refuse two gap lists: a round's own is taken where it has one."""
    chosen = any(one.dataset.kind == "reported_gaps" for one in versions)
    if chosen and round_id is not None and has_list(db, round_id):
        raise ConflictError(
            Text(
                "Đợt đã có danh sách lõm sóng: bỏ bộ danh sách đã chọn.",
                "The round has a gap list of its own: leave out the one that was chosen.",
            )
        )


def _usable(db: Session, person: Person, version_id: str, province_code: str) -> DatasetVersion:
    found = db.get(DatasetVersion, version_id)
    if (
        found is None
        or found.dataset.province_code != province_code
        or not person.may(
            Action.DATASET_READ, province_code=found.dataset.province_code, operator=found.dataset.operator
        )
    ):
        raise NotFoundError(Text("Không có bản dữ liệu này.", "There is no such version of data."))
    if not found.usable or found.withdrawn_at is not None:
        raise ConflictError(
            Text(
                f"Bản {found.version} của “{found.dataset.name}” chưa dùng được.",
                f"Version {found.version} of “{found.dataset.name}” cannot be used.",
            )
        )
    return found


def _check_whole(versions: Sequence[DatasetVersion]) -> None:
    """Refuse what no study can be made of: nothing to predict from, two of what there can only be one of."""
    count = Counter(one.dataset.kind for one in versions)
    twice = [kind for kind, n in count.items() if n > 1 and not KINDS_OF_DATA[kind].several]
    absent = [kind for kind in ("stations", "terrain") if kind not in count]
    if not {"households", "communes"} & set(count):
        absent.append("households")
    if twice or absent:
        titles = {kind: KINDS_OF_DATA[kind].title for kind in (*twice, *absent)}
        vi = [f"thiếu {titles[kind].vi}" for kind in absent] + [f"chỉ chọn một {titles[kind].vi}" for kind in twice]
        en = [f"{titles[kind].en} missing" for kind in absent] + [f"choose one of {titles[kind].en}" for kind in twice]
        raise StudyError(Text("; ".join(vi).capitalize() + ".", "; ".join(en).capitalize() + "."))
    grounds = {str(one.details.get("ground")) for one in versions if one.dataset.kind == "terrain"}
    if len(grounds) > 1:
        raise StudyError(Text("Địa hình phải cùng là DSM hoặc DTM.", "Terrain must be all DSM or all DTM."))


def neighbours_of(
    db: Session, province_code: str, versions: Sequence[DatasetVersion], neighbour_km: float
) -> list[DatasetVersion]:
    """Return the newest usable masts and terrain of other provinces that reach within ``neighbour_km``."""
    area = area_of(versions)
    if area is None:
        return []
    around = widened(area, neighbour_km)
    own = next(one for one in versions if one.dataset.kind == "terrain").details
    newest: dict[str, DatasetVersion] = {}
    others = (
        select(DatasetVersion)
        .join(Dataset)
        .where(
            Dataset.province_code != province_code,
            Dataset.kind.in_(OF_NEIGHBOURS),
            DatasetVersion.usable,
            DatasetVersion.withdrawn_at.is_(None),
        )
        .order_by(Dataset.province_code, Dataset.id, DatasetVersion.version)
    )
    for version in db.scalars(others):
        newest[version.dataset_id] = version
    return [one for one in newest.values() if _touches(one, around) and _fits(one, own)]


def area_of(versions: Sequence[DatasetVersion]) -> Bounds | None:
    """Return where a province lies, as its boundaries, else its households or villages, have it."""
    for kind in _AREA:
        for one in versions:
            if one.dataset.kind == kind and one.details.get("bounds"):
                return _bounds(one)
    return None


def _bounds(version: DatasetVersion) -> Bounds:
    west, south, east, north = version.details["bounds"]
    return float(west), float(south), float(east), float(north)


def widened(area: Bounds, by_km: float) -> Bounds:
    """Return bounds in degrees, wider by so many kilometres on every side."""
    west, south, east, north = area
    lat_deg = by_km / _DEGREE_KM
    lon_deg = by_km / (_DEGREE_KM * math.cos(math.radians(max(abs(south), abs(north)))))
    return west - lon_deg, south - lat_deg, east + lon_deg, north + lat_deg


def _touches(version: DatasetVersion, around: Bounds) -> bool:
    if not version.details.get("bounds"):
        return False
    west, south, east, north = _bounds(version)
    return west <= around[2] and east >= around[0] and south <= around[3] and north >= around[1]


def _fits(version: DatasetVersion, own: Mapping[str, Any]) -> bool:
    """Say whether a neighbour's terrain can be joined to the province's own: same kind, same cells."""
    if version.dataset.kind != "terrain":
        return True
    theirs = version.details
    return theirs.get("ground") == own.get("ground") and theirs.get("cell_deg") == own.get("cell_deg")
