"""A department's own thresholds: made from a shipped profile, version by version; what a study used stays as it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from phusong.api.access.policy import Action, Person
from phusong.api.database.models import Dataset, DatasetVersion, Study, StudyInput
from phusong.api.service import Service
from phusong.api.studies.folders import safe_name
from phusong.api.studies.own_tables import (
    keep_version,
    listed_tables,
    new_table,
    path_of,
    readable,
    table_for,
    version_of,
)
from phusong.coverage.criteria import Profile
from phusong.data.profiles import profile_names, raw_profile, read_profile
from phusong.data.profiles.own import OwnProfile, Told, own_profile_text, read_own_profile
from phusong.data.profiles.thresholds import thresholds_of, value_at
from phusong.errors import OutOfRangeError, StudyError
from phusong.words import Text

KIND = "profile"
_MOST_OF_NAME = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptProfile:
    """One version of an own profile, as it was kept."""

    dataset: Dataset
    version: DatasetVersion
    own: OwnProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A profile as a person wants it: its base, its name and source, every number and what is said of it."""

    title: str
    source: str
    values: Mapping[str, float]
    told: Mapping[str, Told]
    note: str = ""


def listed_profiles(
    db: Session, service: Service, person: Person, action: Action, *, province_code: str = ""
) -> list[KeptProfile]:
    """Return the newest version of every own profile in a person's provinces."""
    found = listed_tables(db, person, action, kind=KIND, province_code=province_code)
    newest = [(one, readable(service, one)) for one in found]
    return [_kept(service, one, version) for one, version in newest if version is not None]


def kept_profile(db: Session, service: Service, person: Person, dataset_id: str, number: int | None) -> KeptProfile:
    """Return one version of an own profile, the newest where none is named."""
    dataset = table_for(db, person, dataset_id, Action.REFERENCE_READ, kind=KIND)
    return _kept(service, dataset, version_of(dataset, number))


def keep_new(
    db: Session, service: Service, person: Person, *, province_code: str, base: str, wanted: Wanted
) -> Dataset:
    """Make a province's own profile from a shipped one."""
    dataset = new_table(
        db, person, kind=KIND, province_code=province_code, name=wanted.title, action=Action.STUDY_RUN
    )  # fmt: skip
    _keep(db, service, person, dataset, raw_profile(base), base, wanted)
    return dataset


def keep_next(db: Session, service: Service, person: Person, dataset_id: str, wanted: Wanted) -> Dataset:
    """Make the next version of an own profile; the one before stays."""
    dataset = table_for(db, person, dataset_id, Action.STUDY_RUN, kind=KIND, to_change=True)
    own = _kept(service, dataset, version_of(dataset, None)).own
    dataset.name = wanted.title
    _keep(db, service, person, dataset, own.raw, own.base, wanted)
    return dataset


def _keep(
    db: Session, service: Service, person: Person, dataset: Dataset, start: Mapping[str, Any], base: str, wanted: Wanted
) -> None:
    stem = safe_name(wanted.title)[:_MOST_OF_NAME].strip("-.")
    name = f"{dataset.province_code}-{stem}-v{len(dataset.versions) + 1}"
    changed = {
        one.key: int(value) if one.whole else value
        for one in thresholds_of(start)
        if (value := wanted.values[one.key]) != value_at(start, one.key)
    }
    text = own_profile_text(
        start, base=base, name=name, title=wanted.title, source=wanted.source, values=changed, told=wanted.told
    )  # fmt: skip
    try:
        read_own_profile(text, wanted.title)
    except StudyError as error:
        raise OutOfRangeError(error.text) from error
    details = {"name": name, "base": base, "changed": len(changed), "note": wanted.note}
    keep_version(db, service, person, dataset, text, details=details)


def _kept(service: Service, dataset: Dataset, version: DatasetVersion) -> KeptProfile:
    text = path_of(service, version).read_text(encoding="utf-8")
    return KeptProfile(dataset=dataset, version=version, own=read_own_profile(text, dataset.name))


def profile_of(db: Session, service: Service, study: Study | None) -> Profile:
    """Return the thresholds a study was run with: those of its own version where it read one."""
    version = next((one.version_id for one in study.inputs if one.role == KIND), "") if study is not None else ""
    found = db.get(DatasetVersion, version) if version else None
    if found is not None:
        return _kept(service, found.dataset, found).own.profile
    return read_profile(study.profile if study is not None and study.profile in profile_names() else "vn-default")


def profile_titles(db: Session, studies: Iterable[Study]) -> dict[str, Text]:
    """Return what the thresholds of some studies are called, by the name the study knows them by."""
    titles = {one: read_profile(one).title for one in profile_names()}
    others = {one.id for one in studies if one.profile not in titles}
    query = (
        select(Study.profile, Dataset.name, DatasetVersion.version)
        .join(StudyInput, StudyInput.study_id == Study.id)
        .join(DatasetVersion, DatasetVersion.id == StudyInput.version_id)
        .join(Dataset, Dataset.id == DatasetVersion.dataset_id)
        .where(Study.id.in_(others), StudyInput.role == KIND)
    )
    for name, title, number in db.execute(query) if others else ():
        titles[name] = Text(f"{title}, bản {number}", f"{title}, version {number}")
    return titles
