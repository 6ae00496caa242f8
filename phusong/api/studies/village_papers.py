"""Papers of one village made on the spot: its sheet, the answer to voters, the letters to operators."""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from sqlalchemy import select

from phusong.api.access.policy import Action, Person
from phusong.api.access.scope import within
from phusong.api.database.models import Plan
from phusong.api.problems import NotFoundError, TooManyError
from phusong.api.service import Service
from phusong.api.studies.folders import safe_name, without_paths
from phusong.api.studies.kept import KeptStudies, Opened
from phusong.words import Language, Text

if TYPE_CHECKING:
    from phusong.study.village_files import Document

Paper = Literal["sheet", "page", "voters", "operators"]
PAPERS: tuple[Paper, ...] = get_args(Paper)
"""The sheet as Word and as a page, the draft of an answer to voters, the drafts of letters to operators."""

WAIT_SECONDS = 20.0
_DOCUMENTS: Mapping[Paper, tuple[Document, str]] = {
    "sheet": ("sheet", ".docx"),
    "page": ("sheet", ".html"),
    "voters": ("voters", ".docx"),
    "operators": ("operator", ".docx"),
}
_FIXED = (2026, 1, 1, 0, 0, 0)
"""When the files of an archive are said to be made: the same letters are the same bytes."""


def made_paper(
    service: Service, person: Person, studies: KeptStudies, of: Opened, village: str, paper: Paper, language: Language
) -> tuple[str, bytes]:
    """Make a paper of a village; return its name and what is in it: several letters are one archive.

    Raises
    ------
    NotFoundError
        The person may not know of stations, which all of them tell of, or there is nothing to ask an operator.
    TooManyError
        Others have theirs made, and it is not over soon.
    """
    if not of.stations:
        raise NotFoundError
    plan = _newest_plan(service, person, of.id)
    if not studies.drawing.acquire(timeout=WAIT_SECONDS):
        raise TooManyError(
            Text("Đang có người khác lập phiếu: hãy thử lại sau ít giây.", "Others are having papers made: try again."),
            retry_seconds=int(WAIT_SECONDS),
        )
    try:
        with tempfile.TemporaryDirectory(prefix="phusong-") as folder, without_paths(Path(folder)):
            return _one(_written(of, Path(folder), village, paper, plan, language), village)
    finally:
        studies.drawing.release()


def _newest_plan(service: Service, person: Person, study_id: str) -> Path | None:
    """Return the folder of the plan made last over a study, as far as the person may read plans."""
    with service.database.read() as db:
        own = within(person, Action.PLAN_READ, province=Plan.province_code)
        query = select(Plan.folder).where(own, Plan.study_id == study_id, Plan.state == "done", Plan.folder != "")
        folder = db.scalar(query.order_by(Plan.finished_at.desc(), Plan.id).limit(1))
    return None if not folder else service.results(folder)


def _written(
    of: Opened, folder: Path, village: str, paper: Paper, plan: Path | None, language: Language
) -> Sequence[Path]:
    from phusong.study.village_files import write_village

    document, ending = _DOCUMENTS[paper]
    paths = write_village(of.file, of.results, village, folder, plan=plan, documents=(document,), language=language)
    return [path for path in paths if path.suffix == ending]


def _one(paths: Sequence[Path], village: str) -> tuple[str, bytes]:
    """Return one file as it is, several as an archive."""
    if not paths:
        raise NotFoundError(
            Text("Không có gì cần hỏi nhà mạng về thôn này.", "There is nothing to ask an operator here.")
        )
    if len(paths) == 1:
        return safe_name(paths[0].name), paths[0].read_bytes()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(paths):
            archive.writestr(zipfile.ZipInfo(safe_name(path.name), _FIXED), path.read_bytes(), zipfile.ZIP_DEFLATED)
    return safe_name(f"thu-nha-mang-{village}.zip"), out.getvalue()
