"""Which column of an unknown sheet is which of a list: proposed, confirmed once by a person, remembered.

A mapping is a small TOML file anyone can edit: the header as written on the left, the field of the list on the right,
"" for a column to leave out. It is remembered in the user's own folder under a signature of all headers and used again
for the next sheet with the same ones.
"""

from __future__ import annotations

import difflib
import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

from phusong.data.boundaries import home
from phusong.data.column_guesses import guess_columns
from phusong.data.raw.header_rows import guess_header, header_at
from phusong.data.raw.layout import cut
from phusong.data.raw.reading import FileTables, HeaderPlace, read_tables, sheets_of
from phusong.data.raw.refusals import empty_file, not_found, unreadable
from phusong.data.raw.sheet import Score, Sheet
from phusong.data.schema import ListSchema, field_of_header, header_key, is_personal, named_columns
from phusong.data.schemas import SCHEMAS
from phusong.data.store import toml_text
from phusong.errors import UnknownNameError, UnreadableFileError
from phusong.words import Text


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """A header as written, the field it is ("" to leave the column out), and how sure a proposal is of it (0–1)."""

    header: str
    field: str
    certainty: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderMapping:
    """What each column of a sheet is.

    ``rows`` are the first and last row of the header (1 = first of the sheet), None to look for it; ``sheet`` is a
    pattern of the names of sheets, ``*`` for any.
    """

    list_name: str
    columns: tuple[MappedColumn, ...]
    rows: tuple[int, int] | None = None
    sheet: str = "*"

    @property
    def fields(self) -> Mapping[str, str]:
        """Return the field of each header, as :func:`phusong.data.schema.header_key` writes it."""
        return MappingProxyType({header_key(column.header): column.field for column in reversed(self.columns)})

    @property
    def place(self) -> HeaderPlace | None:
        """Return where the header stands, None where it is looked for on any sheet."""
        return None if self.rows is None and self.sheet == "*" else HeaderPlace(self.rows, self.sheet)


def score_of(schema: ListSchema, mapping: HeaderMapping | None = None) -> Score:
    """Return how many columns of a list some headers name, by what was said of them or by themselves."""
    if mapping is None:
        return partial(named_columns, schema)
    fields = mapping.fields

    def score(headers: Iterable[str]) -> int:
        named = {fields.get(header_key(header)) or field_of_header(schema, header) for header in headers}
        return len(named - {None})

    return score


def propose_mapping(path: Path, schema: ListSchema) -> HeaderMapping:
    """Say what each column of a file may be: known headers, and guesses by header and cells for the others.

    Raises
    ------
    MissingFileError, UnreadableFileError, MissingCrsError
        The file cannot be read, or has no rows.
    """
    sheet = _sheet(read_tables(path, score_of(schema)), schema)
    named = {header: field_of_header(schema, header) for header in sheet.headers}
    personal = {header: "" for header in sheet.headers if is_personal(schema, header)}
    known = {header: field for header, field in named.items() if field} | personal
    guessed = guess_columns(sheet, schema, known)
    columns = [
        MappedColumn(header, known[header])
        if header in known
        else MappedColumn(header, guessed[header].field, round(guessed[header].certainty, 2))
        if header in guessed
        else MappedColumn(header, "")
        for header in named
    ]
    rows = (sheet.header_rows[0], sheet.header_rows[-1]) if sheet.header_rows else None
    return HeaderMapping(list_name=schema.name, columns=tuple(columns), rows=rows)


def _sheet(tables: FileTables, schema: ListSchema) -> Sheet:
    """Return the table of a file, even where no row is a header of the list."""
    score = score_of(schema)
    try:
        return sheets_of(tables, score)[0]
    except UnreadableFileError:
        headers = [(raw, guess_header(raw, score)) for raw in tables.raw if not raw.hidden]
    sheets = (cut(tables.path, raw, header) for raw, header in headers if header is not None)
    found = [sheet for sheet in sheets if sheet is not None]
    if not found:
        raise empty_file(tables.path)
    return max(found, key=lambda sheet: len(sheet.headers))


def write_mapping(mapping: HeaderMapping, path: Path) -> None:
    """Write a mapping for a person to look through: how sure a proposal is stands beside it."""
    title = SCHEMAS[mapping.list_name].title.vi
    lines = [
        f"# Bảng ghép cột cho “{title}”. Bên trái là tiêu đề trong tệp, bên phải là tên trường của danh sách.",
        '# Hãy sửa bên phải nếu chưa đúng; "" là không dùng cột đó. Tên các trường: xem trang “Hướng dẫn” của tệp mẫu.',
        "",
        f"list = {toml_text(mapping.list_name)}",
        f"sheet = {toml_text(mapping.sheet)}",
        *([f"header_rows = [{mapping.rows[0]}, {mapping.rows[1]}]"] if mapping.rows else []),
        "",
        "[columns]",
    ]
    for column in mapping.columns:
        sure = "" if column.certainty >= 1.0 else f"  # đề xuất, chắc {column.certainty:.0%}"
        lines.append(f"{toml_text(column.header)} = {toml_text(column.field)}{sure}")
    Path(path).write_text("\n".join([*lines, ""]), encoding="utf-8")


def read_mapping(path: Path) -> HeaderMapping:
    """Read a mapping file.

    Raises
    ------
    MissingFileError, UnreadableFileError, UnknownNameError
        No such file; no TOML, or not in the form of a mapping; a list or field nobody knows (near names are told).
    """
    path = Path(path)
    if not path.is_file():
        raise not_found(path)
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise unreadable(path, f"không phải tệp TOML: {error}", f"is no TOML file: {error}") from error
    name = _text(path, table, "list", "")
    schema = SCHEMAS.get(name)
    if schema is None:
        raise _unknown(path, Text("danh sách", "list"), name, SCHEMAS)
    columns = table.get("columns")
    if not isinstance(columns, dict) or not all(isinstance(field, str) for field in columns.values()):
        raise unreadable(
            path,
            'thiếu phần [columns] với các dòng "tiêu đề" = "tên trường"',
            'has no part [columns] with lines "header" = "field"',
        )
    _check_fields(path, columns, schema)
    mapped = tuple(MappedColumn(header, field) for header, field in columns.items())
    return HeaderMapping(
        list_name=name, columns=mapped, rows=_rows(path, table), sheet=_text(path, table, "sheet", "*")
    )


def _check_fields(path: Path, columns: Mapping[str, str], schema: ListSchema) -> None:
    used: dict[str, str] = {}
    names = [field.name for field in schema.fields]
    for header, field in columns.items():
        if field and field not in names:
            raise _unknown(path, Text("trường", "field"), field, names)
        if field in used and field:
            raise unreadable(
                path,
                f"ghép hai cột “{used[field]}” và “{header}” vào một trường {field}",
                f"maps two columns, “{used[field]}” and “{header}”, to the one field {field}",
            )
        used[field] = header


def _text(path: Path, table: Mapping[str, Any], key: str, default: str) -> str:
    value = table.get(key, default)
    if not isinstance(value, str):
        raise unreadable(path, f"{key} phải là chữ", f"{key} must be text")
    return value


def _rows(path: Path, table: Mapping[str, Any]) -> tuple[int, int] | None:
    rows = table.get("header_rows")
    if rows is None:
        return None
    if isinstance(rows, list) and len(rows) == 2 and all(type(row) is int for row in rows) and 1 <= rows[0] <= rows[1]:
        return rows[0], rows[1]
    raise unreadable(
        path,
        "header_rows phải là dòng đầu và dòng cuối của tiêu đề, ví dụ [5, 6]",
        "header_rows must be the first and last row of the header, for example [5, 6]",
    )


def _unknown(path: Path, what: Text, name: str, names: Iterable[str]) -> UnknownNameError:
    near = ", ".join(difflib.get_close_matches(name, list(names), n=3)) or ", ".join(list(names)[:6])
    return UnknownNameError(
        Text(
            f"Tệp {path.name}: không có {what.vi} “{name}”; có thể là: {near}.",
            f"File {path.name}: there is no {what.en} “{name}”; near it are: {near}.",
        )
    )


def remember_mapping(mapping: HeaderMapping, store: Path | None = None) -> Path:
    """Keep a mapping for the next sheet with the same headers; return the file it is kept in."""
    folder = store or _store()
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{mapping.list_name}-{_signature(column.header for column in mapping.columns)}.toml"
    write_mapping(mapping, path)
    return path


def remembered_mapping(tables: FileTables, schema: ListSchema, store: Path | None = None) -> HeaderMapping | None:
    """Return the mapping kept for a sheet with these headers, None where there is none."""
    folder = store or _store()
    for path in sorted(folder.glob(f"{schema.name}-*.toml")) if folder.is_dir() else ():
        mapping = read_mapping(path)
        wanted = _signature(column.header for column in mapping.columns)
        if any(_signature(headers) == wanted for headers in _headers_at(tables, mapping)):
            return mapping
    return None


def _store() -> Path:
    return home() / "mappings"


def _signature(headers: Iterable[str]) -> str:
    keys = dict.fromkeys(map(header_key, headers))
    return hashlib.sha256("\n".join(keys).encode()).hexdigest()[:16]


def _headers_at(tables: FileTables, mapping: HeaderMapping) -> Iterable[list[str]]:
    if tables.layer is not None:
        yield list(tables.layer.headers)
    if mapping.rows is not None:
        for raw in tables.raw:
            header = header_at(raw, mapping.rows[0] - 1, mapping.rows[1] - 1, lambda _: 0)
            if header is not None:
                yield [title for title in header.titles if title]
