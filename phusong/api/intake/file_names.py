"""Names of files as people gave them: shown and offered again, never a path."""

from __future__ import annotations

import re
import unicodedata

MOST_BYTES = 180
"""Bytes of a name in UTF-8: file systems take 255, and names get endings."""
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}$")
_TAKEN = "LMN"  # letters, marks on them, numbers
_ALSO_TAKEN = frozenset(" ._-()+,&'")


def plain_name(given: str) -> str:
    """Return the last part of a name, of letters, digits, spaces and a few signs only; never "", "." or ".."."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", given))[-1]
    kept = "".join(c if c in _ALSO_TAKEN or unicodedata.category(c)[0] in _TAKEN else "_" for c in last)
    bare = " ".join(kept.split()).strip(" .") or "tep"
    suffix = suffix_of(bare)
    stem = bare[: len(bare) - len(suffix)] if suffix else bare
    name = _cut(stem, MOST_BYTES - len(suffix)) + suffix
    return f"_{name}" if _RESERVED.fullmatch(name) else name


def suffix_of(name: str) -> str:
    """Return the ending of a name with its dot; "" where there is none."""
    found = _SUFFIX.search(name)
    return found.group() if found and found.start() > 0 else ""


def _cut(text: str, most_bytes: int) -> str:
    return text.encode()[:most_bytes].decode("utf-8", "ignore").strip(" .") or "tep"
