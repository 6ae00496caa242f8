"""The difference between two rounds as a workbook: summary by commune, then a sheet for each kind of change."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from phusong.data.rounds.difference import STATUSES, Difference
from phusong.data.rounds.identity import HOW_TEXTS, WHY_TEXTS
from phusong.data.schemas import GAPS
from phusong.data.schemas.gap_options import GAP_CLASSES
from phusong.data.templates import written_cell
from phusong.data.workbook import Block, Column, Row, Sheet, new_book
from phusong.words import Language, Text, number

_TITLES = {
    "new": Text("Mới", "New"),
    "reopened": Text("Xuất hiện lại", "Reopened"),
    "closed": Text("Không còn", "Closed"),
    "changed": Text("Thay đổi số liệu", "Changed"),
    "moved": Text("Chuyển vị trí", "Moved"),
    "unchanged": Text("Giữ nguyên", "Unchanged"),
}
_TOTAL = Text("Tổng cộng", "Total")
_ID = Column(title=Text("Mã khu vực", "Gap ID"), key="gap_id", width=18)
_PLACE = (
    Column(title=Text("Xã, phường, đặc khu", "Commune"), key="commune_name", width=20),
    Column(title=Text("Thôn, bản", "Village"), key="village_name", width=20),
    Column(title=Text("Cụm dân cư", "Cluster"), key="cluster_name", width=14),
)
_CLASS = Column(title=Text("Phân loại", "Class"), key="gap_class", width=13)


def write_difference(
    difference: Difference,
    path: Path,
    *,
    between: tuple[str, str],
    made_on: date,
    language: Language = "vi",
) -> None:
    """Write the difference as .xlsx.

    Parameters
    ----------
    difference
        What changed.
    path
        The .xlsx to write; the same values give the same bytes.
    between
        The two rounds by name, earlier first.
    made_on
        The date the workbook bears.
    language
        Language of titles and headers.
    """
    title = Text(f"So sánh {between[0]} với {between[1]}", f"{between[0]} against {between[1]}")
    sheets = [
        _summary(difference, title),
        _listed(difference, "new", "after"),
        _listed(difference, "closed", "before"),
        _listed(difference, "reopened", "after"),
        _moved(difference),
        _changed(difference, language),
        _questions(difference),
    ]
    with new_book(path, language=language, title=title, created_on=made_on, footer=title.to(language)) as book:
        for sheet in sheets:
            book.add(sheet)


def _summary(found: Difference, title: Text) -> Sheet:
    communes = [found.rows["commune_code"], found.rows["commune_name"]]
    table = pd.crosstab(communes, found.rows["status"])
    table = table.reindex(columns=list(STATUSES), fill_value=0).reset_index()
    table["before_rows"] = table[["closed", "changed", "moved", "unchanged"]].sum(axis=1)
    table["after_rows"] = table[["new", "reopened", "changed", "moved", "unchanged"]].sum(axis=1)
    counts = [Column(title=_TITLES[key], key=key, kind="whole", width=11, summed=True) for key in STATUSES]
    return Sheet(
        name=Text("Tóm tắt", "Summary"),
        title=title,
        notes=(
            Text(
                "Đợt trước = không còn + thay đổi + chuyển vị trí + giữ nguyên; đợt sau = mới + xuất hiện lại + thay "
                "đổi + chuyển vị trí + giữ nguyên.",
                "Earlier = closed + changed + moved + unchanged; later = new + reopened + changed + moved + unchanged.",
            ),
            *_question_notes(found),
        ),
        columns=(
            Column(title=Text("Mã xã", "Commune code"), key="commune_code", width=10),
            Column(title=Text("Xã, phường, đặc khu", "Commune"), key="commune_name", width=24),
            Column(title=Text("Đợt trước", "Earlier"), key="before_rows", kind="whole", width=11, summed=True),
            Column(title=Text("Đợt sau", "Later"), key="after_rows", kind="whole", width=11, summed=True),
            *counts,
        ),
        blocks=(Block(rows=_records(table)),),
        total={"commune_name": _TOTAL},
        frozen_columns=2,
    )


def _question_notes(found: Difference) -> Iterable[Text]:
    asked = len(found.questions)
    if asked:
        yield Text(
            f"{number(asked)} câu hỏi chưa trả lời (trang Cần xác nhận): đến khi trả lời, các dòng ấy được tính là "
            "không còn và mới.",
            f"{number(asked, 'en')} questions are open (sheet To confirm): until answered, their rows count as closed "
            "and new.",
        )


def _listed(found: Difference, status: str, end: str) -> Sheet:
    title = _TITLES[status]
    rows = found.rows[found.rows["status"] == status]
    rows = rows.assign(total=rows[f"households_total_{end}"], unserved=rows[f"households_unserved_{end}"])
    return Sheet(
        name=title,
        title=Text(f"Khu vực: {title.vi.lower()}", f"Areas: {title.en.lower()}"),
        columns=(
            _ID,
            *_PLACE,
            _CLASS,
            Column(title=Text("Tổng số hộ", "Households"), key="total", kind="whole", width=10, summed=True),
            Column(title=Text("Số hộ chưa có sóng", "Unserved"), key="unserved", kind="whole", width=11, summed=True),
            Column(title=Text("Kinh độ", "Longitude"), key="lon", kind="degrees", width=12),
            Column(title=Text("Vĩ độ", "Latitude"), key="lat", kind="degrees", width=12),
        ),
        blocks=(Block(rows=_records(rows)),),
        total={"gap_id": _TOTAL},
        frozen_columns=1,
    )


def _moved(found: Difference) -> Sheet:
    rows = found.rows[found.rows["moved_m"] > 0.05].sort_values("moved_m", ascending=False, kind="stable")
    return Sheet(
        name=_TITLES["moved"],
        title=Text("Khu vực có vị trí khác đợt trước", "Areas whose position differs from the earlier round"),
        notes=(
            Text(
                "Gồm cả khu vực đồng thời thay đổi số liệu, và những nơi lệch quá ít để tính là chuyển vị trí.",
                "Includes areas that changed otherwise too, and shifts too small to count as moved.",
            ),
        ),
        columns=(
            _ID,
            *_PLACE,
            Column(title=Text("Đã chuyển, m", "Moved, m"), key="moved_m", kind="decimal", width=11),
            Column(title=Text("Kinh độ mới", "Longitude now"), key="lon", kind="degrees", width=12),
            Column(title=Text("Vĩ độ mới", "Latitude now"), key="lat", kind="degrees", width=12),
            Column(title=Text("Nhận ra nhờ", "Known by"), key="how_text", width=30),
        ),
        blocks=(Block(rows=[{**row, "how_text": HOW_TEXTS.get(str(row["how"]))} for row in _records(rows)]),),
        frozen_columns=1,
    )


def _changed(found: Difference, language: Language) -> Sheet:
    place = found.after.drop_duplicates("gap_id").set_index("gap_id")[["commune_name", "village_name", "cluster_name"]]
    table = found.changes.merge(place, left_on="gap_id", right_index=True, how="left")
    rows = [
        {
            **row,
            "field": GAPS.field(row["field"]).title,
            "before": _written(row["before"], row["field"], language),
            "after": _written(row["after"], row["field"], language),
        }
        for row in _records(table)
    ]
    return Sheet(
        name=_TITLES["changed"],
        title=Text("Các mục khác đợt trước", "Fields that differ from the earlier round"),
        columns=(
            _ID,
            *_PLACE,
            Column(title=Text("Mục", "Field"), key="field", width=26),
            Column(title=Text("Đợt trước", "Earlier"), key="before", width=24),
            Column(title=Text("Đợt sau", "Later"), key="after", width=24),
        ),
        blocks=(Block(rows=rows),),
        frozen_columns=1,
    )


def _questions(found: Difference) -> Sheet:
    names = ["gap_id", "commune_name", "village_name", "cluster_name"]
    after = found.after[names].add_suffix("_after")
    earlier = found.before.drop_duplicates("gap_id").set_index("gap_id")[names[1:]].add_suffix("_before")
    table = found.questions.join(after, on="after").merge(earlier, left_on="before_id", right_index=True, how="left")
    rows = [{**row, "why": WHY_TEXTS[str(row["why"])], "how": HOW_TEXTS[str(row["how"])]} for row in _records(table)]
    return Sheet(
        name=Text("Cần xác nhận", "To confirm"),
        title=Text("Có phải cùng một nơi không?", "Is it the same place?"),
        columns=(
            Column(title=Text("Mã đợt trước", "Earlier ID"), key="before_id", width=18),
            Column(title=Text("Xã, đợt trước", "Commune, earlier"), key="commune_name_before", width=18),
            Column(title=Text("Thôn, đợt trước", "Village, earlier"), key="village_name_before", width=18),
            Column(title=Text("Mã đợt sau", "Later ID"), key="after_id", width=18),
            Column(title=Text("Xã, đợt sau", "Commune, later"), key="commune_name_after", width=18),
            Column(title=Text("Thôn, đợt sau", "Village, later"), key="village_name_after", width=18),
            Column(title=Text("Cách nhau, m", "Apart, m"), key="distance_m", kind="decimal", width=11),
            Column(title=Text("Giống nhau ở", "Alike in"), key="how", width=24),
            Column(title=Text("Câu hỏi", "Question"), key="why", width=34),
            Column(title=Text("Trả lời (cùng/khác)", "Answer (same/other)"), key="answer", width=14),
        ),
        blocks=(Block(rows=rows),),
    )


_CLASSES = {option.value: option.title for option in GAP_CLASSES}


def _written(value: Any, field: str, language: Language) -> str:
    cell = written_cell(value, GAPS.field(field), language)
    if isinstance(cell, datetime):
        return cell.strftime("%d/%m/%Y")
    return number(cell, language, decimals=_decimals(cell)) if isinstance(cell, float) else cell or "–"


def _decimals(value: float) -> int:
    _, _, fraction = f"{value:.6f}".rstrip("0").partition(".")
    return len(fraction)


def _records(table: pd.DataFrame) -> Sequence[Row]:
    rows = table.to_dict("records")
    return [
        {str(key): _CLASSES.get(value) if key == "gap_class" else _known(value) for key, value in row.items()}
        for row in rows
    ]


def _known(value: Any) -> Any:
    return None if isinstance(value, float) and math.isnan(value) else value
