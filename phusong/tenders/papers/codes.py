"""Keeps the codes of a Word paper on one line: a package's code, and names such as E-HSMT, do not break at hyphens."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from phusong.data.archive import write_zip

_DOCUMENT = "word/document.xml"
_TEXT = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>")
_CODE = re.compile(r"\bGT-[0-9A-Z-]*[0-9A-Z]|\bE-[A-Z]{3,}")
_HYPHEN = '</w:t><w:noBreakHyphen/><w:t xml:space="preserve">'


def keep_codes_whole(path: Path) -> None:
    """Write the hyphens of codes in the body of a .docx as Word's own that does not break; readers see a hyphen."""
    with zipfile.ZipFile(path) as archive:
        members = {info.filename: archive.read(info) for info in archive.infolist() if not info.is_dir()}
    body = members[_DOCUMENT].decode("utf-8")
    held = _TEXT.sub(_held, body)
    if held != body:
        write_zip(path, members | {_DOCUMENT: held.encode("utf-8")})


def _held(match: re.Match[str]) -> str:
    text = _CODE.sub(lambda code: code.group().replace("-", _HYPHEN), match.group(1))
    return match.group() if text == match.group(1) else f'<w:t xml:space="preserve">{text}</w:t>'
