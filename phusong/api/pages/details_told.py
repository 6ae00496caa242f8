"""Details of the audit trail in words: what programs write as codes, truths and long digests, as people read them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from phusong.api.jobs.registry import KINDS
from phusong.api.pages.spoken import detail_title
from phusong.api.studies.kinds_of_data import KINDS_OF_DATA
from phusong.api.studies.titles import VALUES
from phusong.coverage.routes import ROUTES
from phusong.tenders.package.values import AWARDS
from phusong.words import Language, Text, number

_DIGEST = re.compile(r"[0-9a-f]{40,}")
_DONE = {"make": Text("lập gói", "make"), "move": Text("chuyển khu vực", "move an area")}
_YES_NO = {True: Text("có", "yes"), False: Text("không", "no")}
SHOWN_OF_DIGEST = 12


def told_detail(value: Any, language: Language) -> str:
    """Write a detail of an entry: its lists and pairs, too."""
    if isinstance(value, bool):
        return _YES_NO[value].to(language)
    if isinstance(value, int | float):
        return number(value, language)
    if isinstance(value, Mapping):
        return ", ".join(
            f"{detail_title(str(key)).to(language)} {told_detail(one, language)}" for key, one in value.items()
        )
    if isinstance(value, list | tuple):
        return ", ".join(told_detail(one, language) for one in value)
    return _word(str(value), language)


def _word(value: str, language: Language) -> str:
    if _DIGEST.fullmatch(value):
        return f"{value[:SHOWN_OF_DIGEST]}…"
    if value in KINDS:
        return KINDS[value].title.to(language)
    if value in KINDS_OF_DATA:
        return KINDS_OF_DATA[value].title.to(language)
    awards = {str(key): title for key, title in AWARDS.items()}
    known: Mapping[str, Text] = {**VALUES, **awards, **ROUTES, **_DONE}
    return known[value].to(language) if value in known else value
