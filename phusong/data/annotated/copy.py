"""The annotated copy of a list: cells coloured by level, a comment on each, a summary sheet behind the user's own.

An .xlsx is not read and written anew: its package is kept part by part, and only the marked cells, their comments, the
style table and the list of sheets are changed in it. So formats, formulas with their results, charts, images, pivot
tables and whatever else a workbook may hold are what they were; what cannot stay (a digital signature no longer holds)
is named on the summary sheet.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from xml.parsers import expat

from lxml import etree

from phusong.data.annotated.marking import MOST_COMMENTS, MarkedWorkbook
from phusong.data.annotated.package import open_package
from phusong.data.annotated.parts import said_of_lost_parts, said_of_parts
from phusong.data.annotated.plain_copy import bare_tables, said_of_conversion, write_plain_copy
from phusong.data.annotated.remarks import by_sheet
from phusong.data.annotated.summary import Summary
from phusong.data.raw.reading import WORKBOOKS
from phusong.data.raw.refusals import damaged, not_found, unreadable
from phusong.data.raw.workbooks import check_workbook
from phusong.data.schema import ListSchema, named_columns
from phusong.data.store import OutputError, whole_file
from phusong.data.workbook_jobs import run_confined, without_rules
from phusong.errors import Problem
from phusong.words import Language, Text, number

if TYPE_CHECKING:  # the confined process has no need of the checks
    from phusong.data.lists import CheckedList

SUFFIXES = (*WORKBOOKS, ".csv")
"""Files that can come back annotated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnotatedCopy:
    """An annotated copy: where it is, what of the original it keeps and has lost beside cells, how many comments."""

    path: Path
    kept: tuple[Text, ...]
    lost: tuple[Text, ...]
    comments: int


def annotate(source: Path, checked: CheckedList, out: Path, *, dated: date, language: Language = "vi") -> AnnotatedCopy:
    """Write the user's own list back with every problem marked in its own cell.

    Parameters
    ----------
    source
        The file that was checked: .xlsx, .xls, .ods or .csv; it is never written to.
    checked
        What was found in it.
    out
        The .xlsx to write; it is whole or not there.
    dated
        The day of the check, as the summary says it.
    language
        Language of comments and summary.

    Raises
    ------
    MissingFileError, UnreadableFileError
        The file is not there, cannot be read, or is of a kind that has no cells to mark.
    OutputError
        ``out`` is the source itself, or no .xlsx.
    """
    return annotate_problems(source, checked.problems, checked.schema, out, dated=dated, language=language)


def annotate_problems(
    source: Path,
    problems: Sequence[Problem],
    schema: ListSchema,
    out: Path,
    *,
    dated: date,
    language: Language = "vi",
) -> AnnotatedCopy:
    """Write an annotated copy where the problems are known without the checked rows; see :func:`annotate`."""
    source, out = Path(source), Path(out)
    _check_paths(source, out)
    arguments = {
        "source": source.resolve(),
        "problems": tuple(problems),
        "schema": without_rules(schema),
        "out": out.resolve(),
    }
    answer = run_confined(source, __name__, "annotate_here", arguments | {"dated": dated, "language": language})
    kept, lost = (tuple(Text(*texts) for texts in answer[name]) for name in ("kept", "lost"))
    return AnnotatedCopy(path=out, kept=kept, lost=lost, comments=int(answer["comments"]))


def annotate_here(
    source: Path, problems: Sequence[Problem], schema: ListSchema, out: Path, dated: date, language: Language
) -> dict[str, object]:
    """Write an annotated copy in this process, unlimited: what the confined process runs."""
    with whole_file(out) as unfinished, tempfile.TemporaryDirectory() as folder:
        book, converted = _as_workbook(source, schema, Path(folder))
        try:
            copy = _annotated(source, book, converted, problems, schema, unfinished, dated, language)
        except (etree.XMLSyntaxError, expat.ExpatError, KeyError, ValueError, IndexError, OSError) as error:
            raise damaged(source) from error
    return {
        "kept": [[text.vi, text.en] for text in copy.kept],
        "lost": [[text.vi, text.en] for text in copy.lost],
        "comments": copy.comments,
    }


def _check_paths(source: Path, out: Path) -> None:
    if not source.is_file():
        raise not_found(source)
    if source.suffix.lower() not in SUFFIXES:
        kinds = ", ".join(SUFFIXES)
        raise unreadable(
            source,
            f"không có ô để ghi chú; bản ghi chú chỉ có cho {kinds}",
            f"has no cells to mark; annotated copies are made of {kinds}",
        )
    if out.suffix.lower() != ".xlsx" or (out.exists() and out.samefile(source)):
        raise OutputError(
            Text(
                f"{out}: bản ghi chú phải là một tệp .xlsx khác với tệp gốc",
                f"{out}: the annotated copy must be an .xlsx other than the file itself",
            )
        )


def _as_workbook(source: Path, schema: ListSchema, folder: Path) -> tuple[Path, tuple[Text, ...]]:
    """Return the list as an .xlsx, and what was left behind where it had to be made into one."""
    if source.suffix.lower() == ".xlsx":
        check_workbook(source)
        return source, ()
    tables = bare_tables(source, partial(named_columns, schema))
    made = folder / "copy.xlsx"
    write_plain_copy(tables, made)
    return made, said_of_conversion(source)


def _annotated(
    source: Path,
    book: Path,
    converted: tuple[Text, ...],
    problems: Sequence[Problem],
    schema: ListSchema,
    out: Path,
    dated: date,
    language: Language,
) -> AnnotatedCopy:
    with open_package(book) as package:
        before = package.names()
        workbook = MarkedWorkbook(package)
        commented, features = workbook.mark(by_sheet(problems, workbook.names()), language)
        package.unrelate("", "origin")
        for name in before:
            if name.lower().startswith("_xmlsignatures/"):
                package.remove(name)
        lost = (*converted, *said_of_lost_parts(before, package.names()))
        after = frozenset(package.names())
        kept = () if converted else (*said_of_parts(name for name in before if name in after), *features)
        remarks = _remarks(kept, lost, workbook)
        summary = Summary(file=source.name, list_title=schema.title, dated=dated, remarks=remarks)
        workbook.add_summary(summary, problems, language)
        package.save(out)
    return AnnotatedCopy(path=out, kept=kept, lost=lost, comments=commented)


def _remarks(kept: Sequence[Text], lost: Sequence[Text], workbook: MarkedWorkbook) -> tuple[Text, ...]:
    """Say how the copy is to be read, and what it has and has not of the original."""
    remarks = [
        Text(
            "Mỗi ô có vấn đề được tô màu và có ghi chú; ghi chú không in ra giấy, bảng dưới đây có đủ. Giá trị các ô "
            "không bị thay đổi.",
            "Each cell with a problem is coloured and has a comment; comments do not print, the table below has them "
            "all. No value was changed.",
        )
    ]
    if workbook.marked_before:
        remarks.append(
            Text(
                "Tệp này đã là bản ghi chú của một lần kiểm tra trước: màu và ghi chú cũ vẫn còn, chỉ bảng này là kết "
                "quả lần này. Nên sửa trong tệp gốc rồi gửi tệp gốc.",
                "This file was an annotated copy already: former colours and comments are still there, only this table "
                "is of this check. Better mend the original and send that.",
            )
        )
    if not workbook.all_commented:
        most = (number(MOST_COMMENTS), number(MOST_COMMENTS, "en"))
        remarks.append(
            Text(
                f"Chỉ {most[0]} ô đầu tiên, lỗi trước, có ghi chú; các ô khác chỉ được tô màu và có trong bảng.",
                f"Only the first {most[1]} cells, errors first, have comments; others are coloured and in the table.",
            )
        )
    if workbook.threaded:
        remarks.append(
            Text(
                "Ở ô đã có bình luận theo luồng, Excel chỉ hiện bình luận đó; nội dung kiểm tra xem trong bảng.",
                "Where a cell has a threaded comment Excel shows that one only; see the table for what was found.",
            )
        )
    if kept:
        remarks.append(
            Text(
                f"Giữ nguyên cùng với định dạng và công thức: {', '.join(what.vi for what in kept)}.",
                f"Kept along with formats and formulas: {', '.join(what.en for what in kept)}.",
            )
        )
    of_parts = [what for what in lost if not what.vi.endswith(".")]
    if of_parts:
        remarks.append(
            Text(
                f"Không giữ được: {', '.join(what.vi for what in of_parts)}.",
                f"Could not be kept: {', '.join(what.en for what in of_parts)}.",
            )
        )
    remarks += [what for what in lost if what.vi.endswith(".")]
    return tuple(remarks)
