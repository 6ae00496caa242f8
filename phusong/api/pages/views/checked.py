"""A list that came back from its check: its problems beside its rows and on a map, corrected in place."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Depends, Request
from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from phusong.api.access.policy import Action, Person
from phusong.api.database.models import Job, Round, Upload
from phusong.api.deps import Needs, ReadDep, ServiceDep
from phusong.api.ids import Id
from phusong.api.intake import receiving
from phusong.api.intake.fixing import NewCell, fix_list, newer_than
from phusong.api.intake.told import told_report
from phusong.api.intake.uploads import OPEN_ROUND_STATES, is_acceptable, may_see_cells, open_warnings, upload_in_reach
from phusong.api.intake.written_rows import WrittenRow, offset_of, places_in, read_part
from phusong.api.pages.forms import FormDep, model_of, texts_of
from phusong.api.pages.frame import page
from phusong.api.pages.notices import go
from phusong.api.pages.place_maps import Drawing, Kind, Spot, draw, ground_of
from phusong.api.pages.scope import Place
from phusong.api.pages.shown import names, shown_job
from phusong.api.pages.views.list_guide import guide_of, may_submit
from phusong.api.pages.views.rounds import place
from phusong.api.pages.views.since_last import CHANGES, since_last
from phusong.api.pages.views.uploads import UPLOAD_STATES, Reader
from phusong.api.pages.windows import Window, window_of
from phusong.api.problems import language_of
from phusong.api.routers.uploads import AcknowledgeIn, acknowledge_warnings
from phusong.api.service import Service
from phusong.api.workflow.steps import ROUND_STATES
from phusong.data.schema import Field
from phusong.data.schemas import GAPS
from phusong.words import Text, number

router = APIRouter()
Sender = Annotated[Person, Depends(Needs(Action.UPLOAD_SEND))]
LEVELS = {
    "error": Text("Lỗi", "Error"),
    "warning": Text("Xem lại", "Look again"),
    "repair": Text("Đã sửa giúp", "Repaired"),
}
SHOWN = {
    "need": (Text("Cần bạn xem", "To look at"), ("warning", "error")),
    "error": (Text("Lỗi", "Errors"), ("error",)),
    "warning": (Text("Xem lại", "Look again"), ("warning",)),
    "repair": (Text("Đã sửa giúp", "Repaired"), ("repair",)),
    "all": (Text("Mọi dòng", "Every row"), ("", "repair", "warning", "error")),
}
ROWS_A_PAGE = 25
MOST_FILE_PROBLEMS = 200
MOST_SPOTS = 400
_SPLIT = "~"
_POSITION = frozenset({"lon", "lat"})
"""Corrected together: what is wrong with one is often the other."""
KINDS = (
    Kind(name="repair", title=Text("đã sửa giúp", "repaired"), shape="disc"),
    Kind(name="warning", title=Text("xem lại", "look again"), shape="diamond"),
    Kind(name="error", title=Text("lỗi", "error"), shape="triangle"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownCell:
    """A cell of a row: its column, what was typed, the gravest thing found in it, and the name of its field."""

    column: str
    title: Text
    text: str
    level: str
    input: str
    is_long: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownReading:
    """One reading of a question: what it is and would mean, and the cells it writes.

    ``cells`` are fields of the form with their texts: none where the row says so as it stands; None where it is no
    matter of a cell.
    """

    text: str
    means: str
    cells: tuple[tuple[str, str], ...] | None

    @property
    def value(self) -> str:
        """Return the cells as the form sends them."""
        return json.dumps(self.cells, ensure_ascii=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRow:
    """A row of the list with what was found in it; ``cells`` are in the order of the columns."""

    key: str
    row: int
    sheet: str
    name: str
    level: str
    has_place: bool
    cells: tuple[ShownCell, ...]
    problems: tuple[tuple[Mapping[str, Any], tuple[ShownReading, ...]], ...]

    @property
    def concerned(self) -> tuple[ShownCell, ...]:
        """Return the cells something was found in."""
        return tuple(one for one in self.cells if self._is_concerned(one))

    @property
    def others(self) -> tuple[ShownCell, ...]:
        """Return the cells nothing was found in."""
        return tuple(one for one in self.cells if not self._is_concerned(one))

    def _is_concerned(self, cell: ShownCell) -> bool:
        found = {one.column for one in self.cells if one.level in ("error", "warning")}
        return cell.column in found or (cell.column in _POSITION and bool(found & _POSITION))


@router.get("/uploads/{upload_id}")
def one_upload(request: Request, person: Reader, db: ReadDep, service: ServiceDep, upload_id: Id) -> HTMLResponse:
    """Show what the check of a file found, row by row and on a map, and what is to be done about it."""
    upload = upload_in_reach(db, upload_id, person)
    round_ = None if upload.round_id is None else db.get(Round, upload.round_id)
    newer = newer_than(db, upload)
    may_send = newer is None and person.may(
        Action.UPLOAD_SEND, province_code=upload.province_code, commune_code=upload.commune_code,
        operator=upload.operator,
    )  # fmt: skip
    is_open = round_ is not None and round_.state in OPEN_ROUND_STATES
    return page(
        request, "upload.html", Text(upload.file_name, upload.file_name), section="rounds",
        place=place(round_) if round_ else Place(upload.province_code), upload=upload, round=round_, newer=newer,
        states=UPLOAD_STATES, levels=LEVELS, tab="uploads", round_states=ROUND_STATES,
        job=shown_job(db, person, check_of(db, upload)), by=names(db, [upload.sent_by]).get(upload.sent_by, ""),
        open_warnings=open_warnings(upload), acceptable=is_acceptable(upload), may_send=may_send,
        counts=round_ is not None and round_.list_upload_id == upload.id, open=is_open,
        former=None if upload.replaces_id is None else db.get(Upload, upload.replaces_id),
        guide=() if round_ is None else guide_of(person, round_, upload),
        may_submit=round_ is not None and may_submit(person, round_), titles=_TITLES, changes=CHANGES,
        since=since_last(db, person, round_) if round_ is not None and round_.list_upload_id == upload.id else None,
        **_found(request, db, service, person, upload, may_fix=may_send and is_open),
    )  # fmt: skip


_TITLES = {field.name: field.title for field in GAPS.fields}


def _found(
    request: Request, db: Session, service: Service, person: Person, upload: Upload, *, may_fix: bool
) -> Mapping[str, Any]:
    """Return the report in the page's language with the rows it is about; nothing of it where cells may not be seen."""
    window = window_of(request, limit=ROWS_A_PAGE)
    nothing: dict[str, Any] = {"report": None, "of_file": [], "rows": [], "drawing": None, "window": window, "total": 0}
    nothing |= {"filters": [], "show": "all", "columns": [], "row_levels": {}, "may_fix": False, "left_out": 0}
    nothing["opened"] = ""
    if upload.report is None or not may_see_cells(upload, person):
        return nothing
    kept = upload.report
    told = {**nothing, "row_levels": kept.get("row_levels", {}), "left_out": int(kept.get("left_out", 0))}
    if upload.written_sha256 is None:
        report = told_report(kept, language_of(request))
        return {**told, "report": report, "of_file": report["problems"][:MOST_FILE_PROBLEMS]}
    path = service.blobs.path(upload.written_sha256)
    counts = told["row_levels"]
    show = request.query_params.get("show", "")
    if show not in SHOWN:
        show = "need" if _count(counts, SHOWN["need"][1]) else "all"
    window = _at_row(request, window, path, show, list(kept.get("columns", {})))
    part = read_part(path, SHOWN[show][1], window.offset, window.limit)
    report = told_report(_about(kept, part), language_of(request))
    problems, rows = report["problems"], _rows(report, part)
    return {
        **told,
        "report": report,
        "of_file": _of_file(problems, upload.acknowledged),
        "rows": rows,
        "total": _count(counts, SHOWN[show][1]),
        "show": show,
        "filters": [(key, title, _count(counts, levels)) for key, (title, levels) in SHOWN.items()],
        "columns": _columns(report),
        "may_fix": may_fix and bool(report.get("columns")),
        "opened": request.query_params.get("cells", "")[:20],
        "window": window,
        "drawing": _drawing(path, rows, ground_of(db, service, person, upload.province_code), report),
        "options": {field.name: [one.title for one in field.options] for field in GAPS.fields if field.options},
    }


def _about(kept: Mapping[str, Any], rows: Sequence[WrittenRow]) -> dict[str, Any]:
    """Return a report with what is said of the file and of some rows: the rest of thousands is not looked at."""
    shown = {(one.sheet, one.row) for one in rows}
    problems = [one for one in kept["problems"] if one["row"] is None or (one["sheet"] or "", one["row"]) in shown]
    return {**kept, "problems": problems}


def _at_row(request: Request, window: Window, path: Path, show: str, sheets: Sequence[str]) -> Window:
    """Return the part of the list in which a row stands that a link asks for."""
    at, _, row = request.query_params.get("row", "").partition("-")
    if not (at.isdecimal() and row.isdecimal() and len(row) < 10 and int(at) < max(len(sheets), 1)):
        return window
    before = offset_of(path, SHOWN[show][1], sheets[int(at)] if sheets else "", int(row))
    return replace(window, offset=before // window.limit * window.limit)


def _count(counts: Mapping[str, int], levels: Iterable[str]) -> int:
    return sum(int(counts.get(level, 0)) for level in levels)


def _of_file(problems: Sequence[Mapping[str, Any]], acknowledged: Sequence[str]) -> list[dict[str, Any]]:
    """Return what was found in the file as a whole, one entry a rule; ``open`` is what is not acknowledged yet."""
    groups: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for one in problems:
        if one["row"] is None:
            groups.setdefault((one["level"], one["code"]), []).append(one)
    return [
        {"level": level, "code": code, "problems": found[:MOST_FILE_PROBLEMS], "count": len(found), "open": still}
        for (level, code), found in groups.items()
        for still in [sum(one["level"] == "warning" and one["id"] not in acknowledged for one in found)]
    ]


def _columns(report: Mapping[str, Any]) -> list[Field]:
    """Return the columns of the list that the file has, in the file's order."""
    where: dict[str, int] = {}
    for columns in report.get("columns", {}).values():
        where = {**columns, **where}
    return sorted((one for one in GAPS.fields if one.name in where), key=lambda one: where[one.name])


def _rows(report: Mapping[str, Any], rows: Sequence[WrittenRow]) -> list[ShownRow]:
    sheets = list(report.get("columns", {}))
    found: dict[tuple[str, int], list[Mapping[str, Any]]] = {(one.sheet, one.row): [] for one in rows}
    for problem in report["problems"]:
        place_ = (problem["sheet"] or "", problem["row"])
        if place_ in found:
            found[place_].append(problem)
    fields = _columns(report) or [one for one in GAPS.fields if any(row.cells.get(one.name) for row in rows)]
    return [_row(one, fields, found[one.sheet, one.row], sheets, report) for one in rows]


def _row(
    row: WrittenRow,
    fields: Sequence[Field],
    problems: Sequence[Mapping[str, Any]],
    sheets: Sequence[str],
    report: Mapping[str, Any],
) -> ShownRow:
    numbers: Mapping[str, int] = report.get("columns", {}).get(row.sheet, {})
    at = sheets.index(row.sheet) if row.sheet in sheets else 0
    ranks = ("repair", "warning", "error")
    levels: dict[int, str] = {}
    for one in sorted(problems, key=lambda one: ranks.index(one["level"])):
        if one["column_number"] is not None:
            levels[one["column_number"]] = one["level"]
    cells = tuple(
        ShownCell(
            column=field.name,
            title=field.title,
            text=row.cells.get(field.name, ""),
            level=levels.get(numbers.get(field.name, 0), ""),
            input=_SPLIT.join(("fix", str(at), str(row.row), field.name)),
            is_long=len(row.cells.get(field.name, "")) > 60,
        )
        for field in fields
    )
    name = row.cells.get("village_name", "") or row.cells.get("cluster_name", "")
    return ShownRow(
        key=f"{at}-{row.row}", row=row.row, sheet=row.sheet if len(sheets) > 1 else "", name=name, level=row.level,
        has_place=row.lon is not None, cells=cells,
        problems=tuple((one, _readings(one, {cell.column: cell for cell in cells})) for one in problems),
    )  # fmt: skip


def _readings(problem: Mapping[str, Any], cells: Mapping[str, ShownCell]) -> tuple[ShownReading, ...]:
    """Return what a question may mean, where the report says of each reading which cells it writes."""
    writes = problem.get("writes") or []
    means = problem.get("means") or [""] * len(writes)
    return tuple(
        ShownReading(text=text, means=meant, cells=_written(named, cells))
        for text, meant, named in zip(problem["choices"], means, writes, strict=False)
    )


def _written(named: Mapping[str, str] | None, cells: Mapping[str, ShownCell]) -> tuple[tuple[str, str], ...] | None:
    if named is None or not cells.keys() >= named.keys():
        return None
    return tuple((cells[name].input, text) for name, text in named.items() if cells[name].text.strip() != text)


def _drawing(path: Path, rows: Sequence[ShownRow], ground: Path | None, report: Mapping[str, Any]) -> Drawing | None:
    """Draw the rows of this page with their marks, the other problems with theirs, everything else as dots."""
    places = places_in(path)
    shown = {one.key: one for one in rows}
    number_of = {sheet: at for at, sheet in enumerate(report.get("columns", {}))}
    marked = np.flatnonzero(places.level.astype(bool)).tolist()
    order = {name: at for at, name in enumerate(("repair", "warning", "error"))}
    spots = []
    for k in sorted(marked, key=lambda k: order[str(places.level[k])])[-MOST_SPOTS:]:
        level, row = str(places.level[k]), int(places.row[k])
        key = f"{number_of.get(str(places.sheet[k]), 0)}-{row}"
        spots.append(
            Spot(
                key=key,
                lon=float(places.lon[k]),
                lat=float(places.lat[k]),
                kind=level,
                label=f"{row} · {shown[key].name}" if key in shown else str(row),
                address=f"#p-{key}" if key in shown else f"?show={level}&row={key}#p-{key}",
            )
        )
    plain = np.column_stack([places.lon, places.lat])
    return draw(spots, KINDS, others=plain, ground=ground)


def check_of(db: Session, upload: Upload) -> Job | None:
    """Return the newest check of an upload, while it is of interest."""
    if upload.state == "checked":
        return None
    query = select(Job).where(Job.kind == receiving.CHECK_UPLOAD, Job.subject_id == upload.id)
    return db.scalar(query.order_by(Job.created_at.desc()).limit(1))


@router.post("/uploads/{upload_id}/fix")
def fix(request: Request, person: Sender, service: ServiceDep, form: FormDep, upload_id: Id) -> Response:
    """Write the cells that were changed into a corrected list, and check it."""
    with service.database.read() as db:
        upload = upload_in_reach(db, upload_id, person, Action.UPLOAD_SEND)
        sheets = list((upload.report or {}).get("columns", {}))
    _acknowledge(service, person, form, upload_id)
    request_id = getattr(request.state, "request_id", "")
    made = fix_list(service, upload_id, person, _cells(form, sheets), request_id=request_id)
    count = len(made.fixes)
    told = Text(
        f"Đã ghi {number(count)} ô vào một tệp mới; đang kiểm tra lại. Tệp đã gửi giữ nguyên.",
        f"{number(count, 'en')} cells went into a new file, which is being checked. The file you sent is unchanged.",
    )
    return go(request, f"/uploads/{made.id}", told)


def _acknowledge(service: Service, person: Person, form: FormData, upload_id: str) -> None:
    """Acknowledge what was ticked beside the cells written anew: the corrected list takes it over."""
    asked = model_of(AcknowledgeIn, {"ids": texts_of(form, "id"), "codes": texts_of(form, "code")})
    if asked.ids or asked.codes:
        with service.database.write() as db:
            acknowledge_warnings(upload_id, asked, db, service, person)


def _written_cells(form: FormData) -> Iterator[tuple[str, str]]:
    """Yield the cells of the form, and those of the readings that were pressed."""
    for name, value in form.multi_items():
        if not isinstance(value, str):
            continue
        if name != "reading":
            yield name, value
            continue
        try:
            yield from TypeAdapter(list[tuple[str, str]]).validate_json(value)
        except ValidationError:
            continue


def _cells(form: FormData, sheets: Sequence[str]) -> list[NewCell]:
    """Read the cells of the form: ``fix~SHEET~ROW~COLUMN``; what is not written so is none."""
    cells = []
    for name, value in _written_cells(form):
        parts = name.split(_SPLIT)
        if len(parts) != 4 or parts[0] != "fix":
            continue
        _, at, row, field = parts
        if at.isdecimal() and row.isdecimal() and int(at) < len(sheets) and len(row) < 10:
            cells.append(NewCell(sheet=sheets[int(at)], row=int(row), field=field, text=value))
    return cells
