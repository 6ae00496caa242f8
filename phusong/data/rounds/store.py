"""A reporting round on disk: a folder with its rows, what was answered and its sources; whole or not at all."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd

from phusong.data.lists import CheckedList
from phusong.data.names import fold
from phusong.data.rounds.identity import Matching, carry_ids, match_rounds
from phusong.data.schema import ListSchema
from phusong.data.schemas import GAPS
from phusong.data.store import OutputError, toml_text, whole_folder, write_parquet
from phusong.errors import MissingFileError, UnreadableFileError
from phusong.words import Text

ROUND_FILE, ROWS_FILE, SAID_FILE = "round.toml", "rows.parquet", "answers.parquet"
SAID_COLUMNS = ("subject", "id", "field", "value", "kind", "who", "by", "on", "file", "sha256")
"""What was answered: of a ``gap`` or a ``station``, its id, the field, the value as text ("" for silence), by whom."""
_TUPLES = ("enums", "operators", "list", "azimuths")


def nothing_said() -> pd.DataFrame:
    """Return the table of answers of a round nobody has answered."""
    return pd.DataFrame({name: pd.Series([], dtype="str") for name in SAID_COLUMNS})


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A file the rows of a round came from."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Round:
    """What a province reported at one time.

    ``rows`` are those of the checked gap list under ids that are stable over rounds; ``said`` has a row for every
    answer of a form, oldest first: nothing in it is ever replaced.
    """

    batch: str
    province_code: str
    made_on: date
    rows: pd.DataFrame
    sources: tuple[SourceFile, ...]
    said: pd.DataFrame = field(default_factory=nothing_said)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredRound:
    """A round on disk, before its rows are read."""

    folder: Path
    batch: str
    province_code: str
    made_on: date
    rows: int


def round_of(checked: CheckedList, *, batch: str, province_code: str, made_on: date) -> Round:
    """Return the round a checked gap list makes."""
    source = SourceFile(name=checked.path.name, sha256=checked.sha256)
    return Round(batch=batch, province_code=province_code, made_on=made_on, rows=checked.rows, sources=(source,))


def continued(new: Round, earlier: Sequence[Round]) -> tuple[Round, Matching]:
    """Return a new round under the ids of the rounds before it (oldest first), and how its rows were matched."""
    *history, before = earlier
    matching = match_rounds(before.rows, new.rows, history=[one.rows for one in history])
    return _with_rows(new, carry_ids(matching, new.rows)), matching


def _with_rows(round_: Round, rows: pd.DataFrame) -> Round:
    return Round(
        batch=round_.batch,
        province_code=round_.province_code,
        made_on=round_.made_on,
        rows=rows,
        sources=round_.sources,
        said=round_.said,
    )


def save_round(round_: Round, folder: Path) -> Path:
    """Write a round into its own folder under ``folder``, whole or not at all; return where it is.

    The same round replaces itself; another that would take the same folder is refused.
    """
    out = folder / folder_name(round_.batch)
    if (out / ROUND_FILE).is_file():
        _refuse_another(round_, _stored(out))
    with whole_folder(out, is_ours=lambda path: (path / ROUND_FILE).is_file()) as partial:
        write_parquet(partial / ROWS_FILE, round_.rows)
        write_parquet(partial / SAID_FILE, round_.said)
        (partial / ROUND_FILE).write_text(_toml(round_), encoding="utf-8", newline="\n")
    return out


def _refuse_another(round_: Round, there: StoredRound) -> None:
    if (there.batch, there.province_code) != (round_.batch, round_.province_code):
        raise OutputError(
            Text(
                f"{there.folder} đã có đợt “{there.batch}” của tỉnh {there.province_code}: hãy đặt tên đợt khác",
                f"{there.folder} holds round “{there.batch}” of province {there.province_code}: choose another name",
            )
        )


def read_round(folder: Path) -> Round:
    """Read a round from its folder.

    Raises
    ------
    MissingFileError, UnreadableFileError
        There is none, or a part of it is missing or damaged.
    """
    stored = _stored(folder)
    try:
        raw = tomllib.loads((folder / ROUND_FILE).read_text(encoding="utf-8"))
        rows = pd.read_parquet(folder / ROWS_FILE)
        said = pd.read_parquet(folder / SAID_FILE)
    except (OSError, ValueError) as error:
        raise _unreadable(folder) from error
    sources = tuple(SourceFile(name=one["name"], sha256=one["sha256"]) for one in raw.get("source", []))
    return Round(
        batch=stored.batch,
        province_code=stored.province_code,
        made_on=stored.made_on,
        rows=as_read(rows, GAPS),
        sources=sources,
        said=said.astype("str"),
    )


def list_rounds(folder: Path) -> tuple[StoredRound, ...]:
    """Return the rounds under a folder, oldest first."""
    if not folder.is_dir():
        return ()
    found = [_stored(path.parent) for path in folder.glob(f"*/{ROUND_FILE}")]
    return tuple(sorted(found, key=lambda one: (one.made_on, one.batch)))


def folder_name(batch: str) -> str:
    """Return a name any system takes: ``Đợt 2/2026`` → ``dot-2-2026``."""
    return "-".join(re.findall(r"[a-z0-9]+", fold(batch))) or "dot"


def _stored(folder: Path) -> StoredRound:
    path = folder / ROUND_FILE
    if not path.is_file():
        raise MissingFileError(Text(f"Không có đợt báo cáo nào ở {folder}", f"No reporting round at {folder}"))
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        return StoredRound(
            folder=folder,
            batch=str(raw["batch"]),
            province_code=str(raw["province_code"]),
            made_on=date.fromisoformat(str(raw["made_on"])),
            rows=int(raw["rows"]),
        )
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, ValueError) as error:
        raise _unreadable(folder) from error


def _unreadable(folder: Path) -> UnreadableFileError:
    return UnreadableFileError(
        Text(f"Đợt báo cáo ở {folder} bị hỏng hoặc thiếu tệp", f"The round at {folder} is damaged or incomplete")
    )


def _toml(round_: Round) -> str:
    """Write what is known of a round; a JSON text is a TOML text too."""
    lines = [
        f"batch = {toml_text(round_.batch)}",
        f"province_code = {toml_text(round_.province_code)}",
        f"made_on = {round_.made_on.isoformat()}",
        f"rows = {len(round_.rows)}",
    ]
    for source in round_.sources:
        lines += ["", "[[source]]", f"name = {toml_text(source.name)}", f"sha256 = {toml_text(source.sha256)}"]
    return "\n".join(lines) + "\n"


def as_read(rows: pd.DataFrame, schema: ListSchema) -> pd.DataFrame:
    """Return columns in the types of a checked list: Parquet gives arrays for tuples and days in milliseconds."""
    kinds = {one.name: one.kind for one in schema.fields}
    typed = {}
    for name in rows.columns:
        kind = kinds.get(name)
        if kind in _TUPLES:
            typed[name] = pd.Series([tuple(value) for value in rows[name]], index=rows.index, dtype=object)
        elif kind in ("date", "time"):
            typed[name] = rows[name].astype("datetime64[s]")
    return rows.assign(**typed)
