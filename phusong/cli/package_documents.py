"""Commands about the document sets of packages: make them, compare them, give their Word templates to edit."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from phusong.cli.options import AsJson, Lang, Quiet
from phusong.cli.packages import app as app
from phusong.cli.screen import MISTAKE, Screen, screen_for, working
from phusong.errors import Problem
from phusong.words import Text, number

Codes = Annotated[list[str] | None, typer.Argument(help="Mã gói; không ghi thì mọi gói / package codes, else all")]
Folder = Annotated[Path, typer.Option("--folder", help="Thư mục các gói / folder of the packages")]
Templates = Annotated[
    Path | None,
    typer.Option("--templates", help="Thư mục mẫu Word của đơn vị / folder of the department's Word templates"),
]
DEFAULT_FOLDER = Path("goi-thau")


@app.command()
def documents(
    codes: Codes = None,
    folder: Folder = DEFAULT_FOLDER,
    templates: Templates = None,
    no_pdf: Annotated[
        bool, typer.Option("--no-pdf", help="Không chuyển Word sang PDF / do not convert Word files to PDF")
    ] = False,
    lang: Lang = "vi",
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Lập bộ hồ sơ của từng gói, đọc lại và đối chiếu / make the document sets and check that they agree."""
    screen = screen_for(lang, quiet, as_json)
    make_documents(screen, folder, codes or (), templates=templates, pdf=not no_pdf)


def make_documents(
    screen: Screen, folder: Path, codes: list[str] | tuple[str, ...], *, templates: Path | None, pdf: bool
) -> None:
    """Make document sets and say where they are."""
    from phusong.study.document_sets import make_sets

    with working(screen) as bar:
        made = make_sets(folder, codes, language=screen.language, templates=templates, pdf=pdf, progress=bar)
    for one in made:
        fresh = Text("lập mới", "made") if one.fresh else Text("đã có, không đổi", "there already, unchanged")
        text = Text(
            f"{one.archive.name}: {number(one.files)} tệp, số liệu các tệp khớp nhau ({fresh.vi}). Mở {one.folder}.",
            f"{one.archive.name}: {number(one.files, 'en')} files that agree with each other ({fresh.en}). "
            f"Open {one.folder}.",
        )
        screen.say(text, folder=one.folder, archive=one.archive, files=one.files, fresh=one.fresh)
    for note in dict.fromkeys(note for one in made for note in one.notes):
        screen.say(note)


@app.command()
def check(
    codes: Codes = None,
    folder: Folder = DEFAULT_FOLDER,
    templates: Templates = None,
    lang: Lang = "vi",
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> None:
    """Đọc lại bộ hồ sơ đã lập, so từng con số, mã, toạ độ với bản chốt / read finished sets back and compare them."""
    from phusong.study.document_sets import recheck_sets
    from phusong.tenders.documents import problems_of

    screen = screen_for(lang, quiet, as_json)
    with working(screen) as bar:
        found = recheck_sets(folder, codes or (), language=screen.language, templates=templates, progress=bar)
    for code, checked in found.items():
        disagreements = checked.found
        screen.problems(problems_of(disagreements, code))
        agrees = Text(f"{code}: các tệp khớp với bản chốt.", f"{code}: the files agree with the frozen package.")
        differs = Text(
            f"{code}: {number(len(disagreements))} chỗ không khớp.", f"{code}: {len(disagreements)} disagreements."
        )
        screen.say(differs if disagreements else agrees, package=code, disagreements=len(disagreements))
        for note in checked.notes:
            screen.say(note)
    if any(checked.found for checked in found.values()):
        raise typer.Exit(MISTAKE)


@app.command()
def templates(
    out: Annotated[Path, typer.Option("--out", help="Thư mục để sửa mẫu / folder to edit them in")] = Path("mau-ho-so"),
    check_only: Annotated[
        bool, typer.Option("--check", help="Chỉ kiểm tra các mẫu trong thư mục / only check those in the folder")
    ] = False,
    lang: Lang = "vi",
) -> None:
    """Chép mẫu Word ra để đơn vị sửa, hoặc kiểm tra mẫu đã sửa / copy our Word templates out, or check edited ones."""
    from phusong.tenders.papers.department import check_templates, export_templates

    screen = screen_for(lang)
    if not check_only:
        export_templates(out, screen.language)
        screen.say(Text(f"Mẫu Word ở {out}", f"The Word templates are in {out}"))
        return
    problems = tuple(Problem(level="error", file=one.file_name, text=one.text) for one in check_templates(out))
    screen.problems(problems)
    if problems:
        raise typer.Exit(MISTAKE)
    screen.say(Text(f"Các mẫu trong {out} dùng được.", f"The templates in {out} can be used."))
