"""The department's own Word templates: sent, checked at once, kept with those before, taken up again or let go.

They stand in ``home/templates`` under the names of the finished files; each file sent is kept beside them in ``kept/``.
Where the setting ``templates_folder`` names a folder, whoever runs the server keeps them there, and none is sent.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from phusong.api import audit
from phusong.api.access.policy import Action, Person
from phusong.api.database.types import new_id, now
from phusong.api.problems import ConflictError, NotFoundError
from phusong.api.settings import ServiceSettings
from phusong.words import LANGUAGES, Language, Text

FOLDER, KEPT = "templates", "kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A paper of a document set in one language: what its template is called."""

    key: str
    language: Language
    name: str
    title: Text
    number: str
    awards: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One template that was sent: which in order, by whom and when; ``in_use`` is the one papers are made from."""

    number: int
    by: str
    at: datetime
    size: int
    sha256: str
    path: Path
    in_use: bool


def templates_folder(settings: ServiceSettings) -> Path:
    """Return where the department's own templates stand; the folder may not be there yet."""
    return settings.templates_folder or settings.home / FOLDER


def papers(language: Language | None = None) -> Iterator[Paper]:
    """Yield the papers that are made from a Word template, in the order of a set."""
    from phusong.tenders.parts import PARTS
    from phusong.tenders.templates.builder import template_path

    for one in PARTS:
        for each in LANGUAGES if language is None else (language,):
            if one.suffix == "docx" and template_path(one.key, each).is_file():
                awards = () if len(one.awards) > 2 else tuple(sorted(one.awards))
                yield Paper(
                    key=one.key, language=each, name=one.file_name(each), title=one.title, number=one.number,
                    awards=awards,
                )  # fmt: skip


def paper_of(name: str) -> Paper:
    """Return the paper whose template has a name; otherwise there is none."""
    found = next((one for one in papers() if one.name == name), None)
    if found is None:
        raise NotFoundError
    return found


def file_in_use(settings: ServiceSettings, paper: Paper) -> tuple[Path, bool]:
    """Return the template papers are made from now, and whether it is the department's own."""
    from phusong.tenders.templates.builder import template_path

    own = templates_folder(settings) / paper.name
    return (own, True) if own.is_file() else (template_path(paper.key, paper.language), False)


def sent_of(settings: ServiceSettings, paper: Paper) -> list[Sent]:
    """Return every template of a paper that was sent, the newest first."""
    path, own = file_in_use(settings, paper)
    used = _digest(path.read_bytes()) if own else ""
    found: list[Sent] = []
    for told in sorted(_kept(settings, paper).glob("*.json"), reverse=True):
        said = json.loads(told.read_text(encoding="utf-8"))
        is_used = said["sha256"] == used and not any(one.in_use for one in found)
        found.append(
            Sent(
                number=int(told.stem), by=said["by"], at=datetime.fromisoformat(said["at"]), size=said["size"],
                sha256=said["sha256"], path=told.with_suffix(".docx"), in_use=is_used,
            )
        )  # fmt: skip
    return found


def take(db: Session, settings: ServiceSettings, person: Person, paper: Paper, content: bytes) -> None:
    """Check a template and let papers be made from it from now on.

    Raises
    ------
    UnreadableFileError
        In one sentence what is wrong with it; nothing of it is kept.
    """
    from phusong.tenders.papers.department import check_own_template

    _may(settings, person)
    check_own_template(content, paper.key, paper.language)
    number = max((int(one.stem) for one in _kept(settings, paper).glob("*.docx")), default=0) + 1
    told = {"sha256": _digest(content), "size": len(content), "by": person.full_name, "at": now().isoformat()}
    _note(db, person, "template.change", paper, number, told["sha256"])
    folder = _kept(settings, paper)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with (folder / f"{number:04d}.docx").open("xb") as file:
            file.write(content)
    except FileExistsError as error:
        raise ConflictError(
            Text("Ai đó vừa gửi mẫu này: hãy xem lại rồi gửi.", "Somebody sent this template just now: look again.")
        ) from error
    _put(folder / f"{number:04d}.json", json.dumps(told, ensure_ascii=False).encode())
    _put(templates_folder(settings) / paper.name, content)


def restore(db: Session, settings: ServiceSettings, person: Person, paper: Paper, number: int) -> None:
    """Take up again a template that was sent before."""
    from phusong.tenders.papers.department import check_own_template

    _may(settings, person)
    found = next((one for one in sent_of(settings, paper) if one.number == number), None)
    if found is None:
        raise NotFoundError
    content = found.path.read_bytes()
    check_own_template(content, paper.key, paper.language)  # fields may have changed since
    _note(db, person, "template.restore", paper, number, found.sha256)
    _put(templates_folder(settings) / paper.name, content)


def use_shipped(db: Session, settings: ServiceSettings, person: Person, paper: Paper) -> None:
    """Let papers be made from the template that comes with the tool; what was sent stays to be taken up again."""
    _may(settings, person)
    path, own = file_in_use(settings, paper)
    if own:
        _note(db, person, "template.shipped", paper, 0, _digest(path.read_bytes()))
        path.unlink()


def _may(settings: ServiceSettings, person: Person) -> None:
    if not person.may(Action.TEMPLATE_CHANGE, province_code=""):  # the papers of every province are made from them
        raise NotFoundError
    if settings.templates_folder is not None:
        raise ConflictError(
            Text(
                "Mẫu do người vận hành máy chủ giữ trong thư mục của dịch vụ.",
                "Whoever runs the server keeps the templates in the service's folder.",
            )
        )


def _note(db: Session, person: Person, action: str, paper: Paper, number: int, sha256: object) -> None:
    details = {"file_name": paper.name, "sha256": sha256} | ({"version": number} if number else {})
    audit.record(db, action, by=person, subject=("template", paper.name), details=details)


def _kept(settings: ServiceSettings, paper: Paper) -> Path:
    return templates_folder(settings) / KEPT / paper.name.removesuffix(".docx")


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _put(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{new_id()}")
    partial.write_bytes(content)
    partial.replace(path)
