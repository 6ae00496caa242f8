"""Keys of rows: made where a list has none, never personal, used once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from phusong.data.columns import Note
from phusong.data.schema import ListSchema
from phusong.words import Text


def set_keys(rows: pd.DataFrame, schema: ListSchema, sha256: str) -> tuple[pd.DataFrame, list[Note]]:
    """Make the keys the list does not have; a key that is an identity card or telephone number is replaced."""
    if schema.key is None:
        return rows, []
    key = rows[schema.key]
    missing = (key == "").to_numpy(dtype=bool)
    notes: list[Note] = []
    if schema.name == "households":
        personal = key.str.fullmatch(r"0\d{9}|0\d{11}").to_numpy(dtype=bool)
        text = Text(
            "Mã hộ giống số căn cước hoặc số điện thoại nên đã được thay bằng mã ngẫu nhiên.",
            "The household key looks like an identity card or telephone number and was replaced by a random key.",
        )
        notes = [Note(at, schema.key, "warning", text, "personal.key") for at in np.flatnonzero(personal).tolist()]
        missing = missing | personal
    at = np.flatnonzero(missing)
    return (rows.assign(**{schema.key: _with_made_keys(rows, schema, sha256, at)}) if len(at) else rows), notes


def _with_made_keys(rows: pd.DataFrame, schema: ListSchema, sha256: str, at: NDArray[np.intp]) -> pd.Series:
    """Return the key column with made keys: by content where that outlives a version, else by file and row."""
    if schema.key_from:
        columns = (rows[name].iloc[at].astype(str) for name in schema.key_from)
        texts = pd.Series(list(map("|".join, zip(*columns, strict=True))), dtype=object)
        seeds: Iterable[str] = texts + "|" + texts.groupby(texts).cumcount().astype(str)
    else:
        seeds = (f"{sha256}|{row}" for row in at.tolist())
    keys = rows[schema.key].to_numpy(dtype=object, copy=True)
    keys[at] = [schema.key_prefix + hashlib.sha256(seed.encode()).hexdigest()[:12] for seed in seeds]
    return pd.Series(keys, index=rows.index, dtype=object)


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
    compared = [name for name in rows.columns if name not in ("_sheet", "_row", "row_no", "note")]
    equal = sound.index[sound.duplicated(compared, keep="first")]
    copies[equal] = True
    same = Text("Dòng này giống hệt một dòng phía trên nên bị bỏ.", "This row equals one above it and is left out.")
    titles = [schema.field(name).title for name in schema.unique]
    other = Text(
        f"Trùng {', '.join(title.vi for title in titles)} với một dòng phía trên nhưng giá trị khác. Hãy giữ một dòng.",
        f"Same {', '.join(title.en for title in titles)} as a row above, with other values. Keep one of them.",
    )
    notes = [
        Note(at, schema.unique[0], "repair" if copies[at] else "error", same if copies[at] else other)
        for at in sound.index[repeats].tolist()
    ]
    return notes, copies
