"""Bytes of a text table to text: Unicode in its forms, the code page of Windows for Vietnamese, legacy fonts."""

from __future__ import annotations

import codecs
import re
import unicodedata
from pathlib import Path

from phusong.data.legacy_fonts import ENCODINGS, convert, plain_words
from phusong.data.raw.refusals import damaged, unreadable
from phusong.errors import UnreadableFileError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LOOKED_AT = 4096
_JUDGED_BYTES = 2**18
_ZEROS = 0.3  # of every second byte; ASCII letters and digits make more, Vietnamese letters few less
_MULTIBYTE = re.compile(rb"[\xc3-\xf4][\x80-\xbf]+")
_UNDEFINED = str.maketrans(dict.fromkeys(range(128, 160)))


def decoded(path: Path) -> str:
    """Read a text file: UTF-8 or UTF-16 with or without a mark, else the code page that makes Vietnamese of it.

    Text typed for legacy fonts is left as it stands in code page 1252: it is converted a column at a time
    (:mod:`phusong.data.legacy_fonts`), where the cells can be named.

    Raises
    ------
    UnreadableFileError
        The file is no text, or Unicode with broken characters.
    """
    data = path.read_bytes()
    encoding, start = _unicode_form(data)
    if encoding == "":
        return _of_code_page(path, data)
    try:
        text = data[start:].decode(encoding)
    except UnicodeDecodeError as error:
        raise _broken(path, data[start:], error) from error
    if "\0" in text:
        raise _no_text(path)
    return text


def _unicode_form(data: bytes) -> tuple[str, int]:
    """Return the form of Unicode and where the text begins; "" where it is none."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding, len(mark)
    head = data[:_LOOKED_AT]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) > _ZEROS * len(head) / 2 and min(even, odd) < max(even, odd) / 10:
        return ("utf-16-le" if odd > even else "utf-16-be"), 0
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        multibyte = b"".join(_MULTIBYTE.findall(data[:_JUDGED_BYTES]))
        high = sum(byte >= 0x80 for byte in data[:_JUDGED_BYTES])
        return ("utf-8" if len(multibyte) > 0.9 * high else ""), 0
    return "utf-8", 0


def _of_code_page(path: Path, data: bytes) -> str:
    """Decode bytes that are no Unicode: the tone marks of code page 1258 stand apart and are composed."""
    if b"\0" in data:
        raise _no_text(path)
    windows = data.decode("cp1258", "replace")
    latin = data.decode("latin-1").translate(_UNDEFINED)
    head = latin[:_JUDGED_BYTES]
    good = {encoding: plain_words(convert(head, encoding))[1] for encoding in ENCODINGS}
    composed = unicodedata.normalize("NFC", windows)
    of_windows = plain_words(composed[:_JUDGED_BYTES])[1]
    if max(good.values()) > of_windows:
        return latin
    if "\ufffd" in composed:
        raise _no_text(path)
    return composed


def _broken(path: Path, data: bytes, error: UnicodeDecodeError) -> UnreadableFileError:
    newline = b"\n\0" if error.encoding.startswith("utf-16") else b"\n"
    line = data[: error.start].count(newline) + 1
    return unreadable(
        path,
        f"có ký tự hỏng ở dòng {line}; hãy lưu lại thành CSV UTF-8",
        f"has a broken character in line {line}; save it again as CSV UTF-8",
    )


def _no_text(path: Path) -> UnreadableFileError:
    if path.suffix.lower() not in (".csv", ".tsv", ".txt"):
        return damaged(path)
    return unreadable(path, "không phải tệp chữ; hãy lưu lại thành CSV UTF-8", "is not text; save it as CSV UTF-8")
