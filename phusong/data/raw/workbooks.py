"""Spreadsheets: every worksheet of an .xlsx, .xls or .ods file, whatever its name ends in."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from phusong.data.raw.archives import check_archive, kind_of
from phusong.data.raw.compound import SIGNATURE
from phusong.data.raw.confined import read_confined
from phusong.data.raw.limits import LIMITS, Limits
from phusong.data.raw.refusals import damaged, empty_file, other_kind, refused, wrong_kind
from phusong.data.raw.refused import RefusedError
from phusong.data.raw.sheet import RawTable

_ZIP = b"PK"
_LOOKED_AT_BYTES = 4096


def read_workbook(path: Path, limits: Limits = LIMITS) -> tuple[RawTable, ...]:
    """Read every worksheet, hidden ones too, in a process of its own.

    Raises
    ------
    UnreadableFileError
        The file is damaged, protected, of another kind, too large or carries what is refused.
    """
    if path.stat().st_size == 0:
        raise empty_file(path)
    return read_confined(path, limits)


def is_workbook(path: Path) -> bool:
    """Say by its first bytes whether a file is a workbook (or an archive that may be one) or text.

    Systems export text tables under the name .xls, and people rename files: the bytes decide.

    Raises
    ------
    UnreadableFileError
        The file is neither: a PDF, a picture, a web page.
    """
    with path.open("rb") as stream:
        start = stream.read(_LOOKED_AT_BYTES)
    kind = other_kind(start)
    if kind is not None:
        raise wrong_kind(path, kind)
    return start.startswith((_ZIP, SIGNATURE))


def check_workbook(path: Path, limits: Limits = LIMITS) -> None:
    """Refuse an .xlsx for its size or for what it carries, before it is opened by anything that writes it again.

    Raises
    ------
    UnreadableFileError
        As :func:`read_workbook`.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            check_archive(archive, path.stat().st_size, limits)
            kind_of(archive)
    except RefusedError as error:
        raise refused(path, error, limits) from error
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise damaged(path) from error
