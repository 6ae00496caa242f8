"""The command that writes one village's sheet and drafts its letters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from phusong.cli.options import Lang
from phusong.cli.screen import screen_for
from phusong.errors import UnknownNameError
from phusong.words import Text

if TYPE_CHECKING:
    from phusong.study.village_files import Document

app = typer.Typer()

LETTERS = {"cu-tri": "voters", "nha-mang": "operator", "voters": "voters", "operator": "operator"}


@app.command()
def village(
    study: Annotated[Path, typer.Argument(help="study.toml")],
    name: Annotated[str, typer.Argument(help="Tên, mã thôn, hoặc “thôn, xã” / village, code, “village, commune”")],
    results: Annotated[Path, typer.Option("--results", help="Thư mục kết quả của phusong run / results folder")] = Path(
        "ket-qua"
    ),
    plan: Annotated[Path | None, typer.Option("--plan", help="Thư mục của phusong plan / folder of a plan")] = None,
    commune: Annotated[str, typer.Option("--commune", help="Tên hoặc mã xã / commune")] = "",
    out: Annotated[Path, typer.Option("--out", help="Thư mục ghi phiếu / folder to write into")] = Path("phieu-thon"),
    letter: Annotated[
        list[str] | None,
        typer.Option("--letter", help="cu-tri | nha-mang, ghi lại được nhiều lần / voters | operator, repeatable"),
    ] = None,
    lang: Lang = "vi",
) -> None:
    """Viết phiếu thôn một trang, và dự thảo thư nếu cần / write a village's sheet, and drafts of letters."""
    from phusong.study.village_files import write_village

    screen = screen_for(lang)
    documents = ("sheet", *dict.fromkeys(_document(written) for written in letter or ()))
    paths = write_village(
        study, results, name, out, commune=commune, plan=plan, documents=documents, language=screen.language
    )
    for path in paths:
        screen.say(Text(f"Đã viết {path}", f"Written: {path}"), file=path)


def _document(written: str) -> Document:
    if written not in LETTERS:
        raise UnknownNameError(
            Text(
                f"--letter phải là cu-tri hoặc nha-mang, nhận được “{written}”",
                f"--letter must be voters or operator, got “{written}”",
            )
        )
    return LETTERS[written]  # type: ignore[return-value]  # the table holds documents only
