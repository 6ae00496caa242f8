"""How a filled-in workbook of bid forms is read: every cell with its place, nothing judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from phusong.data.raw.refusals import not_found
from phusong.data.raw.sheet import RawTable
from phusong.data.raw.workbooks import read_workbook
from phusong.errors import Problem, UnreadableFileError
from phusong.tenders.bids.forms import FORMS, IDENTITY, IDENTITY_SHEET, Form, SheetKey
from phusong.tenders.package.said import TOTAL
from phusong.words import LANGUAGES, Language, Text


@dataclass(frozen=True, slots=True)
class BidRow:
    """A row of a form: its number in the file (1 = first) and its cells by column key, "" where empty."""

    row: int
    cells: Mapping[str, object]

    def text(self, key: str) -> str:
        """Return a cell as text, without the spaces around it."""
        value = self.cells.get(key, "")
        return f"{value:g}" if isinstance(value, float) and value == round(value) else str(value).strip()

    def filled(self, keys: Sequence[str]) -> bool:
        """Say whether anything stands in one of some cells."""
        return any(self.text(key) for key in keys)


@dataclass(frozen=True, slots=True, kw_only=True)
class BidTable:
    """One sheet as it came back; ``places`` are the columns (1 = A) and ``total`` the line of sums, if there is one."""

    form: Form
    name: str
    titles: Mapping[str, str]
    places: Mapping[str, int]
    rows: tuple[BidRow, ...]
    total: BidRow | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bid:
    """A bid as a bidder sent it; ``problems`` are sheets and columns that are not there."""

    path: Path
    language: Language
    identity: Mapping[str, str]
    tables: Mapping[SheetKey, BidTable]
    problems: tuple[Problem, ...]


def read_bid(path: Path) -> Bid:
    """Read the workbook of a bid.

    Raises
    ------
    MissingFileError
        There is no such file.
    UnreadableFileError
        It is no workbook, is damaged or too large, or holds none of the forms.
    """
    if not path.is_file():
        raise not_found(path)
    sheets = {table.name or "": table for table in read_workbook(path)}
    language = _language(sheets)
    if language is None:
        raise UnreadableFileError(
            Text(
                f"Tệp {path.name} không phải biểu mẫu nhà thầu của một gói: không có trang nào của biểu mẫu.",
                f"File {path.name} is not the bidder's forms of a package: it has none of their sheets.",
            )
        )
    problems: list[Problem] = []
    tables = {
        key: table
        for key, form in FORMS.items()
        if (table := _table(path, sheets, form, language, problems)) is not None
    }
    return Bid(path=path, language=language, identity=_identity(tables), tables=tables, problems=tuple(problems))


def _language(sheets: Mapping[str, RawTable]) -> Language | None:
    counts = {
        language: sum(form.name.to(language) in sheets for form in FORMS.values() if form is not IDENTITY_SHEET)
        for language in LANGUAGES
    }
    best = max(LANGUAGES, key=lambda language: counts[language])
    return best if counts[best] else None


def _table(
    path: Path, sheets: Mapping[str, RawTable], form: Form, language: Language, problems: list[Problem]
) -> BidTable | None:
    name = form.name.to(language)
    titles = {column.key: column.title.to(language) for column in form.columns}
    if name not in sheets:
        problems.append(_absent(path, name))
        return None
    cells = sheets[name].cells.to_numpy(dtype=object).tolist()
    header = _header(cells, list(titles.values()))
    if header is None:
        problems.append(_headless(path, name, titles))
        return None
    found = [_word(cell) for cell in cells[header]]
    places = {key: found.index(title) + 1 for key, title in titles.items() if title in found}
    problems.extend(_columnless(path, name, header, title) for key, title in titles.items() if key not in places)
    rows, total = _rows(cells, header, places)
    if form is not IDENTITY_SHEET:
        rows = [row for row in rows if isinstance(row.cells.get("number"), float | int)]
    return BidTable(form=form, name=name, titles=titles, places=places, rows=tuple(rows), total=total)


def _header(cells: Sequence[Sequence[Any]], titles: Sequence[str]) -> int | None:
    """Return the row of the header (0 = first): the one that holds most of the titles, two at least."""
    counts = [sum(title in {_word(cell) for cell in row} for title in titles) for row in cells[:40]]
    best = max(counts, default=0)
    return counts.index(best) if best >= 2 else None


def _rows(cells: Sequence[Sequence[Any]], header: int, places: Mapping[str, int]) -> tuple[list[BidRow], BidRow | None]:
    rows: list[BidRow] = []
    totals = {TOTAL.to(language) for language in LANGUAGES}
    for number, row in enumerate(cells[header + 1 :], start=header + 2):
        one = BidRow(number, {key: row[place - 1] for key, place in places.items()})
        if totals & {_word(cell) for cell in row}:
            return rows, one
        rows.append(one)
    return rows, None


def _identity(tables: Mapping[SheetKey, BidTable]) -> dict[str, str]:
    table = tables.get("identity")
    rows = table.rows if table else ()
    return {row.text("key"): row.text("value") for row in rows if row.text("key") in IDENTITY}


def _word(cell: object) -> str:
    return cell.strip() if isinstance(cell, str) else ""


def _absent(path: Path, name: str) -> Problem:
    return Problem(
        level="error",
        file=path.name,
        sheet=name,
        code="bid.sheet",
        text=Text(
            f"không có trang “{name}”: dùng đúng tệp biểu mẫu của gói, không xoá hay đổi tên trang",
            f"there is no sheet “{name}”: use the forms of the package as they are",
        ),
    )


def _headless(path: Path, name: str, titles: Mapping[str, str]) -> Problem:
    wanted = ", ".join(titles.values())
    return Problem(
        level="error",
        file=path.name,
        sheet=name,
        code="bid.header",
        text=Text(f"không thấy dòng tiêu đề: {wanted}", f"there is no header: {wanted}"),
    )


def _columnless(path: Path, name: str, header: int, title: str) -> Problem:
    return Problem(
        level="error",
        file=path.name,
        sheet=name,
        row=header + 1,
        column=title,
        code="bid.column",
        text=Text(f"không có cột “{title}”", f"there is no column “{title}”"),
    )


def areas_of(text: str) -> Iterator[str]:
    """Give the codes that a cell lists, parted by semicolons, commas or lines."""
    for part in text.replace(",", ";").replace("\n", ";").split(";"):
        if part.strip():
            yield part.strip()
