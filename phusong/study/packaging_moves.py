"""An area moved to another package by hand: what that does is said, and what changes is frozen anew."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from phusong.data.locks import only_writer
from phusong.data.store import sweep
from phusong.errors import PhuSongError, UnreadableFileError
from phusong.study.packaging import STEPS
from phusong.study.packaging_freeze import Ask, MadePackages, freeze, site_words
from phusong.study.packaging_record import (
    DIVISION_FILE,
    Moved,
    Record,
    path_from,
    read_record,
)
from phusong.study.packaging_sources import Sources, open_sources
from phusong.study.progress import Progress, Silent, Stopwatch
from phusong.tenders.division.moves import move
from phusong.tenders.division.values import Division
from phusong.words import Language, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedItem:
    """What a move by hand does, and the packages after it; None where it was only tried."""

    effects: tuple[Text, ...]
    made: MadePackages | None


def move_item(
    out: Path,
    item: str,
    to_code: str | None,
    *,
    because: str,
    approver: str = "",
    dry_run: bool = False,
    frozen_on: date | None = None,
    language: Language = "vi",
    progress: Progress | None = None,
) -> MovedItem:
    """Move an area, with the site that mainly serves it, to another package, and freeze what changes by that.

    Parameters
    ----------
    out
        The folder of packages; the study, results and plan it was made from must still be there, and be the same.
    item, to_code
        An area or an option of the plan; the package to move it to, None to leave it out of all packages.
    because
        Why: it stands in the new versions.
    approver, frozen_on
        As in :func:`make_packages`; the approver of the folder where none is named.
    dry_run
        Only say what the move would do.

    Raises
    ------
    PhuSongError
        A move that would break a cap, a route or the connection of a package; a reason that is missing.
    """
    watch = Stopwatch(progress or Silent(), STEPS)
    if dry_run:
        return MovedItem(effects=_moved(out, item, to_code, because)[2], made=None)
    if not because:
        raise PhuSongError(Text("Ghi lý do chuyển bằng --because.", "Say why it is moved with --because."))
    read_record(out)
    with only_writer(out):
        sweep(out)
        record, division, effects = _moved(out, item, to_code, because)
        watch.next()
        sources = _sources_again(out, record)
        watch.next()
        day = frozen_on or sources.study.dated
        ask = Ask.as_before(out, record, approver=approver, because=because, frozen_on=day, language=language)
        by_hand = Moved(item=item, to=to_code or "", because=because)
        after = replace(record, division=division, moves=(*record.moves, by_hand), approver=ask.approver, packages=())
        return MovedItem(effects=effects, made=freeze(out, sources, after, ask, watch))


def _moved(out: Path, item: str, to_code: str | None, because: str) -> tuple[Record, Division, tuple[Text, ...]]:
    """Return how packages were made, the division after a move, and what the move does, in the words of documents."""
    record = read_record(out)
    moved = move(record.division, item, to_code, reason=Text(because, because) if because else None)
    return record, moved.division, tuple(site_words(effect, record) for effect in moved.effects)


def _sources_again(out: Path, record: Record) -> Sources:
    study, results, plan = (
        path_from(out, seen) for seen in (record.paths.study, record.paths.results, record.paths.plan)
    )
    if study is None or results is None or plan is None:
        raise UnreadableFileError(
            Text(
                f"Tệp {out / DIVISION_FILE} không còn ghi đường dẫn nguồn.",
                f"File {out / DIVISION_FILE} no longer says where the packages were made from.",
            )
        )
    return open_sources(study, results=results, plan=plan)
