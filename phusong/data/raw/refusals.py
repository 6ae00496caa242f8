"""What is said of a file that cannot be read at all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from phusong.data.raw.limits import Limits
from phusong.data.raw.refused import Reason, RefusedError
from phusong.errors import MissingFileError, UnreadableFileError
from phusong.words import Text, number

_SAVE = Text(
    "hãy chép riêng bảng danh sách sang tệp .xlsx mới rồi gửi lại",
    "copy the list alone to a new .xlsx file and send it",
)
_SPLIT = Text("hãy chia nhỏ danh sách hoặc lưu thành tệp .csv", "split the list or save it as a .csv file")
_MADE_OF: Mapping[Reason, Text] = MappingProxyType(
    {
        "macros": Text("có macro (chương trình)", "holds macros (programs)"),
        "external_links": Text("có liên kết đến tệp khác", "links to other files"),
        "embedded_objects": Text("có đối tượng nhúng (OLE, biểu đồ rời)", "holds embedded objects (OLE)"),
        "active_x": Text("có nút điều khiển (ActiveX, biểu mẫu)", "holds controls (ActiveX, forms)"),
        "data_connections": Text("có kết nối dữ liệu ra ngoài", "connects to outside data"),
        "entity_declarations": Text(
            "có khai báo XML không tệp bảng tính nào cần", "declares XML entities no workbook needs"
        ),
        "entry_names": Text("có thành phần trỏ ra ngoài tệp", "has parts that lead out of the file"),
        "binary_workbook": Text("là bảng tính nhị phân (.xlsb)", "is a binary workbook (.xlsb)"),
        "word_document": Text("là văn bản Word, không phải bảng tính", "is a text document, no workbook"),
        "presentation": Text("là bài trình chiếu, không phải bảng tính", "is a presentation, no workbook"),
        "zip_archive": Text("là tệp nén, không phải bảng tính", "is an archive, no workbook"),
        "old_office": Text("là tệp Office đời cũ nhưng không phải bảng tính", "is an old Office file, but no workbook"),
    }
)
_TOO_MUCH: Mapping[Reason, Text] = MappingProxyType(
    {
        "too_many_entries": Text("có quá nhiều thành phần bên trong", "has too many parts inside"),
        "unpacks_too_large": Text("quá lớn khi giải nén", "unpacks to too much"),
        "too_large": Text(
            "quá lớn để đọc an toàn, hoặc có ô dữ liệu nằm rất xa bảng",
            "is too large to be read safely, or has cells far away from its table",
        ),
        "too_slow": Text("mất quá nhiều thời gian để đọc", "takes too long to read"),
    }
)


def made_of(reason: Reason) -> Text:
    """Say what is in a file that may not be, as words that follow its name."""
    damaged = Text("bị hỏng", "is damaged")
    return _MADE_OF.get(reason) or _TOO_MUCH.get(reason) or damaged


_OTHER_KINDS: tuple[tuple[bytes, Text], ...] = (
    (b"%PDF", Text("tệp PDF", "a PDF file")),
    (b"{\\rtf", Text("văn bản RTF", "an RTF document")),
    (b"Rar!", Text("tệp nén RAR", "a RAR archive")),
    (b"7z\xbc\xaf", Text("tệp nén 7z", "a 7z archive")),
    (b"\x1f\x8b", Text("tệp nén gzip", "a gzip archive")),
    (b"\xff\xd8\xff", Text("ảnh JPEG", "a JPEG picture")),
    (b"\x89PNG", Text("ảnh PNG", "a PNG picture")),
    (b"SQLite format 3", Text("cơ sở dữ liệu SQLite", "an SQLite database")),
    (b"PAR1", Text("tệp Parquet", "a Parquet file")),
    (b"\x09\x08", Text("bảng tính Excel rất cũ (trước năm 1997)", "a very old Excel workbook (before 1997)")),
    (b"\x09\x04", Text("bảng tính Excel rất cũ (trước năm 1997)", "a very old Excel workbook (before 1997)")),
    (b"\x09\x02", Text("bảng tính Excel rất cũ (trước năm 1997)", "a very old Excel workbook (before 1997)")),
)
_MARKUP: tuple[tuple[bytes, Text], ...] = (
    (b"urn:schemas-microsoft-com:office:spreadsheet", Text("bảng tính XML 2003", "an XML 2003 workbook")),
    (b"<html", Text("trang web (HTML)", "a web page (HTML)")),
    (b"<!doctype html", Text("trang web (HTML)", "a web page (HTML)")),
    (b"<table", Text("trang web (HTML)", "a web page (HTML)")),
    (b"<?xml", Text("tệp XML", "an XML file")),
)


def not_found(path: Path) -> MissingFileError:
    """Return the error of a file that is not there."""
    return MissingFileError(Text(f"Không tìm thấy tệp {path}.", f"File {path} was not found."))


def empty_file(path: Path) -> UnreadableFileError:
    """Return the error of a file without a row of data."""
    return unreadable(path, "không có dòng dữ liệu nào", "has no rows of data")


def damaged(path: Path) -> UnreadableFileError:
    """Return the error of a file that is not what its name says."""
    return unreadable(
        path,
        f"bị hỏng hoặc không phải tệp {path.suffix}; hãy mở và lưu lại",
        f"is damaged or no {path.suffix} file; open it and save it again",
    )


def refused(path: Path, error: RefusedError, limits: Limits) -> UnreadableFileError:
    """Return the error of a workbook that is refused: what it has that is not taken, and what to do."""
    what = f" ({error.what[:60]})" if error.what and error.what.isprintable() else ""
    if error.reason in _MADE_OF:
        said = _MADE_OF[error.reason]
        return unreadable(path, f"{said.vi}{what}; {_SAVE.vi}", f"{said.en}{what}; {_SAVE.en}")
    if error.reason in _TOO_MUCH:
        said = _TOO_MUCH[error.reason]
        return unreadable(path, f"{said.vi}; {_SPLIT.vi}", f"{said.en}; {_SPLIT.en}")
    if error.reason == "password":
        return unreadable(
            path,
            "có mật khẩu; hãy mở tệp, bỏ mật khẩu rồi lưu lại",
            "is protected by a password; open it, remove the password and save it again",
        )
    counted: Mapping[Reason, tuple[int, Text]] = {
        "too_many_sheets": (limits.sheets, Text("trang tính", "sheets")),
        "too_many_rows": (limits.rows, Text("dòng", "rows")),
        "too_many_columns": (limits.columns, Text("cột", "columns")),
        "too_many_cells": (limits.cells, Text("ô", "cells")),
    }
    return too_many(path, *counted[error.reason]) if error.reason in counted else damaged(path)


def too_many(path: Path, most: int, what: Text) -> UnreadableFileError:
    """Return the error of a table with more rows, columns or the like than are read."""
    return unreadable(
        path,
        f"có hơn {number(most)} {what.vi}; {_SPLIT.vi}",
        f"has more than {number(most, 'en')} {what.en}; {_SPLIT.en}",
    )


def other_kind(start: bytes) -> Text | None:
    """Say what a file is by its first bytes, where that is neither a workbook nor text; None where it may be."""
    known = next((said for mark, said in _OTHER_KINDS if start.startswith(mark)), None)
    head = start.lstrip(b"\xef\xbb\xbf \t\r\n").replace(b"\0", b"")
    if known is not None or not head.startswith(b"<"):
        return known
    return next((said for mark, said in _MARKUP if mark in head.lower()), None)


def wrong_kind(path: Path, kind: Text) -> UnreadableFileError:
    """Return the error of a file that is of another kind than can be read."""
    return unreadable(
        path,
        f"thật ra là {kind.vi}; hãy mở bằng Excel (hoặc phần mềm đã tạo ra nó) và lưu thành .xlsx",
        f"is really {kind.en}; open it with Excel (or what made it) and save it as .xlsx",
    )


def unreadable(path: Path, vi: str, en: str) -> UnreadableFileError:
    """Return an error that begins with the file's name."""
    return UnreadableFileError(Text(f"Tệp {path.name} {vi}.", f"File {path.name} {en}."))
