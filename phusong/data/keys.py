"""Keys of rows: made where a list has none, never personal, used once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.data.checks.personal import is_personal_number
from phusong.data.columns import Note
from phusong.data.schema import ListSchema
from phusong.words import Text

NOT_COMPARED = ("_sheet", "_row", "row_no", "note")
"""Columns that may differ between two copies of one row."""


def set_keys(rows: pd.DataFrame, schema: ListSchema, sha256: str) -> tuple[pd.DataFrame, list[Note]]:
    """Make the keys the list does not have; a key that is an identity card or telephone number is replaced."""
    if schema.key is None:
        return rows, []
    key = rows[schema.key]
    personal = np.fromiter(map(is_personal_number, key), bool, len(key))
    title = schema.field(schema.key).title
    text = Text(
        f"{title.vi} giống số căn cước hoặc số điện thoại nên đã được thay bằng mã khác.",
        f"{title.en}: it looks like an identity card or telephone number and was replaced by another code.",
    )
    notes = [Note(at, schema.key, "warning", text, "personal.key") for at in np.flatnonzero(personal).tolist()]
    at = np.flatnonzero((key == "").to_numpy(dtype=bool) | personal)
    return (rows.assign(**{schema.key: _with_made_keys(rows, schema, sha256, at)}) if len(at) else rows), notes


def _with_made_keys(rows: pd.DataFrame, schema: ListSchema, sha256: str, at: NDArray[np.intp]) -> pd.Series:
    """Return the key column with made keys: by content where that outlives a version, else by file and row."""
    if schema.key_from:
        own = rows if len(at) == len(rows) else rows.iloc[at]
        columns = (map(str, own[name].tolist()) for name in schema.key_from)
        texts = pd.Series(list(map("|".join, zip(*columns, strict=True))), index=own.index, dtype=object)
        seeds: Iterable[str] = texts + "|" + _version(own, texts, schema).astype(str)
    else:
        seeds = (f"{sha256}|{row}" for row in at.tolist())
    keys = rows[schema.key].to_numpy(dtype=object, copy=True)
    keys[at] = [schema.key_prefix + hashlib.sha256(seed.encode()).hexdigest()[:12] for seed in seeds]
    return pd.Series(keys, index=rows.index, dtype=object)


def _version(rows: pd.DataFrame, texts: pd.Series[str], schema: ListSchema) -> pd.Series[int]:
    """Number the different rows of one name: 0, 1 …; a copy of a row has its number, and so its key."""
    number = pd.Series(0, index=rows.index)
    repeated = texts.duplicated(keep=False)
    if repeated.any():
        own = rows[repeated]
        content = own.groupby(_compared(own, besides=schema.key), dropna=False, sort=False).ngroup()
        distinct = pd.DataFrame({"text": texts[repeated], "content": content}).drop_duplicates("content")
        versions = distinct.groupby("text").cumcount()
        number[repeated] = content.map(dict(zip(distinct["content"], versions, strict=True)))
    return number


def _compared(rows: pd.DataFrame, besides: str | None = None) -> list[str]:
    return [name for name in rows.columns if name not in (*NOT_COMPARED, besides)]


def find_duplicates(
    rows: pd.DataFrame, schema: ListSchema, refused: NDArray[np.bool_]
) -> tuple[list[Note], NDArray[np.bool_]]:
    """Find rows with the key of an earlier row: an equal row is left out, a different one is an error.

    Returns
    -------
    notes
        A repair for each row left out, an error for each contradiction.
    copies
        Which rows are left out.
    """
    sound = rows[~refused]
    repeats = sound.duplicated(list(schema.unique), keep="first")
    copies = np.zeros(len(rows), dtype=bool)
    if not repeats.any():
        return [], copies
    involved = sound[sound.duplicated(list(schema.unique), keep=False)]
    equal = involved.index[involved.duplicated(_compared(rows), keep="first")]
    copies[equal] = True
    same = Text("Dòng này giống hệt một dòng phía trên nên bị bỏ.", "This row equals one above it and is left out.")
    titles = [schema.field(name).title for name in schema.unique]
    other = Text(
        f"Trùng {', '.join(title.vi for title in titles)} với một dòng phía trên nhưng giá trị khác. Hãy giữ một dòng.",
        f"Same {', '.join(title.en for title in titles)} as a row above, with other values. Keep one of them.",
    )
    notes = [
        Note(at, schema.unique[0], "repair", same, "duplicate.row")
        if copies[at]
        else Note(at, schema.unique[0], "error", other, "duplicate.key")
        for at in sound.index[repeats].tolist()
    ]
    return notes, copies
