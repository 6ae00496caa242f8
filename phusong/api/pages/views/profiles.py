"""Sets of thresholds: those that come with the tool, and a department's own, made from them number by number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from phusong.api.access.policy import Action, Person
from phusong.api.database.types import today
from phusong.api.deps import LanguageDep, Needs, ReadDep, ServiceDep, WriteDep
from phusong.api.ids import Id
from phusong.api.pages.forms import FormDep, text_of
from phusong.api.pages.frame import page
from phusong.api.pages.notices import go
from phusong.api.pages.profiles_told import Number, number_of, told_profiles
from phusong.api.pages.scope import Place, place_of, provinces_of
from phusong.api.pages.shown import names
from phusong.api.pages.typed import number_problem, refuse, shown_number, typed_number, wrong
from phusong.api.problems import NotFoundError, language_of
from phusong.api.studies import own_profiles as room
from phusong.api.studies.own_tables import usable_versions
from phusong.data.profiles import profile_names, raw_profile, read_profile
from phusong.data.profiles.own import OwnProfile, Told
from phusong.data.profiles.thresholds import (
    DECIDING,
    GROUPS,
    Threshold,
    source_at,
    thresholds_of,
    value_at,
)
from phusong.errors import Problem
from phusong.words import Language, Text

router = APIRouter()
Reader = Annotated[Person, Depends(Needs(Action.REFERENCE_READ))]
Maker = Annotated[Person, Depends(Needs(Action.STUDY_RUN))]
MOST_TITLE, MOST_SOURCE = 120, 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One number as a form or a page has it: its value, where it is from, who checked it when, what it was before."""

    of: Threshold
    value: float
    shown: str
    source: str
    told: Told
    inherited: Any
    before: Number | None

    @property
    def number(self) -> Number:
        """Return the number with its unit."""
        return number_of(self.of, self.value)


@router.get("/profiles")
def profiles(request: Request, person: Reader, db: ReadDep, service: ServiceDep) -> HTMLResponse:
    """Show every set of thresholds: each number with its unit, whence it is and whether that was verified."""
    chosen = place_of(request, person).province_code
    own = room.listed_profiles(db, service, person, Action.REFERENCE_READ, province_code=chosen)
    return page(
        request, "profiles.html", Text("Bộ ngưỡng", "Thresholds"), section="profiles",
        profiles=list(told_profiles()), own=[(one, sum(1 for _ in one.own.differences())) for one in own],
        bases=_bases(), by=names(db, (one.version.created_by for one in own)),
    )  # fmt: skip


def _bases() -> dict[str, Text]:
    return {one: read_profile(one).title for one in profile_names()}


@router.get("/profiles/new")
def new_profile(
    request: Request, person: Maker, base: Annotated[str, Query(alias="from", max_length=64)] = "vn-default"
) -> HTMLResponse:
    """Show the form of a department's own profile, filled with the numbers of a shipped one."""
    if base not in profile_names():
        raise NotFoundError
    title = read_profile(base).title
    choices = [code for code in provinces_of(request, person) if person.may(Action.STUDY_RUN, province_code=code)]
    return page(
        request, "profile_edit.html", Text("Bộ ngưỡng của đơn vị", "A department's own thresholds"),
        section="profiles", base=base, base_title=title, choices_of=choices, dataset=None, given={"title": "",
        "source": ""}, groups=_groups(raw_profile(base), None, language_of(request)), titles=GROUPS,
        chosen=place_of(request, person).province_code,
    )  # fmt: skip


@router.post("/profiles")
def add(
    request: Request, person: Maker, db: WriteDep, service: ServiceDep, language: LanguageDep, form: FormDep
) -> Response:
    """Make a department's own profile."""
    base, province = text_of(form, "base"), text_of(form, "province_code")
    if base not in profile_names():
        raise NotFoundError
    problems: list[Problem] = [] if province else [wrong("province_code", Text("Hãy chọn tỉnh.", "Choose a province."))]
    wanted = _wanted(form, raw_profile(base), None, person, language, problems)
    made = room.keep_new(db, service, person, province_code=province, base=base, wanted=wanted)
    return go(request, f"/profiles/{made.id}", Text("Đã lưu bộ ngưỡng.", "The thresholds are kept."))


@router.get("/profiles/{dataset_id}")
def one_profile(
    request: Request, person: Reader, db: ReadDep, service: ServiceDep, dataset_id: Id,
    version: Annotated[int | None, Query(ge=1, le=100_000)] = None,
) -> HTMLResponse:  # fmt: skip
    """Show one version of an own profile: what differs from the shipped one, every number, who checked what."""
    kept = room.kept_profile(db, service, person, dataset_id, version)
    versions = usable_versions(kept.dataset)
    title = kept.dataset.name
    return page(
        request, "profile.html", Text(title, title), section="profiles", place=Place(kept.dataset.province_code),
        kept=kept, versions=versions, newest=versions[0].version, titles=GROUPS,
        groups=_groups(kept.own.raw, kept.own, language_of(request)), base_title=read_profile(kept.own.base).title,
        checked=_checked(kept.own), by=names(db, (one.created_by for one in versions)),
        may_change=person.may(Action.STUDY_RUN, province_code=kept.dataset.province_code),
    )  # fmt: skip


def _checked(own: OwnProfile) -> tuple[int, int]:
    """Return how many of the numbers that decide were checked against their source, and how many there are."""
    deciding = [one.key for one in thresholds_of(own.raw) if one.group in DECIDING]
    return sum(own.told(key).verified for key in deciding), len(deciding)


@router.get("/profiles/{dataset_id}/edit")
def edit(request: Request, person: Maker, db: ReadDep, service: ServiceDep, dataset_id: Id) -> HTMLResponse:
    """Show the form of an own profile, filled with its newest version."""
    kept = room.kept_profile(db, service, person, dataset_id, None)
    if not person.may(Action.STUDY_RUN, province_code=kept.dataset.province_code):
        raise NotFoundError
    language = language_of(request)
    return page(
        request, "profile_edit.html", Text(f"Sửa {kept.dataset.name}", f"Change {kept.dataset.name}"),
        section="profiles", place=Place(kept.dataset.province_code), base=kept.own.base,
        base_title=read_profile(kept.own.base).title, choices_of=[], dataset=kept.dataset, chosen="",
        given={"title": kept.dataset.name, "source": kept.own.profile.source.to(language)},
        groups=_groups(kept.own.raw, kept.own, language), titles=GROUPS,
    )  # fmt: skip


@router.post("/profiles/{dataset_id}")
def change(
    request: Request, person: Maker, db: WriteDep, service: ServiceDep, language: LanguageDep, form: FormDep,
    dataset_id: Id,
) -> Response:  # fmt: skip
    """Make the next version of an own profile."""
    own = room.kept_profile(db, service, person, dataset_id, None).own
    wanted = _wanted(form, own.raw, own, person, language, [])
    room.keep_next(db, service, person, dataset_id, wanted)
    return go(request, f"/profiles/{dataset_id}", Text("Đã lưu bản mới.", "The new version is kept."))


def _groups(raw: Mapping[str, Any], own: OwnProfile | None, language: Language) -> dict[str, list[Entry]]:
    """Return the numbers of a profile by their group."""
    before = {one.key: was for one, was in own.differences()} if own is not None else {}
    made: dict[str, list[Entry]] = {}
    for one in thresholds_of(raw):
        value, was = value_at(raw, one.key), before.get(one.key)
        told = own.told(one.key) if own is not None else Told()
        made.setdefault(one.group, []).append(
            Entry(
                of=one, value=value, shown=shown_number(value, language), source=told.source, told=told,
                inherited=source_at(raw, one.key), before=None if was is None else number_of(one, was),
            )
        )  # fmt: skip
    return made


def _wanted(
    form: FormData, raw: Mapping[str, Any], own: OwnProfile | None, person: Person, language: Language,
    problems: list[Problem],
) -> room.Wanted:  # fmt: skip
    """Read the form; every field that is not right is told at once."""
    title, source = text_of(form, "title"), text_of(form, "source")
    problems += _too_much("title", title, MOST_TITLE) + _too_much("source", source, MOST_SOURCE)
    values: dict[str, float] = {}
    told: dict[str, Told] = {}
    for one in thresholds_of(raw):
        text = text_of(form, f"value.{one.key}")
        value = typed_number(text, language)
        problem = number_problem(f"value.{one.key}", one.title, text, value, one.allowed)
        if problem is None and one.whole and value is not None and not value.is_integer():
            problem = wrong(
                f"value.{one.key}", Text(f"{one.title.vi}: cần số nguyên.", f"{one.title.en}: a whole number, please.")
            )  # fmt: skip
        if problem is None and value is not None:
            values[one.key] = value
            told[one.key] = _told(form, one, value, raw, own, person)
        problems += [problem] if problem is not None else []
        problems += (
            _too_much(f"source.{one.key}", told[one.key].source, MOST_SOURCE, needed=False) if problem is None else []
        )
    problems += _crossed(values)
    refuse(problems)
    return room.Wanted(title=title, source=source, values=values, told=told, note=text_of(form, "note")[:MOST_SOURCE])


def _too_much(name: str, text: str, most: int, *, needed: bool = True) -> list[Problem]:
    if needed and not text:
        return [wrong(name, Text("Cần điền.", "This is needed."))]
    return [wrong(name, Text(f"Dài quá {most} ký tự.", f"More than {most} characters."))] if len(text) > most else []


def _told(
    form: FormData, one: Threshold, value: float, raw: Mapping[str, Any], own: OwnProfile | None, person: Person
) -> Told:
    """Return what is said of a number: whoever ticks it anew, or changes what was ticked, stands for it."""
    source = text_of(form, f"source.{one.key}")
    if not text_of(form, f"verified.{one.key}"):
        return Told(source=source)
    before = own.told(one.key) if own is not None else Told()
    if before.verified and before.source == source and value == value_at(raw, one.key):
        return before
    return Told(source=source, by=person.full_name, on=today())


def _crossed(values: Mapping[str, float]) -> Iterator[Problem]:
    """Say which two numbers stand the wrong way round."""
    for key, value in values.items():
        if key.endswith(".weak_dbm") and value > values.get(key.replace("weak", "served"), value):
            text = Text(
                "Mức “sóng yếu” phải thấp hơn hoặc bằng mức “có sóng”.",
                "The level of weak signal must be at or below that of signal.",
            )
            yield wrong(f"value.{key}", text)
    least, most = (values.get(f"uncertainty.correlation_m.{end}") for end in (0, 1))
    if least is not None and most is not None and least > most:
        text = Text("Độ dài ngắn nhất lớn hơn độ dài dài nhất.", "The least length is above the most.")
        yield wrong("value.uncertainty.correlation_m.0", text)
